import assert from "node:assert/strict";
import {test} from "node:test";

import {nextCell, nextTile} from "../../assets/components/confusion_digits/confusion_digits.mjs";
import {
  added,
  changed,
  moved,
  removed,
} from "../../assets/components/layer_builder/layer_builder.mjs";
import {
  cellSentence,
  mostErrors,
  strength,
} from "../../assets/components/shared/confusion_matrix.mjs";
import {outline} from "../../assets/components/shared/silhouette.mjs";

const CONV = {kind: "conv", filters: 16};
const POOL = {kind: "max_pool", pool_size: 2};
const DENSE = {kind: "dense", units: 64};
const DROPOUT = {kind: "dropout", rate: 0.5};
const LAYERS = [CONV, POOL, DENSE];

test("a layer of maps is added behind the last one that has maps", () => {
  assert.deepEqual(added(LAYERS, CONV), [CONV, POOL, CONV, DENSE]);
  assert.deepEqual(added([], CONV), [CONV]);
  assert.deepEqual(added([CONV, {kind: "flatten"}, DENSE], POOL), [
    CONV,
    POOL,
    {kind: "flatten"},
    DENSE,
  ]);
});

test("a layer of units, and dropout, is added at the end", () => {
  assert.deepEqual(added(LAYERS, DENSE), [CONV, POOL, DENSE, DENSE]);
  assert.deepEqual(added(LAYERS, DROPOUT), [CONV, POOL, DENSE, DROPOUT]);
});

test("a layer moves by one place, and the others keep their order", () => {
  assert.deepEqual(moved(LAYERS, 2, -1), [CONV, DENSE, POOL]);
  assert.deepEqual(moved(LAYERS, 0, 1), [POOL, CONV, DENSE]);
});

test("a change of the layers leaves the list that it was given as it was", () => {
  for (const change of [
    () => added(LAYERS, CONV),
    () => moved(LAYERS, 0, 1),
    () => removed(LAYERS, 0),
    () => changed(LAYERS, 0, "filters", 64),
  ]) {
    change();
    assert.deepEqual(LAYERS, [CONV, POOL, DENSE]);
  }
  assert.deepEqual(removed(LAYERS, 1), [CONV, DENSE]);
  assert.deepEqual(changed(LAYERS, 0, "filters", 64), [{kind: "conv", filters: 64}, POOL, DENSE]);
});

test("a layer is drawn the larger, the larger its maps, and the deeper, the more it has", () => {
  assert.ok(outline([28, 28, 16]).width > outline([14, 14, 16]).width);
  assert.ok(outline([28, 28, 32]).depth > outline([28, 28, 4]).depth);
  assert.equal(outline([28, 28, 1]).depth, 0);
  assert.ok(outline([512]).height > outline([10]).height);
  assert.ok(outline([1, 1, 64]).width > 0);
});

const COUNTS = [
  [980, 0, 3],
  [0, 1100, 12],
  [1, 0, 1000],
];

test("the diagonal does not count among the errors", () => {
  assert.equal(mostErrors(COUNTS), 12);
  assert.equal(
    mostErrors([
      [5, 0],
      [0, 5],
    ]),
    1,
  );
});

test("a single error can be seen, and the cell with most is the strongest", () => {
  assert.ok(strength(1, 1000) >= 10);
  assert.ok(strength(12, 12) > strength(3, 12));
  assert.ok(strength(12, 12) <= 100);
});

test("a cell says what it counts, and whether that is right", () => {
  const words = {
    right: "{label} as {prediction} (correct): {count}",
    wrong: "{label} as {prediction}: {count}",
  };
  assert.equal(cellSentence(words, [7, 7], 1009), "7 as 7 (correct): 1009");
  assert.equal(cellSentence(words, [4, 9], 3), "4 as 9: 3");
});

test("arrow keys go to the next cell that counts anything, and stop where there is none", () => {
  const counts = ([row, column]) => Boolean(COUNTS[row]?.[column]);
  assert.deepEqual(nextCell([0, 0], [0, 1], counts), [0, 2]);
  assert.deepEqual(nextCell([0, 2], [1, 0], counts), [1, 2]);
  assert.deepEqual(nextCell([2, 0], [-1, 0], counts), [0, 0]);
  assert.equal(nextCell([0, 2], [0, 1], counts), null);
  assert.equal(nextCell([0, 0], [-1, 0], counts), null);
});

test("arrow keys walk through the digits row by row, Home and End to the ends, and stop there", () => {
  const grid = {count: 10, columns: 4}; // rows of 4, 4 and 2
  const walk = (from, ...keys) =>
    keys.reduce((place, key) => nextTile(place, key, grid) ?? place, from);
  assert.equal(walk(0, "ArrowRight", "ArrowDown"), 5);
  assert.equal(walk(5, "ArrowUp", "ArrowLeft"), 0);
  assert.equal(walk(3, "ArrowRight"), 4); // into the next row
  assert.deepEqual([walk(7, "End"), walk(7, "Home")], [9, 0]);
  for (const [place, key] of [
    [0, "ArrowLeft"],
    [2, "ArrowUp"],
    [9, "ArrowRight"],
    [6, "ArrowDown"],
    [9, "End"],
    [4, "a"],
  ]) {
    assert.equal(nextTile(place, key, grid), undefined, `${key} at ${place}`);
  }
});
