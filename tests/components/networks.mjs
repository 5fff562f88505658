/** Networks and explorations as the modules under test take them, made by hand. */

import {readFileSync} from "node:fs";

// Written by `python -m tests.layer_kinds`.
const KINDS = JSON.parse(readFileSync(new URL("layer_kinds.json", import.meta.url), "utf-8"));

/** Return what the server says of a kind of layer. */
export function kindOf(kind) {
  return KINDS[kind] ?? {family: "unknown", window: "", shows: "", sign: "·"};
}

/** Describe a layer as the server does. */
export function layer(name, kind, output_shape, inbound = [], config = {}, weights = {}) {
  return {name, kind, ...kindOf(kind), output_shape, inbound, config, weights};
}

/** Give a weight of a shape; its values are `values`, or 0, 1, 2 … where there are none. */
export function weight(shape, values) {
  const length = shape.reduce((product, side) => product * side, 1);
  return {shape, values: Float32Array.from({length}, (_, index) => values?.[index] ?? index)};
}

/** Describe a convolution; `changes` are settings unlike the plain ones. */
export function convolution(
  name,
  output_shape,
  source,
  kernel,
  {bias, kind = "Conv2D", ...changes} = {},
) {
  const config = {
    kernel_size: kernel.shape.slice(0, 2),
    filters: output_shape[2],
    strides: [1, 1],
    dilation_rate: [1, 1],
    groups: 1,
    padding: "same",
    activation: "linear",
    ...changes,
  };
  const weights = bias ? {kernel, bias: weight([bias.length], bias)} : {kernel};
  return layer(name, kind, output_shape, [source], config, weights);
}

/** Describe a pool whose windows do not overlap, unless `changes` says so. */
export function pool(name, kind, output_shape, source, changes = {}) {
  const config = {pool_size: [2, 2], strides: [2, 2], padding: "valid", ...changes};
  return layer(name, kind, output_shape, [source], config);
}

/** Make an exploration in which each layer has the values given, channel by channel, or 0, 1, 2 … */
export function exploration({layers}, values = {}) {
  const activations = layers.map(({name, output_shape: shape}) => [
    name,
    {shape, values: weight(shape, values[name]).values},
  ]);
  return {activations: new Map(activations)};
}

const kernel = (inputs, filters) => weight([3, 3, inputs, filters]);

/** Two branches of different length, joined, and a residual addition. */
export function branching() {
  const layers = [
    layer("digit", "InputLayer", [28, 28, 1]),
    convolution("a", [28, 28, 4], "digit", kernel(1, 4)),
    convolution("left", [28, 28, 4], "a", kernel(4, 4)),
    convolution("left2", [28, 28, 4], "left", kernel(4, 4)),
    convolution("right", [28, 28, 2], "a", kernel(4, 2)),
    layer("join", "Concatenate", [28, 28, 6], ["left2", "right"], {axis: -1}),
    pool("pool", "MaxPooling2D", [14, 14, 6], "join"),
    convolution("b", [14, 14, 6], "pool", kernel(6, 6)),
    layer("add", "Add", [14, 14, 6], ["pool", "b"]),
    layer("flatten", "Flatten", [1176], ["add"]),
    layer(
      "logits",
      "Dense",
      [10],
      ["flatten"],
      {units: 10, activation: "linear"},
      {kernel: weight([1176, 10])},
    ),
  ];
  return {id: "branching", layers};
}
