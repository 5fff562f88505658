/**
 * How the maps of all layers share the space: side by side, each layer a column of maps, or, where
 * that is too narrow, one below the other. Lengths are in device pixels unless they say otherwise.
 */

import {gridOfTiles} from "../shared/grid.mjs";

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
  const columnsOf = (side, rows) => shapes.map((shape) => column(shape, side, rows, gap));
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
 * @param {number} side
 * @param {number} rows
 * @param {number} gap
 */
function column(shape, side, rows, gap) {
  const tile = tileOf(shape, side);
  const own = Math.max(1, Math.round((rows * (side + gap)) / (tile.tileHeight + gap)));
  return planned(tile, Math.ceil(shape[2] / own), gap);
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
    return planned(tileOf(shape, side), Math.ceil(shape[2] / FLAT_ROWS), gap);
  });
}

/** @param {Shape[]} shapes */
const largestSide = (shapes) => Math.max(...shapes.flatMap(([high, wide]) => [high, wide]));
