/**
 * Terms of a layer or of the whole network: its shapes, what it sees, what it ends in.
 *
 * @typedef {import("../examples.mjs").Asked} Asked
 * @typedef {import("../examples.mjs").Example} Example
 * @typedef {import("../examples.mjs").Part} Part
 */

import {softmaxOf} from "../../arithmetic/activations.mjs";
import {fieldSize, receptiveField} from "../../arithmetic/fields.mjs";
import {gridOf, mapOf, numberOf, placeAt, sourcesOf} from "../../arithmetic/network.mjs";
import {windowOf} from "../../arithmetic/windows.mjs";
import {readable} from "../../format.mjs";
import {count, line, said, term} from "./parts.mjs";

export const AROUND = {
  channel,
  stride: strides,
  padding: paddings,
  parameters,
  flatten,
  receptive_field: field,
  logits,
  softmax,
  confidence,
};

const SEVERAL = 3; // maps, or digits, that stand for all
const hasWindow = ({window}) => window === "kernel_size" || window === "pool_size";

/** @param {Asked} asked @returns {Example | null} */
function channel({exploration, placeIn}) {
  const place = placeIn(({shows, output_shape: shape}) => shows === "maps" && shape.length === 3);
  if (!place) return null;
  const {layer} = place;
  const [height, width, channels] = gridOf(layer);
  /** @type {Part[]} */
  const maps = Array.from({length: Math.min(SEVERAL, channels)}, (_, each) => ({
    kind: "map",
    values: mapOf(exploration, layer, each),
    height,
    width,
  }));
  return {
    where: {layer: layer.name},
    parts: [...maps, said("shape", {height, width, channels})],
  };
}

/** Measure how a layer's windows lie along a row of what it reads. */
function windowsOf(layer, network) {
  const {strides: steps, padding: edge} = layer.config;
  const window = /** @type {import("../../arithmetic/windows.mjs").Window} */ (
    windowOf(network, layer.name, [0, 0])
  );
  const read = gridOf(sourcesOf(network, layer)[0])[1];
  const made = gridOf(layer)[1];
  const added = edge === "same" ? Math.max(0, (made - 1) * steps[1] + window.width - read) : 0;
  return {cells: read, taps: window.width, stride: steps[1], before: -window.left, added, made};
}

/** @returns {Part} */
const windowsPart = ({cells, taps, stride, before}) => ({
  kind: "windows",
  cells,
  taps,
  stride,
  before,
});

function widthFormula({cells, taps, stride, added, made}) {
  const padded = added ? `${cells} + ${added}` : `${cells}`;
  return line(`⌊(${padded} − ${taps}) / ${stride}⌋ + 1 = ${made}`);
}

/** @param {Asked} asked @returns {Example | null} */
function strides({reading, placeIn}) {
  const place = placeIn(hasWindow);
  if (!place) return null;
  const windows = windowsOf(place.layer, reading.network);
  return {
    where: {layer: place.layer.name},
    parts: [windowsPart(windows), said("stride_is", windows), widthFormula(windows)],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function paddings({reading, placeIn}) {
  const place = placeIn(hasWindow);
  if (!place) return null;
  const windows = windowsOf(place.layer, reading.network);
  const key = windows.added ? "padding_same" : "padding_valid";
  return {
    where: {layer: place.layer.name},
    parts: [windowsPart(windows), said(key, windows), widthFormula(windows)],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function parameters({reading, placeIn}) {
  const place = placeIn(({weights}) => Object.keys(weights).length > 0);
  if (!place) return null;
  const {layer} = place;
  const terms = Object.values(layer.weights).map(({shape}) => shape.join(" · "));
  const total = reading.network.layers.reduce((sum, each) => sum + each.parameters, 0);
  return {
    where: {layer: layer.name},
    parts: [
      line(`${terms.join(" + ")} = ${count(layer.parameters)}`),
      said("parameters_all", {total: count(total)}),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function flatten({reading, exploration, placeIn}) {
  const place = placeIn(({kind}) => kind === "Flatten");
  if (!place) return null;
  const [source] = sourcesOf(reading.network, place.layer);
  const grid = gridOf(source);
  const [height, width, channels] = grid;
  const index = place.channel;
  const [value] = mapOf(exploration, place.layer, index); // of a unit, one number
  const [row, column, from] = placeAt(index, grid);
  return {
    where: {layer: source.name, channel: from, row, column},
    parts: [
      said("flatten_index"),
      line(
        `(${row} · ${width} + ${column}) · ${channels} + ${from} = ${numberOf([row, column, from], grid)}`,
      ),
      said("flatten_value", {index, value: readable(value)}),
      line(`${height} · ${width} · ${channels} = ${count(height * width * channels)}`),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function field({reading, placeIn}) {
  const {network, pixels} = reading;
  const place = placeIn(({shows, output_shape: shape}) => shows === "maps" && shape.length === 3);
  if (!place) return null;
  const {layer, row, column, channel: map} = place;
  const [{name: input, output_shape: shape}] = network.layers;
  const box = receptiveField(network, layer.name, [row, column, map]).get(input);
  const [high, wide] = fieldSize(network, layer.name).size;
  return {
    where: {layer: layer.name, channel: map, row, column},
    parts: [
      {kind: "map", values: pixels, height: shape[0], width: shape[1], box: box?.clipped},
      line(`${high} × ${wide}`),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function logits({reading}) {
  const values = [...reading.logits];
  if (!values.every(Number.isFinite)) return null;
  const best = values.indexOf(Math.max(...values));
  return {
    where: null,
    parts: [
      {kind: "bars", values},
      said("largest_logit", {digit: best, value: readable(values[best])}),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function softmax(asked) {
  return quotients(asked, SEVERAL);
}

/** @param {Asked} asked @returns {Example | null} */
function confidence(asked) {
  return quotients(asked, 1);
}

function quotients({reading}, most) {
  const values = [...reading.logits];
  if (!values.every(Number.isFinite)) return null;
  const {largest, sum, probabilities} = softmaxOf(values);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]).slice(0, most);
  const whole = sum * Math.exp(largest);
  const lines = order.map((digit) =>
    line(
      `${digit}: e^${term(values[digit])} / Σ = ${large(Math.exp(values[digit]))} / ${large(whole)} ≈ ${share(probabilities[digit])}`,
    ),
  );
  return {where: null, parts: [...lines, said("softmax_sum", {sum: large(whole)})]};
}

/** Write a number that may be very large: 9,997, or 4.9·10⁸. */
function large(value) {
  if (value < 1000) return readable(value);
  if (value < 1e6) return count(Math.round(value));
  const [digits, power] = value.toExponential(1).split("e+");
  return `${digits}·10${raised(power)}`;
}

/** Write a probability to four decimals; one that has none there as a power of ten. */
const share = (value) => (value < 0.00005 ? small(value) : value.toFixed(4));

function small(value) {
  const [digits, power] = value.toExponential(1).split("e-");
  return power ? `${digits}·10⁻${raised(power)}` : "0";
}

const raised = (power) => [...power].map((each) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[each]).join("");
