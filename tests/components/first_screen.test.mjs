import assert from "node:assert/strict";
import {test} from "node:test";

import {strokesUntil} from "../../assets/components/digit_canvas/demonstration.mjs";
import {planColumns, planRows} from "../../assets/components/stage/columns.mjs";

const SEVEN = [
  [28, 28, 32],
  [14, 14, 32],
  [14, 14, 32],
  [14, 14, 32],
  [7, 7, 32],
  [7, 7, 32],
  [5, 5, 32],
];
const THIRTY = Array(30).fill([28, 28, 16]);

const widthOf = (plans) => plans.reduce((sum, {width}) => sum + width, 0);

test("all layers fit beside each other, with the largest maps with which they do", () => {
  const plans = planColumns(SEVEN, {width: 820, height: 518, usual: 338, ratio: 1});
  assert.ok(widthOf(plans) <= 820);
  for (const plan of plans) assert.ok(plan.height <= 518);
  // 56 pixels a map, 9 of them in 518: 4 columns of 58 pixels for each layer, far more than 820.
  assert.equal(plans[0].tileWidth, 28);
  assert.deepEqual([plans[0].columns, plans[6].zoom], [3, 5]);
});

test("twice the screen gives maps of twice the size", () => {
  const plans = planColumns(SEVEN, {width: 1310, height: 647, usual: 431, ratio: 1});
  assert.equal(plans[0].tileWidth, 56);
  assert.ok(widthOf(plans) <= 1310);
});

test("on a sharp screen a map is as large, of more pixels", () => {
  const plans = planColumns(SEVEN, {width: 820, height: 518, usual: 338, ratio: 2});
  assert.ok(plans[0].tileWidth >= 56);
  assert.ok(widthOf(plans) <= 2 * 820);
});

test("a network of thirty layers is wider than the screen, and no higher than usual", () => {
  const plans = planColumns(THIRTY, {width: 820, height: 518, usual: 338, ratio: 1});
  assert.ok(widthOf(plans) > 820);
  for (const plan of plans) assert.ok(plan.height <= 338);
});

test("every map of every layer has a place of its own", () => {
  for (const count of [1, 2, 3, 6, 8, 16, 17, 64, 128]) {
    const shapes = [
      [28, 28, count],
      [3, 3, count],
    ];
    const space = {width: 800, height: 500, usual: 330, ratio: 1};
    for (const plan of [...planColumns(shapes, space), ...planRows(shapes, 1)]) {
      assert.equal(plan.count, count);
      const rows = Math.ceil(count / plan.columns);
      assert.equal(plan.height, rows * (plan.tileHeight + plan.gap) - plan.gap);
    }
  }
});

test("on a telephone each layer is two rows, about as large as a fingertip", () => {
  for (const ratio of [2, 3]) {
    for (const plan of planRows(SEVEN, ratio)) {
      assert.equal(plan.columns, 16);
      assert.ok(Math.abs(plan.tileWidth / ratio - 40) <= 5);
    }
  }
});

test("a demonstration grows from a dot to the whole digit", () => {
  const [dot] = strokesUntil(0);
  const [half] = strokesUntil(0.5);
  const [whole] = strokesUntil(1);
  assert.equal(dot.points.length, 2);
  assert.deepEqual(half.points.slice(0, 2), dot.points);
  assert.ok(Math.abs(lengthOf(half.points) - lengthOf(whole.points) / 2) < 1e-6);
});

function lengthOf(points) {
  let sum = 0;
  for (let i = 2; i < points.length; i += 2)
    sum += Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]);
  return sum;
}
