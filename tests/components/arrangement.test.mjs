import assert from "node:assert/strict";
import {test} from "node:test";

import {arrange} from "../../assets/components/shared/arrangement.mjs";
import {convolution, layer, pool, weight} from "./networks.mjs";

const kernel = (inputs, filters) => weight([3, 3, inputs, filters]);

/** Two branches of different length, joined, and a residual addition. */
function branching() {
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

test("a layer stands in the column of its longest way from the pixels", () => {
  const {places, columns} = arrange(branching().layers);
  const column = (name) => places.get(name).column;
  assert.deepEqual(
    ["digit", "a", "left", "right", "left2", "join", "add"].map(column),
    [0, 1, 2, 2, 3, 4, 7],
  );
  assert.equal(columns, 10);
});

test("branches stand in lanes of their own, and what joins them in the first", () => {
  const {places, lanes} = arrange(branching().layers);
  const lane = (name) => places.get(name).lane;
  assert.equal(lane("left"), 0);
  assert.equal(lane("right"), 1);
  assert.deepEqual(["join", "add", "logits"].map(lane), [0, 0, 0]);
  assert.equal(lanes, 2);
});

test("no two layers stand in one place", () => {
  const {places} = arrange(branching().layers);
  const taken = [...places.values()].map(({column, lane}) => `${column}/${lane}`);
  assert.equal(new Set(taken).size, taken.length);
});
