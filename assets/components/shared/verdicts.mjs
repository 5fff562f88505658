/** What a network says of a digit: in words, and as the pixels that it read. */

import {css, sequential} from "./color.mjs";
import {fill, percent} from "./format.mjs";

const SIDE = 28;
const PAPER = new Float32Array(SIDE * SIDE);
const DIGITS = [...Array(10).keys()];

/** Say how sure the network is. */
export function sentenceOf({verdict, probability}, words) {
  return fill(words[verdict], {probability: percent(probability)});
}

/** Name the runner-up. */
export function secondGuess({probabilities}, words) {
  const [, second] = [...DIGITS].sort((a, b) => probabilities[b] - probabilities[a]);
  return fill(words.second, {digit: second, probability: percent(probabilities[second])});
}

/** Paint what the network reads, 28 × 28 numbers in [0, 1]; without any, paper. */
export function paintPixels(canvas, pixels) {
  paintInk(canvas, pixels ?? PAPER, [SIDE, SIDE]);
}

/** @type {WeakMap<HTMLCanvasElement, ImageData>} */
const images = new WeakMap(); // kept: a new one for each frame costs more than its painting

/**
 * Paint ink on a canvas, a pixel for each number.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} ink in [0, 1], row after row
 * @param {number[]} shape height and width
 */
export function paintInk(canvas, ink, [height, width]) {
  let image = images.get(canvas);
  if (image?.width !== width || image.height !== height) {
    [canvas.width, canvas.height] = [width, height];
    canvas.style.background = css(sequential[0]);
    image = new ImageData(width, height);
    images.set(canvas, image);
  }
  const colors = new Uint32Array(image.data.buffer);
  for (let i = 0; i < ink.length; i++) colors[i] = sequential[(255 * ink[i] + 0.5) | 0];
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
