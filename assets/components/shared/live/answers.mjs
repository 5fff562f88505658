/**
 * The newest answer of the network, and whoever wants to paint it.
 *
 * All components of a page load this module once, so they share what it holds: the canvas
 * publishes, the others subscribe. An older answer never replaces a newer one.
 *
 * @typedef {object} Answer what a network makes of a digit (model/inference/answers.py)
 * @property {number} revision of the drawing
 * @property {"digit" | "unsure" | "empty"} verdict
 * @property {number} label
 * @property {number} probability of the label
 * @property {number[]} probabilities of the ten digits
 * @property {Uint8Array} [pixels] 28 × 28, what the network read; 255 is ink
 * @property {LayerMaps[]} layers
 * @property {FilmStep[]} [film] how the drawing became pixels
 *
 * @typedef {object} LayerMaps
 * @property {string} name
 * @property {number[]} shape [height, width, channels]
 * @property {Float32Array} domains the low and high activation of each channel
 * @property {Uint8Array} maps one channel after the other; 0 is its low, 255 its high
 *
 * @typedef {object} FilmStep
 * @property {string} name
 * @property {number[]} shape [height, width]
 * @property {Uint8Array} picture
 * @property {boolean} applied whether it was taken
 * @property {Record<string, any>} numbers what it did
 * @property {number} label what the network reads after this step
 * @property {number} probability
 */

import {unframe} from "./frames.mjs";

/** @type {Set<(answer: Answer) => void>} */
const listeners = new Set();
/** @type {Answer | null} */
let newest = null;

/** Call `listener(answer)` with the newest answer, now and whenever it changes; returns the end. */
export function subscribe(listener) {
  listeners.add(listener);
  if (newest) listener(newest);
  return () => listeners.delete(listener);
}

/**
 * Make an answer the newest, unless a newer drawing has been answered already.
 *
 * @param {Answer} answer
 */
export function publish(answer) {
  if (newest && answer.revision < newest.revision) return false;
  newest = answer;
  for (const listener of listeners) listener(answer);
  return true;
}

/**
 * Unpack an answer's frame.
 *
 * @param {Uint8Array} frame
 * @returns {Answer}
 */
export function decode(frame) {
  const {head, body} = unframe(frame);
  const bytes = (begin, length) => body.subarray(begin, begin + length);
  if (head.pixels !== undefined) head.pixels = bytes(head.pixels, 28 * 28);
  head.layers = (head.layers ?? []).map(({name, shape, domains, bytes: begin}) => ({
    name,
    shape,
    domains: new Float32Array(body.buffer, body.byteOffset + domains, 2 * shape[2]),
    maps: bytes(begin, shape[0] * shape[1] * shape[2]),
  }));
  for (const step of head.film ?? []) {
    step.picture = bytes(step.picture, step.shape[0] * step.shape[1]);
  }
  return head;
}

/** Read an activation back from its byte. */
export function activationOf(byte, low, high) {
  return low + (byte / 255) * (high - low);
}
