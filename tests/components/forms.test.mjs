import assert from "node:assert/strict";
import {test} from "node:test";

import {
  byStrength,
  cellOf,
  formOf,
  paintedValues,
  spotOf,
} from "../../assets/components/stage/forms.mjs";
import {planColumns} from "../../assets/components/stage/columns.mjs";

test("channels are maps, few units are tiles with their values, many are the cells of one map", () => {
  assert.deepEqual(formOf([14, 14, 32]).shape, [14, 14, 32]);
  assert.deepEqual([formOf([10]).shape, formOf([10]).isLabeled], [[1, 1, 10], true]);
  assert.deepEqual([formOf([48]).shape, formOf([48]).isLabeled], [[1, 1, 48], false]);
  const {shape, isLong} = formOf([800]);
  assert.deepEqual([shape, isLong], [[40, 20, 1], true]);
});

test("a cell of a long vector is a unit, and the unit is found in its cell again", () => {
  const form = formOf([101]);
  for (const unit of [0, 17, 100]) {
    const cell = cellOf(form, {channel: unit, row: 0, column: 0});
    assert.deepEqual(spotOf(form, {channel: 0, ...cell}), {channel: unit, row: 0, column: 0});
  }
  const [height, width] = form.shape;
  assert.ok(height * width > 101);
  assert.equal(spotOf(form, {channel: 0, row: height - 1, column: width - 1}), null);
  assert.equal(paintedValues(form, new Float32Array(101)).length, height * width);
});

test("maps are sorted by the sum of their absolute activations, the silent ones last", () => {
  const values = Float32Array.of(0, 1, 0, -9, 0, 2, 0, 3); // two cells of four channels
  assert.deepEqual(byStrength(values, 4), [3, 1, 0, 2]);
});

test("the pixels, a long vector and units keep to the room that maps have", () => {
  const shapes = [
    [28, 28, 1],
    [14, 14, 32],
    [40, 20, 1],
    [1, 1, 10],
    [1, 1, 48],
  ];
  for (const ratio of [1, 2]) {
    const plans = planColumns(shapes, {width: 820, height: 400, usual: 300, ratio});
    for (const plan of plans) assert.ok(plan.height <= 400 * ratio);
    assert.deepEqual(
      plans.map(({columns}) => columns > 0),
      shapes.map(() => true),
    );
  }
});
