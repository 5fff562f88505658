/**
 * What every layer answered to one digit, exactly, as it comes from the server
 * (model/inference/explorations.py).
 *
 * @typedef {object} Exploration
 * @property {number} revision of the drawing
 * @property {"digit" | "unsure" | "empty"} verdict
 * @property {number} label
 * @property {number} probability of the label
 * @property {number[]} probabilities of the ten digits
 * @property {number[]} logits
 * @property {Map<string, Activation>} activations by layer; empty without ink
 *
 * @typedef {object} Activation
 * @property {number[]} shape [height, width, channels] or [units]
 * @property {Float32Array} values one channel after the other, each row by row
 */

import {unframe} from "./frames.mjs";

/**
 * Unpack an exploration's frame.
 *
 * @param {Uint8Array} frame
 * @returns {Exploration}
 */
export function decodeExploration(frame) {
  const {head, body} = unframe(frame);
  const {layers, ...exploration} = head;
  const activations = new Map();
  for (const {name, shape, begin} of layers) {
    const length = shape.reduce((product, side) => product * side, 1);
    activations.set(name, {
      shape,
      values: new Float32Array(body.buffer, body.byteOffset + begin, length),
    });
  }
  return {...exploration, activations};
}
