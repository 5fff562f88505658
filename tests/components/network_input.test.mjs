import assert from "node:assert/strict";
import {test} from "node:test";

import {predictionOf} from "../../assets/components/shared/engine/prediction.mjs";
import {inputOf, inputSteps} from "../../assets/components/shared/pen/network_input.mjs";
import {DRAWING_STEPS, pixelsOf} from "../../assets/components/shared/pen/preprocessing.mjs";
import {layer} from "./networks.mjs";

const reading = (...shape) => ({layers: [layer("picture", "InputLayer", shape)]});
const STROKES = [{width: 16, points: [60, 60, 140, 150, 220, 200]}];

test("a network of another size gets the digit in the same proportions", () => {
  const [small, large] = [14, 28].map((side) => inputOf(reading(side, side, 1), STROKES, []));
  const ink = (pixels) => pixels.reduce((sum, each) => sum + each, 0);
  assert.equal(small.length, 14 * 14);
  assert.ok(Math.abs((4 * ink(small)) / ink(large) - 1) < 0.05);
});

test("a network of colored pictures gets black lines on white paper, as they lie", () => {
  const pixels = inputOf(reading(28, 28, 3), STROKES, []);
  const ink = pixelsOf(STROKES, DRAWING_STEPS);
  assert.equal(pixels.length, 28 * 28 * 3);
  for (let i = 0; i < pixels.length; i++)
    assert.equal(pixels[i], Math.fround(1 - ink[Math.floor(i / 3)]));
  assert.deepEqual(
    inputSteps(reading(28, 28, 3), STROKES, []).map(({name}) => name),
    ["source"],
  );
});

test("an empty canvas is nothing to read in any color", () => {
  assert.equal(inputOf(reading(32, 32, 3), [], []), null);
});

test("without calibration nothing is called unsure", () => {
  assert.equal(predictionOf([-50, -60], null).verdict, "digit");
  assert.equal(predictionOf([-50, -60], 0).verdict, "unsure");
});

test("where classes have a probability each, they need not add up to 1", () => {
  const {probabilities, label} = predictionOf([0, Math.log(3), -Math.log(3)], null, "sigmoid");
  assert.deepEqual(probabilities, [0.5, 0.75, 0.25]);
  assert.equal(label, 1);
});
