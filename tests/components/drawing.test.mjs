import assert from "node:assert/strict";
import {test} from "node:test";

import {erased, tracePath} from "../../assets/components/digit_canvas/drawing.mjs";
import {history} from "../../assets/components/shared/history.mjs";

const near = (actual, expected, most = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= most, `${actual} is not ${expected}`);

const line = (...points) => ({width: 16, points});

/** How far ink is from a place: the pen's middle to the place, less half the pen. */
function reach({width, points}, x, y) {
  let least = Math.hypot(points[0] - x, points[1] - y);
  for (let i = 2; i < points.length; i += 2) {
    const [x0, y0, x1, y1] = points.slice(i - 2, i + 2);
    const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const along = squared ? ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared : 0;
    const t = Math.max(0, Math.min(1, along));
    least = Math.min(least, Math.hypot(x0 + t * (x1 - x0) - x, y0 + t * (y1 - y0) - y));
  }
  return least - width / 2;
}

test("an eraser beside the ink leaves the very same stroke", () => {
  const strokes = [line(20, 100, 260, 100), line(50, 50)];
  const left = erased(strokes, 140, 200, 14);
  assert.ok(left.every((stroke, i) => stroke === strokes[i]));
});

test("an eraser across a line leaves two, cut where it touched", () => {
  const left = erased([line(20, 100, 260, 100)], 140, 100, 14);
  assert.equal(left.length, 2);
  const [[, , end], [begin]] = left.map(({points}) => points);
  near(end, 140 - 14 - 8);
  near(begin, 140 + 14 + 8);
  assert.deepEqual(
    left.map(({width}) => width),
    [16, 16],
  );
});

test("an eraser between two far points cuts all the same", () => {
  const left = erased([line(0, 0, 280, 280)], 140, 140, 14);
  assert.equal(left.length, 2);
  for (const stroke of left) assert.ok(reach(stroke, 140, 140) >= 14 - 1e-9);
});

test("an eraser over a dot removes it", () => {
  assert.deepEqual(erased([line(100, 100)], 105, 100, 14), []);
});

test("an eraser over an end shortens the line", () => {
  const left = erased([line(20, 100, 100, 100, 260, 100)], 20, 100, 14);
  assert.equal(left.length, 1);
  near(left[0].points[0], 42);
  assert.deepEqual(left[0].points.slice(2), [100, 100, 260, 100]);
});

test("an eraser over all of a line leaves nothing of it and the others alone", () => {
  const other = line(20, 20, 60, 20);
  assert.deepEqual(erased([line(200, 200, 210, 200, 205, 210), other], 205, 203, 14), [other]);
});

test("an eraser in the middle of a loop opens it", () => {
  const ring = Array.from({length: 41}, (_, i) => [
    140 + 60 * Math.cos((i / 20) * Math.PI),
    140 + 60 * Math.sin((i / 20) * Math.PI),
  ]).flat();
  const left = erased([line(...ring)], 80, 140, 14);
  assert.equal(left.length, 2);
  const count = left.reduce((sum, {points}) => sum + points.length, 0);
  assert.ok(count > 50 && count < ring.length);
});

test("whatever is erased, no ink is left under the eraser", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 300; round++) {
    const points = Array.from({length: 2 * (1 + Math.floor(random() * 9))}, () => 280 * random());
    const strokes = [{width: 8 + 28 * random(), points}];
    const [x, y] = [280 * random(), 280 * random()];
    for (const stroke of erased(strokes, x, y, 14)) {
      assert.ok(stroke.points.length >= 2 && stroke.points.length % 2 === 0);
      assert.ok(stroke.points.every(Number.isFinite));
      assert.ok(reach(stroke, x, y) >= 14 - 1e-6);
    }
  }
});

test("an erased drawing is a new one; the old strokes stay as they were", () => {
  const stroke = line(20, 100, 260, 100);
  const strokes = [stroke];
  erased(strokes, 140, 100, 14);
  assert.deepEqual(strokes, [line(20, 100, 260, 100)]);
});

/** Write down what is asked of a canvas path. */
function recorder() {
  const calls = [];
  const record =
    (name) =>
    (...places) =>
      calls.push([name, ...places]);
  return {
    calls,
    moveTo: record("move"),
    lineTo: record("line"),
    quadraticCurveTo: record("curve"),
  };
}

test("a dot is a very short line, since browsers give one of no length no caps", () => {
  const path = recorder();
  tracePath(path, [5, 6]);
  const [[, x0, y0], [name, x1, y1]] = path.calls;
  assert.deepEqual([x0, y0, name], [5, 6, "line"]);
  const length = Math.hypot(x1 - x0, y1 - y0);
  assert.ok(length > 0 && length < 0.1);
});

test("two points are a straight line", () => {
  const path = recorder();
  tracePath(path, [0, 0, 10, 20]);
  assert.deepEqual(path.calls, [
    ["move", 0, 0],
    ["line", 10, 20],
  ]);
});

test("three points are one curve from the first to the last", () => {
  const path = recorder();
  tracePath(path, [0, 0, 10, 20, 30, 0]);
  assert.deepEqual(path.calls, [
    ["move", 0, 0],
    ["curve", 10, 20, 30, 0],
  ]);
});

test("more points are curves from midpoint to midpoint", () => {
  const path = recorder();
  tracePath(path, [0, 0, 10, 20, 30, 0, 40, 40, 60, 60]);
  assert.deepEqual(path.calls, [
    ["move", 0, 0],
    ["curve", 10, 20, 20, 10],
    ["curve", 30, 0, 35, 20],
    ["curve", 40, 40, 60, 60],
  ]);
});

test("undo brings back what was, redo what was undone", () => {
  const kept = history("empty");
  kept.replace("one");
  kept.replace("two");
  assert.ok(kept.undo());
  assert.equal(kept.content, "one");
  assert.ok(kept.undo());
  assert.equal(kept.content, "empty");
  assert.equal(kept.undo(), false);
  assert.equal(kept.content, "empty");
  assert.ok(kept.redo());
  assert.ok(kept.redo());
  assert.equal(kept.content, "two");
  assert.equal(kept.redo(), false);
});

test("something new after an undo ends the redo", () => {
  const kept = history("empty");
  kept.replace("one");
  kept.undo();
  assert.ok(kept.canRedo);
  kept.replace("other");
  assert.equal(kept.canRedo, false);
  kept.undo();
  assert.equal(kept.content, "empty");
});

test("only so many steps are kept, the newest", () => {
  const kept = history(0, 3);
  for (let step = 1; step <= 10; step++) kept.replace(step);
  const back = [];
  while (kept.undo()) back.push(kept.content);
  assert.deepEqual(back, [9, 8, 7]);
});
