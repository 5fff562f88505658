/** What a network says of a digit: in words, and as the pixels that it read. */

import {css, sequential} from "./color.mjs";
import {fill, percent} from "./format.mjs";

const SIDE = 28;
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
  const image = new ImageData(SIDE, SIDE);
  const colors = new Uint32Array(image.data.buffer);
  for (let i = 0; i < SIDE * SIDE; i++) colors[i] = inkColor(pixels ? pixels[i] : 0);
  canvas.getContext("2d").putImageData(image, 0, 0);
  canvas.style.background = css(sequential[0]);
}

/** Return the color of ink in [0, 1]. */
export const inkColor = (ink) => sequential[Math.round(255 * ink)];
