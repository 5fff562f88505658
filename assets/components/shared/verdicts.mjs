/** What a network says of a digit: in words, and as the pixels that it read. */

import {css, sequential} from "./color.mjs";
import {fill, percent} from "./format.mjs";
import {inputShapeOf} from "./pen/network_input.mjs";

/**
 * Name the class that a network reads: a digit, or a label of its own.
 *
 * @param {{network?: import("./live/networks.mjs").Network}} reading
 * @param {number | null} label
 */
export const nameOf = ({network}, label) =>
  label === null ? "" : (network?.class_names?.[label] ?? String(label));

/** Say how sure the network is. */
export function sentenceOf({verdict, probability, network}, words) {
  // Where nobody has measured how sure it is when it is right, nothing says more than the number.
  const isKnown = verdict !== "digit" || !network || network.energy_threshold !== null;
  return fill(isKnown ? words[verdict] : words.uncalibrated, {probability: percent(probability)});
}

/** Name the runner-up. */
export function secondGuess(reading, words) {
  const {probabilities} = reading;
  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const probability = percent(probabilities[order[1]]);
  return fill(words.second, {digit: nameOf(reading, order[1]), probability});
}

/**
 * Paint what a network reads: ink, or a picture in its colors; without any, paper.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{pixels: Float32Array | null, network: import("./live/networks.mjs").Network}} reading
 */
export function paintPixels(canvas, {pixels, network}) {
  const [height, width, channels] = inputShapeOf(network);
  if (channels === 3 && pixels) paintColors(canvas, pixels, [height, width]);
  else paintInk(canvas, pixels ?? new Float32Array(height * width), [height, width]);
}

/** Paint a picture in its colors: red, green and blue in [0, 1], cell after cell. */
function paintColors(canvas, pixels, [height, width]) {
  if (canvas.width !== width || canvas.height !== height)
    [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")?.putImageData(new ImageData(bytesOf(pixels, 3), width), 0, 0);
  images.delete(canvas); // ink has another kept
}

/**
 * Return numbers in [0, 1] as opaque pixels: red, green, blue, opacity.
 *
 * @param {Float32Array} pixels
 * @param {number} channels 3 for colors, 1 for gray
 */
export function bytesOf(pixels, channels) {
  const bytes = new Uint8ClampedArray((4 * pixels.length) / channels);
  for (let cell = 0; cell < bytes.length / 4; cell++) {
    for (let color = 0; color < 3; color++)
      bytes[4 * cell + color] = Math.round(255 * pixels[cell * channels + (color % channels)]);
    bytes[4 * cell + 3] = 255;
  }
  return bytes;
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
