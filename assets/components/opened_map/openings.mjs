/** What may be open: where a link leads, what of it a network has, which map is next. */

import {gridOf, layerOf} from "../shared/arithmetic/network.mjs";

/**
 * @typedef {import("../shared/arithmetic/network.mjs").Network} Network
 * @typedef {import("../shared/live/looking.mjs").Opening} Opening
 */

/** Return whether a layer is a vector, whose units have no map that could be open. */
export function isVector(network, name) {
  return layerOf(network, name).output_shape.length === 1;
}

/**
 * Return what a link opens, {layer, channel, cell: [row, column] or null}; null for nothing.
 *
 * @param {{layer?: string, channel?: number, cell?: number[] | null}} link
 * @param {Network} network
 * @returns {Opening | null}
 */
export function linkedOpening({layer, channel, cell}, network) {
  if (!layer) return null;
  const [row, column] = cell ?? [0, 0];
  const opening = {layer, channel: channel ?? 0, row, column, isCell: Boolean(cell)};
  return openingWithin(opening, network);
}

/**
 * Move an opening into a network that may have fewer maps or smaller ones; null where it has no such
 * layer.
 *
 * @param {Opening | null} opening
 * @param {Network} network
 * @returns {Opening | null}
 */
export function openingWithin(opening, network) {
  const layer = network.layers.find(({name}) => name === opening?.layer);
  if (!opening || !layer) return null;
  const [high, wide, count] = gridOf(layer);
  const fits = (value, most) => Math.max(0, Math.min(most - 1, value));
  return {
    ...opening,
    channel: fits(opening.channel, count),
    row: fits(opening.row, high),
    column: fits(opening.column, wide),
    isCell: opening.isCell || layer.output_shape.length === 1,
  };
}

/**
 * Return the opening of a neighboring map; after the last comes the first.
 *
 * @param {Opening} opening
 * @param {Network} network
 * @param {number} by
 * @returns {Opening}
 */
export function turned(opening, network, by) {
  const count = gridOf(layerOf(network, opening.layer))[2];
  return {...opening, channel: (opening.channel + by + count) % count, byKeys: false};
}
