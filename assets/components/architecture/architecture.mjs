/**
 * A network as a picture: a block for each layer, its branches, and the facts and kernels of one.
 *
 * data: {words, network: {id, version}, layers: [{name, title, look, output_shape, shape, inbound,
 *   facts: [[name, value], …]}], digit}; __init__.py beside this says what they are
 */

import {arrange} from "../shared/arrangement.mjs";
import {mountOnce} from "../shared/component.mjs";
import {element, setText, svgElement} from "../shared/dom.mjs";
import {termsOf} from "../shared/glossary/layer_terms.mjs";
import {termRow} from "../shared/glossary/term_row.mjs";
import {loadNetwork} from "../shared/live/networks.mjs";
import {createReader} from "../shared/live/readings.mjs";
import {silhouette} from "../shared/silhouette.mjs";
import {kernelPanel} from "../shared/kernels/kernel_panel.mjs";
import {edgePath, rise} from "./edges.mjs";

const NARROWEST = 5.2; // rem, of a block
const ROOM = 40; // pixels between the middle of a block's picture and the top of the block

export default mountOnce({build, update, leave: (view) => view.observer.disconnect()});

function build() {
  /** @type {any} */
  const view = {blocks: new Map(), chosen: null, network: null, reading: undefined};
  view.edges = svgElement("svg", {class: "edges", "aria-hidden": "true"});
  view.list = element("ol");
  view.list.addEventListener("keydown", (event) => keyPressed(view, event));
  view.picture = element("div", {className: "picture"}, view.edges, view.list);
  view.title = element("h3");
  view.terms = termRow(() => ({layer: view.chosen, reading: view.reading}));
  view.facts = element("dl");
  view.kernels = kernelPanel();
  view.status = element("p", {className: "note"});
  view.status.setAttribute("role", "status");
  view.details = element(
    "section",
    {className: "details", dataset: {testid: "layer-facts"}},
    element("div", {}, view.title, view.terms.root, view.facts),
    element("div", {}, view.status, view.kernels.root),
  );
  view.details.ariaLive = "polite";
  view.root = element(
    "div",
    {className: "architecture", dataset: {testid: "architecture"}},
    element("div", {className: "scroll"}, view.picture),
    view.details,
  );
  view.observer = new ResizeObserver(() => paint(view));
  view.observer.observe(view.picture);
  view.observer.observe(view.details);
  return view;
}

function update(view, {data}) {
  view.data = data;
  const key = JSON.stringify(data.layers);
  if (view.key !== key) {
    view.key = key;
    buildBlocks(view, data.layers);
  }
  view.list.ariaLabel = data.words.architecture;
  if (!view.blocks.has(view.chosen)) view.chosen = firstOf(data.layers);
  choose(view, view.chosen);
  return load(view, data);
}

/** Find the layer that is open at first: the first with kernels, else the first. */
function firstOf(layers) {
  const first = layers.find(({look}) => look.family === "convolution") ?? layers[0];
  return first.name;
}

async function load(view, {network, words}) {
  if (view.version === network.version) return;
  view.version = network.version;
  view.network = null;
  setText(view.status, words.loading);
  try {
    const loaded = await loadNetwork(network);
    if (view.version !== network.version) return; // another was chosen meanwhile
    view.network = loaded;
    view.reading = readingOf(loaded, view.data.digit);
    setText(view.status, "");
  } catch (error) {
    view.version = null; // the next call tries again
    setText(view.status, (error instanceof Error && error.message) || words.unreachable);
  }
  paint(view);
}

/** Read the digit on which terms are explained, where a network takes digits of its size. */
function readingOf(network, digit) {
  const size = network.layers[0].output_shape.reduce((product, side) => product * side, 1);
  if (size !== digit.length) return undefined;
  const picture = {pixels: Float32Array.from(digit), steps: []};
  return createReader(network)({revision: 0, picture});
}

function buildBlocks(view, layers) {
  const {columns, lanes, places} = arrange(layers);
  view.blocks.clear();
  Object.assign(view.list.style, {
    gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
    gridTemplateRows: `repeat(${lanes}, auto)`,
  });
  view.picture.style.minWidth = `${columns * NARROWEST}rem`;
  view.picture.style.paddingTop = `${Math.max(0, ...layers.map((to) => risesOf(to, places)))}px`;
  const blocks = layers.map((layer) => {
    const {column, lane} = places.get(layer.name);
    const look = element("span", {className: "look"}, silhouette(layer.look, layer.output_shape));
    const button = element(
      "button",
      {type: "button", dataset: {layer: layer.name}, onclick: () => choose(view, layer.name)},
      look,
      element("b", {}, layer.name),
      element("span", {}, layer.title),
      element("span", {className: "shape"}, layer.shape),
    );
    view.blocks.set(layer.name, {button, look, layer, column, lane});
    return element("li", {style: {gridColumn: column + 1, gridRow: lane + 1}}, button);
  });
  view.list.replaceChildren(...blocks);
}

/** Compute how far the highest line into a layer goes above its block. */
function risesOf({name, inbound}, places) {
  return Math.max(0, ...inbound.map((source) => rise(places.get(source), places.get(name)) - ROOM));
}

function choose(view, name) {
  view.chosen = name;
  for (const [each, {button}] of view.blocks) {
    button.ariaPressed = String(each === name);
    button.tabIndex = each === name ? 0 : -1;
  }
  const {layer} = view.blocks.get(name);
  setText(view.title, `${layer.name} · ${layer.title}`);
  const facts = layer.facts.flatMap(([term, value]) => [
    element("dt", {}, term),
    element("dd", {}, value),
  ]);
  view.facts.replaceChildren(...facts);
  paint(view);
}

function paint(view) {
  paintEdges(view);
  const {network, chosen, data} = view;
  const layer = network?.layers.find(({name}) => name === chosen);
  view.terms.show(layer ? termsOf(network, chosen) : []);
  const kernel = layer?.weights.kernel ?? layer?.weights.depthwise_kernel ?? null;
  view.kernels.root.hidden = !layer || !kernel;
  if (view.kernels.root.hidden) return;
  const space = view.kernels.root.clientWidth;
  if (!space) return; // it is not laid out yet
  const scene = {run: network.id, layer: chosen, kernel, layers: network.layers, space};
  view.kernels.show({...scene, words: data.words});
}

function paintEdges(view) {
  const frame = view.picture.getBoundingClientRect();
  view.edges.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  const boxes = new Map();
  for (const [name, {look, column, lane}] of view.blocks) {
    const {left, right, top, height} = look.firstChild.getBoundingClientRect();
    const middle = top + height / 2 - frame.top;
    boxes.set(name, {left: left - frame.left, right: right - frame.left, middle, column, lane});
  }
  const paths = [];
  for (const [name, {layer}] of view.blocks) {
    for (const source of layer.inbound) {
      paths.push(svgElement("path", {d: edgePath(boxes.get(source), boxes.get(name))}));
    }
  }
  view.edges.replaceChildren(...paths);
}

function keyPressed(view, event) {
  const names = [...view.blocks.keys()];
  const step = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[event.key];
  const to =
    {Home: 0, End: names.length - 1}[event.key] ?? (step && names.indexOf(view.chosen) + step);
  if (to === undefined || !names[to]) return;
  event.preventDefault();
  choose(view, names[to]);
  view.blocks.get(names[to]).button.focus();
}
