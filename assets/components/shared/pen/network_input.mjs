/**
 * A drawing as a network reads it: as MNIST's digits are, or, where it reads colored pictures, as one
 * sees it: black lines on white paper. model/inference/reading.py does the same.
 *
 * @typedef {import("../live/networks.mjs").Network} Network
 * @typedef {import("./preprocessing.mjs").Stroke} Stroke
 */

import {gridOf} from "../arithmetic/network.mjs";
import {
  DRAWING_STEPS,
  asPixels,
  pixelsOf,
  placementOf,
  preprocessDrawing,
} from "./preprocessing.mjs";

/** Measure what a network reads: [height, width, channels]. @param {Network} network */
export const inputShapeOf = ({layers}) => gridOf(layers[0]);

/**
 * Turn a drawing into what a network reads.
 *
 * @param {Network} network
 * @param {readonly Stroke[]} strokes
 * @param {readonly string[]} skip names of the steps to leave out
 * @returns {Float32Array | null} in [0, 1], channels last, or null where there is no stroke
 */
export function inputOf(network, strokes, skip) {
  const [side, , channels] = inputShapeOf(network);
  if (channels === 1) return pixelsOf(strokes, skip, side);
  const ink = pixelsOf(strokes, DRAWING_STEPS, side);
  return ink && onPaper(ink, channels);
}

/** Return ink as black on white, in each channel alike. */
function onPaper(ink, channels) {
  return Float32Array.from({length: ink.length * channels}, (_, i) =>
    Math.fround(1 - ink[Math.floor(i / channels)]),
  );
}

/**
 * List the steps from a drawing to what a network reads; in color there is one alone.
 *
 * @param {Network} network
 * @param {readonly Stroke[]} strokes
 * @param {readonly string[]} skip
 */
export function inputSteps(network, strokes, skip) {
  const [side, , channels] = inputShapeOf(network);
  if (channels === 1) return preprocessDrawing(strokes, skip, side).steps;
  return preprocessDrawing(strokes, DRAWING_STEPS, side).steps.slice(0, 1);
}

/**
 * Find where a drawing lies among the pixels that a network reads: x on the canvas is
 * `scale` · x + `right` pixels there.
 *
 * @param {Network} network
 * @param {readonly Stroke[]} strokes at least one
 * @param {readonly string[]} skip
 */
export function inputPlacement(network, strokes, skip) {
  const [side, , channels] = inputShapeOf(network);
  return placementOf(strokes, channels === 1 ? skip : DRAWING_STEPS, side);
}

/**
 * Return the picture of a step as a network reads it.
 *
 * @param {Network} network
 * @param {import("./preprocessing.mjs").Step} step
 */
export const stepInput = (network, step) => step.pixels ?? asPixels(step, inputShapeOf(network)[0]);
