/**
 * Where a network branches, above the headings: which layer reads which, where that is not simply
 * the one before, and where branches are joined by a layer that is not on the stage itself.
 */

import {setText, svgElement} from "../shared/dom.mjs";
import {namesBefore} from "./shown_graph.mjs";

const LANE = 9; // CSS pixels between two lines one above the other
const MOST_LANES = 5;
const FOOT = 12; // CSS pixels below the lowest line
const NODE = 6; // CSS pixels, the radius of a joint
const BEND = 5;

/**
 * @typedef {object} Node a layer on the stage, or a joint between two of them
 * @property {string} name
 * @property {string} sign of a joint; "" for a layer on the stage
 * @property {number} column of the layer, or of the one that a joint stands before
 *
 * @typedef {{from: string, to: string}} Edge
 */

/**
 * List what has to be drawn of a network's branches; nothing for a plain chain.
 *
 * @param {import("../shared/arithmetic/network.mjs").Network} network
 * @param {string[]} names of the layers on the stage, in order
 * @returns {{nodes: Node[], edges: Edge[]}}
 */
export function branchesOf(network, names) {
  const isNode = ({name, family}) => names.includes(name) || family === "merging";
  /** @type {Node[]} */
  const nodes = [];
  for (const layer of network.layers.filter(isNode)) {
    const column = nodes.filter(({sign}) => !sign).length;
    nodes.push({name: layer.name, sign: names.includes(layer.name) ? "" : layer.sign, column});
  }
  const edges = nodes.flatMap(({name: to}) =>
    namesBefore(network, to, isNode).map((from) => ({from, to})),
  );
  const count = (end, name) => edges.filter((edge) => edge[end] === name).length;
  const drawn = edges.filter(({from, to}) => count("from", from) > 1 || count("to", to) > 1);
  const ends = new Set(drawn.flatMap(({from, to}) => [from, to]));
  return {nodes: nodes.filter(({name}) => ends.has(name)), edges: drawn};
}

/**
 * Give each span of two places a lane, the short ones below, so that none lies over another.
 *
 * @param {[number, number][]} spans
 * @returns {number[]} the lane of each, from 0
 */
export function lanesOf(spans) {
  const lanes = Array(spans.length).fill(0);
  /** @type {[number, number][][]} */
  const taken = [];
  const byLength = spans.map((_, index) => index);
  byLength.sort((a, b) => spans[a][1] - spans[a][0] - (spans[b][1] - spans[b][0]));
  for (const index of byLength) {
    const [left, right] = spans[index];
    const isFree = (lane) => (taken[lane] ?? []).every(([from, to]) => to <= left || right <= from);
    let lane = 0;
    while (!isFree(lane)) lane += 1;
    (taken[lane] ??= []).push([left, right]);
    lanes[index] = lane;
  }
  return lanes;
}

/**
 * Draw branches: an SVG element as high as it has to be.
 *
 * @param {{nodes: Node[], edges: Edge[]}} branches
 * @param {{left: number, width: number}[]} columns where each layer of the stage stands
 */
export function branchesDrawn({nodes, edges}, columns) {
  const places = new Map(nodes.map((node) => [node.name, placeOf(node, nodes, columns)]));
  const spans = edges.map(({from, to}) => spanOf(places.get(from), places.get(to)));
  const lanes = lanesOf(spans).map((lane) => lane % MOST_LANES);
  const height = FOOT + LANE * (1 + Math.max(0, ...lanes));
  const svg = svgElement("svg", {class: "branches", height, "aria-hidden": "true"});
  edges.forEach((edge, index) => {
    const top = height - FOOT - LANE * (lanes[index] + 0.5);
    svg.append(arc(edge, spans[index], {top, bottom: height - (NODE + 1)}));
  });
  for (const {name, sign} of nodes) if (sign) svg.append(joint(sign, places.get(name), height));
  return svg;
}

/** Find where a node stands: a layer over its column, a joint between two of them. */
function placeOf({name, sign, column}, nodes, columns) {
  if (!sign) return columns[column].left + Math.min(16, columns[column].width / 2);
  const beside = nodes.filter((node) => node.sign && node.column === column);
  const last = columns.at(-1);
  const next = columns[column]?.left ?? last.left + last.width + 2 * NODE;
  return (
    next - (2 * NODE + 1) * (beside.length - beside.findIndex((node) => node.name === name)) + 4
  );
}

/** @returns {[number, number]} */
const spanOf = (from, to) => [Math.min(from, to), Math.max(from, to)];

function arc({from, to}, [left, right], {top, bottom}) {
  const bend = Math.min(BEND, (right - left) / 2);
  const path =
    `M${left} ${bottom}V${top + bend}q0 ${-bend} ${bend} ${-bend}` +
    `H${right - bend}q${bend} 0 ${bend} ${bend}V${bottom}m-2.5 -4l2.5 4l2.5 -4`;
  const drawn = svgElement("path", {d: path});
  Object.assign(drawn.dataset, {from, to});
  return drawn;
}

function joint(sign, x, height) {
  const y = height - NODE - 1;
  const text = svgElement("text", {x, y: y + 4});
  setText(text, sign);
  return svgElement("g", {class: "joint"}, svgElement("circle", {cx: x, cy: y, r: NODE}), text);
}
