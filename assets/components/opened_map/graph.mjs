/** Where a spot lies in a network, and what it reads there. */

import {receptiveField} from "../shared/arithmetic/fields.mjs";
import {layerOf} from "../shared/arithmetic/network.mjs";

/** Write a spot as the arithmetic takes a cell: [row, column, channel], or [unit] of a vector. */
export function cellOfSpot(network, {layer, channel, row, column}) {
  return layerOf(network, layer).output_shape.length === 1 ? [channel] : [row, column, channel];
}

/** Return the first and the last channel of `source` that a channel of `layer` reads; [0, -1] for none. */
export function channelsRead(network, layer, channel, source) {
  const cell = layer.output_shape.length === 1 ? [channel] : [0, 0, channel];
  return receptiveField(network, layer.name, cell).get(source)?.channels ?? [0, -1];
}

/** Return whether a layer has a unit for each class, as logits and softmax do: it tells the prediction. */
export function tellsPrediction({layers}, {output_shape: shape}) {
  return shape.length === 1 && shape[0] === layers.at(-1).output_shape[0];
}

/** Return whether two networks have the same shapes, layer for layer, so that they can be compared. */
export function alike(one, other) {
  const shapes = ({layers}) =>
    layers.map((layer) => `${layer.kind} ${layer.output_shape}`).join("; ");
  return shapes(one) === shapes(other);
}
