/** How a map is made, gathered for the panel that shows it. */

import {intermediateMaps} from "../../shared/arithmetic/maps.mjs";
import {
  chainOf,
  gridOf,
  isSoftmax,
  layerOf,
  mapOf,
  sourcesOf,
} from "../../shared/arithmetic/network.mjs";
import {channelsRead} from "../graph.mjs";

/**
 * Gather what makes one map: {first, sources, stages, grid}.
 *
 * `first` names the layer that reads the sources: [{layer, channel, map, kernel, result}], kernel
 * and result null where there is none. `stages` are the steps after: [{kind, layer, activation,
 * map, bias}], bias null where none is added. A map is {values, height, width}.
 */
export function derivationOf(network, exploration, name, channel) {
  const layers = derivationLayers(network, name);
  const first = layerOf(network, layers[0]);
  const [rows, columns] = gridOf(first);
  const own = (values) => ({values, height: rows, width: columns});
  const {inputs, stages} = intermediateMaps(network, exploration, name, channel);
  const sources = inputs.length
    ? inputs.map(({layer, channel: input, kernel, values}) => ({
        ...sourceOf(network, exploration, layer, input),
        kernel: {values: kernel.weights, height: kernel.height, width: kernel.width},
        result: own(values),
      }))
    : readBy(network, exploration, first, channel);
  return {
    first: first.name,
    sources,
    stages: stages
      .filter(({layer}) => layers.includes(layer))
      .map((stage) => ({
        ...stage,
        map: own(stage.values),
        bias: stage.kind === "bias" ? first.weights.bias.values[channel] : null,
      })),
    grid: {rows, columns},
  };
}

/** Name the layers that are told together: the chain, without a softmax, which reads all of them. */
export function derivationLayers(network, name) {
  const ends = (layer) => layer.family === "activation" && isSoftmax(layer);
  if (ends(layerOf(network, name))) return [name];
  return chainOf(network, name).filter((each) => !ends(layerOf(network, each)));
}

function readBy(network, exploration, layer, channel) {
  return sourcesOf(network, layer).flatMap((source) => {
    const [from, to] = channelsRead(network, layer, channel, source.name);
    return Array.from({length: Math.max(0, to - from + 1)}, (_, each) => ({
      ...sourceOf(network, exploration, source.name, from + each),
      kernel: null,
      result: null,
    }));
  });
}

function sourceOf(network, exploration, name, channel) {
  const layer = layerOf(network, name);
  const [height, width] = gridOf(layer);
  return {layer: name, channel, map: {values: mapOf(exploration, layer, channel), height, width}};
}

/**
 * Find the cell whose window has its middle nearest to a cell of the input, in a grid of
 * `rows` × `columns`; `window` is that of cell [0, 0].
 */
export function cellWhoseWindow({row, column}, window, {rows, columns}) {
  const place = (at, begin, span, stride, count) =>
    Math.max(0, Math.min(count - 1, Math.round((at - begin - (span - 1) / 2) / (stride || 1))));
  return {
    row: place(row, window.top, window.height, window.stride[0], rows),
    column: place(column, window.left, window.width, window.stride[1], columns),
  };
}
