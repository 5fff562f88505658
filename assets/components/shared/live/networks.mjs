/**
 * A network's layers and weights, as the live route describes them (model/inference/descriptions.py).
 *
 * @typedef {object} Network
 * @property {string} id
 * @property {string} title
 * @property {number} energy_threshold a digit with less confidence is called unsure
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

/**
 * @typedef {object} NetworkAddress
 * @property {string} id "default", or "RUN@500" for a run's network after 500 digits
 * @property {string} version changes with the network's content
 *
 * @typedef {object} Loading
 * @property {Promise<Network>} network
 * @property {Set<(share: number) => void>} listeners who want to know how far it has come
 */

const MOST_KEPT = 24; // networks; those that are shipped or trained here take half a megabyte

/** @type {Map<string, Loading>} the one that was asked for last comes last */
const kept = new Map();

/** Return the address of something beside the pages, wherever the app is mounted. */
export function beside(path) {
  return new URL(path, document.baseURI).href;
}

/**
 * Load a network's layers and weights; the same object each time for one version.
 *
 * Rejects with an Error whose message is the server's sentence, or "" where the server was not
 * reached; the next call tries again.
 *
 * @param {NetworkAddress} address
 * @param {(share: number) => void} [progressed] gets the share that has come, from 0 to 1
 * @returns {Promise<Network>}
 */
export function loadNetwork({id, version}, progressed) {
  const key = `${id}/${version}`;
  const loading = kept.get(key) ?? begin(key);
  kept.delete(key);
  kept.set(key, loading);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT) kept.delete(oldest);
  if (progressed) loading.listeners.add(progressed);
  return loading.network;
}

/** @returns {Loading} */
function begin(key) {
  const listeners = new Set();
  const path = `live/networks/${key.split("/").map(encodeURIComponent).join("/")}`;
  const network = fetched(beside(path), listeners).then(unpacked);
  network.catch(() => kept.delete(key)).finally(() => listeners.clear());
  return {network, listeners};
}

async function fetched(address, listeners) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error("");
  }
  if (!response.ok) throw new Error(await sentenceOf(response));
  const bytes = new Uint8Array(Number(response.headers.get("content-length")));
  const reader = response.body.getReader();
  let length = 0;
  for (;;) {
    const {done, value} = await reader.read().catch(() => {
      throw new Error("");
    });
    if (done) break;
    bytes.set(value, length);
    length += value.length;
    for (const progressed of listeners) progressed(length / bytes.length);
  }
  return bytes;
}

async function sentenceOf(response) {
  try {
    return (await response.json()).error ?? "";
  } catch {
    return ""; // a proxy's page, not ours
  }
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
