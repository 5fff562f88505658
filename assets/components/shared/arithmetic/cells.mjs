/** How one number of a network was made, exactly: double-precision sums of float32 factors. */

import {ACTIVATIONS, ACTIVATION_LAYERS, softmaxOf} from "./activations.mjs";
import {slicesOf} from "./kernels.mjs";
import {
  blockOf,
  contains,
  gridOf,
  layerOf,
  numberOf,
  originOf,
  placeAt,
  placeOf,
  scaleIndexOf,
  sourcesOf,
  valueAt,
} from "./network.mjs";
import {tapsOf, windowOf} from "./windows.mjs";

/**
 * Explain one cell of a layer, [row, column, channel] or [unit].
 *
 * {kind, groups, bias, preactivation, normalization, activation, winner, softmax, value, shown};
 * what does not apply is null.
 * - kind: "sum", "max", "min", "mean", "multiply", "add", "normalize", "activate", "softmax",
 *   "copy", "pad", "join", "input" or "unknown".
 * - groups: [{layer, channel, terms: [{row, column, input, weight, product, padded}], subtotal}],
 *   all that is read, by the channel it is read from. The subtotals add up to the value, or with
 *   the bias to the preactivation. What is `padded` counts as 0, and in pools not at all. In a
 *   SeparableConv2D a subtotal is `depthwise`, the sum of the products, times `pointwise`.
 * - normalization: {mean, variance, epsilon, gamma, beta, value}, and `cells` where mean and variance
 *   are those of so many numbers of this digit, and not known from training.
 * - slope: what a PReLU multiplies by below 0.
 * - winner: {layer, row, column} of the largest, or smallest; the first of equals.
 * - softmax: {largest, sum}; the products are then exp(input - largest).
 * - value: what comes out of it; shown: what the exploration holds, which was computed elsewhere.
 */
export function cellOf(network, exploration, name, cell) {
  const layer = layerOf(network, name);
  const place = placeOf(cell);
  const sources = sourcesOf(network, layer);
  const shown = valueAt(exploration, layer, place);
  const explained = KINDS[layer.kind]?.({network, exploration, layer, place, sources});
  return {...NOTHING, value: shown, shown, ...(explained ?? {kind: "unknown"})};
}

const LEAST_DEVIATION = 1e-7; // Keras's epsilon

const NOTHING = {
  groups: [],
  bias: null,
  preactivation: null,
  normalization: null,
  activation: null,
  slope: null,
  winner: null,
  softmax: null,
};

// Each function takes {network, exploration, layer, place, sources} and explains what is there.
const KINDS = {
  InputLayer: () => ({kind: "input"}),
  Conv2D: convolution,
  DepthwiseConv2D: convolution,
  SeparableConv2D: convolution,
  Conv2DTranspose: convolution,
  Dense: dense,
  MaxPooling2D: maxPooling,
  GlobalMaxPooling2D: maxPooling,
  AveragePooling2D: averagePooling,
  GlobalAveragePooling2D: averagePooling,
  UpSampling2D: upsampling,
  BatchNormalization: batchNormalization,
  LayerNormalization: normalizationTogether,
  GroupNormalization: normalizationTogether,
  Normalization: inputNormalization,
  Rescaling: rescaling,
  Activation: activation,
  ReLU: activation,
  LeakyReLU: activation,
  PReLU: activation,
  ELU: activation,
  Softmax: softmax,
  Dropout: copy,
  SpatialDropout2D: copy,
  GaussianNoise: copy,
  Flatten: copy,
  Reshape: copy,
  ZeroPadding2D: zeroPadding,
  Cropping2D: zeroPadding,
  Concatenate: concatenation,
  Add: (at) => additive("add", at, 1, 1),
  Subtract: (at) => additive("add", at, 1, -1),
  Average: (at) => additive("mean", at, 1 / at.sources.length, 1 / at.sources.length),
  Multiply: multiplication,
  Maximum: (at) => extreme("max", merged(at)),
  Minimum: (at) => extreme("min", merged(at)),
};

// --- sums of products ---

function convolution(at) {
  return weighted(at, productsOf(at, at.place[2]));
}

/** Sum as a convolution of 1 × 1, the products gathered in the maps that a Flatten took apart. */
function dense(at) {
  const origin = originOf(at.network, at.sources[0]);
  const grid = gridOf(origin);
  /** @type {any[][]} */
  const terms = Array.from({length: grid[2]}, () => []);
  for (const {
    channel: unit,
    terms: [term],
  } of productsOf(at, at.place[2])) {
    const [row, column, channel] = placeAt(unit, grid);
    terms[channel].push({...term, row, column});
  }
  return weighted(
    at,
    terms.map((each, channel) => groupOf(origin, channel, each)),
  );
}

