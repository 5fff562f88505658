import assert from "node:assert/strict";
import {test} from "node:test";

import {
  asPixels,
  pixelsOf,
  preprocessDrawing,
  SIDE,
} from "../../assets/components/shared/pen/preprocessing.mjs";
import {isDrawing} from "../../assets/components/shared/pen/strokes.mjs";

const line = (width, ...points) => ({width, points});
const seven = () => [line(16, 70, 60, 200, 60, 150, 140, 110, 230), line(16, 100, 140, 190, 140)];
const sum = (pixels) => pixels.reduce((total, each) => total + each, 0);

test("a drawing leaves ink in the middle of 28 × 28 pixels", () => {
  const pixels = pixelsOf(seven());
  assert.equal(pixels.length, SIDE * SIDE);
  const mean = (of) => pixels.reduce((total, ink, i) => total + ink * of(i), 0) / sum(pixels);
  assert.ok(Math.abs(mean((i) => i % SIDE) - 14) < 0.05);
  assert.ok(Math.abs(mean((i) => Math.floor(i / SIDE)) - 14) < 0.05);
  assert.ok(pixels.every((ink) => ink >= 0 && ink <= 1));
});

test("nothing drawn has no pixels, and a film of one empty picture", () => {
  assert.equal(pixelsOf([]), null);
  const {pixels, steps} = preprocessDrawing([]);
  assert.equal(pixels, null);
  assert.deepEqual(
    steps.map(({name, shape}) => [name, shape]),
    [["source", [112, 112]]],
  );
  assert.equal(sum(steps[0].picture), 0);
});

test("what was answered stays as it was when the next drawing is read", () => {
  const {pixels, steps} = preprocessDrawing(seven());
  const before = [pixels, ...steps.map(({picture}) => picture)].map((each) => each.slice());
  preprocessDrawing([line(36, 10, 10, 20, 250)]);
  assert.deepEqual([pixels, ...steps.map(({picture}) => picture)], before);
});

test("a drawing is read the same, whatever was read before it", () => {
  const first = pixelsOf(seven());
  pixelsOf(Array.from({length: 400}, (_, i) => line(16, i, 0, 0, i % 280)));
  pixelsOf([line(8, 140, 140)]);
  assert.deepEqual(pixelsOf(seven()), first);
});

test("strokes are only looked at, and their points may be any array of numbers", () => {
  const strokes = seven();
  preprocessDrawing(strokes, ["box"]);
  assert.deepEqual(strokes, seven());
  const typed = strokes.map(({width, points}) => ({width, points: Float64Array.from(points)}));
  assert.deepEqual(pixelsOf(typed), pixelsOf(strokes));
});

test("a step that is left out shows the picture before it", () => {
  const {steps} = preprocessDrawing(seven(), ["thickness", "center"]);
  assert.deepEqual(
    steps.map(({applied}) => applied),
    [true, false, true, false],
  );
  assert.equal(steps[1].picture, steps[0].picture);
  assert.equal(steps[3].picture, steps[2].picture);
  assert.deepEqual(steps[1].numbers, {});
});

test("the picture of any step can be read as a network would, and that of the last one is the pixels", () => {
  for (const skip of [[], ["center"], ["thickness", "box", "center"]]) {
    const {pixels, steps} = preprocessDrawing(seven(), skip);
    for (const step of steps) {
      const [height, width] = step.shape;
      assert.equal(step.picture.length, height * width);
      // The same ink on fewer pixels.
      const fewer = (SIDE * SIDE) / step.picture.length;
      assert.ok(Math.abs(sum(asPixels(step)) - sum(step.picture) * fewer) < 1e-3);
    }
    assert.deepEqual(asPixels(steps.at(-1)), pixels);
  }
});

test("a step has a name of its own also when all are left out", () => {
  const {steps} = preprocessDrawing(seven(), ["thickness", "box", "center"]);
  assert.deepEqual(
    steps.map(({name}) => name),
    ["source", "thickness", "box", "center"],
  );
});

test("points no farther than the canvas is from itself are a drawing, and a dot is one", () => {
  assert.ok(isDrawing([]));
  assert.ok(isDrawing(seven()));
  assert.ok(isDrawing([line(1, 0, 0), line(80, -1120, 1120)]));
});
