/**
 * All feature maps of one layer on one canvas, each cell a whole number of device pixels.
 *
 * The maps are painted small, one pixel a cell, and then drawn enlarged without smoothing: the
 * browser enlarges them several times as fast as a loop would.
 */

import {colorOf} from "./color.mjs";
import {mapGrid, tilePlace} from "./grid.mjs";
import {isRoomy, isSilent, silentTile, wordSize, writeNumbers} from "./map_marks.mjs";

/**
 * @typedef {import("./color.mjs").Scale} Scale
 * @typedef {import("./grid.mjs").Grid & {zoom: number}} Plan
 */

/** Keep a canvas that shows the maps of one layer. */
export function mosaic(canvas) {
  const small = smallSheet();
  /** @type {Plan | null} */
  let plan = null;
  /** @type {number[] | null} */
  let places = null; // the tile of each channel, where that is not its number
  let size = 0; // device pixels, of what is written into maps
  const tileOf = (channel) => places?.[channel] ?? channel;

  return {
    get plan() {
      return plan;
    },
    tileOf,
    /** @param {number[] | null} next the tile of each channel; null for that of their numbers */
    sort: (next) => (places = next),
    /** Fit the canvas to `space` CSS pixels, maps of about `tile` each; paints nothing. */
    fit([height, width, count], space, tile) {
      this.follow(mapGrid({count, width, height, space, ratio: devicePixelRatio, tile}));
    },
    /** Fit the canvas to a plan in device pixels; paints nothing. @param {Plan} next */
    follow(next) {
      size = wordSize();
      const same = (side) => plan?.[side] === next[side];
      if (["width", "height", "zoom", "count"].every(same)) return;
      plan = next;
      [canvas.width, canvas.height] = [next.width, next.height];
      canvas.style.width = `${next.width / devicePixelRatio}px`;
      canvas.style.height = `${next.height / devicePixelRatio}px`;
    },
    /**
     * Paint a layer's maps, each in the scale that `scaleFor(channel)` gives.
     *
     * @param {{shape: number[], values: Float32Array, domains?: ArrayLike<number>}} layer channels
     *   last; with the domains of its channels those that are silent are hatched
     * @param {(channel: number) => import("./color.mjs").Scale} scaleFor
     * @param {string} [silent] the word for such a map
     */
    paint(layer, scaleFor, silent = "") {
      const context = canvas.getContext("2d");
      if (!plan || !context) return; // it has not been fitted yet
      const shown = plan;
      const placeOf = (channel) => tilePlace(shown, tileOf(channel));
      const sheet = {context, plan, placeOf, size};
      drawMaps(sheet, small(layer, scaleFor), layer, (channel) =>
        silentTile(sheet, colorOf(0, scaleFor(channel)), silent),
      );
      if (isRoomy(sheet)) writeNumbers(sheet, layer, scaleFor);
    },
  };
}

/** Return what paints maps small, one pixel a cell and one map below the other. */
function smallSheet() {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** @type {ImageData | null} */
  let image = null;
  return ({shape, values}, scaleFor) => {
    const [height, width, count] = shape;
    if (!image || canvas.width !== width || canvas.height !== height * count) {
      [canvas.width, canvas.height] = [width, height * count];
      image = new ImageData(width, height * count);
    }
    colorMaps(new Uint32Array(image.data.buffer), values, count, scaleFor);
    context.putImageData(image, 0, 0);
    return canvas;
  };
}

/** Write the color of each cell, one map below the other. */
export function colorMaps(pixels, values, count, scaleFor) {
  for (let channel = 0, to = 0; channel < count; channel++) {
    const {
      colors,
      ends: [low, high],
    } = scaleFor(channel);
    const stretch = 255 / (high - low || 1);
    for (let from = channel; from < values.length; from += count) {
      const place = (values[from] - low) * stretch + 0.5;
      pixels[to++] = colors[place < 0 ? 0 : place > 255 ? 255 : place | 0];
    }
  }
}

/**
 * Draw each map enlarged, or what stands for a silent one.
 *
 * @param {Omit<import("./map_marks.mjs").Sheet, "size">} sheet
 * @param {HTMLCanvasElement} small
 * @param {{shape: number[], domains?: ArrayLike<number>}} layer
 * @param {(channel: number) => HTMLCanvasElement} silentMap
 */
function drawMaps({context, plan, placeOf}, small, {shape, domains}, silentMap) {
  const [height, width, count] = shape;
  const {tileWidth, tileHeight} = plan;
  context.imageSmoothingEnabled = false;
  for (let channel = 0; channel < count; channel++) {
    const {left, top} = placeOf(channel);
    if (domains && isSilent(domains, channel)) {
      context.drawImage(silentMap(channel), left, top);
    } else {
      const begin = channel * height;
      context.drawImage(small, 0, begin, width, height, left, top, tileWidth, tileHeight);
    }
  }
}

/** Return one channel of an activation by itself, row after row. */
export function channelOf(values, [height, width, count], channel) {
  return Float32Array.from({length: height * width}, (_, cell) => values[cell * count + channel]);
}

/** Return the lowest and highest value of each channel: [low0, high0, low1, high1, …]. */
export function domainsOf(values, count) {
  const domains = new Float32Array(2 * count);
  for (let channel = 0; channel < count; channel++) {
    domains[2 * channel] = domains[2 * channel + 1] = values[channel];
  }
  for (let i = 0; i < values.length;) {
    for (let place = 0; place < domains.length; place += 2, i++) {
      const value = values[i];
      if (value < domains[place]) domains[place] = value;
      else if (value > domains[place + 1]) domains[place + 1] = value;
    }
  }
  return domains;
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
