import assert from "node:assert/strict";
import test from "node:test";

import {edgePath, rise} from "../../assets/components/architecture/edges.mjs";

const box = (column, lane) => ({
  column,
  lane,
  left: 100 * column,
  right: 100 * column + 40,
  middle: 50 + 100 * lane,
});

test("a line to the next block is straight, and one to another lane ends there", () => {
  assert.equal(edgePath(box(0, 0), box(1, 0)), "M44 50C70 50 70 50 96 50");
  assert.match(edgePath(box(0, 0), box(1, 1)), /^M44 50C.* 96 150$/);
});

test("a line into a lane above bends at its end alone, past the blocks beside its way", () => {
  assert.match(edgePath(box(1, 2), box(4, 0)), /^M144 250H336C/);
});

test("a line over other blocks rises above them, the farther the higher", () => {
  assert.equal(rise(box(0, 0), box(1, 0)), 0);
  assert.equal(rise(box(0, 0), box(2, 1)), 0);
  assert.ok(rise(box(0, 0), box(2, 0)) >= 40);
  assert.ok(rise(box(0, 0), box(4, 0)) > rise(box(0, 0), box(2, 0)));
  const [, high] = edgePath(box(0, 0), box(3, 0)).match(/C\S+ (\S+) /);
  assert.ok(Number(high) < 50 - rise(box(0, 0), box(3, 0)));
});
