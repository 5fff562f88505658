/**
 * What the layers on the stage read of each other, through those between them that are not on it.
 *
 * @typedef {import("../shared/arithmetic/network.mjs").Network} Network
 * @typedef {import("../shared/live/looking.mjs").Spot} Spot
 *
 * @typedef {object} Around what hangs together with a spot
 * @property {Map<string, [number, number]>} feeding the first and last channel that it reads of each
 *   layer on the stage, without another one of the stage between
 * @property {Map<string, Set<number>>} reading the channels that read its map in the same way
 * @property {Map<string, any>} fields the box of cells that it sees in each layer before it
 *   (fields.mjs), pixels included
 */

import {receptiveField} from "../shared/arithmetic/fields.mjs";
import {gridOf, layerOf} from "../shared/arithmetic/network.mjs";

const isMerging = ({family}) => family === "merging";

/**
 * Return what knows how the layers `names` of a network hang together.
 *
 * @param {Network} network
 * @param {Iterable<string>} names of the layers on the stage
 */
export function shownGraph(network, names) {
  const shown = new Set(names);
  /** @type {Map<string, Map<string, any[]>>} */
  const known = new Map(); // layer -> layer that it reads -> for each channel which ones

  const isOn = (name) => shown.has(name);
  const cellOf = ({layer, row = 0, column = 0, channel}) =>
    layerOf(network, layer).output_shape.length === 1 ? [channel] : [row, column, channel];

  /** Find what a cell reads of the layers on the stage, up to the first of them on each way. */
  function directFields(name, cell) {
    const boxes = receptiveField(endingBefore(network, name, isOn), name, cell);
    return new Map([...boxes].filter(([each]) => isOn(each)));
  }

  /** List which channels of its sources each channel of a layer reads. */
  function channelsRead(name) {
    const sources = known.get(name) ?? new Map();
    if (known.has(name)) return sources;
    known.set(name, sources);
    const count = gridOf(layerOf(network, name))[2];
    for (let channel = 0; channel < count; channel++) {
      const cell = cellOf({layer: name, channel});
      for (const [source, {channels}] of directFields(name, cell)) {
        const read = sources.get(source) ?? [];
        sources.set(source, read);
        read[channel] = channels;
      }
    }
    return sources;
  }

  function readersOf(name, channel) {
    const reading = new Map();
    for (const each of shown) {
      const read = each === name ? null : channelsRead(each).get(name);
      if (!read) continue;
      const reads = (range) => range && range[0] <= channel && channel <= range[1];
      reading.set(each, new Set([...read.keys()].filter((reader) => reads(read[reader]))));
    }
    return reading;
  }

  return {
    /** @param {Spot} spot @returns {Around} */
    around(spot) {
      const cell = cellOf(spot);
      const feeding = [...directFields(spot.layer, cell)].map(([each, box]) => [
        each,
        box.channels,
      ]);
      return {
        feeding: new Map(/** @type {any} */ (feeding)),
        reading: readersOf(spot.layer, spot.channel),
        fields: receptiveField(network, spot.layer, cell),
      };
    },
  };
}

/**
 * Cut a network so that a layer's fields end at the layers on the stage. Where branches are joined
 * off the stage, they are followed back to the joint before: it is drawn itself (branches.mjs).
 */
function endingBefore(network, name, isOn) {
  const joints = new Set(namesBefore(network, name, (each) => isOn(each.name) || isMerging(each)));
  const ends = (layer) =>
    layer.name !== name && (isOn(layer.name) || (isMerging(layer) && !joints.has(layer.name)));
  const layers = network.layers.map((layer) => (ends(layer) ? {...layer, inbound: []} : layer));
  return {...network, layers};
}

/**
 * Name the first layers before a layer for which `isEnd` holds, on each way back from it.
 *
 * @param {Network} network
 * @param {string} name
 * @param {(layer: import("../shared/arithmetic/network.mjs").Layer) => boolean} isEnd
 * @returns {string[]} without repeats
 */
export function namesBefore(network, name, isEnd) {
  const found = layerOf(network, name).inbound.flatMap((source) =>
    isEnd(layerOf(network, source)) ? [source] : namesBefore(network, source, isEnd),
  );
  return [...new Set(found)];
}
