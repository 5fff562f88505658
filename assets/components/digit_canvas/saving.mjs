/** Saves what is on the canvas, and the pixels that the network reads of it. */

import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";
import {inputShapeOf} from "../shared/pen/network_input.mjs";
import {bytesOf} from "../shared/verdicts.mjs";
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

/** Return what keeps the newest pixels that a network read, to be saved with a button. */
export function pixelSaver() {
  /** @type {{pixels: Float32Array, shape: number[]} | null} */
  let kept = null;
  let name = ""; // of the button, whose word is the size of what it saves

  /** @param {HTMLButtonElement} button @param {string} size */
  function write(button, size) {
    setText(button.lastChild, size);
    button.ariaLabel = fill(name, {size});
  }

  return {
    /** @param {HTMLButtonElement} button @param {Record<string, string>} words */
    label(button, words) {
      name = words.save_pixels_name;
      write(button, words.save_pixels);
    },
    /** @param {HTMLButtonElement} button @param {import("../shared/live/readings.mjs").Reading} reading */
    take(button, {pixels, isDemonstration, network}) {
      const shape = inputShapeOf(network);
      kept = pixels && !isDemonstration ? {pixels, shape} : null;
      button.disabled = !kept;
      write(button, `${shape[1]} × ${shape[0]}`);
    },
    save: () => kept && savePixels(kept.pixels, kept.shape),
  };
}

/**
 * Save what a network reads: gray levels as MNIST has them, 0 for black paper, 1 for white ink; or
 * colors as they are.
 *
 * @param {Float32Array} pixels in [0, 1], channels last
 * @param {number[]} shape height, width, channels
 */
function savePixels(pixels, [height, width, channels]) {
  const canvas = element("canvas", {width, height});
  canvas.getContext("2d").putImageData(new ImageData(bytesOf(pixels, channels), width), 0, 0);
  save(canvas.toDataURL(), `digit-${width}x${height}.png`);
}

function save(href, download) {
  element("a", {href, download}).click();
}
