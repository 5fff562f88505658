import assert from "node:assert/strict";
import {test} from "node:test";

import {EMPTY, predictionOf, shownAs} from "../../assets/components/shared/engine/prediction.mjs";

test("the label is the place of the largest logit, of equals the first", () => {
  assert.equal(predictionOf([0, 3, -1, 3], 0).label, 1);
  assert.equal(predictionOf(Float32Array.of(-5, -9, -2), 0).label, 2);
});

test("the probabilities are the softmax of the logits", () => {
  const {probabilities, probability} = predictionOf([Math.log(1), Math.log(2), Math.log(5)], 0);
  assert.deepEqual(probabilities, [0.125, 0.25, 0.625]);
  assert.equal(probability, 0.625);
});

test("below the threshold the logarithm of the sum of all exponentials is unsure", () => {
  const logits = [Math.log(1), Math.log(2), Math.log(5)]; // log(8) in all
  assert.equal(predictionOf(logits, Math.log(8) - 1e-9).verdict, "digit");
  assert.equal(predictionOf(logits, Math.log(8) + 1e-9).verdict, "unsure");
});

test("nothing is shown as certain or impossible, however large the logits", () => {
  const {probabilities} = predictionOf([1e4, 0, -1e4], 0);
  assert.deepEqual(probabilities, [1 - 1e-6, 1e-6, 1e-6]);
  assert.deepEqual([0, 1, 0.1234567].map(shownAs), [1e-6, 1 - 1e-6, 0.123457]);
});

test("what is no number is no prediction", () => {
  for (const broken of [NaN, Infinity]) {
    assert.deepEqual(predictionOf([1, broken, 2], 0), {...EMPTY, verdict: "diverged"});
  }
});
