/**
 * A drawing as pixels that look like MNIST's: every step kept, each can be left out.
 *
 * Lines of one width, the ink scaled into a box of 20 pixels, and its center of mass moved to the
 * middle of pixel (14, 14). Nothing is measured on a picture that can be told from the strokes: a
 * step changes how wide the same curves are drawn, how large, and where. model/pixels/drawings.py
 * takes the same steps to the same numbers.
 *
 * @typedef {import("./pen.mjs").Stroke} Stroke
 *
 * @typedef {object} Step one step of preprocessing: the picture after it, and what it measured
 * @property {string} name "source", then one of DRAWING_STEPS
 * @property {Float32Array} picture row by row in [0, 1], 0 = paper, 1 = ink
 * @property {[number, number]} shape of the picture: height, width
 * @property {Record<string, number>} numbers thickness: from, to (pixels); box: width, height
 *   (pixels), scale (pixels for a unit of the canvas); center: right, down (pixels)
 * @property {Float32Array} [pixels] the picture as 28 × 28, where it has been worked out already
 * @property {boolean} applied false where the step was left out; the picture is the one before
 *
 * @typedef {object} Preprocessed what a network reads, and how it came about
 * @property {Float32Array | null} pixels 28 × 28 in [0, 1], or null where there is no stroke
 * @property {Step[]} steps
 */

import {Curves, ink, Walk} from "./pen.mjs";
import {CANVAS} from "./strokes.mjs";

export const SIDE = 28;
const DRAWING_STEPS = ["thickness", "box", "center"];

const BOX = 20; // pixels, the longer side of the ink
const PEN = 2.4; // pixels, the width of a line at that size
const TINY = 10; // canvas units; a dot is not blown up to a disc of 20 pixels
const FINE = 4; // samples a pixel, across and down
const SAMPLES = SIDE * FINE;
const MIDDLE = SIDE / 2 + 0.5; // pixels, of pixel 14

/**
 * Turn a drawing into what a network reads.
 *
 * @param {readonly Stroke[]} strokes
 * @param {readonly string[]} skip names of the steps to leave out
 * @returns {Float32Array | null} 28 × 28 in [0, 1], 0 = paper, or null where there is no stroke
 */
export function pixelsOf(strokes, skip = []) {
  if (!strokes.length) return null;
  drawing.take(strokes);
  for (const name of DRAWING_STEPS) if (!skip.includes(name)) MOVES[name]();
  return averaged(drawing.ink);
}

/**
 * Turn a drawing into what a network reads, with every step on the way.
 *
 * @param {readonly Stroke[]} strokes
 * @param {readonly string[]} skip names of the steps to leave out
 * @returns {Preprocessed}
 */
export function preprocessDrawing(strokes, skip = []) {
  if (!strokes.length)
    return {pixels: null, steps: [stepOf("source", new Float32Array(SAMPLES ** 2))]};
  drawing.take(strokes);
  let last = stepOf("source", Float32Array.from(drawing.ink));
  const steps = [last];
  for (const name of DRAWING_STEPS) {
    last = skip.includes(name)
      ? {...last, name, numbers: {}, applied: false}
      : stepAfter(name, MOVES[name]());
    steps.push(last);
  }
  return {pixels: asPixels(last), steps};
}

/**
 * Find where a drawing lies among the 28 × 28: x on the canvas is `scale` · x + `right` pixels there.
 *
 * @param {readonly Stroke[]} strokes at least one
 * @param {readonly string[]} skip names of the steps to leave out
 * @returns {{scale: number, right: number, down: number}}
 */
export function placementOf(strokes, skip = []) {
  drawing.take(strokes);
  for (const name of DRAWING_STEPS) if (!skip.includes(name)) MOVES[name]();
  const {scale, right, down} = drawing;
  return {scale, right, down};
}

/** Keep what the ink has become by a step. */
function stepAfter(name, numbers) {
  const picture = name === "center" ? averaged(drawing.ink) : Float32Array.from(drawing.ink);
  return stepOf(name, picture, numbers);
}

/**
 * Shrink the picture of a step to 28 × 28 as it lies.
 *
 * @param {Step} step
 * @returns {Float32Array}
 */
export function asPixels({picture, shape}) {
  return shape[0] === SIDE ? picture : averaged(picture);
}

/**
 * @param {string} name
 * @param {Float32Array} picture
 * @param {Record<string, number>} numbers
 * @returns {Step}
 */
function stepOf(name, picture, numbers = {}) {
  const side = Math.sqrt(picture.length);
  return {name, picture, shape: [side, side], numbers, applied: true};
}

/** Average the samples of each pixel. */
function averaged(samples) {
  const pixels = new Float32Array(SIDE * SIDE);
  for (let row = 0, pixel = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++, pixel++) {
      let sum = 0;
      for (let down = 0; down < FINE; down++) {
        const begin = (row * FINE + down) * SAMPLES + column * FINE;
        for (let i = begin; i < begin + FINE; i++) sum += samples[i];
      }
      pixels[pixel] = sum / FINE ** 2;
    }
  }
  return pixels;
}

