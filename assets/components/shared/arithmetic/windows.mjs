/**
 * The window that a cell is made from, in cells of the layer before.
 *
 * @typedef {object} Window
 * @property {number} top negative in the padding
 * @property {number} left
 * @property {number} height
 * @property {number} width
 * @property {number[]} taps [rows, columns] that are read
 * @property {number[]} dilation how far they are apart
 * @property {number[]} stride how far the windows of neighbors are apart
 */

import {gridOf, layerOf, sourcesOf} from "./network.mjs";

/**
 * Give the window of one cell: {top, left, height, width, taps, dilation, stride}.
 *
 * It may reach into the padding. `taps` are the [rows, columns] that are read, `dilation` cells
 * apart, and `height` and `width` what they span. `source` names the layer that is read, where
 * there are several. Null for layers without windows: Flatten, Reshape, and kinds that are not
 * known here.
 *
 * @param {import("./network.mjs").Network} network
 * @param {string} name
 * @param {number[]} cell
 * @param {string} [source]
 * @returns {Window | null}
 */
export function windowOf(network, name, [row, column], source) {
  const layer = layerOf(network, name);
  const read = source ? layerOf(network, source) : sourcesOf(network, layer)[0];
  const measured = WINDOWS[layer.window]?.(layer, read);
  if (!measured) return null;
  const {taps, stride, dilation, before} = measured;
  return {
    top: row * stride[0] - before[0],
    left: column * stride[1] - before[1],
    height: span(taps[0], dilation[0]),
    width: span(taps[1], dilation[1]),
    taps,
    dilation,
    stride,
  };
}

/**
 * List the cells that a window reads, row by row: {row, column}; none where there is no window.
 *
 * @param {Window | null} window
 */
export function tapsOf(window) {
  if (!window) return [];
  const {top, left, taps, dilation} = window;
  return Array.from({length: taps[0] * taps[1]}, (_, tap) => ({
    row: top + Math.floor(tap / taps[1]) * dilation[0],
    column: left + (tap % taps[1]) * dilation[1],
  }));
}

function span(taps, dilation) {
  return (taps - 1) * dilation + 1;
}

/** A window that slides; `size` is the setting that holds its taps. */
function sliding(size) {
  return (layer, source) => {
    const {strides: stride, dilation_rate: dilation = [1, 1], padding} = layer.config;
    const taps = layer.config[size];
    const before = [0, 1].map((axis) => {
      if (padding === "valid") return 0;
      const reach = (gridOf(layer)[axis] - 1) * stride[axis] + span(taps[axis], dilation[axis]);
      return Math.floor(Math.max(reach - gridOf(source)[axis], 0) / 2); // an odd one goes behind
    });
    return {taps, stride, dilation, before};
  };
}

/** One cell makes one cell; what is 1 high or wide serves all rows or columns. */
function pointwise(layer, source) {
  const stride = [0, 1].map((axis) => (gridOf(source)[axis] === 1 ? 0 : 1));
  return {taps: [1, 1], stride, dilation: [1, 1], before: [0, 0]};
}

function whole(layer, source) {
  return {taps: gridOf(source).slice(0, 2), stride: [0, 0], dilation: [1, 1], before: [0, 0]};
}

function shifted(layer) {
  const [[top], [left]] = layer.config.padding;
  return {taps: [1, 1], stride: [1, 1], dilation: [1, 1], before: [top, left]};
}

// By the layer's `window`, which its kind has.
const WINDOWS = {
  kernel_size: sliding("kernel_size"),
  pool_size: sliding("pool_size"),
  map: whole,
  padding: shifted,
  cell: pointwise,
};
