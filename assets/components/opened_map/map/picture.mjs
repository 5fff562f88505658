/** A map as a picture: its cells, over them a frame, and a veil over those that are still to be made. */

import {element} from "../../shared/dom.mjs";
import {writeNumbers} from "../../shared/map_marks.mjs";
import {drawMap, fit, frameCells} from "../../shared/painting.mjs";

const LETTERS = 10; // CSS pixels, of the numbers in cells
const ROOM = 24; // CSS pixels of a cell from which on it has room for its number

/** Build a picture; `properties` are those of the canvas that hears the pointer. */
export function picture(properties = {}) {
  const base = element("canvas", {ariaHidden: "true"});
  const overlay = element("canvas", {className: "overlay", ...properties});
  const sheet = element("div", {className: "sheet"}, base, overlay);
  const name = element("figcaption");
  const self = {size: "", cell: 1, map: null, base, overlay, sheet, name};
  self.root = element("figure", {className: "picture"}, name, sheet);
  return Object.assign(self, {
    show: (map, scale, side) => show(self, map, scale, side),
    mark: (at) => mark(self, at),
    cellAt: (event) => cellAt(self, event),
  });
}

/**
 * Paint a map about `side` CSS pixels large; its cells are a whole number of device pixels, and large
 * ones have their number in them.
 */
function show(self, map, scale, side) {
  const {width, height} = map;
  const zoom = Math.max(1, Math.floor((side * devicePixelRatio) / Math.max(width, height)));
  const size = `${width}/${height}/${zoom}/${devicePixelRatio}`;
  Object.assign(self, {map, cell: zoom / devicePixelRatio});
  if (self.size !== size) {
    self.size = size;
    for (const canvas of [self.base, self.overlay])
      fit(canvas, width * self.cell, height * self.cell);
    const [wide, high] = [width * self.cell, height * self.cell];
    Object.assign(self.sheet.style, {width: `${wide}px`, height: `${high}px`});
  }
  const context = self.base.getContext("2d");
  drawMap(context, map, scale, 0, 0, zoom);
  if (self.cell < ROOM) return;
  const sheet = {
    plan: {zoom},
    placeOf: () => ({left: 0, top: 0}),
    size: LETTERS * devicePixelRatio,
  };
  const layer = {shape: [height, width, 1], values: map.values};
  writeNumbers({context, ...sheet}, layer, () => scale);
}

/**
 * Frame a box of cells, {top, left, height, width}, which may reach beyond the map; with `veil`, a
 * color, hide what comes after the cell of that number.
 */
function mark({overlay, cell, map}, {box, color, veil = "", at = 0}) {
  const context = overlay.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, overlay.width, overlay.height);
  context.scale(devicePixelRatio, devicePixelRatio);
  if (veil) {
    const [row, column] = [Math.floor(at / map.width), at % map.width];
    context.fillStyle = veil;
    context.fillRect((column + 1) * cell, row * cell, map.width * cell, cell);
    context.fillRect(0, (row + 1) * cell, map.width * cell, map.height * cell);
  }
  if (!box) return;
  const [left, top] = [box.left * cell, box.top * cell];
  const [right, bottom] = [left + box.width * cell, top + box.height * cell];
  frameCells(context, {left, top, right, bottom}, color, 2);
}

/** Return the cell under the pointer, {row, column}. */
function cellAt({sheet, cell, map}, {clientX, clientY}) {
  const {left, top} = sheet.getBoundingClientRect();
  const within = (place, count) => Math.max(0, Math.min(count - 1, Math.floor(place / cell)));
  return {row: within(clientY - top, map.height), column: within(clientX - left, map.width)};
}
