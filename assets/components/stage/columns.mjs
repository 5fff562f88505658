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
 */

const GAP = 2; // CSS pixels between two maps
const LARGEST = 112; // CSS pixels a side that a map grows to
const FLAT_TILE = 40; // CSS pixels a side, where layers stand one below the other
const FLAT_ROWS = 2;

const BETWEEN = 12; // CSS pixels between two layers, at least
const LEAST = 88; // CSS pixels that the heading of a layer needs

/**
 * Plan columns: the largest maps with which all layers fit, and no higher than that needs. Where
 * even the smallest do not fit, the columns are as high as usual, and wider than the space.
 *
 * @param {Shape[]} shapes [height, width, channels] of each layer
 * @param {Space} space
 * @returns {Plan[]}
 */
export function planColumns(shapes, {width, height, usual, ratio}) {
  const largest = largestSide(shapes);
  const gap = Math.round(GAP * ratio);
  const most = Math.max(1, Math.floor((LARGEST * ratio) / largest));
  const rowsIn = (space, side) => Math.max(1, Math.floor((space * ratio + gap) / (side + gap)));
  for (let zoom = most; zoom > 0; zoom--) {
    const side = zoom * largest;
    for (let rows = 1; rows <= rowsIn(height, side); rows++) {
      const plans = shapes.map((shape) => column(shape, side, rows, gap));
      if (widthOf(plans, ratio) <= width * ratio) return plans;
    }
  }
  return shapes.map((shape) => column(shape, largest, rowsIn(usual, largest), gap));
}

function widthOf(plans, ratio) {
  const between = BETWEEN * ratio * (plans.length - 1);
  return plans.reduce((sum, plan) => sum + Math.max(plan.width, LEAST * ratio), between);
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
