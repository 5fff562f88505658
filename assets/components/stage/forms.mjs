/**
 * How a layer's answer is shown: its channels as maps, its units as tiles with their values beside
 * them, or, where there are many, all units as the cells of one map.
 *
 * @typedef {object} Form
 * @property {[number, number, number]} shape of what is painted: height, width and number of tiles
 * @property {boolean} isVector whether its numbers are units, and not the cells of maps
 * @property {boolean} isLong whether all units are the cells of one tile
 * @property {boolean} isLabeled whether each unit has its value written beside it
 * @property {number} count how many numbers a vector has
 *
 * @typedef {import("../shared/live/looking.mjs").Spot} Spot
 */

export const LABELED = 16; // units at most that have their value beside them
const TILES = 64; // units at most that have a tile each

/**
 * Return the form of a layer's output.
 *
 * @param {number[]} shape [height, width, channels], [positions, channels] or [units]
 * @returns {Form}
 */
export function formOf(shape) {
  const count = shape.at(-1) ?? 0;
  const isVector = shape.length === 1;
  const isLong = isVector && count > TILES;
  const painted = isLong ? [...rowsOf(count), 1] : [...[1, 1, ...shape].slice(-3)];
  return {
    shape: /** @type {[number, number, number]} */ (painted),
    isVector,
    isLong,
    isLabeled: isVector && count <= LABELED,
    count,
  };
}

/** Lay many units out in rows, about twice as high as wide. */
function rowsOf(count) {
  const width = Math.max(1, Math.round(Math.sqrt(count / 2)));
  return [Math.ceil(count / width), width];
}

/**
 * Return a layer's values as they are painted: those of a long vector fill up its last row.
 *
 * @param {Form} form
 * @param {Float32Array} values
 */
export function paintedValues({isLong, shape: [height, width]}, values) {
  if (!isLong || values.length === height * width) return values;
  const filled = new Float32Array(height * width);
  filled.set(values);
  return filled;
}

/**
 * Return the spot that a painted cell shows, null where it shows none.
 *
 * @param {Form} form
 * @param {{channel: number, row: number, column: number}} cell of a tile
 */
export function spotOf({isVector, isLong, count, shape: [, width]}, {channel, row, column}) {
  if (!isVector) return {channel, row, column};
  const unit = isLong ? row * width + column : channel;
  return unit < count ? {channel: unit, row: 0, column: 0} : null;
}

/** Return the tile that shows a channel or unit. @param {Form} form @param {number} channel */
export const tileOf = ({isLong}, channel) => (isLong ? 0 : channel);

/** Return the cell of its tile that shows a spot. @param {Form} form @param {any} spot */
export function cellOf({isLong, shape: [, width]}, {channel, row, column}) {
  return isLong ? {row: Math.floor(channel / width), column: channel % width} : {row, column};
}

/** Return the order of a layer's channels by their strength, the silent ones last. */
export function byStrength(values, count) {
  const strengths = new Float32Array(count);
  for (let i = 0; i < values.length; i++) strengths[i % count] += Math.abs(values[i]);
  return Array.from(strengths.keys()).sort((a, b) => strengths[b] - strengths[a] || a - b);
}
