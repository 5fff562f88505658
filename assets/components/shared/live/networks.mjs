/**
 * A network's layers and weights, as the live route describes them (model/inference/descriptions.py).
 *
 * @typedef {object} Network
 * @property {string} id
 * @property {string} title
 * @property {Layer[]} layers in graph order, the input first
 *
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} kind Keras's class: "Conv2D"
 * @property {string} family what it does, as the table of layer kinds has it: "convolution"
 * @property {string} window what one of its cells reads: "kernel_size", "pool_size", "cell", "map" …
 * @property {string} shows how its answer is shown beside a digit: "maps", "units" or ""
 * @property {string} sign what stands for it where it has no outline of its own
 * @property {number[]} output_shape [height, width, channels] or [units]
 * @property {number} parameters
 * @property {Record<string, any>} config Keras's settings that change a number or a shape
 * @property {string[]} inbound the names of the layers it reads, in that order
 * @property {Record<string, Weight>} weights by Keras's names: "kernel", "bias"
 * @property {boolean} [ours] whether it was added here, and is in no file
 * @property {string} [called] its own name, where a comparison gave it another
 *
 * @typedef {object} Weight
 * @property {number[]} shape Keras's: (height, width, channels, filters) of a convolution's kernel
 * @property {Float32Array} values
 * @property {number} [begin] where they began in the frame's body
 */

import {beside} from "./ask.mjs";
import {unframe} from "./frames.mjs";

const MOST_DESCRIBED = 8;

/** @type {Map<string, {tag: string | null, network: Network}>} */
const described = new Map();

/**
 * Fetch a network's layers and weights.
 *
 * Asks each time, for a network may have been replaced meanwhile; one that has not comes out of
 * the browser's cache, and is the same object again.
 *
 * @param {string} id
 * @returns {Promise<Network>}
 * @throws {Error} with the server's sentence where there is no such network
 */
export async function describe(id) {
  const response = await fetch(beside(`live/networks/${encodeURIComponent(id)}`));
  if (!response.ok) throw new Error((await response.json()).error);
  const tag = response.headers.get("etag");
  const bytes = new Uint8Array(await response.arrayBuffer());
  const before = described.get(id);
  if (before?.tag === tag) return before.network;
  const network = unpacked(bytes);
  described.delete(id);
  described.set(id, {tag, network});
  const [oldest] = described.keys();
  if (described.size > MOST_DESCRIBED) described.delete(oldest);
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
