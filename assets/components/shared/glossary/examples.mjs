/**
 * What a term means on this digit: the numbers of one place of the newest reading, as data.
 *
 * @typedef {import("../live/readings.mjs").Reading} Reading
 * @typedef {import("../live/explorations.mjs").Exploration} Exploration
 * @typedef {import("../live/networks.mjs").Layer} Layer
 *
 * Numbers in rows; a null is padding. Weights have the colors that have a sign.
 * @typedef {{kind: "grid", rows: (number | null)[][], colors: "values" | "weights",
 *   marked?: number[]}} Grid
 * @typedef {{kind: "sign", text: string}} Sign between two grids
 * @typedef {{kind: "line", text: string}} Line a formula, the same in every language
 * @typedef {{kind: "said", key: string, values: Record<string, string | number>}} Said a sentence
 *   of the glossary's words
 * @typedef {{kind: "map", values: Float32Array, height: number, width: number,
 *   box?: {top: number, left: number, bottom: number, right: number}}} MapPart a feature map or the
 *   pixels, and a frame
 * @typedef {{kind: "bars", values: number[]}} Bars one a digit
 * @typedef {{kind: "curve", activate: (x: number) => number, points: number[][]}} Curve of an activation
 *   function
 * @typedef {{kind: "windows", cells: number, taps: number, stride: number, before: number}} Windows
 * @typedef {Grid | Sign | Line | Said | MapPart | Bars | Curve | Windows} Part
 *
 * @typedef {object} Example
 * @property {{layer: string, channel?: number, unit?: number, row?: number, column?: number} | null}
 *   where it is taken from; null for the whole network
 * @property {Part[]} parts
 *
 * @typedef {object} Place of a cell: the layer, and where in it
 * @property {Layer} layer
 * @property {number} channel
 * @property {number} row
 * @property {number} column
 *
 * @typedef {object} Asked
 * @property {Reading & {pixels: Float32Array, logits: Float32Array}} reading of a digit
 * @property {Exploration} exploration
 * @property {(fits: (layer: Layer) => boolean) => Place | null} placeIn a layer that fits
 */

import {explorationOf} from "../live/explorations.mjs";
import {chainOf, gridOf, mapOf, placeOf} from "../arithmetic/network.mjs";
import {AROUND} from "./examples/network.mjs";
import {NUMBERS} from "./examples/numbers.mjs";

/** @type {Record<string, (asked: Asked) => Example | null>} */
const EXAMPLES = {...NUMBERS, ...AROUND};

/** Name the terms that have a picture. */
export const PICTURED = Object.keys(EXAMPLES);

/**
 * Make the example of a term, null where this network or digit has none.
 *
 * @param {string} term
 * @param {Reading} reading
 * @param {{layer?: string, channel?: number, cell?: number[]}} [at]
 * @returns {Example | null}
 */
export function exampleOf(term, reading, at = {}) {
  const {pixels, logits} = reading;
  if (!EXAMPLES[term] || !pixels || !logits) return null;
  const exploration = explorationOf(reading);
  const placeIn = (fits) => placeFor(reading.network, exploration, at, fits);
  return EXAMPLES[term]({reading: {...reading, pixels, logits}, exploration, placeIn});
}

function placeFor(network, exploration, at, fits) {
  const near = at.layer && network.layers.some(({name}) => name === at.layer);
  const chain = near ? chainOf(network, at.layer) : [];
  const nearest = chain.map((name) => network.layers.find((each) => each.name === name));
  const layer = nearest.find(fits) ?? network.layers.find(fits);
  if (!layer) return null;
  const isThere = layer.name === at.layer || nearest.includes(layer);
  const channel = (isThere ? at.channel : undefined) ?? strongestChannel(exploration, layer);
  const cell = (isThere && at.channel !== undefined ? at.cell : undefined) ?? undefined;
  const [row, column] = cell ?? strongestCell(exploration, layer, channel);
  return {layer, channel, row, column};
}

function strongestChannel(exploration, layer) {
  const values = exploration.activations.get(layer.name).values;
  const [height, width] = gridOf(layer);
  return Math.floor(indexOfLargest(values) / (height * width));
}

function strongestCell(exploration, layer, channel) {
  const best = indexOfLargest(mapOf(exploration, layer, channel));
  const width = gridOf(layer)[1];
  return placeOf([Math.floor(best / width), best % width, channel]);
}

function indexOfLargest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
