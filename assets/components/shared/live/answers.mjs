/**
 * The newest answer of the network, and whoever wants to paint it.
 *
 * All components of a page load this module once, so they share what it holds: the canvas
 * publishes, the others subscribe. An older answer never replaces a newer one.
 */

import {unframe} from "./frames.mjs";

const listeners = new Set();
let newest = null;

/** Call `listener(answer)` with the newest answer, now and whenever it changes; returns the end. */
export function subscribe(listener) {
  listeners.add(listener);
  if (newest) listener(newest);
  return () => listeners.delete(listener);
}

/** Make an answer the newest, unless a newer drawing has been answered already. */
export function publish(answer) {
  if (newest && answer.revision < newest.revision) return false;
  newest = answer;
  for (const listener of listeners) listener(answer);
  return true;
}

/**
 * Unpack an answer's frame (model/inference/answers.py says what is in it).
 *
 * Takes a Uint8Array and gives {revision, verdict, label, probability, probabilities, pixels,
 * layers: [{name, shape: [height, width, channels], domains, maps}], film}; `maps` holds the
 * bytes of one channel after the other, `domains` the low and high of each.
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