function weighted(at, groups) {
  const name = at.layer.config.activation;
  const bias = biasOf(at.layer, at.place[2]);
  const preactivation = total(groups) + (bias ?? 0);
  const value = name === "softmax" ? shareOf(at) : ACTIVATIONS[name]?.(preactivation);
  return value === undefined
    ? null
    : {
        kind: "sum",
        groups,
        bias,
        preactivation,
        activation: name,
        value,
      };
}

function biasOf({weights}, channel) {
  return weights.bias ? weights.bias.values[channel] : null;
}

/** Give the softmax over all channels of what a layer sums up at a place. */
function shareOf(at) {
  const sums = Array.from(
    {length: gridOf(at.layer)[2]},
    (_, channel) => total(productsOf(at, channel)) + (biasOf(at.layer, channel) ?? 0),
  );
  return softmaxOf(sums).probabilities[at.place[2]];
}

function productsOf(at, channel) {
  const cells = cellsRead(at);
  return slicesOf(at.network, at.layer.name, channel).map((slice) => {
    const terms = cells.map((cell) =>
      termOf(at, {...cell, channel: slice.channel}, slice.weights[cell.tap]),
    );
    const group = groupOf(at.sources[0], slice.channel, terms);
    const {subtotal: depthwise} = group;
    const {pointwise} = slice;
    return pointwise === null
      ? group
      : {...group, depthwise, pointwise, subtotal: depthwise * pointwise};
  });
}

// --- pools ---

function maxPooling(at) {
  return extreme("max", [pooled(at, 1)]);
}

function averagePooling(at) {
  const [source] = at.sources;
  const inside = cellsRead(at).filter(({row, column}) => contains(gridOf(source), row, column));
  const groups = [pooled(at, 1 / inside.length)];
  return {kind: "mean", groups, value: total(groups)};
}

/** Repeat a cell, or weigh those between which a place lies by how near they are. */
function upsampling(at) {
  const channel = at.place[2];
  const terms = cellsRead(at).map((cell) => termOf(at, {...cell, channel}, cell.share));
  const groups = [groupOf(at.sources[0], channel, terms)];
  const value = total(groups);
  return at.layer.config.interpolation === "nearest"
    ? {kind: "copy", groups, value}
    : {kind: "sum", groups, preactivation: value, activation: "linear", value};
}

function pooled(at, weight) {
  const channel = at.place[2];
  const terms = cellsRead(at).map((cell) => termOf(at, {...cell, channel}, weight));
  return groupOf(at.sources[0], channel, terms);
}

function extreme(kind, groups) {
  const sign = kind === "max" ? 1 : -1;
  const candidates = groups.flatMap(({layer, terms}) => terms.map((term) => ({layer, ...term})));
  const {layer, row, column, input} = candidates
    .filter(({padded}) => !padded)
    .reduce((best, each) => (sign * each.input > sign * best.input ? each : best));
  return {kind, groups, winner: {layer, row, column}, value: input};
}

// --- one number from one ---

function batchNormalization(at) {
  const {weights, config} = at.layer;
  const valueOf = (name, without) => weights[name]?.values[at.place[2]] ?? without;
  return normalized(at, {
    mean: valueOf("moving_mean"),
    variance: valueOf("moving_variance"),
    epsilon: config.epsilon,
    gamma: valueOf("gamma", 1),
    beta: valueOf("beta", 0),
  });
}

/** Normalize by the mean and variance of what stands in the same block of this very digit. */
function normalizationTogether(at) {
  const {weights, config} = at.layer;
  const index = scaleIndexOf(at.layer, at.place);
  const numbers = blockAround(at);
  const mean = meanOf(numbers);
  const own = {
    mean,
    variance: meanOf(numbers.map((each) => (each - mean) ** 2)),
    epsilon: config.epsilon,
    gamma: weights.gamma?.values[index] ?? 1,
    beta: weights.beta?.values[index] ?? 0,
  };
  return normalized(at, own, {cells: numbers.length});
}

/** Normalize by what was measured on the training data; a deviation of 0 counts as Keras's least. */
function inputNormalization(at) {
  const {mean, variance} = at.layer.weights;
  const index = numberOf(at.place, gridOf(at.layer)) % mean.values.length;
  const deviation = Math.max(Math.sqrt(variance.values[index]), LEAST_DEVIATION);
  const measured = {mean: mean.values[index], variance: deviation ** 2};
  return normalized(at, {...measured, epsilon: 0, gamma: 1, beta: 0});
}

function normalized(at, numbers, together = {}) {
  const {mean, variance, epsilon, gamma, beta} = numbers;
  const groups = [same(at)];
  const value = ((total(groups) - mean) / Math.sqrt(variance + epsilon)) * gamma + beta;
  return {kind: "normalize", groups, normalization: {...numbers, value, ...together}, value};
}

