/**
 * How the maps of all layers share the space: side by side, each layer a column of maps, or, where
 * that is too narrow, one below the other. Lengths are in device pixels unless they say otherwise.
 */

import {gridOfTiles} from "../shared/grid.mjs";
import {LABELED as LABELED_UNITS} from "./forms.mjs";

/**
 * @typedef {[number, number, number]} Shape height, width, channels
 * @typedef {import("../shared/grid.mjs").Grid & {zoom: number}} Plan with the device pixels of a cell
 *
 * @typedef {object} Space
 * @property {number} width CSS pixels there are
 * @property {number} height CSS pixels that maps may be high
 * @property {number} usual CSS pixels that they are high where their layers do not fit anyway
 * @property {number} ratio device pixels of a CSS pixel
 * @property {number[]} [headings] CSS pixels that the heading of each layer needs
 * @property {number} [largest] CSS pixels a side that a map grows to
 */

export const BETWEEN = 12; // CSS pixels between two layers, at least
const GAP = 2; // CSS pixels between two maps
const LARGEST = 112; // CSS pixels a side that a map grows to
const UNIT = 14; // CSS pixels a side of a unit
const LABELED = 22; // the same where its value is written beside it
const ALONE = [176, 88]; // CSS pixels that a map grows to, high and wide, where it is the only one
const FLAT_TILE = 40; // CSS pixels a side, where layers stand one below the other
const FLAT_ROWS = 2;

/**
 * Plan columns: the largest maps with which all layers fit, and no higher than that needs. Where
 * even the smallest do not fit, the columns are as high as usual, and wider than the space.
 *
 * @param {Shape[]} shapes [height, width, channels] of each layer
 * @param {Space} space
 * @returns {Plan[]}
 */
export function planColumns(shapes, space) {
  const {width, height, usual, ratio, headings = [], largest: most = LARGEST} = space;
  const largest = largestSide(shapes);
  const gap = Math.round(GAP * ratio);
  const rowsIn = (high, side) => Math.max(1, Math.floor((high * ratio + gap) / (side + gap)));
  const columnsOf = (side, rows) => shapes.map((shape) => column(shape, {side, rows, gap, ratio}));
  for (let zoom = Math.max(1, Math.floor((most * ratio) / largest)); zoom > 0; zoom--) {
    const side = zoom * largest;
    for (let rows = 1; rows <= rowsIn(height, side); rows++) {
      const plans = columnsOf(side, rows);
      if (widthOf(plans, headings, ratio) <= width) return plans;
    }
  }
  return columnsOf(largest, rowsIn(usual, largest));
}

/** Measure planned columns with their headings and what is between them, in CSS pixels. */
export function widthOf(plans, headings, ratio) {
  const wide = plans.map((plan, index) => Math.max(plan.width / ratio, headings[index] ?? 0));
  return wide.reduce((sum, each) => sum + each, BETWEEN * (plans.length - 1));
}

/**
 * Plan one column that is about as high as `rows` maps of this side.
 *
 * @param {Shape} shape
 * @param {{side: number, rows: number, gap: number, ratio: number}} space in device pixels
 */
function column(shape, {side, rows, gap, ratio}) {
  const [high, wide, count] = shape;
  if (high * wide === 1) return units(count, {height: rows * (side + gap), gap, ratio});
  if (count === 1) {
    const [most, across] = ALONE.map((length) => length * ratio);
    const zoom = Math.floor(Math.min(most / high, across / wide));
    return planned(tileOf(shape, Math.max(1, zoom) * Math.max(high, wide)), 1, gap);
  }
  const tile = tileOf(shape, side);
  const own = Math.max(1, Math.round((rows * (side + gap)) / (tile.tileHeight + gap)));
  return planned(tile, Math.ceil(count / own), gap);
}

/** Plan a column of units; few of them stand one below the other, beside their values. */
function units(count, {height, gap, ratio}) {
  const isLabeled = count <= LABELED_UNITS;
  const zoom = Math.round((isLabeled ? LABELED : UNIT) * ratio);
  const rows = isLabeled ? count : Math.max(1, Math.floor((height + gap) / (zoom + gap)));
  const tile = {count, zoom, tileWidth: zoom, tileHeight: zoom};
  return planned(tile, Math.ceil(count / rows), gap);
}

/** Measure a map that is no larger than `side`, unless its cells would be less than a pixel. */
function tileOf([height, width, count], side) {
  const zoom = Math.max(1, Math.floor(side / Math.max(height, width)));
  return {count, zoom, tileWidth: zoom * width, tileHeight: zoom * height};
}

function planned({count, zoom, tileWidth, tileHeight}, columns, gap) {
  return {...gridOfTiles({count, columns, tileWidth, tileHeight, gap}), zoom};
}

/**
 * Plan the maps of each layer in two rows, which may be longer than the space.
 *
 * @param {Shape[]} shapes
 * @param {number} ratio device pixels of a CSS pixel
 * @returns {Plan[]}
 */
export function planRows(shapes, ratio) {
  const gap = Math.round(GAP * ratio);
  const largest = largestSide(shapes);
  const side = largest * Math.max(1, Math.round((FLAT_TILE * ratio) / largest));
  return shapes.map((shape) => {
    const [high, wide, count] = shape;
    if (high * wide === 1) return units(count, {height: 2 * side, gap, ratio});
    if (count === 1) return column(shape, {side, rows: 1, gap, ratio});
    return planned(tileOf(shape, side), Math.ceil(count / FLAT_ROWS), gap);
  });
}

/** Find the largest side of maps that stand beside others. @param {Shape[]} shapes */
function largestSide(shapes) {
  const sides = shapes.filter(([, , count]) => count > 1).flatMap(([high, wide]) => [high, wide]);
  return Math.max(...(sides.length ? sides : shapes.flat()));
}
