import assert from "node:assert/strict";
import {test} from "node:test";

import {PICTURED, exampleOf} from "../../assets/components/shared/glossary/examples.mjs";
import {termsOf} from "../../assets/components/shared/glossary/layer_terms.mjs";
import {placeBeside} from "../../assets/components/shared/glossary/mark.mjs";
import {convolution, layer, pool, weight} from "./networks.mjs";

// A digit of 4 × 4 whose pixels are 0 to 15; map 0 is the digit plus a half, map 1 its negative.
const PIXELS = Float32Array.from({length: 16}, (_, pixel) => pixel);
const CENTERS = Array.from({length: 18}, (_, i) => ({8: 1, 9: -1})[i] ?? 0); // (3, 3, 1, 2)
const relu = (x) => Math.max(0, x);

const digit = {...layer("digit", "InputLayer", [4, 4, 1]), parameters: 0};
const conv = {
  ...convolution("conv", [4, 4, 2], "digit", weight([3, 3, 1, 2], CENTERS), {
    bias: [0.5, 0.25],
    activation: "relu",
  }),
  parameters: 20,
};
const max = {...pool("max", "MaxPooling2D", [2, 2, 2], "conv"), parameters: 0};
const flat = {...layer("flat", "Flatten", [8], ["max"]), parameters: 0};
const dense = {
  ...layer(
    "dense",
    "Dense",
    [3],
    ["flat"],
    {activation: "linear"},
    {
      kernel: weight(
        [8, 3],
        Array.from({length: 24}, (_, i) => Number(i === 18)),
      ),
      bias: weight([3], [-2, 0, 0]),
    },
  ),
  parameters: 27,
};

const MAPS = Float32Array.from([...PIXELS].flatMap((x) => [relu(x + 0.5), relu(0.25 - x)]));
const POOLED = Float32Array.of(5.5, 0.25, 7.5, 0, 13.5, 0, 15.5, 0);
const reading = {
  network: {layers: [digit, conv, max, flat, dense]},
  pixels: PIXELS,
  logits: Float32Array.of(Math.log(6), Math.log(3), 0),
  activations: new Map([
    ["digit", PIXELS],
    ["conv", MAPS],
    ["max", POOLED],
    ["flat", POOLED],
    ["dense", Float32Array.of(13.5, 0, 0)],
  ]),
};

const example = (term, at) => exampleOf(term, reading, at);
const linesOf = ({parts}) => parts.filter(({kind}) => kind === "line").map(({text}) => text);
const saidOf = ({parts}, key) => parts.find((part) => part.key === key)?.values;
const partOf = ({parts}, kind) => parts.filter((part) => part.kind === kind);

