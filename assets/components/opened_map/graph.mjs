/** Where a spot lies in a network, what it reads there, and the probabilities that follow from it. */

import {receptiveField} from "../shared/arithmetic/fields.mjs";
import {isSoftmax, layerOf} from "../shared/arithmetic/network.mjs";

/** Write a spot as the arithmetic takes a cell: [row, column, channel], or [unit] of a vector. */
export function cellOfSpot(network, {layer, channel, row, column}) {
  return layerOf(network, layer).output_shape.length === 1 ? [channel] : [row, column, channel];
}

/** Return the first and the last channel of `source` that a channel of `layer` reads; [0, -1] for none. */
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

/** Return whether two networks have the same shapes, layer for layer, so that they can be compared. */
export function alike(one, other) {
  const shapes = ({layers}) =>
    layers.map((layer) => `${layer.kind} ${layer.output_shape}`).join("; ");
  return shapes(one) === shapes(other);
}
