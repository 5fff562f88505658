/** What is explored: one reading, or two that are compared, each with its network. */

import {explorationOf} from "../shared/live/explorations.mjs";
import {fill} from "../shared/format.mjs";
import {loadNetwork} from "../shared/live/networks.mjs";
import {createReader} from "../shared/live/readings.mjs";
import {SIDE} from "../shared/pen/preprocessing.mjs";
import {alike, withSoftmax} from "./graph.mjs";
import {difference, distances, parting, renamed, withProbabilities} from "./tensors.mjs";

/**
 * Read a side: {id, network, exploration, empty}.
 *
 * `side` is {network, revision, skip, strokes, pixels}: the network's address, and strokes, or
 * where in `body` the pixels of a picture begin; both are null where the picture has no ink.
 */
export async function loadSide({network: address, revision, skip, strokes, pixels}, body) {
  const described = await loadNetwork(address);
  const picture = strokes ? undefined : {pixels: pixelsIn(body, pixels), steps: []};
  const reading = createReader(described)({revision, strokes: strokes ?? [], picture}, skip);
  const network = withSoftmax(described);
  const exploration = withProbabilities(explorationOf(reading), network);
  return {id: address.id, network, exploration, empty: !reading.pixels};
}

function pixelsIn(body, begin) {
  if (begin === null) return null;
  return new Float32Array(body.buffer, body.byteOffset + begin, SIDE * SIDE);
}

/**
 * Put two sides beside each other: {a, b, difference, network, parted}, all in the layer names of
 * the first; `network` is the second one's. Null where their layers are not of like shape.
 */
export function compare(one, other) {
  if (!alike(one.network, other.network) || one.empty || other.empty) return null;
  const names = one.network.layers.map(({name}) => name);
  const theirs = other.network.layers.map(({name}) => name);
  const layers = other.network.layers.map((layer, i) => ({
    ...layer,
    name: names[i],
    called: layer.name,
    inbound: layer.inbound.map((each) => names[theirs.indexOf(each)]),
  }));
  const a = one.exploration;
  const b = renamed(other.exploration, other.network, one.network);
  const measured = distances(a, b);
  return {
    a,
    b,
    difference: difference(a, b),
    network: {...other.network, layers},
    measured,
    parted: parting(measured),
  };
}

/** Say where two answers part and where they are furthest apart. */
export function partingSentence({first, most}, words) {
  if (!first) return words.same;
  const share = (apart) => `${Math.round(100 * apart)}%`;
  const begin = {layer: first.name, share: share(first.apart)};
  if (first.name === most.name) return fill(words.part_most, begin);
  return fill(words.part, {...begin, most: most.name, most_share: share(most.apart)});
}
