/** The window of a layer's first cell, from which those of all others follow by its stride. */

import {windowOf} from "../arithmetic/windows.mjs";

/**
 * A window in cells of the layer that is read: [rows, columns].
 *
 * @typedef {object} Window
 * @property {number} top negative in the padding
 * @property {number} left
 * @property {number} height what it spans
 * @property {number} width
 * @property {[number, number]} taps how many cells it reads
 * @property {[number, number]} dilation how far they are apart
 * @property {[number, number]} stride from the window of one cell to the next
 */

/** @type {Window} */
export const ONE_CELL = {
  top: 0,
  left: 0,
  height: 1,
  width: 1,
  taps: [1, 1],
  dilation: [1, 1],
  stride: [1, 1],
};

/**
 * Return the window of the first cell of a layer; throws an Error where there is none.
 *
 * @param {import("./kinds.mjs").Place} at where a layer with windows stands
 * @returns {Window}
 */
export function firstWindow({network, layer}) {
  const window = windowOf(network, layer.name, [0, 0]);
  if (!window) throw new Error(`The network does not say what the layer ${layer.name} reads.`);
  return window;
}
