/**
 * Paint the feature maps of every conv and pool layer, as soon as there is a reading.
 *
 * data: {words, layers: [{name, kind, facts, parameters, shape}], color_scope}; __init__.py beside
 *   this says what they are. Paints every reading that is published on the page.
 * state: color_scope, when it is switched
 */

import {fieldSize} from "../shared/arithmetic/fields.mjs";
import {mountOnce} from "../shared/component.mjs";
import {coloring, opened, pointed} from "../shared/live/looking.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {passageOf, passing} from "../shared/live/teaching.mjs";
import {scaleOf} from "../shared/color.mjs";
import {choice, fillChoice} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, readable} from "../shared/format.mjs";
import {cellUnder} from "../shared/grid.mjs";
import {channelOf, domainOf, domainsOf} from "../shared/mosaic.mjs";
import {titled} from "../shared/phrases.mjs";
import {tooltip} from "../shared/tooltip.mjs";
import {arrangeLayers} from "./arrangement.mjs";
import {layerView, paintLegend} from "./layer_view.mjs";
import {layersExport} from "./layers_export.mjs";
import {relations} from "./relations.mjs";
import {wall} from "./wall.mjs";

export default mountOnce({build, update, leave});

function leave(view) {
  for (const end of view.endings) end();
  view.relations.leave();
  view.wall.leave();
  view.resized.disconnect();
  removeEventListener("resize", view.arranged);
}

function build() {
  /** @type {any} */
  const view = {layers: new Map(), answer: null, open: null, endings: [], fields: new WeakMap()};
  view.choice = choice("color_scope", (scope) => {
    coloring.publish(scope);
    view.setStateValue("color_scope", scope);
  });
  view.told = [element("span"), element("span", {className: "sees"})];
  view.tooltip = tooltip(...view.told);
  view.list = element("div", {className: "layers"});
  view.relations = relations(view.list);
  view.wall = wall(() => arrange(view));
  view.along = layersExport(() => ({picture: view.list, reading: view.answer}));
  const bar = element("div", {className: "bar"}, view.choice, view.along, view.wall.root);
  view.root = element("section", {className: "maps"}, view.relations.root, bar, view.tooltip.root);
  view.arranged = () => arrange(view);
  view.resized = new ResizeObserver(() => {
    if (view.root.clientWidth !== view.space) arrange(view);
  });
  view.resized.observe(view.root);
  addEventListener("resize", view.arranged); // the height of the screen counts as well
  view.root.addEventListener("keydown", ({key}) => {
    if (key === "Escape") opened.publish(null);
  });
  return view;
}

/** Light the layers up that a forward pass has come to, and bring the one it is at into view. */
function lightUp({layers}, pass) {
  for (const [name, {root}] of layers) {
    root.dataset.passage = passageOf(pass, name);
    if (root.dataset.passage === "now") root.scrollIntoView({block: "nearest", inline: "nearest"});
  }
}

function update(view, {data: {words, layers, color_scope: scope}, setStateValue}) {
  Object.assign(view, {words, setStateValue});
  if (!view.endings.length) coloring.publish(scope);
  view.along.say(words);
  view.wall.say(words);
  fillScopes(view);
  const names = JSON.stringify(layers);
  if (view.names !== names) {
    view.names = names;
    view.layers = new Map(layers.map((layer) => [layer.name, layerShown(view, layer)]));
    view.list.replaceChildren(...[...view.layers.values()].map(({root}) => root));
    view.space = 0;
    markOpen(view, opened.value);
  }
  if (view.space) paint(view);
  else arrange(view);
  if (view.endings.length) return;
  view.endings = [
    passing.subscribe((pass) => lightUp(view, pass)),
    subscribe((answer) => answered(view, answer)),
    opened.subscribe((opening) => markOpen(view, opening)),
    coloring.subscribe(() => {
      fillScopes(view);
      paint(view);
    }),
  ];
}

function fillScopes({choice: scopes, words}) {
  fillChoice(scopes, words.color_scope, words.color_scopes, coloring.value);
}

function layerShown(view, layer) {
  const shown = layerView(layer);
  const {maps} = shown;
  const {name} = layer;
  maps.addEventListener("pointermove", (event) => hovered(view, name, event));
  maps.addEventListener("pointerleave", () => left(view));
  maps.addEventListener("click", (event) => mapClicked(view, name, event));
  maps.addEventListener("keydown", (event) => keyPressed(event));
  maps.addEventListener(
    "focusin",
    ({target}) => (target.ariaLabel = mapSentence(view, name, Number(target.dataset.channel))),
  );
  return shown;
}

/** Give each layer its place on the screen, and its maps their size. */
function arrange(view) {
  if (!arrangeLayers(view)) return;
  relate(view);
  paint(view);
}

function relate({relations: related, answer, layers, root}) {
  if (answer) related.relate(answer.network, layers, root.classList.contains("narrow"));
}

function answered(view, answer) {
  const isOther = view.answer?.network !== answer.network;
  view.answer = answer;
  if (isOther && view.space) relate(view);
  paint(view);
}

