/** The visitor's digit, read by a run's network as it was at a moment: here in the browser. */

import {createReader} from "../../shared/live/readings.mjs";
import {pixelsOf} from "../../shared/pen/preprocessing.mjs";

/**
 * @typedef {import("../../shared/engine/kinds.mjs").Network} Network
 * @typedef {import("../../shared/live/readings.mjs").Digit} Digit
 * @typedef {import("../../shared/live/readings.mjs").Reader} Reader
 * @typedef {import("../../shared/live/readings.mjs").Reading} Reading
 */

/**
 * Return the digit as every moment reads it, its pixels worked out once; null where there is no ink.
 *
 * `pixels` are 784 numbers in [0, 1], null where the digit was drawn in `strokes`; both are null
 * where there is none.
 *
 * @returns {Digit | null}
 */
export function digitOf({revision, skip, strokes, pixels}) {
  const read = strokes ? pixelsOf(strokes, skip) : pixels && Float32Array.from(pixels);
  return read && {revision, picture: {pixels: read, steps: []}};
}

const CHANCE = 0.2; // of the validation digits read right, or fewer: about as guessing among ten

/**
 * Call a reading unsure where the network, by its pulse, is about as good as guessing: it is then
 * as sure of one digit as of any other.
 */
export function withDoubt(reading, {validation_accuracy: accuracy}) {
  const guesses = Number.isFinite(accuracy) && accuracy <= CHANCE;
  return reading?.verdict === "digit" && guesses ? {...reading, verdict: "unsure"} : reading;
}

/**
 * Read a digit at a moment of a run. All moments of a run share the engine in `run.reader`, which
 * takes their weights in turn: the next reading overwrites the activations of this one.
 *
 * @param {{reader?: Reader}} run
 * @param {Network} network the run's, at that moment
 * @param {Digit | null} digit
 * @returns {Reading | null} null without a digit
 */
export function readMoment(run, network, digit) {
  if (!digit) return null;
  if (run.reader) run.reader.load(network);
  else run.reader = createReader(network);
  return run.reader(digit);
}
