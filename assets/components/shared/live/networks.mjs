/**
 * A network's layers and weights, as the live route describes them (model/inference/descriptions.py).
 *
 * @typedef {object} Network
 * @property {string} id
 * @property {string} title
 * @property {number | null} energy_threshold less confidence is called unsure; null where nobody has
 *   measured it
 * @property {string[]} class_names in the order of the logits
 * @property {boolean} reads_digits whether it reads gray pictures of the ten digits, and no others
 * @property {"softmax" | "sigmoid"} output how logits become probabilities: all classes share one, or
 *   each has its own
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

import {unframe} from "./frames.mjs";
import {RequestError, get} from "./requests.mjs";

/**
 * @typedef {object} NetworkAddress
 * @property {string} id "default", or "RUN@500" for a run's network after 500 digits
 * @property {string} version changes with the network's content
 *
 * @typedef {object} Loading
 * @property {Promise<Network>} network
 * @property {Network} [arrived] the same, once it is there
 * @property {Set<(share: number) => void>} listeners who want to know how far it has come
 */

const MOST_KEPT = 24; // networks; those that are shipped or trained here take half a megabyte

/** @type {Map<string, Loading>} the one that was asked for last comes last */
const kept = new Map();

/**
 * Load a network's layers and weights; the same object each time for one version.
 *
 * Rejects with a RequestError; the next call tries again.
 *
 * @param {NetworkAddress} address
 * @param {(share: number) => void} [progressed] gets the share that has come, from 0 to 1
 * @returns {Promise<Network>}
 */
export function loadNetwork({id, version}, progressed) {
  const key = `${id}/${version}`;
  const loading = kept.get(key) ?? begin({id, version}, key);
  keep(key, loading);
  if (progressed) loading.listeners.add(progressed);
  return loading.network;
}

/**
 * Return a network that has come already, and is still kept.
 *
 * @param {NetworkAddress} address
 * @returns {Network | undefined}
 */
export function loadedNetwork({id, version}) {
  const key = `${id}/${version}`;
  const loading = kept.get(key);
  if (loading) keep(key, loading);
  return loading?.arrived;
}

/** Keep a network, as the last to be forgotten. */
function keep(key, loading) {
  kept.delete(key);
  kept.set(key, loading);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT) kept.delete(oldest);
}

/** @returns {Loading} */
function begin({id, version}, key) {
  const listeners = new Set();
  const network = fetched(get("networks", id, version), listeners).then(unpacked);
  /** @type {Loading} */
  const loading = {network, listeners};
  network
    .then((arrived) => (loading.arrived = arrived))
    .catch(() => kept.delete(key))
    .finally(() => listeners.clear());
  return loading;
}

async function fetched(request, listeners) {
  const response = await request;
  const total = Number(response.headers.get("content-length")); // a proxy may leave it out
  const reader = response.body.getReader();
  const chunks = [];
  let length = 0;
  for (;;) {
    const {done, value} = await reader.read().catch(() => {
      throw new RequestError("", true);
    });
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (total) for (const progressed of listeners) progressed(length / total);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** @returns {Network} */
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
