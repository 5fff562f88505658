/** How a layer of each kind is computed. */

import {conv2d, dense, depthwiseConv2d, separableConv2d} from "./convolution.mjs";
import {activation, prelu, rescaling, softmax} from "./elementwise.mjs";
import {add, average, maximum, minimum, multiply, subtract} from "./merging.mjs";
import {concatenate, copy, cropping2d, zeroPadding2d} from "./moving.mjs";
import {batchNormalization, inputNormalization, normalization} from "./normalizing.mjs";
import {averagePooling, maxPooling} from "./pooling.mjs";
import {conv2dTranspose} from "./transposed.mjs";
import {upsampling2d} from "./upsampling.mjs";

/**
 * @typedef {import("../live/networks.mjs").Network} Network
 * @typedef {import("../live/networks.mjs").Layer} Layer
 */

/**
 * Where a layer stands in a network, as those who compute it get it.
 *
 * @typedef {object} Place
 * @property {Network} network
 * @property {Layer} layer
 * @property {Tensor[]} inputs
 * @property {Tensor} output
 * @property {Record<string, Tensor>} weights
 * @property {import("./memory.mjs").Memory} memory in which more may be reserved
 */

/**
 * What a kind of layer does. A pass backward has its place here, beside the pass forward.
 *
 * @typedef {object} Pass
 * @property {() => void} forward compute the output from the inputs and the weights
 * @property {() => void} [prepare] what is worked out of the weights once, after they have come
 */

/** @typedef {import("./memory.mjs").Tensor} Tensor */

/** @type {Record<string, (at: Place) => Pass>} */
export const KINDS = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  Conv2DTranspose: conv2dTranspose,
  Dense: dense,
  MaxPooling2D: maxPooling,
  GlobalMaxPooling2D: maxPooling,
  AveragePooling2D: averagePooling,
  GlobalAveragePooling2D: averagePooling,
  UpSampling2D: upsampling2d,
  BatchNormalization: batchNormalization,
  LayerNormalization: normalization,
  GroupNormalization: normalization,
  Normalization: inputNormalization,
  Rescaling: rescaling,
  Activation: activation,
  ReLU: activation,
  LeakyReLU: activation,
  PReLU: prelu,
  ELU: activation,
  Softmax: softmax,
  Add: add,
  Subtract: subtract,
  Multiply: multiply,
  Average: average,
  Maximum: maximum,
  Minimum: minimum,
  Concatenate: concatenate,
  ZeroPadding2D: zeroPadding2d,
  Cropping2D: cropping2d,
  Flatten: copy,
  Reshape: copy,
  Dropout: copy,
  SpatialDropout2D: copy,
  GaussianNoise: copy,
};

/** The weights without which a kind cannot be computed; a bias, gamma or beta may be missing. */
export const NEEDED_WEIGHTS = /** @type {Record<string, string[]>} */ ({
  Conv2D: ["kernel"],
  DepthwiseConv2D: ["kernel"],
  SeparableConv2D: ["depthwise_kernel", "pointwise_kernel"],
  Conv2DTranspose: ["kernel"],
  Dense: ["kernel"],
  PReLU: ["alpha"],
  Normalization: ["mean", "variance"],
  BatchNormalization: ["moving_mean", "moving_variance"],
});
