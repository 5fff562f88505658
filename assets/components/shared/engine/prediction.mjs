/**
 * What a network says of a digit, from its logits: label, probabilities, and whether to believe it.
 *
 * The same as model/inference/confidence.py, where the sources are named.
 */

import {ACTIVATIONS, softmaxOf} from "../arithmetic/activations.mjs";

const LEAST = 1e-6; // what is shown is never certain: a softmax gives no certainty

/**
 * @typedef {object} Prediction
 * @property {"digit" | "unsure" | "empty" | "diverged"} verdict "empty" where there was no ink,
 *   "diverged" where the answers are no numbers
 * @property {number | null} label the most probable digit, or the place of the largest logit
 * @property {number} probability of that label, as it is shown; 0 where there is none
 * @property {number[]} probabilities of all labels, as they are shown: never 0 or 1
 */

/** @type {Prediction} */
export const EMPTY = {verdict: "empty", label: null, probability: 0, probabilities: []};

/**
 * Return what logits say; below the confidence `unsureBelow` they are not to be believed.
 *
 * @param {ArrayLike<number>} logits
 * @param {number | null} unsureBelow null where nobody has measured it: then nothing is unsure
 * @param {"softmax" | "sigmoid"} output how logits become probabilities: all classes share one, or
 *   each has its own
 * @returns {Prediction}
 */
export function predictionOf(logits, unsureBelow, output = "softmax") {
  const {largest, sum, probabilities: shares} = softmaxOf([...Array.from(logits)]);
  const confidence = largest + Math.log(sum); // the energy with its sign turned
  if (!Number.isFinite(confidence)) return {...EMPTY, verdict: "diverged"};
  const exact =
    output === "softmax" ? [...shares] : Array.from(logits, (each) => ACTIVATIONS.sigmoid(each));
  const probabilities = Array.from(exact, shownAs);
  const label = exact.indexOf(exact.reduce((most, each) => Math.max(most, each)));
  const verdict = confidence >= (unsureBelow ?? -Infinity) ? "digit" : "unsure";
  return {verdict, label, probability: probabilities[label], probabilities};
}

/**
 * Round a probability to six decimals, but never to certainty.
 *
 * @param {number} probability
 */
export function shownAs(probability) {
  return Math.min(Math.max(Math.round(probability * 1e6) / 1e6, LEAST), 1 - LEAST);
}
