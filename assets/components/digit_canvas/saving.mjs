/** Saves what is on the canvas, and the 28 × 28 pixels that the network reads of it. */

import {element} from "../shared/dom.mjs";
import {SIDE} from "../shared/pen/preprocessing.mjs";
import {paintDrawing} from "./painting.mjs";

const SAVED = 560; // pixels a side of a drawing: twice the canvas
const [INK, PAPER] = ["#000", "#fff"];

/**
 * Save a drawing as black ink on white paper, or the picture that is there.
 *
 * @param {import("./editor.mjs").Content} content
 */
export function saveContent({strokes, picture}) {
  if (picture) return save(picture.source, "digit.png");
  const canvas = element("canvas", {width: SAVED, height: SAVED});
  const context = canvas.getContext("2d");
  context.fillStyle = PAPER;
  context.fillRect(0, 0, SAVED, SAVED);
  paintDrawing(context, SAVED, {strokes, color: INK});
  return save(canvas.toDataURL(), "digit.png");
}

/**
 * Save pixels as MNIST has them: 0 is black paper, 1 white ink.
 *
 * @param {Float32Array} pixels 28 × 28 in [0, 1]
 */
export function savePixels(pixels) {
  const canvas = element("canvas", {width: SIDE, height: SIDE});
  canvas.getContext("2d").putImageData(new ImageData(grayOf(pixels), SIDE), 0, 0);
  save(canvas.toDataURL(), "digit-28x28.png");
}

/**
 * Return ink in [0, 1] as gray, opaque pixels: red, green, blue, opacity.
 *
 * @param {Float32Array} pixels
 */
export function grayOf(pixels) {
  const bytes = new Uint8ClampedArray(4 * pixels.length);
  pixels.forEach((ink, place) => {
    const gray = Math.round(255 * ink);
    bytes.set([gray, gray, gray, 255], 4 * place);
  });
  return bytes;
}

function save(href, download) {
  element("a", {href, download}).click();
}
