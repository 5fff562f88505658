/**
 * Where things stand in a network and in what it answered.
 *
 * What there is to know of a layer's kind, but for its arithmetic, stands in the layer: `family`,
 * `window`, `shows` and `sign` are those of model/inference/layer_kinds.py.
 * A layer of n units counts as a picture of 1 × 1 with n channels, so every cell has one place:
 * [row, column, channel].
 *
 * @typedef {import("../live/networks.mjs").Network} Network
 * @typedef {import("../live/networks.mjs").Layer} Layer
 * @typedef {import("../live/explorations.mjs").Exploration} Exploration
 */

import {ACTIVATIONS, softmaxOf} from "./activations.mjs";

/**
 * Find a layer by its name.
 *
 * @param {Network} network
 * @param {string} name
 * @returns {Layer}
 * @throws {RangeError} where there is none
 */
export function layerOf(network, name) {
  const layer = network.layers.find((each) => each.name === name);
  if (!layer) throw new RangeError(`There is no layer ${name} in this network.`);
  return layer;
}

/** List the layers that a layer reads, in the order it reads them. */
export function sourcesOf(network, layer) {
  return layer.inbound.map((name) => layerOf(network, name));
}

/** List the layers that read a layer. */
export function readersOf(network, layer) {
  return network.layers.filter(({inbound}) => inbound.includes(layer.name));
}

/**
 * Measure a layer: [height, width, channels].
 *
 * @param {Layer} layer
 * @returns {number[]}
 */
export function gridOf({output_shape: shape}) {
  return shape.length === 3 ? shape : [1, 1, shape[0]];
}

/**
 * Measure what a layer normalizes together: [rows, columns, channels]. Blocks of that size lie side
 * by side and fill the layer.
 *
 * @param {Layer} layer a LayerNormalization or GroupNormalization
 */
export function blockOf(layer) {
  const [height, width, channels] = gridOf(layer);
  if (layer.window === "groups") return [height, width, channels / layer.config.groups];
  const axes = axesOf(layer);
  return [height, width, channels].map((side, axis) => (axes.includes(axis) ? side : 1));
}

/**
 * Number the weight, in gamma and beta, of a place that is normalized with others.
 *
 * @param {Layer} layer
 * @param {number[]} place
 */
export function scaleIndexOf(layer, place) {
  if (layer.window === "groups") return place[2];
  const grid = gridOf(layer);
  return axesOf(layer).reduce((index, axis) => index * grid[axis] + place[axis], 0);
}

/** List the axes that a layer works along: 0 for rows, 1 for columns, 2 for channels. */
function axesOf(/** @type {Layer} */ {config, output_shape: shape}) {
  const {axis} = config;
  const rank = shape.length + 1; // Keras's axis 0 is the batch
  return [axis]
    .flat()
    .map((each) => ((each + rank) % rank) + 3 - rank)
    .sort();
}

/** Give a cell's place, whether it is written [row, column, channel] or [unit]. */
export function placeOf(cell) {
  return cell.length === 1 ? [0, 0, cell[0]] : cell;
}

/**
 * Number the cells of a grid as Keras does when it flattens: channels run fastest.
 *
 * @param {number[]} place
 * @param {number[]} grid
 */
export function numberOf([row, column, channel], [, width, channels]) {
  return (row * width + column) * channels + channel;
}

/**
 * Give the place of the cell with that number.
 *
 * @param {number} number
 * @param {number[]} grid
 */
export function placeAt(number, [, width, channels]) {
  const cell = Math.floor(number / channels);
  return [Math.floor(cell / width), cell % width, number % channels];
}

/**
 * Tell whether a row and column lie in a grid, and not in the padding around it.
 *
 * @param {number[]} grid
 * @param {number} row
 * @param {number} column
 */
export function contains([height, width], row, column) {
  return row >= 0 && column >= 0 && row < height && column < width;
}

/**
 * Read one activation.
 *
 * @param {Exploration} exploration
 * @param {Layer} layer
 * @param {number[]} place
 */
