/** Layers that keep one number of a window, channel by channel: the largest, or the mean. */

import {firstWindow} from "./window.mjs";

/**
 * @typedef {import("./kinds.mjs").Place} Place
 * @typedef {import("./kinds.mjs").Pass} Pass
 */

/**
 * What is done with the window of one cell: `to` is where the cell's channels begin in the output,
 * the others are the rows and columns of the input that it reads, `bottom` and `right` exclusive.
 *
 * @typedef {(to: number, top: number, bottom: number, left: number, right: number) => void} Visit
 */

/**
 * Keep the largest: MaxPooling2D and GlobalMaxPooling2D.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function maxPooling(at) {
  const {
    inputs: [input],
    output,
  } = at;
  const [, width, channels] = input.shape;
  /** @type {Visit} */
  function keepLargest(to, top, bottom, left, right) {
    const read = input.values;
    const kept = output.values;
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const from = (row * width + column) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const value = read[from + channel];
          if (!(value <= kept[to + channel])) kept[to + channel] = value; // so that NaN is kept
        }
      }
    }
  }
  const forEachWindow = windowsOf(at);
  return {
    forward() {
      output.values.fill(-Infinity);
      forEachWindow(keepLargest);
    },
  };
}

/**
 * Keep the mean of what is no padding: AveragePooling2D and GlobalAveragePooling2D.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function averagePooling(at) {
  const {
    inputs: [input],
    output,
  } = at;
  const [, width, channels] = input.shape;
  const sums = new Float64Array(channels);
  /** @type {Visit} */
  function keepMean(to, top, bottom, left, right) {
    const read = input.values;
    sums.fill(0);
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const from = (row * width + column) * channels;
        for (let channel = 0; channel < channels; channel++) sums[channel] += read[from + channel];
      }
    }
    const count = (bottom - top) * (right - left);
    for (let channel = 0; channel < channels; channel++) {
      output.values[to + channel] = sums[channel] / count;
    }
  }
  const forEachWindow = windowsOf(at);
  return {
    forward() {
      forEachWindow(keepMean);
    },
  };
}

/**
 * Return what visits the windows of all cells, without the padding.
 *
 * @param {Place} at
 * @returns {(visit: Visit) => void}
 */
function windowsOf(at) {
  const [height, width] = at.inputs[0].shape;
  const [rows, columns, channels] = at.output.shape;
  const window = firstWindow(at);
  return (visit) => {
    for (let row = 0; row < rows; row++) {
      const top = window.top + row * window.stride[0];
      for (let column = 0; column < columns; column++) {
        const left = window.left + column * window.stride[1];
        visit(
          (row * columns + column) * channels,
          Math.max(top, 0),
          Math.min(top + window.height, height),
          Math.max(left, 0),
          Math.min(left + window.width, width),
        );
      }
    }
  };
}
