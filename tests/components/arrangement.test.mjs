import assert from "node:assert/strict";
import {test} from "node:test";

import {arrange} from "../../assets/components/shared/arrangement.mjs";
import {branching} from "./networks.mjs";

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
