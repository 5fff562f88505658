/** The kernels of a layer, one slice for each input channel, whatever kind of layer it is. */

import {layerOf} from "./network.mjs";

/**
 * Give the slices of the kernel that makes one channel, or none where a layer has no kernel.
 *
 * Each is {channel, weights, height, width, pointwise}: the input channel that it slides over, its
 * weights row by row, and what a SeparableConv2D multiplies its whole sum by before the slices are
 * added up; null in all other layers.
 *
 * @param {import("./network.mjs").Network} network
 * @param {string} name
 * @param {number} channel
 * @returns {{channel: number, weights: Float32Array, height: number, width: number,
 *   pointwise: number | null}[]}
 */
export function slicesOf(network, name, channel) {
  const layer = layerOf(network, name);
  return SLICES[layer.kind]?.(layer, channel) ?? [];
}

const SLICES = {
  Conv2D({weights: {kernel}, config}, channel) {
    const [, , inputs, filters] = kernel.shape;
    const group = Math.floor((channel * config.groups) / filters);
    return range(inputs, (input) => cut(kernel, input, channel, group * inputs + input));
  },

  DepthwiseConv2D({weights: {kernel}}, channel) {
    const multiplier = kernel.shape[3];
    const input = Math.floor(channel / multiplier);
    return [cut(kernel, input, channel % multiplier, input)];
  },

  SeparableConv2D({weights}, channel) {
    const {depthwise_kernel: kernel, pointwise_kernel: mixing} = weights;
    const [, , inputs, multiplier] = kernel.shape;
    return range(inputs * multiplier, (each) => {
      const input = Math.floor(each / multiplier);
      const [pointwise] = cut(mixing, each, channel, input).weights;
      return {...cut(kernel, input, each % multiplier, input), pointwise};
    });
  },

  /** Its kernel is (height, width, outputs, inputs). */
  Conv2DTranspose({weights: {kernel}}, channel) {
    const inputs = kernel.shape[3];
    return range(inputs, (input) => cut(kernel, channel, input, input));
  },

  Dense({weights: {kernel}}, unit) {
    const {shape, values} = kernel;
    return range(shape[0], (input) => cut({shape: [1, 1, ...shape], values}, input, unit, input));
  },
};

/** Describe the slice that belongs to one input and one output of a kernel, and slides over `channel`. */
function cut(kernel, input, output, channel) {
  const [height, width] = kernel.shape;
  return {channel, weights: sliceOf(kernel, input, output), height, width, pointwise: null};
}

/**
 * Take the weights of one input and one output out of a kernel (height, width, inputs, outputs), row
 * after row.
 *
 * @param {{shape: number[], values: Float32Array}} kernel
 * @param {number} input
 * @param {number} output
 */
export function sliceOf({shape: [height, width, inputs, outputs], values}, input, output) {
  const weights = new Float32Array(height * width);
  for (let tap = 0; tap < weights.length; tap++) {
    weights[tap] = values[(tap * inputs + input) * outputs + output];
  }
  return weights;
}

function range(length, each) {
  return Array.from({length}, (_, index) => each(index));
}
