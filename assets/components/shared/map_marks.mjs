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

import {colorOf, css} from "./color.mjs";
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

const silentTiles = new Map(); // by all that decides how one looks; a stage has few of them
const MOST_TILES = 60;

/** Return whether a channel is zero throughout. @param {ArrayLike<number>} domains low and high of each */
export const isSilent = (domains, channel) => !domains[2 * channel] && !domains[2 * channel + 1];

/**
 * Return the picture of a map that is zero throughout: hatched, so that it looks silent and not
 * broken. It is made once: a stage has many of them, in every frame.
 *
 * @param {Sheet} sheet
 * @param {number} color of zero
 * @param {string} word for such a map, written where there is room
 */
export function silentTile({plan: {tileWidth, tileHeight}, size}, color, word) {
  const key = [tileWidth, tileHeight, size, devicePixelRatio, color, word].join("/");
  const kept = silentTiles.get(key);
  if (kept) return kept;
  const tile = document.createElement("canvas");
  [tile.width, tile.height] = [tileWidth, tileHeight];
  const context = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  context.fillStyle = css(color);
  context.fillRect(0, 0, tileWidth, tileHeight);
  hatch(context, tileWidth, tileHeight);
  writeInto(context, word, size, {tileWidth, tileHeight});
  if (silentTiles.size >= MOST_TILES) silentTiles.clear();
  silentTiles.set(key, tile);
  return tile;
}

function hatch(context, width, height) {
  const ratio = devicePixelRatio;
  const step = Math.round(HATCH * ratio);
  Object.assign(context, {strokeStyle: "rgb(130 145 175 / 0.5)", lineWidth: ratio});
  for (let begin = 0; begin < width + height; begin += step) {
    context.moveTo(begin, 0);
    context.lineTo(begin - height, height);
  }
  context.stroke();
}

function writeInto(context, word, size, {tileWidth, tileHeight}) {
  context.font = `${size}px sans-serif`;
  const wide = context.measureText(word).width + size / 2;
  if (!word || wide > tileWidth || 1.5 * size > tileHeight) return;
  const [x, y] = [tileWidth / 2, tileHeight / 2];
  context.fillStyle = "rgb(0 0 0 / 0.45)";
  context.fillRect(x - wide / 2, y - 0.65 * size, wide, 1.3 * size);
  Object.assign(context, {fillStyle: "#dfe5f2", textAlign: "center", textBaseline: "middle"});
  context.fillText(word, x, y);
}

/**
 * Write its number into each cell that is not zero.
 *
 * @param {{context: CanvasRenderingContext2D, plan: {zoom: number}, placeOf: Sheet["placeOf"],
 *   size: number}} sheet
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
