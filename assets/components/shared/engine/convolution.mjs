/**
 * Layers that add up products: Conv2D, DepthwiseConv2D, SeparableConv2D and Dense.
 *
 * All are one convolution. A DepthwiseConv2D has as many groups as its input has channels, a
 * SeparableConv2D is a depthwise one before one of 1 × 1, and Dense is one of 1 × 1 over a picture
 * of a single cell.
 */

import {activating} from "./elementwise.mjs";
import {padded} from "./moving.mjs";
import {ONE_CELL, firstWindow} from "./window.mjs";

/**
 * @typedef {import("./kinds.mjs").Place} Place
 * @typedef {import("./kinds.mjs").Pass} Pass
 * @typedef {import("./memory.mjs").Tensor} Tensor
 */

/**
 * Convolve the input with each filter, in groups where it has some.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function conv2d(at) {
  const {kernel, bias} = at.weights;
  const {groups = 1} = at.layer.config;
  return activated(at, convolution(at, {kernel, bias, groups, window: firstWindow(at)}));
}

/**
 * Convolve each channel with filters of its own.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function depthwiseConv2d(at) {
  const {kernel, bias} = at.weights;
  return activated(at, convolution(at, {...depthwise(at, kernel), bias}));
}

/**
 * Convolve each channel with filters of its own, then mix the channels cell by cell.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function separableConv2d(at) {
  const {depthwise_kernel: kernel, pointwise_kernel: mixing, bias} = at.weights;
  const [rows, columns] = at.output.shape;
  const apart = at.memory.reserve([rows, columns, kernel.shape[2] * kernel.shape[3]]);
  const first = convolution(at, {...depthwise(at, kernel), output: apart, least: -Infinity});
  const second = convolution(at, {input: apart, kernel: mixing, bias, window: ONE_CELL});
  return activated(at, () => {
    first();
    second();
  });
}

/**
 * Sum up all of the input for each unit.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function dense(at) {
  const {kernel, bias} = at.weights;
  const asPicture = {...kernel, shape: [1, 1, ...kernel.shape]};
  return activated(at, convolution(at, {kernel: asPicture, bias, window: ONE_CELL}));
}

/**
 * Return what makes a convolution depthwise: each channel of the input is a group by itself.
 *
 * @param {Place} at
 * @param {Tensor} kernel (rows, columns, channels, filters of each channel)
 */
function depthwise(at, kernel) {
  const [rows, columns, channels, multiplier] = kernel.shape;
  const grouped = {...kernel, shape: [rows, columns, 1, channels * multiplier]};
  return {kernel: grouped, groups: channels, window: firstWindow(at)};
}

/**
 * What a convolution adds up; what it has not comes from the layer's place.
 *
 * @typedef {object} Sum
 * @property {Tensor} [input]
 * @property {{address: number, shape: number[]}} kernel (rows, columns, channels, filters)
 * @property {Tensor} [bias]
 * @property {Tensor} [output]
 * @property {import("./window.mjs").Window} window
 * @property {number} [groups] into which channels and filters are divided
 * @property {number} [least] a sum below it becomes it
 */

/**
 * Return what convolves an input; a ReLU is part of it.
 *
 * @param {Place} at
 * @param {Sum} sum
 * @returns {() => void}
 */
function convolution({memory, layer, inputs, output: answer}, sum) {
  const {input = inputs[0], output = answer, kernel, window, groups = 1} = sum;
  const {least = layer.config.activation === "relu" ? 0 : -Infinity} = sum;
  const {taps, stride, dilation} = window;
  const [rows, columns, allFilters] = output.shape;
  const reach = [(rows - 1) * stride[0] + window.height, (columns - 1) * stride[1] + window.width];
  const {picture, pad} = padded(memory, input, [-window.top, -window.left], reach);
  const bias = sum.bias ?? memory.reserve([allFilters]);
  const [, width, depth] = picture.shape;
  const channels = kernel.shape[2];
  const filters = allFilters / groups;
  return function convolve() {
    pad();
    for (let group = 0; group < groups; group++) {
      memory.convolve(
        picture.address + 4 * group * channels,
        kernel.address + 4 * group * filters,
        bias.address + 4 * group * filters,
        output.address + 4 * group * filters,
        rows,
        columns,
        stride[0] * width * depth,
        stride[1] * depth,
        taps[0],
        taps[1],
        dilation[0] * width * depth,
        dilation[1] * depth,
        channels,
        filters,
        allFilters,
        least,
      );
    }
  };
}

/**
 * Return the pass that convolves and then applies the layer's activation function.
 *
 * @param {Place} at
 * @param {() => void} convolve
 * @returns {Pass}
 */
function activated({layer, output}, convolve) {
  const {activation} = layer.config;
  if (activation === "relu" || activation === "linear") return {forward: convolve};
  const activate = activating(activation, layer, output, output);
  return {
    forward() {
      convolve();
      activate();
    },
  };
}
