/**
 * What is to be painted, in one object: numbers, scales, sentences and colors.
 *
 * @typedef {object} Spot one cell of a layer; of a vector, `channel` is the unit
 * @property {string} layer
 * @property {number} channel
 * @property {number} row
 * @property {number} column
 *
 * @typedef {ReturnType<typeof makeViewModel>} ViewModel
 */

import {receptiveField} from "../shared/arithmetic/fields.mjs";
import {gridOf, layerOf, sourcesOf} from "../shared/arithmetic/network.mjs";
import {scaleOf} from "../shared/color.mjs";
import {fill, readable} from "../shared/format.mjs";
import {clauses, listed, titled} from "../shared/phrases.mjs";
import {cellOfSpot, readingMaps} from "./graph.mjs";
import {MOST_UNITS, domainOf, mapOf, statistics, strongest, union} from "./tensors.mjs";

/**
 * Make a viewModel. `shared` lists the answers that one scale is to fit, `colorScope` is "map", "layer" or
 * "network", `signed` puts zero into the middle throughout, as differences want it.
 *
 * @param {object} parts
 * @param {import("../shared/live/networks.mjs").Network} parts.network
 * @param {import("../shared/live/explorations.mjs").Exploration} parts.exploration
 * @param {import("../shared/live/explorations.mjs").Exploration[]} parts.shared
 * @param {"map" | "layer" | "network"} parts.colorScope
 * @param {boolean} parts.signed
 * @param {Record<string, any>} parts.words
 * @param {Map<string, number> | null} parts.parted how far two answers are apart, by layer
 * @param {number} parts.space CSS pixels
 * @param {number} parts.side 0 or 1: which network it is of two that are compared
 * @param {any} parts.pair two answers that are compared, or null
 * @param {Map<string, any>} parts.answers what Keras answered, by question
 * @param {Record<string, string>} parts.colors of the page
 * @param {(kind: string, spot: Spot) => string} parts.question the key of a question
 */
export function makeViewModel({network, exploration, shared, colorScope, signed, words, ...rest}) {
  const measured = new Map(
    [...exploration.activations].map(([name, activation]) => [name, statistics(activation)]),
  );
  const domains = domainsOf(shared, network);
  const cached = new Map();
  const viewModel = {
    network,
    exploration,
    words,
    measured,
    signed,
    ...rest,
    scale: (layer, channel) =>
      scaleAt(viewModel, {layer, channel, colorScope, signed, domains, shared}),
    around: (spot) => around(network, spot, cached),
    sentence: (spot) => sentenceOf(viewModel, spot),
    story: (spot) => derivationSentence(viewModel, spot),
    facts: (layer) => factsOf(viewModel, layer),
  };
  return viewModel;
}

function domainsOf(shared, network) {
  const layers = new Map();
  for (const {name} of network.layers) {
    const found = shared.map(({activations}) => activations.get(name)).filter(Boolean);
    if (found.length) layers.set(name, union(found.map(({values}) => domainOf(values))));
  }
  // Logits would drown the maps: the network's scale is that of its maps.
  const maps = network.layers.filter(
    ({name, output_shape: shape}) => layers.has(name) && shape.length > 1,
  );
  return {layers, network: union(maps.map(({name}) => layers.get(name)))};
}

function scaleAt(viewModel, {layer, channel, colorScope, signed, domains, shared}) {
  const whole = domains.layers.get(layer) ?? [0, 1];
  const vector = layerOf(viewModel.network, layer).output_shape.length === 1;
  if (vector || colorScope === "layer") return scaleOf(whole, signed);
  if (colorScope === "network") return scaleOf(domains.network, signed);
  const maps = shared.map(({activations}) => mapOf(activations.get(layer), channel).values);
  return scaleOf(union(maps.map(domainOf)), signed || whole[0] < 0);
}

/** Tell what hangs together with a spot, for the stage: {fields, next, inbound}. */
function around(network, spot, cached) {
  const key = `${spot.layer}/${spot.channel}`;
  if (!cached.has(key)) cached.set(key, readingMaps(network, spot.layer, spot.channel));
  return {
    fields: receptiveField(network, spot.layer, cellOfSpot(network, spot)),
    next: cached.get(key),
    inbound: layerOf(network, spot.layer).inbound,
  };
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
  const [high, wide] = config.kernel_size ?? config.pool_size ?? gridOf(sources[0] ?? layer);
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

/** Say what stands out in a layer: its silent maps and its share of zeros. */
function factsOf({measured, words, parted}, layer) {
  const found = measured.get(layer.name);
  if (!found) return "";
  const apart = parted?.get(layer.name);
  if (apart !== undefined) return fill(words.apart, {share: `${Math.round(100 * apart)}%`});
  const facts = [];
  if (layer.output_shape.length === 3 && layer.inbound.length) {
    facts.push(fill(words.zeros, {share: `${Math.round(100 * found.zeros)}%`}));
    if (found.silent.length) facts.push(fill(words.silent_maps, {count: found.silent.length}));
  }
  return listed(words, facts);
}

/** Say what stands out in a layer at length, its silent maps by number. */
export function detailsOf({measured, network, words}, name) {
  const found = measured.get(name);
  const layer = layerOf(network, name);
  if (!found) return "";
  const [low, high] = found.domain.map(readable);
  const range = fill(words.range, {layer: name, low, high});
  if (layer.output_shape.length === 1 && layer.output_shape[0] <= MOST_UNITS) return range;
  const zeros = fill(words.zeros, {share: `${Math.round(100 * found.zeros)}%`});
  const silent =
    found.silent.length && layer.output_shape.length === 3
      ? fill(words.silent_list, {list: listed(words, found.silent)})
      : "";
  return clauses(words, [range, zeros, silent].filter(Boolean));
}
