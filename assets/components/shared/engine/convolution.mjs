/**
 * Layers that add up products: Conv2D, DepthwiseConv2D, SeparableConv2D and Dense.
 *
 * A SeparableConv2D is a depthwise convolution before one of 1 × 1, and Dense is a convolution of
 * 1 × 1 over a picture of a single cell.
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
  return activated(at, depthwise(at, {kernel, bias, window: firstWindow(at)}));
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
  const first = depthwise(at, {kernel, window: firstWindow(at), output: apart, least: -Infinity});
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
 * What is added up; what it does not say comes from the layer's place.
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
function convolution(at, sum) {
  const {memory} = at;
  const {kernel, groups = 1} = sum;
  const {picture, pad, bias, output, sliding, least} = prepared(at, sum);
  const [, , channels, allFilters] = kernel.shape;
  const filters = allFilters / groups;
  return () => {
    pad();
    for (let group = 0; group < groups; group++) {
      const first = 4 * group * filters;
      memory.products.convolve(
        picture.address + 4 * group * channels,
        kernel.address + first,
        bias.address + first,
        output.address + first,
        sliding.rows,
        sliding.columns,
        sliding.down,
        sliding.right,
        sliding.tapRows,
        sliding.tapColumns,
        sliding.tapDown,
        sliding.tapRight,
        channels,
        filters,
        allFilters,
        least,
      );
    }
  };
}

/**
 * Return what convolves each channel of an input by itself; a ReLU is part of it.
 *
 * @param {Place} at
 * @param {Sum} sum
 * @returns {() => void}
 */
function depthwise(at, sum) {
  const {memory} = at;
  const {kernel} = sum;
  const {picture, pad, bias, output, sliding, least} = prepared(at, sum);
  const [, , channels, multiplier] = kernel.shape;
  return () => {
    pad();
    memory.products.depthwise(
      picture.address,
      kernel.address,
      bias.address,
      output.address,
      sliding.rows,
      sliding.columns,
      sliding.down,
      sliding.right,
      sliding.tapRows,
      sliding.tapColumns,
      sliding.tapDown,
      sliding.tapRight,
      channels,
      multiplier,
      least,
    );
  };
}

/**
 * Return what both convolutions need: the picture with its padding, and how windows slide over it
 * in floats.
 *
 * @param {Place} at
 * @param {Sum} sum
 */
function prepared({memory, layer, inputs, output: answer}, sum) {
  const {input = inputs[0], output = answer, window} = sum;
  const {least = layer.config.activation === "relu" ? 0 : -Infinity} = sum;
  const [rows, columns, filters] = output.shape;
  const [strideDown, strideRight] = window.stride;
  const high = (rows - 1) * strideDown + window.height;
  const wide = (columns - 1) * strideRight + window.width;
  const {picture, pad} = padded(memory, input, [-window.top, -window.left], [high, wide]);
  const [, width, channels] = picture.shape;
  const sliding = {
    rows,
    columns,
    down: strideDown * width * channels,
    right: strideRight * channels,
    tapRows: window.taps[0],
    tapColumns: window.taps[1],
    tapDown: window.dilation[0] * width * channels,
    tapRight: window.dilation[1] * channels,
  };
  return {picture, pad, bias: sum.bias ?? memory.reserve([filters]), output, sliding, least};
}

/**
 * Return the pass that convolves and then applies the layer's activation function.
 *
 * @param {Place} at
 * @param {() => void} convolve
 * @returns {Pass}
 */
export function activated({layer, output}, convolve) {
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
