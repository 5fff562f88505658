import assert from "node:assert/strict";
import {test} from "node:test";

import {cellOf} from "../../assets/components/shared/arithmetic/cells.mjs";
import {convolution, exploration, layer, pool, weight} from "./networks.mjs";

const PIXELS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Explain a cell of the last layer; `values` are the activations of the layers before. */
function explain(layers, cell, values) {
  const network = {layers};
  return cellOf(network, exploration(network, values), layers.at(-1).name, cell);
}

const digit = layer("digit", "InputLayer", [3, 3, 1]);

test("a convolution multiplies its window by the kernel, and padding counts as 0", () => {
  const conv = convolution("conv", [3, 3, 1], "digit", weight([3, 3, 1, 1]), {bias: [0.5]});
  const {kind, groups, bias, preactivation, value} = explain([digit, conv], [0, 0, 0], {
    digit: PIXELS,
  });
  const [{layer: source, channel, terms, subtotal}] = groups;
  assert.equal(kind, "sum");
  assert.deepEqual([source, channel, terms.length], ["digit", 0, 9]);
  assert.equal(terms.filter(({padded}) => padded).length, 5);
  assert.deepEqual(terms.at(-1), {
    row: 1,
    column: 1,
    input: 5,
    weight: 8,
    product: 40,
    padded: false,
  });
  assert.equal(subtotal, 4 * 1 + 5 * 2 + 7 * 4 + 8 * 5);
  assert.deepEqual([bias, preactivation, value], [0.5, 82.5, 82.5]);
});

test("a sum is activated", () => {
  const kernel = weight([1, 1, 1, 1], [-2]);
  const conv = convolution("conv", [3, 3, 1], "digit", kernel, {activation: "relu"});
  const {preactivation, activation, value, bias} = explain([digit, conv], [0, 1, 0], {
    digit: PIXELS,
  });
  assert.deepEqual([preactivation, activation, value, bias], [-4, "relu", 0, null]);
});

test("a grouped convolution reads the channels of its group", () => {
  const two = layer("two", "InputLayer", [1, 1, 4]);
  const conv = convolution("conv", [1, 1, 6], "two", weight([1, 1, 2, 6]), {groups: 2});
  const channelsOf = (channel) =>
    explain([two, conv], [0, 0, channel]).groups.map((group) => group.channel);
  assert.deepEqual(channelsOf(2), [0, 1]);
  assert.deepEqual(channelsOf(3), [2, 3]);
});

test("a separable convolution sums up each channel and weighs the sums", () => {
  const weights = {
    depthwise_kernel: weight([1, 2, 1, 1], [2, 3]),
    pointwise_kernel: weight([1, 1, 1, 1], [10]),
  };
  const config = {kernel_size: [1, 2], strides: [1, 1], padding: "valid", activation: "linear"};
  const conv = layer("conv", "SeparableConv2D", [3, 2, 1], ["digit"], config, weights);
  const {groups, value} = explain([digit, conv], [0, 0, 0], {digit: PIXELS});
  const [{depthwise, pointwise, subtotal}] = groups;
  assert.deepEqual([depthwise, pointwise, subtotal, value], [8, 10, 80, 80]);
});

test("a maximum has a winner, the first of equals, and padding never wins", () => {
  const same = {padding: "same"};
  const max = pool("max", "MaxPooling2D", [2, 2, 1], "digit", same);
  const values = {digit: [-1, -5, -7, -5, -1, -7, -9, -9, -3]};
  const first = explain([digit, max], [0, 0, 0], values);
  const corner = explain([digit, max], [1, 1, 0], values);
  assert.deepEqual([first.value, first.winner], [-1, {layer: "digit", row: 0, column: 0}]);
  assert.deepEqual([corner.value, corner.winner], [-3, {layer: "digit", row: 2, column: 2}]);
  assert.equal(corner.groups[0].terms.filter(({padded}) => padded).length, 3);
});

test("an average leaves padding out of account", () => {
  const mean = pool("mean", "AveragePooling2D", [2, 2, 1], "digit", {padding: "same"});
  const {value, groups} = explain([digit, mean], [0, 1, 0], {digit: PIXELS});
  assert.equal(value, (3 + 6) / 2);
  assert.equal(groups[0].subtotal, value);
});

