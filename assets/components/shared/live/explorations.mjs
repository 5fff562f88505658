/** What every layer answered to one digit, exactly, as it comes from the server. */

import {unframe} from "./frames.mjs";

/**
 * Unpack an exploration's frame (model/inference/explorations.py says what is in it).
 *
 * Takes a Uint8Array and gives {revision, verdict, label, probability, probabilities, logits,
 * activations: Map name -> {shape: [height, width, channels] or [units], values}}; `values` holds
 * the float32 activations of one channel after the other. Without ink the map is empty.
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
