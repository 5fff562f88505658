/** What is explored: one answer, or two that are compared, each with its network. */

import {decodeExploration} from "../shared/live/explorations.mjs";
import {fill} from "../shared/format.mjs";
import {beside} from "../shared/live/ask.mjs";
import {describe} from "../shared/live/networks.mjs";
import {alike, withSoftmax} from "./graph.mjs";
import {difference, distances, parting, renamed, withProbabilities} from "./tensors.mjs";

/**
 * Load a side: {id, network, exploration}. `side` is {network, revision, skip, strokes, frame},
 * with frame [begin, length] in `body` where the page has answered already, else null.
 */
export async function loadSide(side, body) {
  const [described, exploration] = await Promise.all([
    describe(side.network),
    answerTo(side, body),
  ]);
  const network = withSoftmax(described);
  if (!exploration.activations.size) return {id: side.network, network, exploration, empty: true};
  return {
    id: side.network,
    network,
    exploration: withProbabilities(exploration, network),
    empty: false,
  };
}

async function answerTo({network, revision, skip, strokes, frame}, body) {
  if (frame) return decodeExploration(body.slice(frame[0], frame[0] + frame[1]));
  const response = await fetch(beside("live/explore"), {
    method: "POST",
    headers: {"content-type": "application/json"},
    body: JSON.stringify({network, revision, strokes, skip}),
  });
  if (!response.ok) throw new Error((await response.json()).error);
  return decodeExploration(new Uint8Array(await response.arrayBuffer()));
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
