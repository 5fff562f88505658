/** A network's layers and weights, as the live route describes them. */

import {beside} from "./ask.mjs";
import {unframe} from "./frames.mjs";

const MOST_DESCRIBED = 8;

const described = new Map(); // id -> {tag, network}

/**
 * Fetch a network's layers and weights: {id, title, layers: [{name, …, weights: {kernel: {shape,
 * values}}}]}.
 *
 * Asks each time, for a network may have been replaced meanwhile; one that has not comes out of
 * the browser's cache, and is the same object again.
 */
export async function describe(id) {
  const response = await fetch(beside(`live/networks/${encodeURIComponent(id)}`));
  if (!response.ok) throw new Error((await response.json()).error);
  const tag = response.headers.get("etag");
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (described.get(id)?.tag === tag) return described.get(id).network;
  const network = unpacked(bytes);
  described.delete(id);
  described.set(id, {tag, network});
  if (described.size > MOST_DESCRIBED) described.delete(described.keys().next().value);
  return network;
}

function unpacked(bytes) {
  const {head, body} = unframe(bytes);
  for (const layer of head.layers) {
    for (const weight of Object.values(layer.weights)) {
      const length = weight.shape.reduce((product, side) => product * side, 1);
      weight.values = new Float32Array(body.buffer, body.byteOffset + weight.begin, length);
    }
  }
  return head;
}
