/**
 * The stage in numbers: where each layer's maps lie, and what lies under the pointer.
 *
 * Everything is in CSS pixels. A map's cells are a whole number of device pixels; all maps of
 * MNIST's 28, 14 and 7 cells a side come out equally large.
 */

import {gridOfTiles, tilePlace, tileUnder} from "../../shared/grid.mjs";
import {MOST_UNITS} from "../tensors.mjs";

const HEADER = 134; // CSS pixels above a column's maps for its name and numbers
const HEADING = 84; // the least width of a column, so that its numbers can be read
const WRITTEN = 96; // the same where values stand beside the units
const SHORT = 66; // the same where there are few numbers
const SIDE = 28; // CSS pixels that a map measures, or a multiple of it
const INPUT = 84; // the pixels of the digit are shown larger
const GAP = 3; // between two maps
const LABELED = 16; // units that have their value written beside them
const AISLE = [6, 44]; // least and most between two columns
const MOST_ROWS = 16;

/** Plan the stage for layers that `arrange` has given places, in `space` CSS pixels. */
export function layOutStage(layers, arranged, {space, ratio}) {
  for (let times = 3; ; times--) {
    const plan = planAt(layers, arranged, {
      space,
      ratio,
      side: (SIDE * Math.ceil(times * ratio)) / ratio,
    });
    if (times === 1 || (plan.width <= space && times * SIDE * MOST_ROWS < 1000)) return plan;
  }
}

function planAt(layers, {columns, lanes, places}, {space, ratio, side}) {
  const rows = lanes > 1 ? MOST_ROWS / 2 : MOST_ROWS;
  const boxes = new Map(
    layers.map((layer) => [
      layer.name,
      boxOf(layer, {rows, side, ratio, first: !layer.inbound.length}),
    ]),
  );
  const widths = Array(columns).fill(SHORT);
  const heights = Array(lanes).fill(0);
  for (const [name, box] of boxes) {
    const {column, lane} = places.get(name);
    widths[column] = Math.max(widths[column], box.width, box.heading);
    heights[lane] = Math.max(heights[lane], box.height);
  }
  const filled = widths.reduce((sum, width) => sum + width, 0);
  const aisle = Math.max(
    AISLE[0],
    Math.min(AISLE[1], Math.floor((space - filled) / Math.max(1, columns - 1))),
  );
  const lefts = startsOf(widths, aisle, 0);
  const tops = startsOf(heights, HEADER + 28, HEADER);
  for (const [name, box] of boxes) {
    const {column, lane} = places.get(name);
    box.columnLeft = lefts[column];
    box.columnWidth = widths[column];
    box.laneTop = tops[lane] - HEADER;
    box.left = snap(lefts[column] + (box.labeled ? 0 : (widths[column] - box.width) / 2), ratio);
    box.top = snap(tops[lane] + (heights[lane] - box.height) / 2, ratio);
  }
  return {
    boxes,
    ratio,
    width: lefts.at(-1) + widths.at(-1),
    height: tops.at(-1) + heights.at(-1) + 4,
  };
}

/**
 * Choose the tiles of one layer: how large, how many, how many beside each other.
 *
 * A box is a grid of shared/grid.mjs that has a place among others, `cellRows` and `cellColumns` in
 * each tile, `zoom` device pixels and `cell` CSS pixels large.
 */
function boxOf(layer, {rows, side, ratio, first}) {
  const form = formOf(layer.output_shape);
  const {long, units, labeled} = form;
  const [cellRows, cellColumns] = cellsOf(layer.output_shape, form);
  const count = long ? 1 : layer.output_shape.at(-1);
  const aim = first ? INPUT : aimOf(form, side);
  const longest = Math.max(cellRows, cellColumns);
  const zoom = Math.max(1, Math.floor((aim * ratio) / longest + 1e-6)); // device pixels a cell
  const cell = zoom / ratio;
  const down = labeled ? LABELED : units ? 2 * rows : rows;
  const tiles = {tileWidth: cell * cellColumns, tileHeight: cell * cellRows, gap: GAP};
  return {
    ...form,
    ...gridOfTiles({count, columns: Math.ceil(count / down), ...tiles}),
    shape: layer.output_shape,
    cellRows,
    cellColumns,
    zoom,
    cell,
    heading: first || long ? SHORT : labeled ? WRITTEN : HEADING,
  };
}

