/**
 * A drawing as pixels that look like MNIST's: every step kept, each can be left out.
 *
 * Lines of one width, the ink scaled into a box of 20 pixels, and its center of mass moved to the
 * middle of pixel (14, 14). Nothing is measured on a picture that can be told from the strokes: a
 * step changes how wide the same curves are drawn, how large, and where. A network that reads digits
 * of another size gets all of it in proportion. model/pixels/drawings.py takes the same steps to the
 * same numbers.
 *
 * @typedef {import("./pen.mjs").Stroke} Stroke
 *
 * @typedef {object} Step one step of preprocessing: the picture after it, and what it measured
 * @property {string} name "source", then one of DRAWING_STEPS
 * @property {Float32Array} picture row by row in [0, 1], 0 = paper, 1 = ink
 * @property {[number, number]} shape of the picture: height, width
 * @property {Record<string, number>} numbers thickness: from, to (pixels); box: width, height
 *   (pixels), scale (pixels for a unit of the canvas); center: right, down (pixels)
 * @property {Float32Array} [pixels] the picture as the network reads it, where it is known already
 * @property {boolean} applied false where the step was left out; the picture is the one before
 *
 * @typedef {object} Preprocessed what a network reads, and how it came about
 * @property {Float32Array | null} pixels side × side in [0, 1], or null where there is no stroke
 * @property {Step[]} steps
 */

import {Curves, ink, Walk} from "./pen.mjs";
import {CANVAS} from "./strokes.mjs";

export const SIDE = 28;
export const DRAWING_STEPS = ["thickness", "box", "center"];

const BOX = 20; // pixels of 28, the longer side of the ink
const PEN = 2.4; // pixels of 28, the width of a line at that size
const TINY = 10; // canvas units; a dot is not blown up to a disc of 20 pixels
const FINE = 4; // samples a pixel, across and down

/**
 * Turn a drawing into what a network reads.
 *
 * @param {readonly Stroke[]} strokes
 * @param {readonly string[]} skip names of the steps to leave out
 * @param {number} side pixels
 * @returns {Float32Array | null} side × side in [0, 1], 0 = paper, or null where there is no stroke
 */
export function pixelsOf(strokes, skip = [], side = SIDE) {
  if (!strokes.length) return null;
  const drawing = taken(strokes, side);
  for (const name of DRAWING_STEPS) if (!skip.includes(name)) MOVES[name](drawing);
  return averaged(drawing.ink, side);
}

/**
 * Turn a drawing into what a network reads, with every step on the way.
 *
 * @param {readonly Stroke[]} strokes
 * @param {readonly string[]} skip names of the steps to leave out
 * @param {number} side pixels
 * @returns {Preprocessed}
 */
export function preprocessDrawing(strokes, skip = [], side = SIDE) {
  if (!strokes.length)
    return {pixels: null, steps: [stepOf("source", new Float32Array((side * FINE) ** 2))]};
  const drawing = taken(strokes, side);
  let last = stepOf("source", Float32Array.from(drawing.ink));
  const steps = [last];
  for (const name of DRAWING_STEPS) {
    last = skip.includes(name)
      ? {...last, name, numbers: {}, applied: false}
      : stepAfter(drawing, name, MOVES[name](drawing));
    steps.push(last);
  }
  return {pixels: asPixels(last, side), steps};
}

/**
 * Find where a drawing lies among the pixels: x on the canvas is `scale` · x + `right` pixels there.
 *
 * @param {readonly Stroke[]} strokes at least one
 * @param {readonly string[]} skip names of the steps to leave out
 * @param {number} side pixels
 * @returns {{scale: number, right: number, down: number}}
 */
export function placementOf(strokes, skip = [], side = SIDE) {
  const drawing = taken(strokes, side);
  for (const name of DRAWING_STEPS) if (!skip.includes(name)) MOVES[name](drawing);
  const {scale, right, down} = drawing;
  return {scale, right, down};
}

/** Keep what the ink has become by a step. */
function stepAfter(drawing, name, numbers) {
  const {ink: inked, side} = drawing;
  const picture = name === "center" ? averaged(inked, side) : Float32Array.from(inked);
  return stepOf(name, picture, numbers);
}

/**
 * Shrink the picture of a step to side × side as it lies.
 *
 * @param {Step} step
 * @param {number} side
 * @returns {Float32Array}
 */
