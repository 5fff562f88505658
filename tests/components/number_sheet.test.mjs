import assert from "node:assert/strict";
import {test} from "node:test";

import {
  boxBetween,
  corrected,
  joined,
  movedBox,
  resizedBox,
  split,
  thinnestColumn,
  withBox,
  withNew,
  without,
} from "../../assets/components/number_sheet/boxes.mjs";
import {
  linesOf,
  neighborOf,
  numbersOf,
  textOf,
} from "../../assets/components/number_sheet/lines.mjs";
import {isOpen, signOf, tableOf} from "../../assets/components/number_sheet/table.mjs";

/** @type {[number, number]} */
const SIZE = [200, 100];

/**
 * @param {number} id
 * @param {number[]} box
 * @param {number | null} correction
 */
const mark = (id, box, correction = null) => ({
  id,
  box: /** @type {[number, number, number, number]} */ (box),
  correction,
});

/** @param {number} label */
const sure = (label) => ({
  label,
  probabilities: Array.from({length: 10}, (_, digit) => (digit === label ? 0.91 : 0.01)),
  verdict: "digit",
  pixels: null,
});

// Boxes

test("a box is drawn from any corner, in whole pixels of the picture", () => {
  assert.deepEqual(boxBetween([50.4, 60], [30, 20.6], SIZE), [30, 21, 20, 39]);
  assert.deepEqual(boxBetween([-20, -5], [500, 400], SIZE), [0, 0, 200, 100]);
});

test("a box never vanishes, not even in the last corner", () => {
  const [x, y, wide, high] = boxBetween([200, 100], [200, 100], SIZE);
  assert.ok(wide > 0 && high > 0 && x + wide <= 200 && y + high <= 100);
});

test("a box that is moved keeps its size and stays in the picture", () => {
  assert.deepEqual(movedBox([10, 10, 30, 40], [5, -3], SIZE), [15, 7, 30, 40]);
  assert.deepEqual(movedBox([10, 10, 30, 40], [999, 999], SIZE), [170, 60, 30, 40]);
});

test("an edge that is pulled leaves the one across where it is, and never passes it", () => {
  assert.deepEqual(resizedBox([10, 10, 30, 40], {left: 5}, SIZE), [15, 10, 25, 40]);
  assert.deepEqual(resizedBox([10, 10, 30, 40], {right: 12, bottom: -4}, SIZE), [10, 10, 42, 36]);
  const [x, , wide] = resizedBox([10, 10, 30, 40], {left: 500}, SIZE);
  assert.equal(x + wide, 40);
  assert.ok(wide > 0);
});

// Marks

const TWO = [mark(0, [10, 10, 20, 30], 7), mark(5, [40, 12, 20, 30])];

test("another box forgets the correction, the same box keeps it", () => {
  assert.equal(withBox(TWO, 0, [10, 10, 21, 30])[0].correction, null);
  assert.equal(withBox(TWO, 0, [10, 10, 20, 30])[0].correction, 7);
});

test("what is changed leaves the marks before it as they were", () => {
  const before = JSON.stringify(TWO);
  corrected(TWO, 5, 3);
  split(TWO, 0, 20);
  joined(TWO, 0, 5);
  without(TWO, 0);
  withNew(TWO, [0, 0, 5, 5]);
  assert.equal(JSON.stringify(TWO), before);
});

test("two halves make up the box that was split, and the new one has a name of its own", () => {
  const parted = split(TWO, 0, 17);
  assert.deepEqual(
    parted.map(({id, box}) => [id, box]),
    [
      [0, [10, 10, 7, 30]],
      [5, [40, 12, 20, 30]],
      [6, [17, 10, 13, 30]],
    ],
  );
});

test("a box that is too narrow is not split", () => {
  const narrow = [mark(0, [10, 10, 5, 30])];
  assert.equal(split(narrow, 0, 12), narrow);
});

test("two that are joined are one box around both", () => {
  assert.deepEqual(joined(TWO, 0, 5), [mark(0, [10, 10, 50, 32])]);
});

test("digits that touch part where there is least ink, of equal places nearest to the middle", () => {
  /** @param {number[]} columns of the picture */
  const inkIn =
    (columns) =>
    /** @param {number[]} box */
    ([x, , wide]) =>
      columns.slice(x, x + wide);
  const columns = [9, 9, 9, 5, 5, 1, 5, 5, 5, 9, 9, 9];
  assert.equal(thinnestColumn([0, 0, 12, 10], inkIn(columns)), 5);
  assert.equal(thinnestColumn([0, 0, 12, 10], inkIn(columns.map(() => 3))), 6);
});

