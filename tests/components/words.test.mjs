import assert from "node:assert/strict";
import {test} from "node:test";

import {savingStep} from "../../assets/components/film_strip/film_strip.mjs";
import {secondGuess} from "../../assets/components/shared/verdicts.mjs";
import {fill, percent, readable} from "../../assets/components/shared/format.mjs";

test("braces are filled, and one without a value stays to be seen", () => {
  assert.equal(fill("{n} maps of {layer}", {n: 16, layer: "conv1"}), "16 maps of conv1");
  assert.equal(fill("{n} of {all}", {n: 0}), "0 of {all}");
  assert.equal(fill("nothing to fill", {}), "nothing to fill");
});

test("what is filled in is not filled again", () => {
  assert.equal(fill("{a}{b}", {a: "{b}", b: "x"}), "{b}x");
});

test("numbers are as long as one can read", () => {
  assert.equal(readable(0), "0");
  assert.equal(readable(1234.5), "1235");
  assert.equal(readable(99.994), "99.99");
  assert.equal(readable(0.5), "0.50");
  assert.equal(readable(0.01234), "0.012");
});

test("a negative number has a true minus sign, and so has a small exponent", () => {
  assert.equal(readable(-0.5), "−0.50");
  assert.ok(!readable(-0.00000012).includes("-"));
});

test("rounding never turns a doubt into certainty", () => {
  assert.equal(percent(1), "100%");
  assert.equal(percent(0), "0%");
  assert.equal(percent(0.5), "50.0%");
  assert.equal(percent(0.876), "87.6%");
  for (const nearly of [0.9991, 0.99949, 0.9995, 0.99999]) assert.ok(!/100/.test(percent(nearly)));
  for (const hardly of [0.0009, 0.0004, 1e-9]) assert.ok(!/^0(\.0)? %/.test(percent(hardly)));
});

test("the second guess is the runner-up", () => {
  const probabilities = [0.01, 0.02, 0.6, 0.03, 0.3, 0.01, 0.01, 0.01, 0.005, 0.005];
  assert.equal(secondGuess({probabilities}, {second: "{digit}: {probability}"}), "4: 30.0%");
});

test("the step that made the difference is the first from which on all agree", () => {
  const steps = (...labels) => labels.map((label) => ({label}));
  assert.equal(savingStep(steps(8, 8, 3, 3, 3)), 2);
  assert.equal(savingStep(steps(3, 8, 8, 3)), 3);
  assert.equal(savingStep(steps(3, 3, 3)), 0);
  assert.equal(savingStep(steps(3)), 0);
});
