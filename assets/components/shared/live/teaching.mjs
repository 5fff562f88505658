/**
 * What a teacher has going in front of a class: guessing first, a forward pass played slowly, the
 * input as numbers. The components of a page share it.
 *
 * @typedef {object} Guessing
 * @property {boolean} isOn whether a prediction is hidden until somebody asks for it
 * @property {number | null} shownFor the revision of the drawing for which somebody has asked
 *
 * @typedef {object} Passing a forward pass that is being played
 * @property {string[]} stops `INPUT`, the layers' names in order, `OUTPUT`
 * @property {number} at which of them it has reached
 */

import {topic} from "./looking.mjs";

/** The first stop, and the last; no layer of Keras has such a name. */
export const INPUT = "/input";
export const OUTPUT = "/output";

export const guessing = topic(/** @type {Guessing} */ ({isOn: false, shownFor: null}));

export const passing = topic(/** @type {Passing | null} */ (null));

/** Whether the input is shown as a grid of numbers. */
export const numbersShown = topic(false);

/**
 * Return whether the prediction for a reading is to be guessed first: nothing may give it away.
 *
 * @param {{revision: number, isDemonstration: boolean, label: number | null}} reading
 */
export function isHidden({revision, isDemonstration, label}) {
  const {isOn, shownFor} = guessing.value;
  return isOn && label !== null && !isDemonstration && shownFor !== revision;
}

/** Show the prediction of this revision; any other is hidden again. */
export function reveal(revision) {
  guessing.publish({...guessing.value, shownFor: revision});
}

/**
 * Return how a stop stands to where a forward pass is: "before" it, "now" there, "after" it; "" where
 * none is played.
 *
 * @param {Passing | null} pass
 * @param {string} name of the stop
 */
export function passageOf(pass, name) {
  const place = pass ? pass.stops.indexOf(name) : -1;
  if (!pass || place < 0) return "";
  if (place === pass.at) return "now";
  return place < pass.at ? "before" : "after";
}
