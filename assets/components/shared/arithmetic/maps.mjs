/** How one feature map was made: what each input channel adds to it, and each step after that. */

import {slicesOf} from "./kernels.mjs";
import {FOLLOWING, chainOf, contains, gridOf, layerOf, mapOf, sourcesOf} from "./network.mjs";
import {tapsOf, windowOf} from "./windows.mjs";

const PADDING = -1; // instead of a cell's index

/**
 * Compute the maps between a layer's input and one of its channels, all row by row.
 *
 * {layers, inputs, stages}:
 * - layers: the names of `chainOf`.
 * - inputs: for each slice of the kernel {layer, channel, kernel: {weights, height, width,
 *   pointwise}, values}, the input channel convolved with it; none where there is no kernel.
 * - stages: what becomes of them in order, {kind, layer, activation, values}. It begins with the
 *   kind "sum" and "bias", or "answer" where there is no kernel; "activate" and "normalize" follow.
 */
export function intermediateMaps(network, exploration, name, channel) {
  const layers = chainOf(network, name);
  const [first, ...others] = layers.map((each) => layerOf(network, each));
  const inputs = convolvedInputs(network, exploration, first, channel);
  const answer = (layer, kind) => ({
    ...stage(kind, layer, mapOf(exploration, layer, channel)),
    activation: layer.config.activation ?? null,
  });
  const stages = sumStages(first, inputs, channel);
  if (!stages.length) stages.push(answer(first, "answer"));
  else if (first.config.activation !== "linear") stages.push(answer(first, "activate"));
  return {
    layers,
    inputs,
    stages: [...stages, ...others.map((each) => answer(each, FOLLOWING[each.family]))],
  };
}

function convolvedInputs(network, exploration, layer, channel) {
  const slices = slicesOf(network, layer.name, channel);
  if (!slices.length) return [];
  const [source] = sourcesOf(network, layer);
  const windows = windowsOf(network, layer, source);
  return slices.map(({channel: input, ...kernel}) => ({
    layer: source.name,
    channel: input,
    kernel,
    values: convolve(mapOf(exploration, source, input), kernel, windows),
  }));
}

/**
 * @typedef {object} Read what one window reads
 * @property {Int32Array} indices in a source's map, row by row
 * @property {Int32Array} taps the weight that each meets in a slice of the kernel
 */

/** @type {WeakMap<import("./network.mjs").Layer, Read[]>} */
const known = new WeakMap(); // the same for each reading

/** Give what each window of a layer reads of a source's map. */
function windowsOf(network, layer, source) {
  const found = known.get(layer) ?? indicesOf(network, layer, source);
  known.set(layer, found);
  return found;
}

function indicesOf(network, layer, source) {
  const [height, width] = gridOf(layer);
  const grid = gridOf(source);
  return Array.from({length: height * width}, (_, cell) => {
    const window = windowOf(network, layer.name, [Math.floor(cell / width), cell % width]);
    const cells = tapsOf(window);
    return {
      indices: Int32Array.from(cells, ({row, column}) =>
        contains(grid, row, column) ? row * grid[1] + column : PADDING,
      ),
      taps: Int32Array.from(cells, ({tap}) => tap),
    };
  });
}

function convolve(map, {weights, pointwise}, windows) {
  return Float32Array.from(windows, ({indices, taps}) => {
    let sum = 0;
    for (let i = 0; i < indices.length; i++) {
      if (indices[i] !== PADDING) sum += map[indices[i]] * weights[taps[i]];
    }
    return sum * (pointwise ?? 1);
  });
}

function sumStages(layer, inputs, channel) {
  if (!inputs.length) return [];
  const sum = inputs[0].values.map((_, cell) =>
    inputs.reduce((total, {values}) => total + values[cell], 0),
  );
  const {bias} = layer.weights;
  if (!bias) return [stage("sum", layer, sum)];
  const biased = sum.map((each) => each + bias.values[channel]);
  return [stage("sum", layer, sum), stage("bias", layer, biased)];
}

function stage(kind, {name: layer}, values) {
  return {kind, layer, activation: null, values};
}
