/**
 * The stage in numbers: where each layer's maps lie, and what lies under the pointer.
 *
 * Everything is in CSS pixels. A map's cells are a whole number of device pixels; all maps of
 * MNIST's 28, 14 and 7 cells a side come out equally large.
 */

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

/** Choose the tiles of one layer: how large, how many, how many beside each other. */
function boxOf(layer, {rows, side, ratio, first}) {
  const shape = layer.output_shape;
  const units = shape.length === 1;
  const long = units && shape[0] > MOST_UNITS;
  const labeled = units && shape[0] <= LABELED;
  const count = long ? 1 : shape.at(-1);
  const [height, width] = long
    ? rowsOf(shape[0])
    : units
      ? [1, 1]
      : shape.length === 3
        ? shape
        : [1, shape[0]];
  const aim = first ? INPUT : long ? 4 * SIDE : units ? (labeled ? 24 : 14) : side;
  const longest = Math.max(height, width);
  const zoom = Math.max(1, Math.floor((aim * ratio) / longest + 1e-6)); // device pixels a cell
  const tile = {width: (zoom * width) / ratio, height: (zoom * height) / ratio};
  const beside = Math.ceil(count / (labeled ? LABELED : units ? 2 * rows : rows));
  const down = Math.ceil(count / beside);
  return {
    shape,
    units,
    long,
    labeled,
    count,
    rows: height,
    columns: width,
    zoom,
    tile,
    beside,
    gap: GAP,
    cell: zoom / ratio,
    heading: first || long ? SHORT : labeled ? WRITTEN : HEADING,
    width: beside * (tile.width + GAP) - GAP,
    height: down * (tile.height + GAP) - GAP,
  };
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
  const left = box.left + (index % box.beside) * (box.tile.width + box.gap);
  const top = box.top + Math.floor(index / box.beside) * (box.tile.height + box.gap);
  return {left, top, width: box.tile.width, height: box.tile.height};
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
    if (x < box.left || y < box.top || x >= box.left + box.width || y >= box.top + box.height)
      continue;
    const across = Math.floor((x - box.left) / (box.tile.width + box.gap));
    const down = Math.floor((y - box.top) / (box.tile.height + box.gap));
    const index = down * box.beside + across;
    const tile = tileAt(box, index);
    const [row, column] = [
      Math.floor((y - tile.top) / box.cell),
      Math.floor((x - tile.left) / box.cell),
    ];
    if (index >= box.count || row >= box.rows || column >= box.columns) return null;
    if (!box.long)
      return {layer, channel: index, row: box.units ? 0 : row, column: box.units ? 0 : column};
    const unit = row * box.columns + column;
    return unit < box.shape[0] ? {layer, channel: unit, row: 0, column: 0} : null;
  }
  return null;
}

/** Give the place of cells of a tile, both ends included and cut at the tile's edges. */
export function cellsAt(box, index, {top, left, bottom, right}) {
  const tile = tileAt(box, index);
  const clip = (value, most) => Math.max(0, Math.min(most, value));
  return {
    left: tile.left + clip(left, box.columns) * box.cell,
    top: tile.top + clip(top, box.rows) * box.cell,
    right: tile.left + clip(right + 1, box.columns) * box.cell,
    bottom: tile.top + clip(bottom + 1, box.rows) * box.cell,
  };
}

/** Give the place of the cell that a spot names. */
export function spotPlace(box, {channel, row, column}) {
  if (!box.long) return cellsAt(box, channel, {top: row, left: column, bottom: row, right: column});
  const [down, across] = [Math.floor(channel / box.columns), channel % box.columns];
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
