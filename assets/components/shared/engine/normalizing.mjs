/** Layers that bring numbers to a mean of 0 and a variance of 1, then scale and shift them. */

import {blockOf, placeAt, scaleIndexOf} from "../arithmetic/network.mjs";

/**
 * @typedef {import("./kinds.mjs").Place} Place
 * @typedef {import("./kinds.mjs").Pass} Pass
 */

const LEAST_DEVIATION = 1e-7; // Keras's epsilon: what is smaller counts as it

/**
 * Normalize each channel by its moving mean and variance, then scale and shift it.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function batchNormalization({layer, weights, inputs: [input], output}) {
  const {gamma, beta, moving_mean: mean, moving_variance: variance} = weights;
  const channels = output.shape[2];
  const scales = new Float64Array(channels);
  const offsets = new Float64Array(channels);
  return {
    forward() {
      for (let channel = 0; channel < channels; channel++) {
        const deviation = Math.sqrt(variance.values[channel] + layer.config.epsilon);
        scales[channel] = (gamma?.values[channel] ?? 1) / deviation;
        offsets[channel] = (beta?.values[channel] ?? 0) - mean.values[channel] * scales[channel];
      }
      const read = input.values;
      const written = output.values;
      for (let i = 0; i < written.length;) {
        for (let channel = 0; channel < channels; channel++, i++) {
          written[i] = read[i] * scales[channel] + offsets[channel];
        }
      }
    },
  };
}

/**
 * Normalize each number by the mean and variance of those in the same block of this very digit:
 * LayerNormalization and GroupNormalization.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function normalization({layer, weights: {gamma, beta}, inputs: [input], output}) {
  const {epsilon} = layer.config;
  const {begins, members, scaled} = blocksOf(layer, output.shape);
  return {
    forward() {
      const read = input.values;
      const written = output.values;
      for (let block = 0; block < begins.length; block++) {
        const begin = begins[block];
        let sum = 0;
        for (const member of members) sum += read[begin + member];
        const mean = sum / members.length;
        let squares = 0;
        for (const member of members) squares += (read[begin + member] - mean) ** 2;
        const deviation = Math.sqrt(squares / members.length + epsilon);
        for (const member of members) {
          const i = begin + member;
          const scale = gamma ? gamma.values[scaled[i]] : 1;
          written[i] = ((read[i] - mean) / deviation) * scale + (beta ? beta.values[scaled[i]] : 0);
        }
      }
    },
  };
}

/**
 * List where the blocks of a layer begin, what of each is normalized together, counted from there,
 * and for each number of the layer which gamma and beta are its own.
 *
 * @param {import("./kinds.mjs").Layer} layer
 * @param {number[]} grid
 */
function blocksOf(layer, grid) {
  const [, width, channels] = grid;
  const block = blockOf(layer);
  const numberOf = (/** @type {number[]} */ [row, column, channel]) =>
    (row * width + column) * channels + channel;
  const size = block[0] * block[1] * block[2];
  const members = Int32Array.from({length: size}, (_, each) => numberOf(placeAt(each, block)));
  const counts = grid.map((side, axis) => side / block[axis]);
  const begins = Int32Array.from({length: counts[0] * counts[1] * counts[2]}, (_, each) =>
    numberOf(placeAt(each, counts).map((at, axis) => at * block[axis])),
  );
  const scaled = Int32Array.from({length: grid[0] * width * channels}, (_, each) =>
    scaleIndexOf(layer, placeAt(each, grid)),
  );
  return {begins, members, scaled};
}

/**
 * Normalize by the mean and variance of the training data: of each channel, or of each number.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function inputNormalization({weights: {mean, variance}, inputs: [input], output}) {
  const count = mean.shape.reduce((product, side) => product * side, 1);
  const deviations = new Float64Array(count);
  return {
    prepare() {
      for (let i = 0; i < count; i++)
        deviations[i] = Math.max(Math.sqrt(variance.values[i]), LEAST_DEVIATION);
    },
    forward() {
      const read = input.values;
      const written = output.values;
      for (let i = 0; i < written.length; i++)
        written[i] = (read[i] - mean.values[i % count]) / deviations[i % count];
    },
  };
}
