/**
 * Paint the feature maps of every conv and pool layer, as soon as there is a reading.
 *
 * data: {words, layers: [{name, kind, facts, parameters, shape}], color_scope}; __init__.py beside
 *   this says what they are. Paints every reading that is published on the page.
 * state: color_scope, when it is switched
 * trigger: explored = {layer, channel} of a map that is to be explored
 */

import {mountOnce} from "../shared/component.mjs";
import {pointed as looking} from "../shared/live/looking.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {scaleOf} from "../shared/color.mjs";
import {choice, fillChoice} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, readable} from "../shared/format.mjs";
import {cellUnder} from "../shared/grid.mjs";
import {channelOf, domainOf, domainsOf} from "../shared/mosaic.mjs";
import {titled} from "../shared/phrases.mjs";
import {tooltip} from "../shared/tooltip.mjs";
import {arrangeLayers} from "./arrangement.mjs";
import {inspect, inspector} from "./inspector.mjs";
import {layerView, paintLegend} from "./layer_view.mjs";
import {relations} from "./relations.mjs";
import {wall} from "./wall.mjs";

export default mountOnce({build, update, leave});

function leave(view) {
  view.unsubscribe?.();
  view.relations.leave();
  view.wall.leave();
  view.resized.disconnect();
  removeEventListener("resize", view.arranged);
}

function build() {
  /** @type {any} */
  const view = {layers: new Map(), answer: null, open: null};
  view.choice = choice("color_scope", (scope) => {
    view.colorScope = scope;
    view.setStateValue("color_scope", scope);
    paint(view);
  });
  view.tooltip = tooltip();
  view.list = element("div", {className: "layers"});
  view.relations = relations(view.list);
  view.wall = wall(() => arrange(view));
  const bar = element("div", {className: "bar"}, view.choice, view.wall.root);
  view.panel = inspector({
    turn: (step) => turn(view, step),
    explore: () => view.setTriggerValue("explored", spotOf(view.open)),
    close: () => close(view),
  });
  view.root = element("section", {className: "maps"}, view.relations.root, bar, view.tooltip.root);
  view.arranged = () => arrange(view);
  view.resized = new ResizeObserver(() => {
    if (view.root.clientWidth !== view.space) arrange(view);
  });
  view.resized.observe(view.root);
  addEventListener("resize", view.arranged); // the height of the screen counts as well
  view.root.addEventListener("keydown", ({key}) => {
    if (key === "Escape" && view.open) close(view);
  });
  return view;
}

const spotOf = ({name, channel}) => ({layer: name, channel});

function update(view, {data: {words, layers, color_scope: scope}, setStateValue, setTriggerValue}) {
  Object.assign(view, {words, setStateValue, setTriggerValue});
  view.colorScope ??= scope;
  view.wall.say(words);
  fillChoice(view.choice, words.color_scope, words.color_scopes, view.colorScope);
  const names = JSON.stringify(layers);
  if (view.names !== names) {
    view.names = names;
    view.layers = new Map(layers.map((layer) => [layer.name, layerShown(view, layer)]));
    view.list.replaceChildren(...[...view.layers.values()].map(({root}) => root));
    if (view.open) close(view);
    view.space = 0;
  }
  if (view.space) paint(view);
  else arrange(view);
  view.unsubscribe ??= subscribe((answer) => answered(view, answer));
}

function layerShown(view, layer) {
  const shown = layerView(layer);
  const {maps} = shown;
  const {name} = layer;
  maps.addEventListener("pointermove", (event) => pointed(view, name, event));
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
    view.colorScope === "network" ? domainOf(layers.map(({domains}) => domains)) : null;
  for (const layer of layers) paintLayer(view, layer, network);
  if (view.open && layers.length) refreshPanel(view);
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
  const scaleFor = scalesOf(view.colorScope, layer, whole, network);
  shown.mosaic.paint(layer, scaleFor);
  Object.assign(shown, {layer, scaleFor});
  paintLegend(shown, view, whole);
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

function pointed(view, name, event) {
  const {tooltip: note, words} = view;
  const shown = view.layers.get(name);
  const cell = cellOfEvent(shown, event);
  if (!cell) return left(view);
  const {channel, row, column} = cell;
  looking.publish({layer: name, channel, row, column});
  const title = fill(words.map, {layer: name, channel});
  const {shape, values} = shown.layer;
  const value = readable(values[(row * shape[1] + column) * shape[2] + channel]);
  return note.show(event, () => {
    setText(note.root, `${title} · ${fill(words.cell, {row, column, value})}`);
  });
}

function left(view) {
  view.tooltip.hide();
  looking.publish(null);
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

// --- the enlarged map ---

function mapClicked(view, name, event) {
  const channel = Number(
    event.target.dataset.channel ?? cellOfEvent(view.layers.get(name), event)?.channel,
  );
  if (Number.isNaN(channel)) return;
  const same = view.open?.name === name && view.open.channel === channel;
  if (same) close(view);
  else open(view, name, channel);
}

function open(view, name, channel) {
  const shown = view.layers.get(name);
  view.open = {name, channel};
  if (view.root.classList.contains("narrow")) shown.root.after(view.panel);
  else view.choice.parentElement.after(view.panel);
  markOpen(view);
  refreshPanel(view);
  view.panel.scrollIntoView({block: "nearest"});
}

function close(view) {
  const button = view.layers.get(view.open?.name)?.buttons[view.open.channel];
  view.open = null;
  view.panel.remove();
  markOpen(view);
  button?.focus();
}

function turn(view, step) {
  const count = view.layers.get(view.open.name).layer.shape[2];
  view.open.channel = (view.open.channel + step + count) % count;
  markOpen(view);
  refreshPanel(view);
}

function markOpen(view) {
  for (const [name, {buttons}] of view.layers) {
    buttons.forEach((button, channel) => {
      button.ariaExpanded = String(view.open?.name === name && view.open.channel === channel);
    });
  }
}

function refreshPanel(view) {
  const {name, channel} = view.open;
  const {layer, scaleFor} = view.layers.get(name);
  inspect(view.panel, {
    layer,
    reading: view.answer,
    channel,
    scale: scaleFor(channel),
    words: view.words,
  });
}
