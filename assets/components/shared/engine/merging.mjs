/**
 * Layers that merge several layers cell by cell: Add, Subtract, Multiply, Average, Maximum, Minimum.
 *
 * One that is 1 high, wide or deep serves all rows, columns or channels.
 */

/**
 * @typedef {import("./kinds.mjs").Place} Place
 * @typedef {import("./kinds.mjs").Pass} Pass
 * @typedef {import("./memory.mjs").Memory} Memory
 * @typedef {import("./memory.mjs").Tensor} Tensor
 * @typedef {(sum: Float32Array, values: Float32Array) => void} Merge
 */

export const add = merging(plus);

export const subtract = merging((sum, values) => {
  for (let i = 0; i < sum.length; i++) sum[i] -= values[i];
});

export const multiply = merging((sum, values) => {
  for (let i = 0; i < sum.length; i++) sum[i] *= values[i];
});

export const maximum = merging((sum, values) => {
  for (let i = 0; i < sum.length; i++) sum[i] = Math.max(sum[i], values[i]);
});

export const minimum = merging((sum, values) => {
  for (let i = 0; i < sum.length; i++) sum[i] = Math.min(sum[i], values[i]);
});

export const average = merging(plus, (sum, count) => {
  for (let i = 0; i < sum.length; i++) sum[i] /= count;
});

/** @type {Merge} */
function plus(sum, values) {
  for (let i = 0; i < sum.length; i++) sum[i] += values[i];
}

/**
 * Return the kind of layer that merges each further input into what the first began.
 *
 * @param {Merge} merge
 * @param {(sum: Float32Array, count: number) => void} [finish]
 * @returns {(at: Place) => Pass}
 */
function merging(merge, finish = () => {}) {
  return ({memory, inputs, output}) => {
    const parts = inputs.map((input) => spread(memory, input, output));
    return {
      forward() {
        for (let n = 0; n < parts.length; n++) {
          parts[n].spread();
          if (n === 0) output.values.set(parts[n].whole.values);
          else merge(output.values, parts[n].whole.values);
        }
        finish(output.values, parts.length);
      },
    };
  };
}

/**
 * Return an input in the shape of the output, and what copies it to all the cells it serves.
 *
 * @param {Memory} memory
 * @param {Tensor} input
 * @param {Tensor} output
 * @returns {{whole: Tensor, spread: () => void}}
 */
function spread(memory, input, output) {
  const [rows, columns, channels] = output.shape;
  const [height, width, depth] = input.shape;
  if (height === rows && width === columns && depth === channels)
    return {whole: input, spread() {}};
  const whole = memory.reserve(output.shape);
  const next = [height, width, depth].map((side) => (side === 1 ? 0 : 1));
  return {
    whole,
    spread() {
      let to = 0;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const from = (row * next[0] * width + column * next[1]) * depth;
          for (let channel = 0; channel < channels; channel++) {
            whole.values[to++] = input.values[from + channel * next[2]];
          }
        }
      }
    },
  };
}