/** List all numbers of the block that a place lies in, which are normalized together. */
function blockAround({exploration, layer, place, sources: [source]}) {
  const block = blockOf(layer);
  const [top, left, first] = place.map((at, axis) => at - (at % block[axis]));
  return Array.from({length: block[0] * block[1] * block[2]}, (_, number) => {
    const [row, column, channel] = placeAt(number, block);
    return valueAt(exploration, source, [top + row, left + column, first + channel]);
  });
}

function meanOf(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

function rescaling(at) {
  const {scale, offset} = at.layer.config;
  const groups = [same(at, scale)];
  const value = total(groups) + offset;
  return {kind: "sum", groups, bias: offset, preactivation: value, activation: "linear", value};
}

function activation(at) {
  const slope = slopeAt(at);
  const [name, activate] = ACTIVATION_LAYERS[at.layer.kind](at.layer.config, slope ?? undefined);
  if (name === "softmax") return softmax(at);
  if (!activate) return null;
  const groups = [same(at)];
  const preactivation = total(groups);
  return {
    kind: "activate",
    groups,
    preactivation,
    activation: name,
    slope,
    value: activate(preactivation),
  };
}

/** Find the slope that was learned for a place, null where there is none; axes may share one. */
function slopeAt({layer: {weights}, place}) {
  if (!weights.alpha) return null;
  const {shape, values} = weights.alpha;
  const grid = shape.length === 3 ? shape : [1, 1, shape[0]];
  const shared = place.map((at, axis) => (grid[axis] === 1 ? 0 : at));
  return values[numberOf(shared, grid)];
}

function softmax(at) {
  const [row, column, channel] = at.place;
  const channels = Array.from({length: gridOf(at.layer)[2]}, (_, each) => each);
  const terms = channels.map((each) => termOf(at, {row, column, channel: each}));
  const {largest, exponentials, sum, probabilities} = softmaxOf(terms.map(({input}) => input));
  const groups = channels.map((each) =>
    groupOf(at.sources[0], each, [{...terms[each], product: exponentials[each]}]),
  );
  const value = probabilities[channel];
  return {kind: "softmax", groups, activation: "softmax", softmax: {largest, sum}, value};
}

// --- numbers moved ---

function copy(at) {
  const [source] = at.sources;
  const [row, column, channel] = placeAt(numberOf(at.place, gridOf(at.layer)), gridOf(source));
  return moved("copy", groupOf(source, channel, [termOf(at, {row, column, channel})]));
}

function zeroPadding(at) {
  return moved("pad", pooled(at, 1));
}

function concatenation(at) {
  let [row, column, channel] = at.place;
  const source = at.sources.find((each) => {
    const channels = gridOf(each)[2];
    if (channel < channels) return true;
    channel -= channels;
    return false;
  });
  return moved("join", groupOf(source, channel, [termOf(at, {row, column, channel}, 1, source)]));
}

function moved(kind, group) {
  return {kind, groups: [group], value: group.subtotal};
}

// --- several layers, cell by cell ---

function additive(kind, at, first, others) {
  const groups = merged(at, (index) => (index ? others : first));
  return {kind, groups, value: total(groups)};
}

function multiplication(at) {
  const groups = merged(at);
  return {
    kind: "multiply",
    groups,
    value: groups.reduce((product, {subtotal}) => product * subtotal, 1),
  };
}

/** Read the same cell of all sources; one that is 1 high, wide or deep serves all places. */
function merged(at, weigh = (_index) => 1) {
  return at.sources.map((source, index) => {
    const grid = gridOf(source);
    const [row, column, channel] = at.place.map((each, axis) => (grid[axis] === 1 ? 0 : each));
    return groupOf(source, channel, [termOf(at, {row, column, channel}, weigh(index), source)]);
  });
}

// --- groups and terms ---

function cellsRead(at) {
  return tapsOf(windowOf(at.network, at.layer.name, at.place));
}

/** Read the cell of the source that has the same place. */
function same(at, weight = 1) {
  const [row, column, channel] = at.place;
  return groupOf(at.sources[0], channel, [termOf(at, {row, column, channel}, weight)]);
}

function termOf({exploration, sources}, {row, column, channel}, weight = 1, source = sources[0]) {
  const padded = !contains(gridOf(source), row, column);
  const input = padded ? 0 : valueAt(exploration, source, [row, column, channel]);
  return {row, column, input, weight, product: input * weight, padded};
}

function groupOf({name: layer}, channel, terms) {
  return {layer, channel, terms, subtotal: terms.reduce((sum, {product}) => sum + product, 0)};
}

function total(groups) {
  return groups.reduce((sum, {subtotal}) => sum + subtotal, 0);
}