// Lines

/** A page of two numbers above one, whose line climbs. */
const PAGE = [
  mark(0, [10, 12, 10, 20]),
  mark(1, [23, 9, 10, 20]),
  mark(2, [60, 6, 10, 20]),
  mark(3, [12, 50, 10, 20]),
  mark(4, [25, 48, 10, 20]),
];

/** @param {{id: number}[]} marks */
const ids = (marks) => marks.map(({id}) => id);

test("digits are in lines from top to bottom, each from left to right, in whatever order they came", () => {
  for (const marks of [PAGE, [...PAGE].reverse()])
    assert.deepEqual(linesOf(marks).map(ids), [
      [0, 1, 2],
      [3, 4],
    ]);
});

test("a space stands where two digits are far apart, and only there", () => {
  assert.deepEqual(
    numbersOf(PAGE).map((line) => line.map(ids)),
    [[[0, 1], [2]], [[3, 4]]],
  );
  assert.equal(
    textOf(PAGE, ({id}) => String(id)),
    "01 2\n34",
  );
});

test("digits that stand evenly apart are one number, also where one of them is a narrow 1", () => {
  const even = [0, 1, 2, 3].map((id) => mark(id, [34 * id, 10, 14, 20]));
  const [, one] = even;
  one.box = [34 + 6, 10, 3, 20];
  assert.equal(
    textOf(even, ({id}) => String(id)),
    "0123",
  );
});

test("single digits in columns far apart are numbers of their own", () => {
  const columns = [0, 1, 2].map((id) => mark(id, [60 * id, 10, 14, 20]));
  assert.equal(
    textOf(columns, ({id}) => String(id)),
    "0 1 2",
  );
});

test("a page without digits is an empty text", () => {
  assert.equal(
    textOf([], () => "x"),
    "",
  );
});

test("arrows lead along the lines, and to the nearest digit of the next one", () => {
  assert.equal(neighborOf(PAGE, 1, "ArrowRight")?.id, 2);
  assert.equal(neighborOf(PAGE, 2, "ArrowRight")?.id, 3);
  assert.equal(neighborOf(PAGE, 1, "ArrowDown")?.id, 4);
  assert.equal(neighborOf(PAGE, 4, "ArrowUp")?.id, 1);
  assert.equal(neighborOf(PAGE, 4, "Home")?.id, 0);
  assert.equal(neighborOf(PAGE, 0, "End")?.id, 4);
  assert.equal(neighborOf(PAGE, 4, "ArrowRight"), undefined);
  assert.equal(neighborOf(PAGE, 0, "ArrowUp"), undefined);
});

// What is said of a digit

const UNSURE = {...sure(4), verdict: "unsure"};

test("what the network is not sure of is a question mark until somebody says what it is", () => {
  assert.equal(signOf(mark(0, [0, 0, 1, 1]), sure(4)), "4");
  assert.equal(signOf(mark(0, [0, 0, 1, 1]), UNSURE), "?");
  assert.equal(signOf(mark(0, [0, 0, 1, 1], 9), UNSURE), "9");
  assert.equal(signOf(mark(0, [0, 0, 1, 1]), undefined), "?");
  assert.ok(isOpen(mark(0, [0, 0, 1, 1]), UNSURE));
  assert.ok(!isOpen(mark(0, [0, 0, 1, 1], 9), UNSURE));
  assert.ok(!isOpen(mark(0, [0, 0, 1, 1]), undefined)); // it is only being read
});

test("the table has a row for each digit in reading order, with what is read and what was said", () => {
  const page = [mark(3, [60, 6, 10, 20], 7), mark(0, [10, 12, 10, 20])];
  const [heading, ...rows] = tableOf(page, ({id}) => (id ? UNSURE : sure(2)));
  assert.equal(
    heading.join(),
    "line,position,x,y,width,height,digit,read_as,confidence,verdict,corrected",
  );
  assert.deepEqual(rows, [
    [1, 1, 10, 12, 10, 20, "2", 2, "0.910000", "digit", "no"],
    [1, 2, 60, 6, 10, 20, "7", 4, "0.910000", "unsure", "yes"],
  ]);
});
