/** The window of a layer's first cell, from which those of all others follow by its stride. */

import {windowOf} from "../arithmetic/windows.mjs";

/** @typedef {import("../arithmetic/windows.mjs").Window} Window */

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
