/**
 * What hangs together with the cell that is pointed at, drawn over the maps: lines from the maps
 * that feed its map and to those that read it, and its receptive field in every layer before.
 *
 * A few SVG paths that are empty while nothing is pointed at.
 */

import {svgElement} from "../shared/dom.mjs";
import {tilePlace} from "../shared/grid.mjs";

/**
 * @typedef {{left: number, top: number, width: number, height: number}} Box in CSS pixels
 * @typedef {import("./shown_graph.mjs").Around} Around
 * @typedef {import("../shared/live/looking.mjs").Spot} Spot
 */

const PATHS = ["veil", "reading", "feeding", "under", "fields", "here"];

/** Build the drawing: {root, show(shown, spot, around), hide()}. */
export function focusOverlay() {
  const paths = Object.fromEntries(PATHS.map((name) => [name, svgElement("path", {class: name})]));
  const root = svgElement("svg", {class: "focus", "aria-hidden": "true"}, ...Object.values(paths));
  let isShown = false;

  function write(drawn) {
    for (const name of PATHS) paths[name].setAttribute("d", drawn[name] ?? "");
  }

  return {
    root,
    /**
     * @param {Map<string, any>} layers the layer views on the stage, by name
     * @param {Spot} spot
     * @param {Around} around
     * @param {boolean} isFlat whether layers stand one below the other
     */
    show(layers, spot, around, isFlat) {
      isShown = true;
      const base = root.getBoundingClientRect();
      const places = new Map([...layers].map(([name, view]) => [name, placeOf(view, base)]));
      write(pathsOf(places, spot, around, isFlat));
      Object.assign(root.dataset, spot);
    },
    hide() {
      if (!isShown) return;
      isShown = false;
      write({});
      for (const name of Object.keys(root.dataset)) delete root.dataset[name];
    },
  };
}

/** Find where a layer's maps lie, and how to find each of them: {tile(channel), cells(channel, box)}. */
function placeOf({maps, mosaic, frame, form, tileOf, cellOf}, base) {
  const {left, top} = maps.getBoundingClientRect();
  const bounds = frame.getBoundingClientRect();
  const {plan} = mosaic;
  const ratio = devicePixelRatio;
  const cell = plan.zoom / ratio;

  /** @returns {Box | null} null where it is pushed out of sight */
  function tile(channel) {
    const place = tilePlace(plan, tileOf(channel));
    const x = left + place.left / ratio;
    const width = plan.tileWidth / ratio;
    if (x + width < bounds.left || x > bounds.right) return null;
    const y = top + place.top / ratio;
    return {left: x - base.left, top: y - base.top, width, height: plan.tileHeight / ratio};
  }

  return {count: plan.count, isLong: form.isLong, tile, cell, cellOf};
}

function pathsOf(places, spot, {feeding, reading, fields}, isFlat) {
  const {layer, channel} = spot;
  const here = places.get(layer);
  const tile = here?.tile(channel);
  if (!tile) return {};
  const fed = [...feeding].flatMap(([name, range]) => tilesIn(places.get(name), channelsIn(range)));
  const read = [...reading].flatMap(([name, all]) => tilesIn(places.get(name), [...all]));
  const frames = framesOf(places, fields);
  const {row, column} = here.cellOf(spot);
  const cell = {top: row, left: column, bottom: row, right: column};
  const own = here.cell < tile.width ? rectangle(cellsAt(tile, here.cell, cell)) : "";
  const outline = rectangle(grown(tile, 1.5));
  return {
    veil: veil(places, {layer, channel}, reading, fields),
    feeding: fed.map((each) => line(each, tile, isFlat)).join(""),
    reading: read.map((each) => line(tile, each, isFlat)).join(""),
    under: frames + outline + own,
    fields: frames,
    here: outline + own,
  };
}

const channelsIn = ([first, last]) =>
  Array.from({length: last - first + 1}, (_, each) => first + each);

/** List the places of channels; a vector that is shown as one map has one place for all. */
function tilesIn(place, channels) {
  if (!place) return [];
  const tiles = new Map();
  for (const channel of channels) {
    const tile = place.tile(channel);
    if (tile) tiles.set(`${tile.left}/${tile.top}`, tile);
  }
  return [...tiles.values()];
}

/** Frame what is seen of each map before; where that is all of it, no frame is needed. */
function framesOf(places, fields) {
  let path = "";
  for (const [name, {channels, clipped}] of fields) {
    const place = places.get(name);
    if (!place || place.isLong || !clipped) continue;
    for (const tile of tilesIn(place, channelsIn(channels))) {
      const frame = cellsAt(tile, place.cell, clipped);
      if (frame.width < tile.width || frame.height < tile.height) path += rectangle(frame);
    }
  }
  return path;
}

/** Cover the maps that have nothing to do with it. */
function veil(places, {layer, channel}, reading, fields) {
  let path = "";
  for (const [name, place] of places) {
    const range = fields.get(name)?.channels;
    const isSeen = (each) =>
      (place.isLong && (name === layer || range || reading.get(name)?.size)) ||
      (name === layer && each === channel) ||
      (range && range[0] <= each && each <= range[1]) ||
      reading.get(name)?.has(each);
    for (let each = 0; each < place.count; each++) {
      const tile = isSeen(each) ? null : place.tile(each);
      if (tile) path += rectangle(tile);
    }
  }
  return path;
}

/** @returns {Box} the place of cells of a tile, both ends included */
function cellsAt(tile, cell, {top, left, bottom, right}) {
  return {
    left: tile.left + left * cell,
    top: tile.top + top * cell,
    width: (right - left + 1) * cell,
    height: (bottom - top + 1) * cell,
  };
}

const grown = ({left, top, width, height}, by) => ({
  left: left - by,
  top: top - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

const rectangle = ({left, top, width, height}) => `M${left} ${top}h${width}v${height}h${-width}z`;

/** Draw a line from one map to another: from right to left side, or from bottom to top. */
function line(from, to, isFlat) {
  if (isFlat) {
    const [x0, y0] = [from.left + from.width / 2, from.top + from.height];
    const [x1, y1] = [to.left + to.width / 2, to.top];
    const middle = (y0 + y1) / 2;
    return `M${x0} ${y0}C${x0} ${middle} ${x1} ${middle} ${x1} ${y1}`;
  }
  const [x0, y0] = [from.left + from.width, from.top + from.height / 2];
  const [x1, y1] = [to.left, to.top + to.height / 2];
  const middle = (x0 + x1) / 2;
  return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
}
