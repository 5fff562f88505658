/**
 * What a layer answered, as maps: taken apart, measured, compared.
 *
 * @typedef {import("../shared/live/explorations.mjs").Activation} Activation
 * @typedef {import("../shared/color.mjs").Domain} Domain
 *
 * @typedef {object} FeatureMap
 * @property {Float32Array} values row after row
 * @property {number} height
 * @property {number} width
 */

import {softmaxOf} from "../shared/arithmetic/activations.mjs";

export const MOST_UNITS = 64; // a longer vector is shown as one map, row after row

/** Take an activation apart: one map a channel, one of 1 × 1 a unit, or one for a long vector. */
export function mapsOf(activation) {
  const {shape, values} = activation;
  if (shape.length === 1 && shape[0] > MOST_UNITS) return [asRows(activation)];
  if (shape.length === 1) {
    return Array.from(values, (_, unit) => ({
      values: values.subarray(unit, unit + 1),
      height: 1,
      width: 1,
    }));
  }
  return Array.from({length: shape.at(-1)}, (_, channel) => mapOf(activation, channel));
}

/** Give one channel of an activation as a map. */
export function mapOf({shape, values}, channel) {
  const [height, width] = shape.length === 3 ? shape : [1, shape.length === 2 ? shape[0] : 1];
  const size = height * width;
  return {values: values.subarray(channel * size, (channel + 1) * size), height, width};
}

/** Lay a long vector out in rows, about twice as high as wide. */
function asRows({values}) {
  const width = Math.max(1, Math.round(Math.sqrt(values.length / 2)));
  const height = Math.ceil(values.length / width);
  if (values.length === width * height) return {values, height, width};
  const padded = new Float32Array(width * height);
  padded.set(values);
  return {values: padded, height, width};
}

/**
 * Find the lowest and highest value.
 *
 * @param {ArrayLike<number>} values
 * @returns {Domain}
 */
export function domainOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return values.length ? [low, high] : [0, 0];
}

/**
 * Join domains: the lowest low, the highest high.
 *
 * @param {Domain[]} domains
 * @returns {Domain}
 */
export function union(domains) {
  return [Math.min(...domains.map(([low]) => low)), Math.max(...domains.map(([, high]) => high))];
}

/** Say what stands out: {domain, zeros: share from 0 to 1, silent: channels that are zero throughout}. */
export function statistics(activation) {
  const {values, shape} = activation;
  const size = values.length / shape.at(-1);
  const silent = [];
  let zeros = 0;
  for (let channel = 0; channel < shape.at(-1); channel++) {
    let still = 0;
    for (let i = channel * size; i < (channel + 1) * size; i++) if (values[i] === 0) still += 1;
    if (still === size) silent.push(channel);
    zeros += still;
  }
  return {domain: domainOf(values), zeros: zeros / values.length, silent};
}

/** Find where a map is strongest: {row, column, value, place}; `place` is 0 top left to 8 bottom right. */
export function strongest({values, height, width}) {
  let best = 0;
  for (let i = 1; i < values.length; i++)
    if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  const [row, column] = [Math.floor(best / width), best % width];
  const third = (at, side) => Math.min(2, Math.floor((3 * (at + 0.5)) / side));
  return {row, column, value: values[best], place: 3 * third(row, height) + third(column, width)};
}

/** Add the probabilities to what a network answered, for the layer that `withSoftmax` gave it. */
export function withProbabilities(exploration, network) {
  const last = network.layers.at(-1);
  if (!last.ours || !exploration.activations.size) return exploration;
  const logits = exploration.activations.get(last.inbound[0]);
  const values = Float32Array.from(softmaxOf(logits.values).probabilities);
  const activations = new Map(exploration.activations).set(last.name, {
    shape: logits.shape,
    values,
  });
  return {...exploration, activations};
}

/** Give an answer the layer names of another network of like shape, layer for layer. */
export function renamed(exploration, from, to) {
  const activations = new Map();
  from.layers.forEach(({name}, i) => {
    const activation = exploration.activations.get(name);
    if (activation) activations.set(to.layers[i].name, activation);
  });
  return {...exploration, activations};
}

/** Subtract one answer from another, cell by cell. */
export function difference(one, other) {
  const activations = new Map();
  for (const [name, {shape, values}] of one.activations) {
    const theirs = other.activations.get(name)?.values;
    if (theirs) activations.set(name, {shape, values: values.map((value, i) => value - theirs[i])});
  }
  return {...one, activations};
}

/**
 * Measure how far two answers are apart in each layer: [{name, apart}], from 0 for the same to 1
 * for opposites: the length of the difference by the sum of both lengths.
 */
export function distances(one, other) {
  return [...one.activations].flatMap(([name, {values}]) => {
    const theirs = other.activations.get(name)?.values;
    if (!theirs) return [];
    let [gap, a, b] = [0, 0, 0];
    for (let i = 0; i < values.length; i++) {
      gap += (values[i] - theirs[i]) ** 2;
      a += values[i] ** 2;
      b += theirs[i] ** 2;
    }
    const most = Math.sqrt(a) + Math.sqrt(b);
    return [{name, apart: most ? Math.sqrt(gap) / most : 0}];
  });
}

/** Name the first layer in which two answers part, and the one in which they are furthest apart. */
export function parting(measured) {
  const first = measured.find(({apart}) => apart > 1e-6) ?? null;
  const most = measured.reduce(
    (best, each) => (each.apart > (best?.apart ?? 0) ? each : best),
    null,
  );
  return {first, most};
}
