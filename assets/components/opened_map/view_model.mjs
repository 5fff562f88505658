/**
 * What the panels paint, in one object: numbers, scales, sentences and colors. It is made anew for
 * each reading, and holds no more of it than what is open needs.
 *
 * @typedef {import("../shared/live/looking.mjs").Spot} Spot
 * @typedef {import("../shared/live/readings.mjs").Reading} Reading
 * @typedef {ReturnType<typeof makeViewModel>} ViewModel
 */

import {chainOf, gridOf, layerOf, sourcesOf} from "../shared/arithmetic/network.mjs";
import {scaleOf} from "../shared/color.mjs";
import {fill, readable} from "../shared/format.mjs";
import {explorationOf} from "../shared/live/explorations.mjs";
import {titled} from "../shared/phrases.mjs";
import {channelDomain, domainOf, mapOf, strongest, union, withProbabilities} from "./tensors.mjs";

/**
 * Make a viewModel.
 *
 * @param {object} parts
 * @param {import("../shared/live/networks.mjs").Network} parts.network
 * @param {Reading} parts.reading by this network, with ink
 * @param {Spot} parts.opening
 * @param {Pick<Reading, "activations">[]} parts.shared the readings that one scale is to fit
 * @param {"map" | "layer" | "network"} parts.colorScope what shares one scale
 * @param {Record<string, any>} parts.words
 * @param {number} parts.space CSS pixels
 * @param {number} parts.side 0 or 1: which network it is of two that are compared
 * @param {any} parts.pair two answers that are compared (comparison.mjs), or null
 * @param {Map<string, any>} parts.answers what Keras answered, by question
 * @param {Record<string, string>} parts.colors of the page
 * @param {(kind: string, spot: Spot) => string} parts.question the key of a question
 */
export function makeViewModel({network, reading, opening, shared, colorScope, words, ...rest}) {
  const read = explorationOf(reading, layersRead(network, opening.layer));
  const exploration = withProbabilities(read, network);
  const at = {network, exploration, words};
  return {
    ...at,
    ...rest,
    isDemonstration: reading.isDemonstration,
    scale: (layer, channel) => scaleAt({network, shared, colorScope}, layer, channel),
    sentence: (spot) => sentenceOf(at, spot),
    story: (spot) => derivationSentence(at, spot),
  };
}

/** Name the layers that make a layer's numbers, and those that they read. */
function layersRead(network, name) {
  const made = [name, ...chainOf(network, name)];
  return new Set(made.flatMap((each) => [each, ...layerOf(network, each).inbound]));
}

/** Return the scale of a channel: its own, its layer's, or that of all maps. */
function scaleAt({network, shared, colorScope}, name, channel) {
  const layer = layerOf(network, name);
  const isVector = layer.output_shape.length === 1;
  /** @returns {import("../shared/color.mjs").Domain} */
  const measured = (each, measure) => {
    const found = shared.map(({activations}) => activations.get(each.name)).filter(Boolean);
    return found.length ? union(found.map(measure)) : [0, 1];
  };
  if (isVector || colorScope === "layer") return scaleOf(measured(layer, domainOf));
  if (colorScope === "network") {
    // Logits would drown the maps: the network's scale is that of its maps.
    const maps = network.layers.filter(({output_shape: shape}) => shape.length > 1);
    return scaleOf(union(maps.map((each) => measured(each, domainOf))));
  }
  const count = gridOf(layer)[2];
  return scaleOf(measured(layer, (values) => channelDomain(values, count, channel)));
}

/** Say in words what a map shows: "Map 7 of conv2: strongest at the top left, 3.2". */
function sentenceOf({exploration, words}, {layer, channel}) {
  const activation = exploration.activations.get(layer);
  if (!activation) return layer;
  const map = mapOf(activation, channel);
  if (activation.shape.length === 1) {
    return fill(words.unit_value, {layer, unit: channel, value: readable(map.values[0])});
  }
  const {value, place} = strongest(map);
  const title = fill(words.map, {layer, channel});
  if (value === 0) return titled(words, title, words.silent);
  const best = fill(words.strongest, {place: words.places[place], value: readable(value)});
  return titled(words, title, best);
}

/** Say how a map is made, in one sentence. */
function derivationSentence({network, words}, {layer: name}) {
  const layer = layerOf(network, name);
  const sources = sourcesOf(network, layer);
  const {config, kind} = layer;
  const own = config.kernel_size ?? config.pool_size ?? config.size;
  const [high, wide] = own ?? gridOf(sources[0] ?? layer);
  const inputs = sources.reduce((sum, source) => sum + gridOf(source)[2], 0);
  const sentence = words.stories[kind] ?? (sources.length ? words.stories.other : "");
  return fill(sentence, {
    high,
    wide,
    inputs,
    inbound: layer.inbound.join(" + "),
    activation: config.activation ?? "",
    stride: config.strides?.[0] ?? 1,
    kind,
  });
}
