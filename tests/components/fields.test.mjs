import assert from "node:assert/strict";
import {test} from "node:test";

import {fieldSize, receptiveField} from "../../assets/components/shared/arithmetic/fields.mjs";
import {convolution, layer, pool, weight} from "./networks.mjs";

const digit = layer("digit", "InputLayer", [28, 28, 1]);
const conv = (name, source, side, changes) =>
  convolution(
    name,
    [28, 28, 4],
    source,
    weight([side, side, source === "digit" ? 1 : 4, 4]),
    changes,
  );

/** Write a box as [top, left, bottom, right]. */
const edges = ({top, left, bottom, right}) => [top, left, bottom, right];

test("a field grows through convolutions and pools, back to the pixels", () => {
  const max = pool("max", "MaxPooling2D", [14, 14, 4], "one");
  const two = convolution("two", [14, 14, 4], "max", weight([3, 3, 4, 4]));
  const network = {layers: [digit, conv("one", "digit", 5), max, two]};
  const field = receptiveField(network, "two", [5, 6, 0]);
  assert.deepEqual([...field.keys()], ["max", "one", "digit"]);
  assert.deepEqual(edges(field.get("max")), [4, 5, 6, 7]);
  assert.deepEqual(edges(field.get("one")), [8, 10, 13, 15]);
  assert.deepEqual(edges(field.get("digit")), [6, 8, 15, 17]);
  assert.deepEqual(fieldSize(network, "two"), {size: [10, 10], stride: [2, 2], start: [-4, -4]});
});

test("a field in the corner reaches into the padding, and clipped it does not", () => {
  const field = receptiveField({layers: [digit, conv("one", "digit", 5)]}, "one", [0, 27]);
  assert.deepEqual(edges(field.get("digit")), [-2, 25, 2, 29]);
  assert.deepEqual(edges(field.get("digit").clipped), [0, 25, 2, 27]);
});

test("where branches meet, a field holds what any of them reads", () => {
  const sum = layer("sum", "Add", [28, 28, 4], ["near", "far"]);
  const network = {layers: [digit, conv("near", "digit", 1), conv("far", "digit", 7), sum]};
  assert.deepEqual(edges(receptiveField(network, "sum", [9, 9, 0]).get("digit")), [6, 6, 12, 12]);
  assert.deepEqual(fieldSize(network, "sum").size, [7, 7]);
});

test("a channel of a concatenation reads only the branch it comes from", () => {
  const both = layer("both", "Concatenate", [28, 28, 8], ["near", "far"]);
  const network = {layers: [digit, conv("near", "digit", 1), conv("far", "digit", 7), both]};
  const field = receptiveField(network, "both", [9, 9, 2]);
  assert.deepEqual([...field.keys()], ["near", "digit"]);
  assert.deepEqual(field.get("near").channels, [2, 2]);
  assert.deepEqual(edges(field.get("digit")), [9, 9, 9, 9]);
  assert.equal(receptiveField(network, "both", [9, 9]).size, 3);
});

test("channels stay apart through pools, and in groups through grouped convolutions", () => {
  const grouped = convolution("grouped", [28, 28, 4], "one", weight([3, 3, 2, 4]), {groups: 2});
  const max = pool("max", "MaxPooling2D", [14, 14, 4], "grouped");
  const network = {layers: [digit, conv("one", "digit", 3), grouped, max]};
  const field = receptiveField(network, "max", [0, 0, 3]);
  assert.deepEqual(field.get("grouped").channels, [3, 3]);
  assert.deepEqual(field.get("one").channels, [2, 3]);
});

test("a depthwise convolution reads the channel that it multiplies", () => {
  const changes = {kind: "DepthwiseConv2D", depth_multiplier: 2};
  const depthwise = convolution("depthwise", [28, 28, 8], "one", weight([3, 3, 4, 2]), changes);
  const network = {layers: [digit, conv("one", "digit", 3), depthwise]};
  assert.deepEqual(receptiveField(network, "depthwise", [0, 0, 5]).get("one").channels, [2, 2]);
});

test("a softmax over the channels reads them all", () => {
  const softmax = layer("softmax", "Softmax", [28, 28, 4], ["one"]);
  const two = conv("two", "softmax", 1, {activation: "softmax"});
  const layers = [digit, conv("one", "digit", 3), softmax, two];
  assert.deepEqual(receptiveField({layers}, "softmax", [0, 0, 1]).get("one").channels, [0, 3]);
  assert.deepEqual(receptiveField({layers}, "two", [0, 0, 1]).get("softmax").channels, [0, 3]);
});

test("a unit of a flattened layer reads the one cell it was", () => {
  const flatten = layer("flatten", "Flatten", [28 * 28 * 4], ["one"]);
  const network = {layers: [digit, conv("one", "digit", 3), flatten]};
  const field = receptiveField(network, "flatten", [(5 * 28 + 6) * 4 + 3]);
  assert.deepEqual(edges(field.get("one")), [5, 6, 5, 6]);
  assert.deepEqual(field.get("one").channels, [3, 3]);
  assert.deepEqual(edges(field.get("digit")), [4, 5, 6, 7]);
});

test("a dense unit reads everything", () => {
  const flatten = layer("flatten", "Flatten", [784], ["digit"]);
  const network = {layers: [digit, flatten, layer("dense", "Dense", [10], ["flatten"])]};
  assert.deepEqual(edges(receptiveField(network, "dense", [3]).get("digit")), [0, 0, 27, 27]);
  assert.deepEqual(receptiveField(network, "dense", [3]).get("flatten").channels, [0, 783]);
  assert.deepEqual(fieldSize(network, "dense"), {size: [28, 28], stride: null, start: [0, 0]});
});

test("a cell of zero padding reads nothing but padding", () => {
  const around = {
    padding: [
      [1, 1],
      [1, 1],
    ],
  };
  const layers = [digit, layer("padding", "ZeroPadding2D", [30, 30, 1], ["digit"], around)];
  assert.equal(receptiveField({layers}, "padding", [0, 0, 0]).get("digit").clipped, null);
});

test("a kind that nobody knows may read everything", () => {
  const layers = [digit, layer("odd", "Oddity", [28, 28, 1], ["digit"])];
  assert.deepEqual(edges(receptiveField({layers}, "odd", [3, 3, 0]).get("digit")), [0, 0, 27, 27]);
  assert.deepEqual(fieldSize({layers}, "odd"), {size: [28, 28], stride: null, start: [0, 0]});
});

test("the pixels themselves read nothing before them", () => {
  assert.equal(receptiveField({layers: [digit]}, "digit", [3, 3, 0]).size, 0);
  assert.deepEqual(fieldSize({layers: [digit]}, "digit").size, [1, 1]);
});
