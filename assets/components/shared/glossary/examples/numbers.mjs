/**
 * Terms of one number's making, with the numbers of one cell: convolution, bias, ReLU, pooling …
 *
 * @typedef {import("../examples.mjs").Asked} Asked
 * @typedef {import("../examples.mjs").Example} Example
 * @typedef {import("../examples.mjs").Part} Part
 */

import {ACTIVATIONS, ACTIVATION_LAYERS} from "../../arithmetic/activations.mjs";
import {cellOf} from "../../arithmetic/cells.mjs";
import {gridOf, mapOf} from "../../arithmetic/network.mjs";
import {readable} from "../../format.mjs";
import {count, line, said, sign, term} from "./parts.mjs";

export const NUMBERS = {
  convolution,
  transposed_convolution: (asked) => convolution(asked, ({window}) => window === "transposed"),
  kernel,
  filter,
  weight_sharing: weightSharing,
  bias: biased,
  activation,
  feature_map: featureMap,
  activation_function: activationFunction,
  relu: (asked) => activationFunction(asked, "relu"),
  sigmoid: (asked) => activationFunction(asked, "sigmoid"),
  pooling,
  batch_normalization: (asked) => normalization(asked, ({kind}) => kind === "BatchNormalization"),
  layer_normalization: (asked) =>
    normalization(asked, ({window}) => window === "axis" || window === "groups"),
  residual_connection: addition,
  dense,
};

const slides = ({kind}) => kind === "Conv2D" || kind === "DepthwiseConv2D";
const isFlat = ({output_shape: shape}) => shape.length === 1;
const inMap = ({layer, channel}) =>
  isFlat(layer) ? {layer: layer.name, unit: channel} : {layer: layer.name, channel};
const where = (place) =>
  isFlat(place.layer) ? inMap(place) : {...inMap(place), row: place.row, column: place.column};

function cellAt(place, {reading, exploration}) {
  const {layer, row, column, channel} = place;
  const cell = layer.output_shape.length === 1 ? [channel] : [row, column, channel];
  return cellOf(reading.network, exploration, layer.name, cell);
}

const totalOf = ({groups}) => groups.reduce((sum, {subtotal}) => sum + subtotal, 0);

/** The channel that adds most to a sum, whatever its sign. */
function strongest(groups) {
  const size = ({subtotal}) => Math.abs(subtotal);
  return groups.reduce((best, group) => (size(group) > size(best) ? group : best));
}

/** Cut a window's terms into its rows: `take` says what of each. @returns {Part} */
function grid(terms, wide, colors, take) {
  const rows = [];
  for (let from = 0; from < terms.length; from += wide)
    rows.push(terms.slice(from, from + wide).map(take));
  return {kind: "grid", rows, colors};
}

/** @param {Asked} asked @param {(layer: any) => boolean} [fits] @returns {Example | null} */
function convolution(asked, fits = slides) {
  const place = asked.placeIn(fits);
  if (!place) return null;
  const cell = cellAt(place, asked);
  const group = strongest(cell.groups);
  const wide = new Set(group.terms.map(({column}) => column)).size || 1;
  const total = totalOf(cell);
  /** @type {Part[]} */
  const parts = [
    grid(group.terms, wide, "values", ({input, padded}) => (padded ? null : input)),
    sign("×"),
    grid(group.terms, wide, "weights", ({weight}) => weight),
    said("products", {count: group.terms.length, sum: readable(group.subtotal)}),
  ];
  if (cell.groups.length > 1)
    parts.push(
      said("all_maps", {
        layer: group.layer,
        channel: group.channel,
        count: cell.groups.length,
        sum: readable(total),
      }),
    );
  return {where: where(place), parts: [...parts, ...finished(cell, total)]};
}

/** From the sum to the cell: the bias, then the activation function. @returns {Part[]} */
function finished({bias, preactivation, activation: name, value}, total) {
  const parts = [];
  if (bias !== null)
    parts.push(
      said("with_bias", {sum: `${readable(total)} + ${term(bias)} = ${readable(preactivation)}`}),
    );
  if (name && name !== "linear")
    parts.push(line(`${name}(${readable(preactivation)}) = ${readable(value)}`));
  return parts;
}

