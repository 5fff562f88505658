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

import {probabilitiesOf} from "../shared/arithmetic/network.mjs";

/** Give one channel of an activation as a map. */
export function mapOf({shape, values}, channel) {
  const [height, width] = shape.length === 3 ? shape : [1, shape.length === 2 ? shape[0] : 1];
  const size = height * width;
  return {values: values.subarray(channel * size, (channel + 1) * size), height, width};
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
  const logits = last.ours && exploration.activations.get(last.inbound[0]);
  if (!logits) return exploration;
  const values = probabilitiesOf(last, logits.values);
  const activations = new Map(exploration.activations).set(last.name, {
    shape: logits.shape,
    values,
  });
  return {...exploration, activations};
}

/**
 * Find the lowest and highest value of one channel where channels run fastest.
 *
 * @param {ArrayLike<number>} values
 * @param {number} count of channels
 * @param {number} channel
 * @returns {Domain}
 */
export function channelDomain(values, count, channel) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = channel; i < values.length; i += count) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}

/**
 * Measure how far two answers are apart in each layer, from 0 for the same to 1 for opposites: the
 * length of the difference by the sum of both lengths.
 *
 * @param {Map<string, ArrayLike<number>>} one activations by layer
 * @param {Map<string, ArrayLike<number>>} other
 * @returns {{name: string, apart: number}[]}
 */
export function distances(one, other) {
  return [...one].flatMap(([name, values]) => {
    const theirs = other.get(name);
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

/**
 * Average, over all pairs of readings of different digits, how far they are apart in each layer.
 *
 * @param {{digit: string, activations: Map<string, ArrayLike<number>>}[]} readings
 * @returns {Map<string, number>}
 */
export function usualDistances(readings) {
  const sums = new Map();
  let pairs = 0;
  readings.forEach((one, i) => {
    for (const other of readings.slice(i + 1)) {
      if (one.digit === other.digit) continue;
      pairs += 1;
      for (const {name, apart} of distances(one.activations, other.activations))
        sums.set(name, (sums.get(name) ?? 0) + apart);
    }
  });
  return new Map([...sums].map(([name, sum]) => [name, sum / pairs]));
}

/** Measure distances by the usual ones, the nearest layer first; a layer without one is left out. */
export function relativeTo(measured, usual) {
  return measured
    .filter(({name}) => usual.get(name))
    .map(({name, apart}) => ({name, apart: apart / usual.get(name)}))
    .sort((one, other) => one.apart - other.apart);
}
