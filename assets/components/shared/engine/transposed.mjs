/**
 * Conv2DTranspose: every cell of the input lays its kernel on the output, where they add up.
 *
 * Read backwards, a cell of the output is a sum of products like that of any convolution. Cells as
 * far apart as the strides meet the same part of the kernel, so that each such part is a
 * convolution of its own; what they answer is put together like tiles.
 */

import {tapsOf, windowOf} from "../arithmetic/windows.mjs";
import {activated} from "./convolution.mjs";
import {padded} from "./moving.mjs";

/**
 * @typedef {import("./kinds.mjs").Place} Place
 * @typedef {import("./kinds.mjs").Pass} Pass
 * @typedef {import("../arithmetic/windows.mjs").Window} Window
 *
 * @typedef {object} Part the cells of the output that meet one part of the kernel
 * @property {number[]} begin the first of them: row, column
 * @property {number} rows
 * @property {number} columns
 * @property {Window} window of the first
 * @property {number[]} taps the numbers of the weights of a kernel's slice that they meet
 * @property {import("./memory.mjs").Tensor} kernel (rows, columns, channels, filters) of them
 */

/**
 * @param {Place} at
 * @returns {Pass}
 */
export function conv2dTranspose(at) {
  const {memory, weights, output} = at;
  const parts = partsOf(at);
  const answer = memory.reserve([parts[0].rows, parts[0].columns, output.shape[2]]);
  const bias = weights.bias ?? memory.reserve([output.shape[2]]);
  const {picture, pad, origin} = pictureOf(at, parts);
  const least = at.layer.config.activation === "relu" ? 0 : -Infinity;
  const pass = activated(at, () => {
    pad();
    for (const part of parts) {
      convolve(memory, {part, picture, origin, bias, answer, least});
      scatter(part, answer, output, at.layer.config.strides);
    }
  });
  return {...pass, prepare: () => parts.forEach((part) => takeKernel(part, weights.kernel))};
}

/**
 * @param {Place} at
 * @returns {Part[]}
 */
function partsOf({network, layer, memory, output, weights}) {
  const [down, right] = layer.config.strides;
  const [height, width, filters] = output.shape;
  const channels = weights.kernel.shape[3];
  const parts = [];
  for (let row = 0; row < Math.min(down, height); row++) {
    for (let column = 0; column < Math.min(right, width); column++) {
      const window = /** @type {Window} */ (windowOf(network, layer.name, [row, column]));
      parts.push({
        begin: [row, column],
        rows: Math.ceil((height - row) / down),
        columns: Math.ceil((width - column) / right),
        window,
        taps: tapsOf(window).map(({tap}) => tap),
        kernel: memory.reserve([...window.taps, channels, filters]),
      });
    }
  }
  return parts;
}

/** Surround the input with as many zeros as any part reads; `origin` is where the input lies. */
function pictureOf(/** @type {Place} */ {memory, inputs: [input]}, /** @type {Part[]} */ parts) {
  const most = (/** @type {(part: Part) => number} */ measure) =>
    Math.max(0, ...parts.map(measure));
  const origin = [most(({window}) => -window.top), most(({window}) => -window.left)];
  const reach = [
    origin[0] + most(({window, rows}) => window.top + window.height + rows - 1),
    origin[1] + most(({window, columns}) => window.left + window.width + columns - 1),
  ];
  return {...padded(memory, input, origin, reach), origin};
}

/** Take the weights that a part meets out of a kernel (height, width, filters, channels). */
function takeKernel(
  /** @type {Part} */ {taps, kernel},
  /** @type {import("./memory.mjs").Tensor} */ {shape: [, , filters, channels], values},
) {
  let to = 0;
  for (const tap of taps) {
    for (let channel = 0; channel < channels; channel++) {
      for (let filter = 0; filter < filters; filter++)
        kernel.values[to++] = values[(tap * filters + filter) * channels + channel];
    }
  }
}

function convolve(memory, {part, picture, origin, bias, answer, least}) {
  const {window, rows, columns, kernel} = part;
  const [, width, channels] = picture.shape;
  const filters = answer.shape[2];
  const begin = ((origin[0] + window.top) * width + origin[1] + window.left) * channels;
  memory.products.convolve(
    picture.address + 4 * begin,
    kernel.address,
    bias.address,
    answer.address,
    rows,
    columns,
    width * channels,
    channels,
    window.taps[0],
    window.taps[1],
    window.dilation[0] * width * channels,
    window.dilation[1] * channels,
    channels,
    filters,
    filters,
    least,
  );
}

/** Put the cells of a part where they belong. */
function scatter({begin, rows, columns}, {values}, output, [down, right]) {
  const [, width, filters] = output.shape;
  for (let row = 0, from = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const to = ((begin[0] + row * down) * width + begin[1] + column * right) * filters;
      for (let filter = 0; filter < filters; filter++) output.values[to + filter] = values[from++];
    }
  }
}