/** @param {Asked} asked @returns {Example | null} */
function kernel(asked) {
  const place = asked.placeIn(slides);
  if (!place) return null;
  const {groups} = cellAt(place, asked);
  const {layer, channel, terms} = strongest(groups);
  const [high, wide] = place.layer.config.kernel_size;
  return {
    where: inMap(place),
    parts: [
      grid(terms, wide, "weights", ({weight}) => weight),
      said("kernel_of", {layer, channel}),
      line(`${high} × ${wide} = ${high * wide}`),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function filter(asked) {
  const place = asked.placeIn(slides);
  if (!place) return null;
  const {groups, bias: offset} = cellAt(place, asked);
  const [high, wide] = place.layer.config.kernel_size;
  const weights = groups.length * high * wide;
  const bias = offset === null ? "" : " + 1";
  const total = count(weights + (offset === null ? 0 : 1));
  return {
    where: inMap(place),
    parts: [
      said(groups.length === 1 ? "filter_of_one" : "filter_of", {
        kernels: groups.length,
        high,
        wide,
      }),
      line(`${groups.length} · ${high} · ${wide}${bias} = ${total}`),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function weightSharing(asked) {
  const place = asked.placeIn(slides);
  if (!place) return null;
  const [high, wide] = place.layer.config.kernel_size;
  const [rows, columns] = gridOf(place.layer);
  const values = {weights: high * wide, places: count(rows * columns)};
  return {where: inMap(place), parts: [said("same_weights", {...values, rows, columns})]};
}

/** @param {Asked} asked @returns {Example | null} */
function biased(asked) {
  const place = asked.placeIn(({weights, family}) => "bias" in weights && family !== "merging");
  if (!place) return null;
  const cell = cellAt(place, asked);
  if (cell.bias === null) return null;
  return {where: where(place), parts: finished(cell, totalOf(cell))};
}

/** @param {Asked} asked @returns {Example | null} */
function activation(asked) {
  const place = asked.placeIn(
    ({output_shape: shape, family}) => shape.length === 3 && family !== "input",
  );
  if (!place) return null;
  const {row, column} = place;
  const values = mapOf(asked.exploration, place.layer, place.channel);
  const [height, width] = gridOf(place.layer);
  const box = {top: row, left: column, bottom: row, right: column};
  return {
    where: where(place),
    parts: [
      {kind: "map", values, height, width, box},
      line(readable(values[row * width + column])),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function featureMap(asked) {
  const place = asked.placeIn(
    ({shows, output_shape: shape}) => shows === "maps" && shape.length === 3,
  );
  if (!place) return null;
  const values = mapOf(asked.exploration, place.layer, place.channel);
  const [height, width] = gridOf(place.layer);
  return {
    where: inMap(place),
    parts: [
      {kind: "map", values, height, width},
      line(`${height} × ${width} = ${count(height * width)}`),
    ],
  };
}

/** Return the activation function that a layer ends with, and its name; some learned a slope. */
function functionOf({kind, config}, slope = undefined) {
  const [name, activate] = ACTIVATION_LAYERS[kind]?.(config, slope) ?? [config.activation];
  return {name, activate: activate ?? ACTIVATIONS[name]};
}

/** @param {Asked} asked @param {string} [wanted] @returns {Example | null} */
function activationFunction(asked, wanted) {
  const place = asked.placeIn((layer) => {
    const {name, activate} = functionOf(layer);
    return Boolean(activate) && name !== "linear" && (!wanted || name === wanted);
  });
  if (!place) return null;
  const {name, activate} = functionOf(place.layer, cellAt(place, asked).slope ?? undefined);
  const points = [place, silentNeighbor(place, asked)].flatMap((each) => {
    const cell = each && cellAt(each, asked);
    return cell ? [[cell.preactivation, cell.value]] : [];
  });
  const lines = points.map(([before, after]) =>
    line(`${name}(${readable(before)}) = ${readable(after)}`),
  );
  return {where: inMap(place), parts: [{kind: "curve", activate, points}, ...lines]};
}

/** Find the cell of the same map with the smallest activation. */
function silentNeighbor(place, {exploration}) {
  const {layer, channel} = place;
  if (layer.output_shape.length === 1) return otherUnit(place, exploration);
  const values = mapOf(exploration, layer, channel);
  const least = values.indexOf(Math.min(...values));
  const width = gridOf(layer)[1];
  return {...place, row: Math.floor(least / width), column: least % width};
}

function otherUnit(place, exploration) {
  const {values} = exploration.activations.get(place.layer.name);
  return {...place, channel: values.indexOf(Math.min(...values))};
}

/** @param {Asked} asked @returns {Example | null} */
function pooling(asked) {
  const place = asked.placeIn(({family}) => family === "pooling");
  if (!place) return null;
  const {kind, groups, winner, value} = cellAt(place, asked);
  const [{terms}] = groups;
  const wide = new Set(terms.map(({column}) => column)).size;
  const picture = grid(terms, wide, "values", ({input, padded}) => (padded ? null : input));
  const best = terms.findIndex(({row, column}) => row === winner?.row && column === winner?.column);
  const marked = winner ? {marked: [Math.floor(best / wide), best % wide]} : {};
  const inside = terms.filter(({padded}) => !padded).map(({input}) => readable(input));
  const operation = kind === "max" ? "max" : "mean";
  const read = inside.length > 9 ? `${inside.slice(0, 3).join(", ")}, …` : inside.join(", ");
  return {
    where: where(place),
    parts: [{...picture, ...marked}, line(`${operation}(${read}) = ${readable(value)}`)],
  };
}

/** @param {Asked} asked @param {(layer: any) => boolean} fits @returns {Example | null} */
function normalization(asked, fits) {
  const place = asked.placeIn(fits);
  if (!place) return null;
  const {groups, normalization: by} = cellAt(place, asked);
  const [{subtotal: x}] = groups;
  const deviation = `√(${readable(by.variance)} + ${by.epsilon})`;
  const formula = `(${readable(x)} − ${term(by.mean)}) / ${deviation} · ${term(by.gamma)} + ${term(by.beta)}`;
  return {
    where: where(place),
    parts: [
      line("(x − μ) / √(σ² + ε) · γ + β"),
      line(`= ${formula}`),
      line(`= ${readable(by.value)}`),
    ],
  };
}

/** @param {Asked} asked @returns {Example | null} */
function addition(asked) {
  const place = asked.placeIn(({kind}) => kind === "Add");
  if (!place) return null;
  const {groups, value} = cellAt(place, asked);
  const sum = groups.map(({subtotal}) => term(subtotal)).join(" + ");
  const named = groups.map(({layer}) => layer).join(" + ");
  return {where: where(place), parts: [line(named), line(`${sum} = ${readable(value)}`)]};
}

/** @param {Asked} asked @returns {Example | null} */
function dense(asked) {
  const place = asked.placeIn(({family}) => family === "dense");
  if (!place) return null;
  const cell = cellAt(place, asked);
  const products = cell.groups.reduce((sum, {terms}) => sum + terms.length, 0);
  const total = totalOf(cell);
  return {
    where: inMap(place),
    parts: [
      said("products", {count: count(products), sum: readable(total)}),
      ...finished(cell, total),
    ],
  };
}
