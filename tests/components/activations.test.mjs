import assert from "node:assert/strict";
import {test} from "node:test";

import {ACTIVATIONS, softmaxOf} from "../../assets/components/shared/arithmetic/activations.mjs";

function near(actual, expected) {
  assert.ok(Math.abs(actual - expected) <= 1e-12, `${actual} for ${expected}`);
}

// From tables of the normal distribution.
const SHARES_BELOW = [
  [-1, 0.15865525393145707],
  [0, 0.5],
  [1, 0.8413447460685429],
  [3, 0.9986501019683699],
];

for (const [x, share] of SHARES_BELOW) {
  test(`gelu(${x}) is ${x} times the normal distribution's share below`, () => {
    near(ACTIVATIONS.gelu(x), x * share);
  });
}

test("every activation stays finite for large numbers either way, but the exponential", () => {
  for (const [name, activate] of Object.entries(ACTIVATIONS)) {
    if (name === "exponential") continue;
    for (const x of [1e4, -1e4]) assert.ok(Number.isFinite(activate(x)), `${name}(${x})`);
  }
});

test("softmaxOf(logits) gives shares that add up, however large the logits", () => {
  const {probabilities, sum} = softmaxOf([1000, 1000 + Math.log(3)]);
  near(probabilities[0], 0.25);
  near(probabilities[1], 0.75);
  assert.ok(Number.isFinite(sum));
});

test("softmaxOf(logits, temperature) is flatter when hotter", () => {
  const [cold, hot] = [0.5, 2].map(
    (temperature) => softmaxOf([0, 1], temperature).probabilities[1],
  );
  near(cold, 1 / (1 + Math.exp(-2)));
  near(hot, 1 / (1 + Math.exp(-0.5)));
});
