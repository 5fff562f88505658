/**
 * A network as a graph: where each layer stands on the stage, and which map reads which.
 *
 * Layers are those of shared/live.mjs's `describe`: {name, kind, output_shape, config, inbound,
 * weights}, in graph order.
 */

import {receptiveField} from "../shared/arithmetic/fields.mjs";
import {isSoftmax, layerOf, readersOf} from "../shared/arithmetic/network.mjs";
import {MOST_UNITS} from "./tensors.mjs";

export {arrange} from "../shared/arrangement.mjs";

/** Write out how a layer's parameters are counted: "3·3·16·32 + 32 = 4,640"; "" where it has none. */
export function arithmetic({weights}) {
  const shapes = Object.values(weights).map(({shape}) => shape);
  if (!shapes.length) return "";
  const total = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const terms = shapes.map((shape) => shape.join("·")).join(" + ");
  return `${terms} = ${total.toLocaleString("en")}`;
}

/** Multiply the sides of a shape. */
function sizeOf(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

/** Write a spot as the arithmetic takes a cell: [row, column, channel], or [unit] of a vector. */
export function cellOfSpot(network, {layer, channel, row, column}) {
  return layerOf(network, layer).output_shape.length === 1 ? [channel] : [row, column, channel];
}

/**
 * Name the maps that read a map: a Map from layer to the Set of its channels.
 *
 * A vector that the stage shows as one map counts as its first unit.
 */
export function readingMaps(network, name, channel) {
  const reading = new Map();
  for (const reader of readersOf(network, layerOf(network, name))) {
    const count = reader.output_shape.at(-1);
    const long = reader.output_shape.length === 1 && count > MOST_UNITS;
    const channels = long ? [0] : Array.from({length: count}, (_, each) => each);
    const reads = (each) => {
      const [first, last] = channelsRead(network, reader, each, name);
      return long || (first <= channel && channel <= last);
    };
    reading.set(reader.name, new Set(channels.filter(reads)));
  }
  return reading;
}

/** Tell the first and the last channel of `source` that a channel of `layer` reads; [0, -1] for none. */
export function channelsRead(network, layer, channel, source) {
  const cell = layer.output_shape.length === 1 ? [channel] : [0, 0, channel];
  return receptiveField(network, layer.name, cell).get(source)?.channels ?? [0, -1];
}

/**
 * Give a network that ends in logits one more layer, the probabilities that follow from them.
 *
 * It is no layer of the file: `ours` says so. A network that ends in a softmax comes back as it is.
 */
export function withSoftmax(network) {
  const last = network.layers.at(-1);
  if (isSoftmax(last) || last.output_shape.length !== 1) return network;
  let name = "softmax";
  while (network.layers.some((layer) => layer.name === name)) name += "_";
  const layer = {
    name,
    kind: "Softmax",
    family: "activation",
    window: "cell",
    output_shape: last.output_shape,
    parameters: 0,
    config: {},
    inbound: [last.name],
    weights: {},
    ours: true,
  };
  return {...network, layers: [...network.layers, layer]};
}

/** Tell whether two networks have the same shapes, layer for layer, so that they can be compared. */
export function alike(one, other) {
  const shapes = ({layers}) =>
    layers.map((layer) => `${layer.kind} ${layer.output_shape}`).join("; ");
  return shapes(one) === shapes(other);
}
