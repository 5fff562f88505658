/**
 * All feature maps of one layer on one canvas, each cell a whole number of device pixels.
 *
 * One canvas a layer, painted from bytes through a table of colours; only maps that have
 * changed are painted again.
 */

import {coloursOf} from "./colour.mjs";

const TILE = 56; // CSS pixels that a map measures where many stand beside each other
const LARGEST = 88; // CSS pixels that a map grows to where few do
const GAP = 5; // CSS pixels between two maps

/** Lay out `count` maps of `width` × `height` cells in `space` CSS pixels, in device pixels. */
export function layout({count, width, height, space, ratio, tile = TILE}) {
  const gap = Math.round(GAP * ratio);
  const side = Math.max(width, height);
  const zoomTo = (pixels) => Math.max(1, Math.floor(pixels / side));
  const small = zoomTo(tile * ratio);
  const most = Math.max(1, Math.floor((space * ratio + gap) / (small * width + gap)));
  const columns = columnsOf(count, most);
  const room = (space * ratio + gap) / columns - gap;
  const zoom = Math.max(small, zoomTo(Math.min(room, LARGEST * ratio)));
  const [tileWidth, tileHeight] = [zoom * width, zoom * height];
  return {
    zoom,
    columns,
    tileWidth,
    tileHeight,
    gap,
    width: columns * (tileWidth + gap) - gap,
    height: Math.ceil(count / columns) * (tileHeight + gap) - gap,
  };
}

/** Choose how many maps stand in a row: full rows where that needs no more than double. */
export function columnsOf(count, most) {
  for (let columns = Math.min(count, most); columns > most / 2; columns--) {
    if (count % columns === 0) return columns;
  }
  return Math.ceil(count / Math.ceil(count / most));
}

/** Tell which map and cell lies at a place in device pixels: {channel, row, column} or null. */
export function cellAt(place, {columns, tileWidth, tileHeight, gap, zoom}, count) {
  const [x, y] = place;
  const column = Math.floor(x / (tileWidth + gap));
  const row = Math.floor(y / (tileHeight + gap));
  const insideX = x - column * (tileWidth + gap);
  const insideY = y - row * (tileHeight + gap);
  const channel = row * columns + column;
  if (insideX < 0 || insideY < 0 || insideX >= tileWidth || insideY >= tileHeight) return null;
  if (column >= columns || channel >= count) return null;
  return {channel, row: Math.floor(insideY / zoom), column: Math.floor(insideX / zoom)};
}

/** Paint one map of bytes into `pixels`, an image of `stride` pixels a row, from (left, top). */
export function paintMap(pixels, stride, left, top, {bytes, width, height, zoom, colours}) {
  for (let row = 0; row < height; row++) {
    let begin = (top + row * zoom) * stride + left;
    let place = begin;
    for (let column = 0; column < width; column++) {
      const colour = colours[bytes[row * width + column]];
      for (let i = 0; i < zoom; i++) pixels[place++] = colour;
    }
    for (let i = 1; i < zoom; i++) {
      pixels.copyWithin(begin + i * stride, begin, begin + zoom * width);
    }
  }
}

/** Keep a canvas that shows the maps of one layer; `paint` repaints what is not there already. */
export function mosaic(canvas) {
  let plan = null;
  let image = null;
  let painted = []; // of each map: the bytes and the scale's ends it was painted with

  return {
    get plan() {
      return plan;
    },
    /** Fit the canvas to `space` CSS pixels, maps of about `tile` each; paints nothing. */
    fit(shape, space, tile) {
      const [height, width, count] = shape;
      const next = layout({count, width, height, space, ratio: devicePixelRatio, tile});
      if (
        plan &&
        plan.width === next.width &&
        plan.height === next.height &&
        plan.zoom === next.zoom
      )
        return;
      plan = next;
      [canvas.width, canvas.height] = [plan.width, plan.height];
      canvas.style.width = `${plan.width / devicePixelRatio}px`;
      canvas.style.height = `${plan.height / devicePixelRatio}px`;
      image = new ImageData(plan.width, plan.height);
      painted = [];
    },
    /** Paint a layer's maps, each in the scale that `scaleFor(channel)` gives; tells how many. */
    paint({shape, maps, domains}, scaleFor) {
      const [height, width, count] = shape;
      const pixels = new Uint32Array(image.data.buffer);
      const context = canvas.getContext("2d");
      let changed = 0;
      for (let channel = 0; channel < count; channel++) {
        const bytes = maps.subarray(channel * width * height, (channel + 1) * width * height);
        const domain = [domains[2 * channel], domains[2 * channel + 1]];
        const scale = scaleFor(channel);
        const key = `${domain} ${scale.ends}`;
        const before = painted[channel];
        if (before && before.key === key && equal(before.bytes, bytes)) continue;
        painted[channel] = {bytes, key};
        const left = (channel % plan.columns) * (plan.tileWidth + plan.gap);
        const top = Math.floor(channel / plan.columns) * (plan.tileHeight + plan.gap);
        const colours = coloursOf(domain, scale);
        paintMap(pixels, plan.width, left, top, {bytes, width, height, zoom: plan.zoom, colours});
        context.putImageData(image, 0, 0, left, top, plan.tileWidth, plan.tileHeight);
        changed += 1;
      }
      return changed;
    },
  };
}

function equal(left, right) {
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

/** Find the lowest and highest activation of several layers. */
export function domainOf(allDomains) {
  let [low, high] = [Infinity, -Infinity];
  for (const domains of allDomains) {
    for (let i = 0; i < domains.length; i += 2) {
      low = Math.min(low, domains[i]);
      high = Math.max(high, domains[i + 1]);
    }
  }
  return [low, high];
}
