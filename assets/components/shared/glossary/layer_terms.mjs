/**
 * Which terms of the glossary explain what a layer computes.
 *
 * @typedef {import("../live/networks.mjs").Network} Network
 * @typedef {import("../live/networks.mjs").Layer} Layer
 */

import {chainOf, isSoftmax, layerOf} from "../arithmetic/network.mjs";

/** By the family of a layer's kind (model/inference/layer_kinds.py), where its kind has no own. */
const BY_FAMILY = {
  convolution: ["convolution", "kernel", "stride", "padding"],
  dense: ["dense"],
  pooling: ["pooling", "stride"],
  normalization: ["batch_normalization"],
};

/** @type {Record<string, string[]>} by Keras's class */
const BY_KIND = {
  Conv2DTranspose: ["transposed_convolution", "kernel", "stride"],
  UpSampling2D: ["upsampling"],
  LayerNormalization: ["layer_normalization"],
  GroupNormalization: ["layer_normalization"],
  Normalization: ["preprocessing"],
  Flatten: ["flatten"],
  Add: ["residual_connection"],
  Dropout: ["dropout"],
};

/** Terms that stand for the functions that have a name in the glossary; others are one of many. */
const FUNCTIONS = {relu: "relu", sigmoid: "sigmoid", softmax: "softmax"};

/**
 * List the terms of a layer and of what is computed with it in one: keys of the glossary, each once.
 *
 * @param {Network} network
 * @param {string} name
 */
export function termsOf(network, name) {
  const chain = chainOf(network, name).map((each) => layerOf(network, each));
  return [...new Set([...chain.flatMap(termsOfLayer), "receptive_field", "parameters"])];
}

/** @param {Layer} layer */
function termsOfLayer(layer) {
  return [
    ...(BY_KIND[layer.kind] ?? BY_FAMILY[layer.family] ?? []),
    ...("bias" in layer.weights ? ["bias"] : []),
    ...functionTerm(layer),
  ];
}

function functionTerm(layer) {
  if (isSoftmax(layer)) return ["softmax"];
  const name = layer.kind === "ReLU" ? "relu" : layer.config.activation;
  if (layer.family !== "activation" && (!name || name === "linear")) return [];
  return [FUNCTIONS[name] ?? "activation_function"];
}