function paint(view) {
  const {answer} = view;
  if (!answer || !view.space) return;
  view.root.classList.toggle("empty", !answer.activations);
  for (const {root} of view.layers.values()) root.dataset.revision = answer.revision;
  const layers = answer.activations ? layersOf(view, answer) : [];
  const network =
    coloring.value === "network" ? domainOf(layers.map(({domains}) => domains)) : null;
  for (const layer of layers) paintLayer(view, layer, network);
}

/** Give the layers that are shown with their activations: {name, shape, values, domains}. */
function layersOf(view, {network, activations}) {
  return network.layers
    .filter(({name}) => view.layers.has(name))
    .map(({name, output_shape: shape}) => {
      const values = activations.get(name);
      return {name, shape, values, domains: domainsOf(values, shape[2])};
    });
}

function paintLayer(view, layer, network) {
  const shown = view.layers.get(layer.name);
  const whole = domainOf([layer.domains]);
  const scaleFor = scalesOf(coloring.value, layer, whole, network);
  shown.mosaic.paint(layer, scaleFor);
  Object.assign(shown, {layer, scaleFor});
  paintLegend(shown, {colorScope: coloring.value, words: view.words}, whole);
}

/** Give the scale of each channel: its own, the layer's, or the network's. */
function scalesOf(scope, {domains}, whole, network) {
  if (scope === "map")
    return (channel) => scaleOf([domains[2 * channel], domains[2 * channel + 1]]);
  const shared = scaleOf(scope === "layer" ? whole : network);
  return () => shared;
}

function keyPressed(event) {
  const button = event.target;
  const columns = Number(event.currentTarget.dataset.columns);
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns}[event.key];
  if (!step) return;
  event.preventDefault();
  const next = event.currentTarget.querySelector(
    `[data-channel="${Number(button.dataset.channel) + step}"]`,
  );
  if (!next) return;
  button.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function hovered(view, name, event) {
  const {tooltip: note, words} = view;
  const shown = view.layers.get(name);
  const cell = cellOfEvent(shown, event);
  if (!cell) return left(view);
  const {channel, row, column} = cell;
  pointed.publish({layer: name, channel, row, column});
  const title = fill(words.map, {layer: name, channel});
  const {shape, values} = shown.layer;
  const value = readable(values[(row * shape[1] + column) * shape[2] + channel]);
  return note.show(event, () => {
    setText(view.told[0], `${title} · ${fill(words.cell, {row, column, value})}`);
    setText(view.told[1], fieldSentence(view, name));
  });
}

/** Say how much of the digit a cell of a layer depends on: "receptive field 10 × 10". */
function fieldSentence({answer: {network}, fields, words}, layer) {
  if (!fields.has(network)) fields.set(network, new Map());
  const sizes = fields.get(network);
  if (!sizes.has(layer)) sizes.set(layer, fieldSize(network, layer).size);
  const [high, wide] = sizes.get(layer);
  return fill(words.sees, {high, wide});
}

function left(view) {
  view.tooltip.hide();
  pointed.publish(null);
}

function cellOfEvent(shown, event) {
  if (!shown?.layer) return null;
  const box = shown.canvas.getBoundingClientRect();
  const place = [event.clientX - box.left, event.clientY - box.top].map(
    (side) => side * devicePixelRatio,
  );
  return cellUnder(place, shown.mosaic.plan);
}

/** Say in words what a map shows: "Map 7 of conv2: strongest at the top left, 3.2". */
function mapSentence(view, name, channel) {
  const {words} = view;
  const {shape, values, domains} = view.layers.get(name).layer;
  const [height, width] = shape;
  const high = domains[2 * channel + 1];
  const title = fill(words.map, {layer: name, channel});
  if (high <= 0) return titled(words, title, words.silent);
  const best = channelOf(values, shape, channel).indexOf(high);
  const third = (place, side) => Math.min(2, Math.floor((3 * place) / side));
  const place =
    words.places[3 * third(Math.floor(best / width), height) + third(best % width, width)];
  return titled(words, title, fill(words.strongest, {place, value: readable(high)}));
}

// --- what is open ---

function mapClicked(view, name, event) {
  const cell = cellOfEvent(view.layers.get(name), event);
  const channel = Number(event.target.dataset.channel ?? cell?.channel);
  if (Number.isNaN(channel)) return;
  if (isOpen(name, channel)) return void opened.publish(null);
  const byKeys = event.detail === 0;
  const {row, column} = byKeys || !cell ? {row: 0, column: 0} : cell;
  opened.publish({layer: name, channel, row, column, isCell: false, byKeys});
}

/** Mark the map that is open; once it is closed, its button has the focus again. */
function markOpen(view, opening) {
  const {open} = view;
  view.open = opening;
  for (const [name, {buttons}] of view.layers) {
    buttons.forEach((button, channel) => {
      button.ariaExpanded = String(isOpen(name, channel));
    });
  }
  // On a telephone what is open lies over the lower half of the screen.
  const isAnother = open?.layer !== opening?.layer;
  if (opening && isAnother && view.root.classList.contains("narrow"))
    view.layers.get(opening.layer)?.root.scrollIntoView({block: "start"});
  if (open && !opening) buttonOf(view, open)?.focus({preventScroll: true});
}

const isOpen = (layer, channel) => {
  const {value} = opened;
  return value?.layer === layer && value?.channel === channel;
};

const buttonOf = (view, {layer, channel}) => view.layers.get(layer)?.buttons[channel];
