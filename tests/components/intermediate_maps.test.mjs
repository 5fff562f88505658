import assert from "node:assert/strict";
import {test} from "node:test";

import {cellOf} from "../../assets/components/shared/arithmetic/cells.mjs";
import {intermediateMaps} from "../../assets/components/shared/arithmetic/maps.mjs";
import {convolution, exploration, layer, pool, weight} from "./networks.mjs";

const two = layer("two", "InputLayer", [4, 3, 2]);
const conv = convolution("conv", [4, 3, 3], "two", weight([3, 2, 2, 3]), {bias: [1, 2, 3]});
const normalized = layer("bn", "BatchNormalization", [4, 3, 3], ["conv"]);
const rectified = layer("relu", "ReLU", [4, 3, 3], ["bn"]);
const network = {
  layers: [two, conv, normalized, rectified, pool("max", "MaxPooling2D", [2, 1, 3], "relu")],
};
const shown = exploration(network);

test("each input map holds the subtotals of the cells, and the sum adds them up", () => {
  const {inputs, stages} = intermediateMaps(network, shown, "conv", 1);
  assert.deepEqual(
    inputs.map((input) => [input.layer, input.channel]),
    [
      ["two", 0],
      ["two", 1],
    ],
  );
  for (let cell = 0; cell < 12; cell++) {
    const {groups, preactivation} = cellOf(network, shown, "conv", [
      Math.floor(cell / 3),
      cell % 3,
      1,
    ]);
    assert.deepEqual(
      inputs.map(({values}) => values[cell]),
      groups.map(({subtotal}) => subtotal),
    );
    assert.equal(stages[0].values[cell] + 2, preactivation);
    assert.equal(stages[1].values[cell], preactivation);
  }
});

test("the stages follow the layers that only go on with a number, whichever is asked", () => {
  for (const name of ["conv", "bn", "relu"]) {
    const {layers, stages} = intermediateMaps(network, shown, name, 1);
    assert.deepEqual(layers, ["conv", "bn", "relu"]);
    assert.deepEqual(
      stages.map((stage) => [stage.kind, stage.layer]),
      [
        ["sum", "conv"],
        ["bias", "conv"],
        ["normalize", "bn"],
        ["activate", "relu"],
      ],
    );
    assert.deepEqual(
      [...stages[3].values],
      [...shown.activations.get("relu").values.subarray(12, 24)],
    );
  }
});

test("a layer that others read too ends the way", () => {
  const layers = [two, conv, normalized, layer("sum", "Add", [4, 3, 3], ["conv", "bn"])];
  assert.deepEqual(intermediateMaps({layers}, exploration({layers}), "conv", 0).layers, ["conv"]);
});

test("a convolution's own activation is its last stage", () => {
  const {kernel} = conv.weights;
  const tanh = {...conv, config: {...conv.config, activation: "tanh"}, weights: {kernel}};
  const layers = [two, tanh];
  const {stages} = intermediateMaps({layers}, exploration({layers}), "conv", 0);
  const passed = stages.map(({kind, activation}) => [kind, activation]);
  assert.deepEqual(passed, [
    ["sum", null],
    ["activate", "tanh"],
  ]);
});

test("a pool has no kernel: its answer is all there is", () => {
  const {inputs, stages} = intermediateMaps(network, shown, "max", 2);
  assert.equal(inputs.length, 0);
  assert.deepEqual(
    stages.map(({kind, values}) => [kind, ...values]),
    [["answer", 4, 5]],
  );
});