/** One drawing on its way: how wide its curves are drawn, how large, and where. */
class Drawing {
  curves = new Curves();
  widths = []; // of the pens of the curves, canvas units
  scale = 1; // pixels for a canvas unit
  right = 0; // pixels: where the canvas's origin lies on the paper
  down = 0;
  #walk = new Walk();
  #paper = new Float64Array(SAMPLES ** 2);
  #isWalked = false;
  #isInked = false;

  /** Lay strokes on the paper as they lie on the canvas. */
  take(strokes) {
    this.curves.take(strokes);
    this.draw(
      strokes.map(({width}) => width),
      SIDE / CANVAS,
    );
    this.lay(0, 0);
  }

  draw(widths, scale) {
    Object.assign(this, {widths, scale});
    this.#isWalked = this.#isInked = false;
  }

  lay(right, down) {
    Object.assign(this, {right, down});
    this.#isInked = false;
  }

  /** The ink on all samples of the paper, good until the drawing changes. */
  get ink() {
    if (!this.#isWalked) this.#walk.along(this.curves, this.widths, SAMPLES, this.scale * FINE);
    if (!this.#isInked) ink(this.#walk, SAMPLES, this.right * FINE, this.down * FINE, this.#paper);
    this.#isWalked = this.#isInked = true;
    return this.#paper;
  }
}

const drawing = new Drawing(); // one for all: none is looked at when the next is taken

const MOVES = {
  /** Draw all lines in the one width that will be `PEN` in the box. */
  thickness() {
    const {curves, widths, scale} = drawing;
    const [left, top, right, bottom] = extentOf(curves);
    const width = (PEN * Math.max(right - left, bottom - top, TINY)) / (BOX - PEN);
    const mean = widths.reduce((sum, each) => sum + each, 0) / widths.length;
    drawing.draw(
      widths.map(() => width),
      scale,
    );
    return {from: (mean * PEN) / width, to: PEN};
  },

  /** Scale the ink so that its longer side measures `BOX`, in the middle of the paper. */
  box() {
    const {curves, widths} = drawing;
    const [left, top, right, bottom] = extentOf(curves, widths);
    const scale = BOX / Math.max(right - left, bottom - top, TINY + Math.max(...widths));
    drawing.draw(widths, scale);
    drawing.lay(SIDE / 2 - (scale * (left + right)) / 2, SIDE / 2 - (scale * (top + bottom)) / 2);
    return {width: (right - left) * scale, height: (bottom - top) * scale, scale};
  },

  /** Move the ink so that its center of mass is the middle of pixel (14, 14). */
  center() {
    const {curves, widths, scale} = drawing;
    const extent = extentOf(curves, widths);
    const [left, right] = [0, 2].map((i) => extent[i] * scale + drawing.right);
    const [top, bottom] = [1, 3].map((i) => extent[i] * scale + drawing.down);
    const [x, y] = middleOf(drawing.ink);
    const moved = {right: shift(x, left, right), down: shift(y, top, bottom)};
    drawing.lay(drawing.right + moved.right, drawing.down + moved.down);
    return moved;
  },
};

/**
 * Return the box of the curves, or of their ink: left, top, right, bottom, in canvas units.
 *
 * @param {Curves} curves
 * @param {number[] | null} [widths] of the pens, where the ink counts
 */
function extentOf({x, y, ends}, widths = null) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  let i = 0;
  ends.forEach((end, curve) => {
    const half = widths ? widths[curve] / 2 : 0;
    for (; i < end; i++) {
      if (x[i] - half < box[0]) box[0] = x[i] - half;
      if (y[i] - half < box[1]) box[1] = y[i] - half;
      if (x[i] + half > box[2]) box[2] = x[i] + half;
      if (y[i] + half > box[3]) box[3] = y[i] + half;
    }
  });
  return box;
}

/** Return the center of mass of ink, in pixels; the middle of pixel (14, 14) where there is none. */
function middleOf(paper) {
  let [mass, across, along] = [0, 0, 0];
  for (let row = 0, i = 0; row < SAMPLES; row++) {
    for (let column = 0; column < SAMPLES; column++, i++) {
      mass += paper[i];
      across += paper[i] * (column + 0.5);
      along += paper[i] * (row + 0.5);
    }
  }
  return mass ? [across / mass / FINE, along / mass / FINE] : [MIDDLE, MIDDLE];
}

/** Return how far to move ink from `low` to `high` so that its mean is in the middle, all on paper. */
function shift(mean, low, high) {
  const [least, most] = [-low, SIDE - high];
  return Math.min(Math.max(MIDDLE - mean, Math.min(least, most)), Math.max(least, most));
}
