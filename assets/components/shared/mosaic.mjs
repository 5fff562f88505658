/**
 * All feature maps of one layer on one canvas, each cell a whole number of device pixels.
 *
 * The maps are painted small, one pixel a cell, and then drawn enlarged without smoothing: the
 * browser enlarges them several times as fast as a loop would.
 */

import {mapGrid, tilePlace} from "./grid.mjs";

/** @typedef {import("./color.mjs").Scale} Scale */

/** Keep a canvas that shows the maps of one layer. */
export function mosaic(canvas) {
  const small = document.createElement("canvas");
  const smallContext = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  /** @type {(import("./grid.mjs").Grid & {zoom: number}) | null} */
  let plan = null;
  /** @type {ImageData | null} */
  let image = null;

  return {
    get plan() {
      return plan;
    },
    /** Fit the canvas to `space` CSS pixels, maps of about `tile` each; paints nothing. */
    fit([height, width, count], space, tile) {
      this.follow(mapGrid({count, width, height, space, ratio: devicePixelRatio, tile}));
    },
    /**
     * Fit the canvas to a plan in device pixels; paints nothing.
     *
     * @param {import("./grid.mjs").Grid & {zoom: number}} next
     */
    follow(next) {
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
     * @param {{shape: number[], values: Float32Array}} layer channels last
     * @param {(channel: number) => import("./color.mjs").Scale} scaleFor
     */
    paint({shape: [height, width, count], values}, scaleFor) {
      if (!plan) return; // it has not been fitted yet
      if (!image || small.width !== width || small.height !== height * count) {
        [small.width, small.height] = [width, height * count];
        image = new ImageData(width, height * count);
      }
      colorMaps(new Uint32Array(image.data.buffer), values, count, scaleFor);
      smallContext.putImageData(image, 0, 0);
      drawEnlarged(canvas.getContext("2d"), small, plan, [height, width, count]);
    },
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

function drawEnlarged(context, small, plan, [height, width, count]) {
  const {tileWidth, tileHeight} = plan;
  context.imageSmoothingEnabled = false;
  for (let channel = 0; channel < count; channel++) {
    const {left, top} = tilePlace(plan, channel);
    const begin = channel * height;
    context.drawImage(small, 0, begin, width, height, left, top, tileWidth, tileHeight);
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