export function valueAt(exploration, layer, [row, column, channel]) {
  const [height, width] = gridOf(layer);
  const {values} = activationOf(exploration, layer);
  return values[(channel * height + row) * width + column];
}

/**
 * Give the feature map of one channel, row by row.
 *
 * @param {Exploration} exploration
 * @param {Layer} layer
 * @param {number} channel
 */
export function mapOf(exploration, layer, channel) {
  const [height, width] = gridOf(layer);
  const size = height * width;
  return activationOf(exploration, layer).values.subarray(channel * size, (channel + 1) * size);
}

/** @param {Exploration} exploration @param {Layer} layer */
function activationOf({activations}, {name}) {
  const activation = activations.get(name);
  if (!activation) throw new RangeError(`There is no activation of ${name} in this exploration.`);
  return activation;
}

/** Return whether a layer hands on what it reads unchanged, though perhaps in another shape. */
export function copies({family}) {
  return family === "regularization" || family === "reshaping";
}

/**
 * Find the layer whose numbers a layer hands on: a Flatten leads to the maps before it.
 *
 * A cell keeps its number (`numberOf`) on the way.
 */
export function originOf(network, layer) {
  return copies(layer) ? originOf(network, sourcesOf(network, layer)[0]) : layer;
}

/** Return whether a layer turns the channels of each cell into probabilities. */
export function isSoftmax({kind, config}) {
  return kind === "Softmax" || config.activation === "softmax";
}

/**
 * Give a network that ends in logits one more layer, the probabilities that follow from them: a
 * softmax, or a sigmoid where each class has a probability of its own.
 *
 * It is no layer of the file: `ours` says so. A network that ends in a softmax comes back as it is.
 */
export function withSoftmax(network) {
  const last = network.layers.at(-1);
  if (isSoftmax(last) || last.output_shape.length !== 1) return network;
  const isSigmoid = network.output === "sigmoid";
  let name = isSigmoid ? "sigmoid" : "softmax";
  while (network.layers.some((layer) => layer.name === name)) name += "_";
  const layer = {
    name,
    kind: isSigmoid ? "Activation" : "Softmax",
    family: "activation",
    window: "cell",
    output_shape: last.output_shape,
    parameters: 0,
    config: isSigmoid ? {activation: "sigmoid"} : {},
    inbound: [last.name],
    weights: {},
    ours: true,
  };
  return {...network, layers: [...network.layers, layer]};
}

/**
 * Compute what the layer that `withSoftmax` adds makes of logits.
 *
 * @param {Layer} layer
 * @param {ArrayLike<number>} logits
 */
export function probabilitiesOf({config}, logits) {
  if (config.activation === "sigmoid")
    return Float32Array.from(logits, (each) => ACTIVATIONS.sigmoid(each));
  return Float32Array.from(softmaxOf(Array.from(logits)).probabilities);
}

/** What a layer does to one number where it goes on with what another began, by its family. */
export const FOLLOWING = {normalization: "normalize", activation: "activate"};

/**
 * Name the layers that together make one number, in order, whichever of them is asked for.
 *
 * They begin with the one that gathers (a convolution, a sum, a pool) and go on with the
 * normalizations and activations that it alone feeds: ["conv1", "bn1", "relu1"].
 */
export function chainOf(network, name) {
  const chain = [firstOfChain(network, layerOf(network, name))];
  for (let next = chain[0]; (next = follower(network, next));) chain.push(next);
  return chain.map((layer) => layer.name);
}

function firstOfChain(network, layer) {
  const [source] = sourcesOf(network, layer);
  return source && follower(network, source) === layer ? firstOfChain(network, source) : layer;
}

/** Give the layer that goes on with what a layer began, or null. */
function follower(network, layer) {
  const [reader, ...others] = readersOf(network, layer);
  if (!reader || others.length || layer.family === "input") return null;
  return reader.family in FOLLOWING ? reader : null;
}
