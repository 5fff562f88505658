/**
 * All feature maps of one layer on one canvas, each cell a whole number of device pixels.
 *
 * One canvas a layer, painted from bytes through a table of colors; only maps that have
 * changed are painted again.
 */

import {colorsOf} from "./color.mjs";
import {mapGrid, tilePlace} from "./grid.mjs";
import {paintMap} from "./painting.mjs";

/** Keep a canvas that shows the maps of one layer; `paint` repaints what is not there already. */
export function mosaic(canvas) {
  /** @type {(import("./grid.mjs").Grid & {zoom: number}) | null} */
  let plan = null;
  /** @type {ImageData | null} */
  let image = null;
  let painted = []; // of each map: the bytes and the scale's ends it was painted with

  return {
    get plan() {
      return plan;
    },
    /** Fit the canvas to `space` CSS pixels, maps of about `tile` each; paints nothing. */
    fit(shape, space, tile) {
      const [height, width, count] = shape;
      const next = mapGrid({count, width, height, space, ratio: devicePixelRatio, tile});
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
      if (!plan || !image) return 0; // it has not been fitted yet
      const pixels = new Uint32Array(image.data.buffer);
      const context = canvas.getContext("2d");
      let changed = 0;
      for (let channel = 0; channel < count; channel++) {
        const bytes = maps.subarray(channel * width * height, (channel + 1) * width * height);
        const domain = domainAt(domains, channel);
        const scale = scaleFor(channel);
        const key = `${domain} ${scale.ends}`;
        const before = painted[channel];
        if (before && before.key === key && equal(before.bytes, bytes)) continue;
        painted[channel] = {bytes, key};
        const {left, top} = tilePlace(plan, channel);
        const colors = colorsOf(domain, scale);
        paintMap(pixels, plan.width, left, top, {bytes, width, height, zoom: plan.zoom, colors});
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

/**
 * Give the domain of one channel, of those that an answer holds.
 *
 * @param {ArrayLike<number>} domains the low and high of each channel
 * @param {number} channel
 * @returns {import("./color.mjs").Domain}
 */
export function domainAt(domains, channel) {
  return [domains[2 * channel], domains[2 * channel + 1]];
}

/**
 * Find the lowest and highest activation of several layers.
 *
 * @param {ArrayLike<number>[]} allDomains the low and high of each channel, for each layer
 * @returns {import("./color.mjs").Domain}
 */
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