test("a convolution shows the window of its strongest cell, the kernel, and their sum", () => {
  const shown = example("convolution");
  assert.deepEqual(shown.where, {layer: "conv", channel: 0, row: 3, column: 3});
  const [window, kernel] = partOf(shown, "grid");
  assert.deepEqual(window.rows, [
    [10, 11, null],
    [14, 15, null],
    [null, null, null],
  ]);
  assert.deepEqual(kernel.rows, [
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
  assert.deepEqual(saidOf(shown, "products"), {count: 9, sum: "15.00"});
  assert.equal(saidOf(shown, "with_bias").sum, "15.00 + 0.50 = 15.50");
  assert.deepEqual(linesOf(shown), ["relu(15.50) = 15.50"]);
});

test("a cell that is open is the one that is explained", () => {
  const shown = example("convolution", {layer: "conv", channel: 1, cell: [0, 2]});
  assert.deepEqual(shown.where, {layer: "conv", channel: 1, row: 0, column: 2});
  assert.equal(saidOf(shown, "with_bias").sum, "−2.00 + 0.25 = −1.75");
  assert.deepEqual(linesOf(shown), ["relu(−1.75) = 0"]);
});

test("of a layer that has no such thing, the first one that has it is explained", () => {
  assert.equal(example("convolution", {layer: "max"}).where.layer, "conv");
  assert.equal(example("pooling", {layer: "conv"}).where.layer, "max");
});

test("ReLU shows a positive value that it keeps and a negative one that it sets to 0", () => {
  const shown = example("relu", {layer: "conv", channel: 1});
  assert.deepEqual(linesOf(shown), ["relu(0.25) = 0.25", "relu(−0.75) = 0"]);
  assert.deepEqual(partOf(shown, "curve")[0].points, [
    [0.25, 0.25],
    [-0.75, 0],
  ]);
});

test("pooling shows four numbers and marks their maximum", () => {
  const shown = example("pooling");
  assert.deepEqual(linesOf(shown), ["max(10.50, 11.50, 14.50, 15.50) = 15.50"]);
  assert.deepEqual(partOf(shown, "grid")[0].marked, [1, 1]);
});

test("flatten says where in the row a cell of the maps comes to lie", () => {
  const shown = example("flatten");
  assert.deepEqual(shown.where, {layer: "max", channel: 0, row: 1, column: 1});
  // (1 · 2 + 1) · 2 + 0
  assert.deepEqual(linesOf(shown), ["(1 · 2 + 1) · 2 + 0 = 6", "2 · 2 · 2 = 8"]);
  assert.deepEqual(saidOf(shown, "flatten_value"), {index: 6, value: "15.50"});
});

test("parameters are counted weight by weight, and for the whole network", () => {
  const shown = example("parameters");
  assert.deepEqual(linesOf(shown), ["3 · 3 · 1 · 2 + 2 = 20"]);
  assert.equal(saidOf(shown, "parameters_all").total, "47");
  assert.deepEqual(linesOf(example("parameters", {layer: "dense"})), ["8 · 3 + 3 = 27"]);
});

test("the width that strides and padding leave is worked out", () => {
  assert.deepEqual(linesOf(example("stride", {layer: "max"})), ["⌊(4 − 2) / 2⌋ + 1 = 2"]);
  assert.deepEqual(linesOf(example("padding", {layer: "conv"})), ["⌊(4 + 2 − 3) / 1⌋ + 1 = 4"]);
  assert.equal(saidOf(example("padding", {layer: "conv"}), "padding_same").added, 2);
  assert.ok(saidOf(example("padding", {layer: "max"}), "padding_valid"));
});

test("a receptive field is as large as its formula has it, and lies within the digit", () => {
  const conv3 = example("receptive_field", {layer: "conv", channel: 0, cell: [3, 3]});
  assert.deepEqual(linesOf(conv3), ["3 × 3"]);
  const {top, left, bottom, right} = partOf(conv3, "map")[0].box;
  assert.deepEqual([top, left, bottom, right], [2, 2, 3, 3]);
  assert.deepEqual(linesOf(example("receptive_field", {layer: "max"})), ["4 × 4"]);
});

test("softmax divides the exponentials of the three largest logits by the sum of all", () => {
  const shown = example("softmax");
  assert.deepEqual(linesOf(shown), [
    "0: e^1.79 / Σ = 6.00 / 10.00 ≈ 0.6000",
    "1: e^1.10 / Σ = 3.00 / 10.00 ≈ 0.3000",
    "2: e^0 / Σ = 1.00 / 10.00 ≈ 0.1000",
  ]);
  assert.equal(saidOf(shown, "softmax_sum").sum, "10.00");
  assert.deepEqual(linesOf(example("confidence")), ["0: e^1.79 / Σ = 6.00 / 10.00 ≈ 0.6000"]);
});

test("an exponential that nobody could read is written as a power of ten", () => {
  const far = {...reading, logits: Float32Array.of(20, 0, -10)};
  const [first, , last] = linesOf(exampleOf("softmax", far));
  assert.match(first, /= 4\.9·10⁸ \/ 4\.9·10⁸ ≈ 1\.0000$/);
  assert.match(last, /≈ 9\.4·10⁻¹⁴$/);
});

test("batch normalization is written out with its four numbers", () => {
  const one = {...layer("one", "InputLayer", [1, 1, 1]), parameters: 0};
  const numbers = {moving_mean: 1, moving_variance: 3.75, gamma: 3, beta: -1};
  const weights = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, weight([1], [value])]),
  );
  const normal = {
    ...layer("bn", "BatchNormalization", [1, 1, 1], ["one"], {epsilon: 0.25}, weights),
    parameters: 4,
  };
  const activations = new Map([
    ["one", Float32Array.of(5)],
    ["bn", Float32Array.of(5)],
  ]);
  const shown = exampleOf("batch_normalization", {
    ...reading,
    network: {layers: [one, normal]},
    activations,
  });
  // (5 − 1) / √(3.75 + 0.25) · 3 − 1 = 5
  assert.deepEqual(linesOf(shown).slice(1), [
    "= (5.00 − 1.00) / √(3.75 + 0.25) · 3.00 + (−1.00)",
    "= 5.00",
  ]);
});

test("what this network or this drawing has not got has no example", () => {
  assert.equal(example("batch_normalization"), null);
  assert.equal(example("calibration"), null);
  for (const term of PICTURED)
    assert.equal(
      exampleOf(term, {...reading, pixels: null, logits: null, activations: null}),
      null,
    );
});

test("a network that has diverged has no probabilities to explain", () => {
  const broken = {...reading, logits: Float32Array.of(NaN, 0, 0)};
  assert.equal(exampleOf("softmax", broken), null);
  assert.equal(exampleOf("logits", broken), null);
});

test("what opens stays in the window, below its mark or above it", () => {
  const [note, phone] = [
    {width: 360, height: 300},
    {width: 390, height: 844},
  ];
  assert.deepEqual(placeBeside({left: 300, top: 100, bottom: 120}, note, phone), {
    left: 390 - 360 - 8,
    top: 126,
  });
  assert.deepEqual(placeBeside({left: 2, top: 700, bottom: 720}, note, phone), {
    left: 8,
    top: 700 - 6 - 300,
  });
  const tall = placeBeside({left: 20, top: 400, bottom: 420}, {width: 360, height: 820}, phone);
  assert.deepEqual(tall, {left: 20, top: 844 - 820 - 8});
});

test("a layer is explained by what it and what follows it compute", () => {
  const {network} = reading;
  const always = ["receptive_field", "parameters"];
  assert.deepEqual(termsOf(network, "conv"), [
    "convolution",
    "kernel",
    "stride",
    "padding",
    "bias",
    "relu",
    ...always,
  ]);
  assert.deepEqual(termsOf(network, "max"), ["pooling", "stride", ...always]);
  assert.deepEqual(termsOf(network, "flat"), ["flatten", ...always]);
  assert.deepEqual(termsOf(network, "dense"), ["dense", "bias", ...always]);
  const normal = layer("bn", "BatchNormalization", [4, 4, 2], ["plain"], {epsilon: 1e-3});
  const plain = convolution("plain", [4, 4, 2], "digit", weight([3, 3, 1, 2]));
  const active = layer("act", "LeakyReLU", [4, 4, 2], ["bn"], {negative_slope: 0.1});
  assert.deepEqual(termsOf({layers: [digit, plain, normal, active]}, "act").slice(4), [
    "batch_normalization",
    "activation_function",
    ...always,
  ]);
});
