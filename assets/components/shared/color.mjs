/**
 * From numbers to colors: scales whose lightness rises evenly, safe for color-blind eyes.
 *
 * Both scales run through OKLab (B. Ottosson, "A perceptual color space for image processing",
 * 2020), from navy over gray to amber: blue against yellow is what every common form of color
 * blindness tells apart, and the even lightness reads in gray as well.
 *
 * @typedef {[low: number, high: number]} Domain of values
 *
 * @typedef {object} Scale
 * @property {Uint32Array} colors 256 of them as 0xAABBGGRR, from the low end to the high one
 * @property {Domain} ends the values of the first color and of the last
 */

// [lightness 0 to 1, green to red, blue to yellow] in OKLab
const NAVY = [0.2, -0.01, -0.09];
const SLATE = [0.52, -0.005, -0.015];
const AMBER = [0.88, 0.01, 0.15];
const BLUE = [0.5, -0.04, -0.16];
const PALE = [0.96, 0, 0];
const RUST = [0.5, 0.1, 0.1];

const SIZE = 256;

/** Zero to high: 256 colors as 0xAABBGGRR, dark for nothing and bright for much. */
export const sequential = table([NAVY, SLATE, AMBER]);

/** Low to high with zero in the middle: blue for below, pale for zero, rust for above. */
export const diverging = table([BLUE, PALE, RUST]);

const silent = new Uint32Array(SIZE).fill(sequential[0]);
const balanced = new Uint32Array(SIZE).fill(diverging[SIZE / 2]);

/**
 * Give the scale of a domain: the 256 colors, and the values of its two ends.
 *
 * Zero always has the same color, so two scales can be compared at a glance. `signed` puts it into
 * the middle even where nothing is below it. Where all is zero, both ends are, and all colors.
 *
 * @param {Domain} domain
 * @returns {Scale}
 */
export function scaleOf([low, high], signed = false) {
  const both = signed || low < 0;
  const most = Math.max(Math.abs(low), Math.abs(high));
  if (!most) return {colors: both ? balanced : silent, ends: [0, 0]};
  return both ? {colors: diverging, ends: [-most, most]} : {colors: sequential, ends: [0, most]};
}

/**
 * Give the color that a value has in a scale, as 0xAABBGGRR.
 *
 * @param {number} value
 * @param {Scale} scale
 */
export function colorOf(value, {colors, ends: [low, high]}) {
  const place = Math.round(((value - low) / (high - low || 1)) * 255);
  return colors[Math.max(0, Math.min(255, place))];
}

/**
 * Give the color of each byte of a map whose bytes 0 and 255 stand for `domain`.
 *
 * @param {Domain} domain
 * @param {Scale} scale
 */
export function colorsOf([low, high], {colors, ends}) {
  const lookup = new Uint32Array(SIZE);
  const step = (high - low) / 255;
  const stretch = 255 / (ends[1] - ends[0] || 1);
  for (let byte = 0; byte < SIZE; byte++) {
    const place = Math.round((low + byte * step - ends[0]) * stretch);
    lookup[byte] = colors[Math.max(0, Math.min(255, place))];
  }
  return lookup;
}

/** Write a color of a table for CSS. */
export function css(color) {
  return `rgb(${color & 255} ${(color >> 8) & 255} ${(color >> 16) & 255})`;
}

/** Write a scale as a CSS gradient from left to right. */
export function gradient({colors}) {
  const stops = Array.from({length: 17}, (_, i) => css(colors[Math.min(255, i * 16)]));
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

function table(stops) {
  return Uint32Array.from({length: SIZE}, (_, i) => {
    const place = (i / (SIZE - 1)) * (stops.length - 1);
    const left = Math.min(Math.floor(place), stops.length - 2);
    const share = place - left;
    return packed(stops[left].map((from, axis) => from + share * (stops[left + 1][axis] - from)));
  });
}

/** Convert OKLab to 8-bit sRGB as the bytes of an ImageData hold it on a little-endian machine. */
function packed([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const [red, green, blue] = linear.map((value) => {
    const clipped = Math.max(0, Math.min(1, value));
    const gamma = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(255 * gamma);
  });
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
