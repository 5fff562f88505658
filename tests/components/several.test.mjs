import assert from "node:assert/strict";
import {test} from "node:test";

import {groupsOf, severalDigits} from "../../assets/components/digit_canvas/several.mjs";
import {createReader} from "../../assets/components/shared/live/readings.mjs";
import {layer, weight} from "./networks.mjs";

/** @param {...number} points */
const stroke = (...points) => ({width: 16, points});

const hook = stroke(60, 40, 40, 120, 100, 120);
const stem = stroke(90, 60, 80, 220);
const one = stroke(200, 40, 198, 220);

test("strokes above each other are one digit, what stands beside is another, from left to right", () => {
  assert.deepEqual(groupsOf([one, hook, stem]), [[hook, stem], [one]]);
  assert.deepEqual(groupsOf([hook, stem]), [[hook, stem]]);
  assert.deepEqual(groupsOf([]), []);
});

test("a stroke over both joins two digits into one", () => {
  const line = stroke(40, 250, 210, 250);
  assert.deepEqual(groupsOf([hook, one, line]), [[hook, one, line]]);
});

test("slanted digits beside each other overlap a little and are two all the same", () => {
  assert.equal(groupsOf([stroke(40, 220, 120, 40), stroke(110, 220, 190, 40)]).length, 2);
});

/** A network that finds everything alike, as digit-like as ln 2; so it believes all, or nothing. */
function alike(energy_threshold) {
  const kernel = weight([784, 2], new Array(2 * 784).fill(0));
  const bias = weight([2], [0, 0]);
  return {
    energy_threshold,
    reads_digits: true,
    layers: [
      layer("digit", "InputLayer", [28, 28, 1]),
      layer("flat", "Flatten", [784], ["digit"]),
      layer("logits", "Dense", [2], ["flat"], {activation: "linear"}, {kernel, bias}),
    ],
  };
}

function reading(threshold = 0) {
  const several = severalDigits();
  several.load(alike(threshold));
  return several;
}

const drawing = (...strokes) => ({revision: 1, strokes});

test("of two digits the one that was drawn last is read, until the other is chosen", () => {
  const several = reading();
  const both = drawing(hook, stem, one);
  assert.deepEqual(several.only(both, []).strokes, [one]);
  assert.equal(several.parts.length, 2);
  several.choose(0);
  assert.deepEqual(several.only(both, []).strokes, [hook, stem]);
  assert.deepEqual(several.narrowed(both).strokes, [hook, stem]);
  assert.equal(several.place(both.strokes), 0);
});

test("whoever draws on looks at what they draw", () => {
  const several = reading();
  several.only(drawing(hook, one), []);
  several.choose(0);
  assert.deepEqual(several.only(drawing(hook, one, stem), []).strokes, [hook, stem]);
  const next = stroke(260, 40, 258, 220);
  assert.deepEqual(several.only(drawing(hook, one, next), []).strokes, [next]);
});

test("what can't be read by itself is a part of one digit", () => {
  const several = reading(1e6);
  const both = drawing(hook, one);
  assert.equal(several.only(both, []), both);
  assert.deepEqual(several.parts, []);
});

/** A network that is the surer the less ink there is. */
function thrifty(energy_threshold) {
  const network = alike(energy_threshold);
  network.layers[2].weights.kernel.values.fill(-0.1);
  return network;
}

test("a digit that can't be read for sure is one all the same beside another as high", () => {
  const curly = stroke(20, 40, 100, 60, 20, 90, 100, 120, 20, 150, 100, 180, 20, 220);
  const read = createReader(thrifty(0));
  const sureOf = (...strokes) => read(drawing(...strokes)).logits[0];
  const [most, less] = [sureOf(one), sureOf(curly)];
  assert.ok(sureOf(curly, one) < less && less < most);
  const several = severalDigits();
  several.load(thrifty((most + less) / 2 + Math.log(2)));
  several.only(drawing(curly, one), []);
  assert.deepEqual(
    several.parts.map(({isSure}) => isSure),
    [false, true],
  );
  const dot = stroke(200, 40, 201, 60);
  several.only(drawing(curly, dot), []);
  assert.deepEqual(several.parts, []);
});

test("what reads no digits is not asked for several", () => {
  const several = severalDigits();
  several.load({...alike(0), reads_digits: false});
  const both = drawing(hook, one);
  assert.equal(several.only(both, []), both);
});

test("a single digit, a picture and a demonstration are read as they are", () => {
  const several = reading();
  for (const digit of [
    drawing(hook, stem),
    {revision: 2, picture: {pixels: null, steps: []}},
    {...drawing(hook, one), isDemonstration: true},
  ])
    assert.equal(several.only(digit, []), digit);
});

test("before there is a network a drawing is one", () => {
  const both = drawing(hook, one);
  assert.equal(severalDigits().only(both, []), both);
});