test("the products of a dense layer are gathered in the maps that were flattened", () => {
  const layers = [
    layer("maps", "InputLayer", [1, 2, 3]),
    layer("flatten", "Flatten", [6], ["maps"]),
    layer("dropout", "Dropout", [6], ["flatten"]),
    layer("dense", "Dense", [2], ["dropout"], {activation: "linear"}, {kernel: weight([6, 2])}),
  ];
  const values = {maps: [10, 40, 20, 50, 30, 60], dropout: [10, 20, 30, 40, 50, 60]};
  const {groups, value} = explain(layers, [1], values);
  const gathered = groups.map((group) => [group.layer, group.channel]);
  assert.deepEqual(gathered, [
    ["maps", 0],
    ["maps", 1],
    ["maps", 2],
  ]);
  assert.deepEqual(
    groups[1].terms.map(({row, column, input, weight: factor}) => [row, column, input, factor]),
    [
      [0, 0, 20, 3],
      [0, 1, 50, 9],
    ],
  );
  assert.equal(value, 10 * 1 + 20 * 3 + 30 * 5 + 40 * 7 + 50 * 9 + 60 * 11);
});

test("a dense layer after a dense one has a group for each unit", () => {
  const layers = [
    layer("units", "InputLayer", [3]),
    layer("dense", "Dense", [1], ["units"], {activation: "linear"}, {kernel: weight([3, 1])}),
  ];
  const {groups} = explain(layers, [0]);
  assert.deepEqual(
    groups.map(({channel, terms}) => [channel, terms.length]),
    [
      [0, 1],
      [1, 1],
      [2, 1],
    ],
  );
});

test("a normalization tells all its numbers; gamma is 1 and beta 0 where there are none", () => {
  const weights = {moving_mean: weight([1], [2]), moving_variance: weight([1], [8])};
  const bn = layer("bn", "BatchNormalization", [3, 3, 1], ["digit"], {epsilon: 1}, weights);
  const {normalization, value} = explain([digit, bn], [1, 1, 0], {digit: PIXELS});
  assert.deepEqual(normalization, {mean: 2, variance: 8, epsilon: 1, gamma: 1, beta: 0, value: 1});
  assert.equal(value, 1);
});

test("a softmax shows the exponentials and their sum", () => {
  const layers = [layer("logits", "InputLayer", [2]), layer("softmax", "Softmax", [2], ["logits"])];
  const {kind, groups, softmax, value} = explain(layers, [0], {logits: [0, Math.log(3)]});
  assert.equal(kind, "softmax");
  assert.deepEqual(
    groups.map(({channel, terms}) => [channel, terms.length]),
    [
      [0, 1],
      [1, 1],
    ],
  );
  assert.equal(groups[1].subtotal, 1);
  assert.ok(Math.abs(softmax.sum - 4 / 3) < 1e-6);
  assert.ok(Math.abs(value - 1 / 4) < 1e-6);
});

test("a source of 1 × 1 serves all places of a product", () => {
  const gate = layer("gate", "InputLayer", [1, 1, 1]);
  const layers = [digit, gate, layer("scaled", "Multiply", [3, 3, 1], ["digit", "gate"])];
  assert.equal(explain(layers, [2, 1, 0], {digit: PIXELS, gate: [10]}).value, 80);
});

test("a joined cell comes from the one layer that has its channel", () => {
  const layers = [
    layer("left", "InputLayer", [1, 1, 2]),
    layer("right", "InputLayer", [1, 1, 2]),
    layer("both", "Concatenate", [1, 1, 4], ["left", "right"]),
  ];
  const {kind, groups, value} = explain(layers, [0, 0, 3], {left: [1, 2], right: [3, 4]});
  assert.deepEqual([kind, groups[0].layer, groups[0].channel, value], ["join", "right", 1, 4]);
});

test("a kind that nobody knows shows its value and explains nothing", () => {
  const odd = layer("odd", "Oddity", [3, 3, 1], ["digit"]);
  const {kind, groups, value, shown} = explain([digit, odd], [0, 2, 0]);
  assert.deepEqual([kind, groups, value, shown], ["unknown", [], 2, 2]);
});

test("an activation that nobody knows makes its cell unknown", () => {
  const odd = {activation: "oddity"};
  const conv = convolution("conv", [3, 3, 1], "digit", weight([1, 1, 1, 1]), odd);
  const activation = layer("activation", "Activation", [3, 3, 1], ["digit"], odd);
  for (const last of [conv, activation]) {
    assert.equal(explain([digit, last], [0, 2, 0]).kind, "unknown");
  }
});

test("a layer that is not there is an error with its name", () => {
  assert.throws(
    () => cellOf({layers: [digit]}, exploration({layers: [digit]}), "conv9", [0, 0, 0]),
    /conv9/,
  );
});
