/** A layer's kernels as small maps: how they are cut out of its weights, and where each is drawn. */

const TALLEST = 280; // CSS pixels that all kernels together may measure
const LARGEST = 60; // CSS pixels that one measures at most
const GAP = 7; // CSS pixels between two

/**
 * Arrange a kernel, {shape, values} in Keras's order, as maps: {high, wide, inputs, filters,
 * values}, ordered as (high, wide, inputs, filters).
 *
 * A dense layer that reads flattened maps has one map for each of them and each unit; any other
 * has its whole matrix as one map, a row for each input. `layers` is the network in order.
 */
export function arranged({shape, values}, name, layers) {
  if (shape.length === 4) {
    const [high, wide, inputs, filters] = shape;
    return {high, wide, inputs, filters, values};
  }
  const [length, units] = shape;
  const [high, wide, inputs] = flattened(name, layers) ?? [];
  if (high * wide * inputs === length) return {high, wide, inputs, filters: units, values};
  return {high: length, wide: units, inputs: 1, filters: 1, values};
}

/** Find the shape (height, width, channels) that a flatten right before a layer has read. */
function flattened(name, layers) {
  const place = layers.findIndex((layer) => layer.name === name);
  const before = layers.slice(0, place).filter(({family}) => family !== "regularization");
  return before.at(-1)?.family === "reshaping" ? before.at(-2)?.output_shape : null;
}

/**
 * Choose which maps are drawn: `input` is "all" (a row for each input, a column for each filter),
 * "mean" over the inputs, or the number of one. Gives [Float32Array, …] of high × wide weights.
 */
export function mapsOf({high, wide, inputs, filters, values}, input) {
  const weight = (cell, from, filter) => values[(cell * inputs + from) * filters + filter];
  const cells = high * wide;
  const map = (each) => Float32Array.from({length: cells}, (_, cell) => each(cell));
  const columns = Array.from({length: filters}, (_, filter) => filter);
  const rows = Array.from({length: inputs}, (_, from) => from);
  if (input === "all")
    return rows.flatMap((from) =>
      columns.map((filter) => map((cell) => weight(cell, from, filter))),
    );
  if (input !== "mean")
    return columns.map((filter) => map((cell) => weight(cell, Number(input), filter)));
  const mean = (cell, filter) =>
    rows.reduce((sum, from) => sum + weight(cell, from, filter), 0) / inputs;
  return columns.map((filter) => map((cell) => mean(cell, filter)));
}

/** List what can be chosen as `input` in `space` CSS pixels; the first is what fits best. */
export function choicesOf({wide, inputs, filters}, space) {
  if (inputs === 1) return ["0"];
  const each = Array.from({length: inputs}, (_, from) => String(from));
  return filters * (wide + 1) <= space ? ["all", "mean", ...each] : ["mean", ...each];
}

/** Lay the maps out in device pixels: {zoom, columns, gap, width, height}. */
export function planOf({high, wide, filters, inputs}, input, {space, ratio}) {
  if (input === "all") {
    const gap = Math.max(1, Math.round((space * ratio) / filters / 16));
    const widest = Math.floor(((space * ratio + gap) / filters - gap) / wide);
    const zoom = Math.max(
      1,
      Math.min(widest, Math.floor((LARGEST * ratio) / Math.max(high, wide))),
    );
    return sized({zoom, columns: filters, gap, high, wide, count: filters * inputs});
  }
  const gap = Math.round(GAP * ratio);
  let zoom = Math.max(1, Math.floor((LARGEST * ratio) / Math.max(high, wide)));
  let plan;
  do {
    const columns = Math.max(
      1,
      Math.min(filters, Math.floor((space * ratio + gap) / (zoom * wide + gap))),
    );
    plan = sized({zoom, columns: evened(filters, columns), gap, high, wide, count: filters});
    zoom -= 1;
  } while (zoom > 0 && (plan.height > TALLEST * ratio || plan.width > space * ratio));
  return plan;
}

/** Choose as many columns as fit, or fewer where that makes all rows full. */
function evened(count, most) {
  for (let columns = most; columns > most / 2; columns--) if (count % columns === 0) return columns;
  return most;
}

function sized({zoom, columns, gap, high, wide, count}) {
  const rows = Math.ceil(count / columns);
  return {
    zoom,
    columns,
    gap,
    tileWidth: zoom * wide + gap,
    tileHeight: zoom * high + gap,
    width: columns * (zoom * wide + gap) - gap,
    height: rows * (zoom * high + gap) - gap,
  };
}
