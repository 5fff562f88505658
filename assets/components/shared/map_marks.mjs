/**
 * What is written over the maps of a layer: that one is silent, and each cell's number where there
 * is room for it. Lengths are in device pixels.
 *
 * @typedef {object} Sheet
 * @property {CanvasRenderingContext2D} context
 * @property {import("./grid.mjs").Grid & {zoom: number}} plan
 * @property {(channel: number) => {left: number, top: number}} placeOf
 * @property {number} size of the letters
 */

import {colorOf} from "./color.mjs";
import {readable} from "./format.mjs";
import {inkOn} from "./painting.mjs";

const SIZE = 0.72; // rem
const ROOM = 2.9; // times the size of the letters, from which on a cell has room for its number
const HATCH = 7; // CSS pixels between two lines

/** Measure what is written into maps now. */
export function wordSize() {
  const {fontSize} = getComputedStyle(document.documentElement);
  return SIZE * parseFloat(fontSize) * devicePixelRatio;
}

/** Return whether each cell has room for its number. @param {Sheet} sheet */
export const isRoomy = ({plan, size}) => plan.zoom >= ROOM * size;

/**
 * Hatch the maps that are zero throughout, so that they look silent and not broken.
 *
 * @param {Sheet} sheet
 * @param {ArrayLike<number>} domains the low and high of each channel
 * @param {string} word for such a map, written where there is room
 */
export function hatchSilent({context, plan, placeOf, size}, domains, word) {
  const {count, tileWidth, tileHeight} = plan;
  for (let channel = 0; channel < count; channel++) {
    if (domains[2 * channel] || domains[2 * channel + 1]) continue;
    const {left, top} = placeOf(channel);
    context.fillStyle = hatching(context);
    context.fillRect(left, top, tileWidth, tileHeight);
    writeInto(context, word, size, {left, top, tileWidth, tileHeight});
  }
}

/** @type {Map<number, CanvasPattern | string>} */
const hatchings = new Map(); // by the device pixels of a CSS pixel

function hatching(context) {
  const ratio = devicePixelRatio;
  const kept = hatchings.get(ratio);
  if (kept) return kept;
  const side = Math.round(HATCH * ratio);
  const tile = document.createElement("canvas");
  [tile.width, tile.height] = [side, side];
  const lines = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  Object.assign(lines, {strokeStyle: "rgb(130 145 175 / 0.5)", lineWidth: ratio});
  for (const shift of [-side, 0, side]) {
    lines.moveTo(shift - 1, side + 1);
    lines.lineTo(shift + side + 1, -1);
  }
  lines.stroke();
  const pattern = context.createPattern(tile, "repeat") ?? "transparent";
  hatchings.set(ratio, pattern);
  return pattern;
}

function writeInto(context, word, size, {left, top, tileWidth, tileHeight}) {
  context.font = `${size}px sans-serif`;
  const wide = context.measureText(word).width + size / 2;
  if (!word || wide > tileWidth || 1.5 * size > tileHeight) return;
  const [x, y] = [left + tileWidth / 2, top + tileHeight / 2];
  context.fillStyle = "rgb(0 0 0 / 0.45)";
  context.fillRect(x - wide / 2, y - 0.65 * size, wide, 1.3 * size);
  Object.assign(context, {fillStyle: "#dfe5f2", textAlign: "center", textBaseline: "middle"});
  context.fillText(word, x, y);
}

/**
 * Write its number into each cell that is not zero.
 *
 * @param {Sheet} sheet
 * @param {{shape: number[], values: Float32Array}} layer channels last
 * @param {(channel: number) => import("./color.mjs").Scale} scaleFor
 */
export function writeNumbers(sheet, {shape: [height, width, count], values}, scaleFor) {
  const {context, plan, placeOf, size} = sheet;
  Object.assign(context, {textAlign: "center", textBaseline: "middle"});
  context.font = `${size}px sans-serif`;
  for (let channel = 0; channel < count; channel++) {
    const {left, top} = placeOf(channel);
    const scale = scaleFor(channel);
    for (let cell = 0; cell < height * width; cell++) {
      const value = values[cell * count + channel];
      if (!value) continue;
      const [row, column] = [Math.floor(cell / width), cell % width];
      const [x, y] = [left + (column + 0.5) * plan.zoom, top + (row + 0.5) * plan.zoom];
      context.fillStyle = inkOn(colorOf(value, scale));
      context.fillText(readable(value), x, y, plan.zoom - 2);
    }
  }
}
