/** Layers that make one number from one, or from the channels of one cell. */

import {ACTIVATIONS, ACTIVATION_LAYERS} from "../arithmetic/activations.mjs";

/**
 * @typedef {import("./kinds.mjs").Place} Place
 * @typedef {import("./kinds.mjs").Pass} Pass
 * @typedef {import("./kinds.mjs").Layer} Layer
 * @typedef {import("./memory.mjs").Tensor} Tensor
 */

/**
 * Apply an activation function: Activation, ReLU, LeakyReLU and ELU.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function activation({layer, inputs: [input], output}) {
  const [name, activate] = ACTIVATION_LAYERS[layer.kind](layer.config);
  const {max_value: most, negative_slope: slope, threshold} = layer.config;
  const isPlain = !Number.isFinite(most) && !slope && !threshold;
  return {
    forward: !isPlain
      ? applying(activate, input, output)
      : activating(name, layer, input, output, activate),
  };
}

/**
 * Keep what is above 0, and multiply what is below by a slope of its place: PReLU.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function prelu({weights: {alpha}, inputs: [input], output}) {
  const [rows, columns, channels] = output.shape;
  const [height, width, depth] = alpha.shape.length === 3 ? alpha.shape : [1, 1, alpha.shape[0]];
  const next = [height, width, depth].map((side) => (side === 1 ? 0 : 1)); // 1 serves all places
  return {
    forward() {
      const read = input.values;
      const slopes = alpha.values;
      const written = output.values;
      for (let row = 0, i = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const begin = (row * next[0] * width + column * next[1]) * depth;
          for (let channel = 0; channel < channels; channel++, i++) {
            written[i] = read[i] < 0 ? read[i] * slopes[begin + channel * next[2]] : read[i];
          }
        }
      }
    },
  };
}

/**
 * Turn the channels of each cell into shares that add up to 1.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function softmax({inputs: [input], output}) {
  return {forward: normalizingExponentials(input, output)};
}

/**
 * Scale and shift all numbers alike.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function rescaling({layer, inputs: [input], output}) {
  const {scale, offset} = layer.config;
  return {
    forward() {
      const read = input.values;
      const written = output.values;
      for (let i = 0; i < written.length; i++) written[i] = read[i] * scale + offset;
    },
  };
}

/**
 * Return what applies an activation function of that name; input and output may be the same.
 *
 * @param {string} name
 * @param {Layer} layer whose function it is
 * @param {Tensor} input
 * @param {Tensor} output
 * @param {(x: number) => number} [activate] the function, where the layer has settings for it
 * @returns {() => void}
 */
export function activating(name, layer, input, output, activate = ACTIVATIONS[name]) {
  if (name === "relu") return rectifying(input, output);
  if (name === "softmax") return normalizingExponentials(input, output);
  if (!activate) {
    throw new Error(`The layer ${layer.name} has the activation ${name}, which is unknown here.`);
  }
  return applying(activate, input, output);
}

/** ReLU in a loop of its own: a call for each cell would take longer than many convolutions. */
function rectifying(/** @type {Tensor} */ input, /** @type {Tensor} */ output) {
  return () => {
    const read = input.values;
    const written = output.values;
    for (let i = 0; i < written.length; i++) written[i] = read[i] < 0 ? 0 : read[i];
  };
}

/**
 * @param {(x: number) => number} activate
 * @param {Tensor} input
 * @param {Tensor} output
 */
function applying(activate, input, output) {
  return () => {
    const read = input.values;
    const written = output.values;
    for (let i = 0; i < written.length; i++) written[i] = activate(read[i]);
  };
}

/** Softmax over the channels of each cell; taking away the largest keeps all of it finite. */
function normalizingExponentials(/** @type {Tensor} */ input, /** @type {Tensor} */ output) {
  const channels = output.shape[2];
  return () => {
    const read = input.values;
    const written = output.values;
    for (let begin = 0; begin < written.length; begin += channels) {
      const end = begin + channels;
      let largest = -Infinity;
      for (let i = begin; i < end; i++) largest = Math.max(largest, read[i]);
      let sum = 0;
      for (let i = begin; i < end; i++) sum += written[i] = Math.exp(read[i] - largest);
      for (let i = begin; i < end; i++) written[i] /= sum;
    }
  };
}