/** Tell how a layer is shown: its units as tiles, written beside them, or as one map of many. */
function formOf({length, 0: count}) {
  const units = length === 1;
  return {units, long: units && count > MOST_UNITS, labeled: units && count <= LABELED};
}

/** Count the cells of a tile: [rows, columns]. */
function cellsOf(shape, {units, long}) {
  if (long) return rowsOf(shape[0]);
  if (units) return [1, 1];
  return shape.length === 3 ? shape : [1, shape[0]];
}

/** Choose how many CSS pixels a tile is to measure. */
function aimOf({units, long, labeled}, side) {
  if (long) return 4 * SIDE;
  if (labeled) return 24;
  return units ? 14 : side;
}

function rowsOf(length) {
  const width = Math.max(1, Math.round(Math.sqrt(length / 2)));
  return [Math.ceil(length / width), width];
}

function startsOf(sizes, gap, from) {
  let at = from;
  return sizes.map((size) => {
    const start = at;
    at += size + gap;
    return start;
  });
}

function snap(value, ratio) {
  return Math.round(value * ratio) / ratio;
}

/** Give the place of one tile: {left, top, width, height}. */
export function tileAt(box, index) {
  const {left, top} = tilePlace(box, index);
  return {
    left: box.left + left,
    top: box.top + top,
    width: box.tileWidth,
    height: box.tileHeight,
  };
}

/** Tell which tile shows a channel or unit. */
export function tileOf(box, channel) {
  return box.long ? 0 : channel;
}

/**
 * Find what lies at (x, y): {layer, channel, row, column}, or null.
 *
 * Of a vector, `channel` is the unit, and row and column are 0.
 */
export function spotAt({boxes}, x, y) {
  for (const [layer, box] of boxes) {
    const tile = tileUnder(box, x - box.left, y - box.top);
    if (!tile) continue;
    const row = Math.min(box.cellRows - 1, Math.floor(tile.y / box.cell));
    const column = Math.min(box.cellColumns - 1, Math.floor(tile.x / box.cell));
    return spotIn(layer, box, {index: tile.index, row, column});
  }
  return null;
}

function spotIn(layer, {units, long, cellColumns, shape}, {index, row, column}) {
  if (!units) return {layer, channel: index, row, column};
  const unit = long ? row * cellColumns + column : index;
  return unit < shape[0] ? {layer, channel: unit, row: 0, column: 0} : null;
}

/** Give the place of cells of a tile, both ends included and cut at the tile's edges. */
export function cellsAt(box, index, {top, left, bottom, right}) {
  const tile = tileAt(box, index);
  const clip = (value, most) => Math.max(0, Math.min(most, value));
  return {
    left: tile.left + clip(left, box.cellColumns) * box.cell,
    top: tile.top + clip(top, box.cellRows) * box.cell,
    right: tile.left + clip(right + 1, box.cellColumns) * box.cell,
    bottom: tile.top + clip(bottom + 1, box.cellRows) * box.cell,
  };
}

/** Give the place of the cell that a spot names. */
export function spotPlace(box, {channel, row, column}) {
  if (!box.long) return cellsAt(box, channel, {top: row, left: column, bottom: row, right: column});
  const [down, across] = [Math.floor(channel / box.cellColumns), channel % box.cellColumns];
  return cellsAt(box, 0, {top: down, left: across, bottom: down, right: across});
}

/** Move from one map to another by an arrow key: the spot there, or null at the end. */
export function neighbor({boxes}, {layer, channel}, key) {
  const names = [...boxes.keys()];
  const box = boxes.get(layer);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const next = channel + (key === "ArrowDown" ? 1 : -1);
    return next >= 0 && next < box.shape.at(-1) ? {layer, channel: next, row: 0, column: 0} : null;
  }
  const at = {
    ArrowLeft: names.indexOf(layer) - 1,
    ArrowRight: names.indexOf(layer) + 1,
    Home: 0,
    End: names.length - 1,
  }[key];
  if (at === undefined || at < 0 || at >= names.length) return null;
  return {
    layer: names[at],
    channel: Math.min(channel, boxes.get(names[at]).shape.at(-1) - 1),
    row: 0,
    column: 0,
  };
}
