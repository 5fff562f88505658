/** A layer's kernels as small maps: how they are cut out of its weights, and where each is drawn. */

import {sliceOf} from "../arithmetic/kernels.mjs";
import {evenColumns, gridOfTiles} from "../grid.mjs";

const TALLEST = 280; // CSS pixels that all kernels together may measure
const LARGEST = 60; // CSS pixels that one measures at most
const GAP = 7; // CSS pixels between two

/**
 * Arrange a kernel, {shape, values} in Keras's order, as maps: {high, wide, inputs, filters,
 * values}, ordered as (high, wide, inputs, filters).
 *
 * A dense layer that reads flattened maps has one map for each of them and each unit; any other
 * has its whole matrix as one map, a row for each input. `layers` is the network in order.
 */
export function arrangeKernel({shape, values}, name, layers) {
  if (layers.find((layer) => layer.name === name)?.window === "transposed")
    return inputsFirst({shape, values});
  if (shape.length === 4) {
    const [high, wide, inputs, filters] = shape;
    return {high, wide, inputs, filters, values};
  }
  const [length, units] = shape;
  const [high, wide, inputs] = flattened(name, layers) ?? [];
  if (high * wide * inputs === length) return {high, wide, inputs, filters: units, values};
  return {high: length, wide: units, inputs: 1, filters: 1, values};
}

/** Turn a kernel of a transposed convolution round: Keras has it as (high, wide, filters, inputs). */
function inputsFirst({shape: [high, wide, filters, inputs], values}) {
  const turned = new Float32Array(values.length);
  for (let tap = 0, to = 0; tap < high * wide; tap++) {
    for (let input = 0; input < inputs; input++) {
      for (let filter = 0; filter < filters; filter++)
        turned[to++] = values[(tap * filters + filter) * inputs + input];
    }
  }
  return {high, wide, inputs, filters, values: turned};
}

/** Find the shape (height, width, channels) that a flatten right before a layer has read. */
function flattened(name, layers) {
  const place = layers.findIndex((layer) => layer.name === name);
  const before = layers.slice(0, place).filter(({family}) => family !== "regularization");
  return before.at(-1)?.family === "reshaping" ? before.at(-2)?.output_shape : null;
}

/**
 * Choose which maps are drawn: `input` is "all" (a row for each input, a column for each filter),
 * "mean" over the inputs, or the number of one. Returns [Float32Array, …] of high × wide weights.
 */
export function kernelMaps({high, wide, inputs, filters, values}, input) {
  const kernel = {shape: [high, wide, inputs, filters], values};
  const across = (from) => range(filters).map((filter) => sliceOf(kernel, from, filter));
  if (input === "all") return range(inputs).flatMap(across);
  return input === "mean" ? meanOf(range(inputs).map(across)) : across(Number(input));
}

/** Average the maps of all inputs, filter by filter. */
function meanOf(inputs) {
  return inputs[0].map((map, filter) =>
    map.map((_, cell) => inputs.reduce((sum, maps) => sum + maps[filter][cell], 0) / inputs.length),
  );
}

function range(length) {
  return Array.from({length}, (_, index) => index);
}

/** List what can be chosen as `input` in `space` CSS pixels; the first is what fits best. */
export function inputChoices({wide, inputs, filters}, space) {
  if (inputs === 1) return ["0"];
  const each = Array.from({length: inputs}, (_, from) => String(from));
  return filters * (wide + 1) <= space ? ["all", "mean", ...each] : ["mean", ...each];
}

/**
 * Lay the maps out in device pixels, a grid of shared/grid.mjs with `zoom`, the pixels of a weight.
 *
 * All kernels stand as their matrix does; those of one input, or of the mean, as they fit.
 */
export function kernelLayout(kernel, input, {space, ratio}) {
  const {high, wide, filters, inputs} = kernel;
  const largest = Math.max(1, Math.floor((LARGEST * ratio) / Math.max(high, wide)));
  const tiles = (zoom, columns, count, gap) => ({
    ...gridOfTiles({count, columns, tileWidth: zoom * wide, tileHeight: zoom * high, gap}),
    zoom,
  });
  if (input === "all") {
    const gap = Math.max(1, Math.round((space * ratio) / filters / 16));
    const widest = Math.floor(((space * ratio + gap) / filters - gap) / wide);
    return tiles(Math.max(1, Math.min(widest, largest)), filters, filters * inputs, gap);
  }
  const gap = Math.round(GAP * ratio);
  const fits = ({width, height}) => height <= TALLEST * ratio && width <= space * ratio;
  for (let zoom = largest; ; zoom--) {
    const most = Math.max(1, Math.floor((space * ratio + gap) / (zoom * wide + gap)));
    const plan = tiles(zoom, evenColumns(filters, most), filters, gap);
    if (zoom === 1 || fits(plan)) return plan;
  }
}
