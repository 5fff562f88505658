/**
 * A network reads a digit, here in the browser: pixels, the activation of every layer, the verdict.
 *
 * All components of a page share the newest reading: the canvas publishes, the others subscribe.
 */

import {createEngine} from "../engine/engine.mjs";
import {EMPTY, predictionOf} from "../engine/prediction.mjs";
import {inputOf, inputSteps} from "../pen/network_input.mjs";

/**
 * @typedef {import("../engine/kinds.mjs").Network} Network
 * @typedef {import("../engine/prediction.mjs").Prediction} Prediction
 * @typedef {import("../pen/preprocessing.mjs").Step} Step
 * @typedef {import("../pen/pen.mjs").Stroke} Stroke
 *
 * A digit: strokes, or the pixels of a picture that the server has preprocessed.
 *
 * @typedef {object} Digit
 * @property {number} revision grows with each change
 * @property {boolean} [isDemonstration] whether nobody has drawn it
 * @property {boolean} [isPenDown] whether a stroke is being drawn
 * @property {readonly Stroke[]} [strokes]
 * @property {Picture} [picture]
 *
 * @typedef {object} Picture what was made of one that was brought
 * @property {Float32Array | null} pixels 28 × 28 in [0, 1], or null where there is no ink
 * @property {Step[]} steps
 * @property {{scale: number, right: number, down: number}} [placement] where it is on a canvas: x
 *   there is `scale` · x + `right` pixels
 *
 * @typedef {object} WhatWasRead
 * @property {number} revision the digit's
 * @property {boolean} isDemonstration whether nobody has drawn it
 * @property {boolean} isPicture whether it was brought, not drawn
 * @property {boolean} isPenDown whether a stroke is being drawn
 * @property {Network} network
 * @property {Float32Array | null} pixels what the network reads, in [0, 1], channels last; null where
 *   there is no ink
 * @property {Map<string, Float32Array> | null} activations of all layers; the network's next
 *   reading overwrites them
 * @property {Float32Array | null} logits likewise
 * @property {() => Step[]} steps how the drawing became pixels, worked out when asked for
 *
 * @typedef {WhatWasRead & Prediction} Reading
 *
 * @typedef {((digit: Digit, skip?: readonly string[]) => Reading) & {
 *   load: (network: Network) => void}} Reader `load` takes another state of the same network, one
 *   with the same layers and other weights: that is quicker than another reader
 */

/**
 * Return what reads digits with a network.
 *
 * @param {Network} first
 * @returns {Reader}
 */
export function createReader(first) {
  const engine = createEngine(first);
  let network = first;

  /**
   * @param {Digit} digit
   * @param {readonly string[]} skip
   * @returns {Reading}
   */
  function read(digit, skip = []) {
    const {revision, isDemonstration = false, isPenDown = false, strokes = [], picture} = digit;
    const pixels = picture ? picture.pixels : inputOf(network, strokes, skip);
    const steps = () => (picture ? picture.steps : inputSteps(network, strokes, skip));
    const isPicture = Boolean(picture);
    const known = {revision, isDemonstration, isPicture, isPenDown, network, pixels, steps};
    if (!pixels) return {...known, activations: null, logits: null, ...EMPTY};
    const activations = engine.run(pixels);
    const {energy_threshold: unsureBelow, output} = network;
    const prediction = predictionOf(engine.logits, unsureBelow, output);
    return {...known, activations, logits: engine.logits, ...prediction};
  }

  /** @param {Network} other */
  function load(other) {
    engine.load(other);
    network = other;
  }

  return Object.assign(read, {load});
}

/** @type {Set<(reading: Reading) => void>} */
const listeners = new Set();
/** @type {Reading | null} */
let newest = null;

/**
 * Call `listener` with the newest reading, now and whenever it changes; returns what ends that.
 *
 * @param {(reading: Reading) => void} listener
 */
export function subscribe(listener) {
  listeners.add(listener);
  if (newest) listener(newest);
  return () => listeners.delete(listener);
}

/**
 * Show a reading to all who have subscribed; an older one never replaces a newer one.
 *
 * @param {Reading} reading
 */
export function publish(reading) {
  if (newest && reading.revision < newest.revision) return;
  newest = reading;
  for (const listener of listeners) listener(reading);
}
