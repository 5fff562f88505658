/** A network as a graph on a plane: which column and which lane each layer stands in. */

/**
 * Give each layer a column, its longest way from the input, and a lane, so that branches stand
 * one below the other: {columns, lanes, places: Map name -> {column, lane}}.
 */
export function arrange(layers) {
  const places = new Map();
  const taken = new Set();
  for (const {name, inbound} of layers) {
    const before = inbound.map((each) => places.get(each)).filter(Boolean);
    const column = before.length ? 1 + Math.max(...before.map((place) => place.column)) : 0;
    let lane = before.length ? Math.min(...before.map((place) => place.lane)) : 0;
    while (taken.has(`${column}/${lane}`)) lane += 1;
    taken.add(`${column}/${lane}`);
    places.set(name, {column, lane});
  }
  const all = [...places.values()];
  return {
    columns: 1 + Math.max(...all.map(({column}) => column)),
    lanes: 1 + Math.max(...all.map(({lane}) => lane)),
    places,
  };
}