export function asPixels({picture, shape}, side = SIDE) {
  return shape[0] === side ? picture : averaged(picture, side);
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
function averaged(samples, side) {
  const pixels = new Float32Array(side * side);
  for (let row = 0, pixel = 0; row < side; row++) {
    for (let column = 0; column < side; column++, pixel++) {
      let sum = 0;
      for (let down = 0; down < FINE; down++) {
        const begin = (row * FINE + down) * side * FINE + column * FINE;
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
  #paper;
  #isWalked = false;
  #isInked = false;

  /** @param {number} side of the paper, in pixels */
  constructor(side) {
    this.side = side;
    this.samples = side * FINE;
    this.box = (BOX * side) / SIDE;
    this.pen = (PEN * side) / SIDE;
    this.#paper = new Float64Array(this.samples ** 2);
  }

  /** Lay strokes on the paper as they lie on the canvas. */
  take(strokes) {
    this.curves.take(strokes);
    this.draw(
      strokes.map(({width}) => width),
      this.side / CANVAS,
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
    const {samples} = this;
    if (!this.#isWalked) this.#walk.along(this.curves, this.widths, samples, this.scale * FINE);
    if (!this.#isInked) ink(this.#walk, samples, this.right * FINE, this.down * FINE, this.#paper);
    this.#isWalked = this.#isInked = true;
    return this.#paper;
  }
}

/** @type {Map<number, Drawing>} */
const drawings = new Map(); // one a size for all: none is looked at when the next is taken

/** Lay strokes on a paper. */
function taken(strokes, side) {
  const drawing = drawings.get(side) ?? new Drawing(side);
  drawings.set(side, drawing);
  drawing.take(strokes);
  return drawing;
}

const MOVES = {
  /** Draw all lines in the one width that will be the pen's in the box. */
  thickness(drawing) {
    const {curves, widths, scale, pen, box} = drawing;
    const [left, top, right, bottom] = extentOf(curves);
    const width = (pen * Math.max(right - left, bottom - top, TINY)) / (box - pen);
    const mean = widths.reduce((sum, each) => sum + each, 0) / widths.length;
    drawing.draw(
      widths.map(() => width),
      scale,
    );
    return {from: (mean * pen) / width, to: pen};
  },

  /** Scale the ink so that its longer side measures the box, in the middle of the paper. */
  box(drawing) {
    const {curves, widths, side} = drawing;
    const [left, top, right, bottom] = extentOf(curves, widths);
    const scale = drawing.box / Math.max(right - left, bottom - top, TINY + Math.max(...widths));
    drawing.draw(widths, scale);
    drawing.lay(side / 2 - (scale * (left + right)) / 2, side / 2 - (scale * (top + bottom)) / 2);
    return {width: (right - left) * scale, height: (bottom - top) * scale, scale};
  },

  /** Move the ink so that its center of mass is the middle of pixel (14, 14). */
  center(drawing) {
    const {curves, widths, scale, side} = drawing;
    const extent = extentOf(curves, widths);
    const [left, right] = [0, 2].map((i) => extent[i] * scale + drawing.right);
    const [top, bottom] = [1, 3].map((i) => extent[i] * scale + drawing.down);
    const [x, y] = middleOf(drawing.ink, side);
    const moved = {right: shift(x, left, right, side), down: shift(y, top, bottom, side)};
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
function middleOf(paper, side) {
  const samples = side * FINE;
  let [mass, across, along] = [0, 0, 0];
  for (let row = 0, i = 0; row < samples; row++) {
    for (let column = 0; column < samples; column++, i++) {
      mass += paper[i];
      across += paper[i] * (column + 0.5);
      along += paper[i] * (row + 0.5);
    }
  }
  return mass ? [across / mass / FINE, along / mass / FINE] : [middle(side), middle(side)];
}

/** Return where the middle of the middle pixel lies: of pixel 14, of 28. */
const middle = (side) => side / 2 + 0.5;

/** Return how far to move ink from `low` to `high` so that its mean is in the middle, all on paper. */
function shift(mean, low, high, side) {
  const [least, most] = [-low, side - high];
  return Math.min(Math.max(middle(side) - mean, Math.min(least, most)), Math.max(least, most));
}
