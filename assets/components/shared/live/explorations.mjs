/** A reading as its sums are taken apart: the activations of layers, one channel after the other. */

import {gridOf} from "../arithmetic/network.mjs";

/**
 * @typedef {object} Activation
 * @property {number[]} shape [height, width, channels] or [units]
 * @property {Float32Array} values one channel after the other
 *
 * @typedef {Omit<import("./readings.mjs").Reading, "activations"> & {
 *   activations: Map<string, Activation>}} Exploration without ink it has no activations
 */

/**
 * Copy a reading's activations, so that the next reading does not change them.
 *
 * @param {import("./readings.mjs").Reading} reading
 * @param {{has: (name: string) => boolean}} [names] of the layers that are wanted; else all
 * @returns {Exploration}
 */
export function explorationOf(reading, names) {
  /** @type {Map<string, Activation>} */
  const activations = new Map();
  for (const layer of reading.network.layers) {
    const values = reading.activations?.get(layer.name);
    if (!values || (names && !names.has(layer.name))) continue;
    const shape = layer.output_shape;
    activations.set(layer.name, {shape, values: channelsFirst(values, gridOf(layer)[2])});
  }
  return {...reading, activations};
}

/**
 * Put one channel after the other.
 *
 * @param {Float32Array} values channels last
 * @param {number} count of channels
 */
export function channelsFirst(values, count) {
  const size = values.length / count;
  const turned = new Float32Array(values.length);
  for (let cell = 0, from = 0; cell < size; cell++) {
    for (let channel = 0; channel < count; channel++)
      turned[channel * size + cell] = values[from++];
  }
  return turned;
}
