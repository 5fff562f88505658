/**
 * Paint the feature maps of every conv and pool layer, as soon as there is an answer.
 *
 * data: {words, layers: [{name, title, facts}], color_scope}: `title` and `facts` are sentences on
 *   each layer; `color_scope` is "map", "layer" or "network". Paints every reading that is
 *   published on the page.
 * state: color_scope, when it is switched
 */

import {mountOnce} from "../shared/component.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {gradient, scaleOf} from "../shared/color.mjs";
import {choice, fillChoice} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, readable} from "../shared/format.mjs";
import {cellUnder, tilePlace} from "../shared/grid.mjs";
import {channelOf, domainOf, domainsOf, mosaic} from "../shared/mosaic.mjs";
import {titled} from "../shared/phrases.mjs";
import {tooltip} from "../shared/tooltip.mjs";
import {inspect, inspector} from "./inspector.mjs";

export default mountOnce({build, update, leave});

function leave(view) {
  view.unsubscribe?.();
  view.resized.disconnect();
}

function build() {
  const view = {layers: new Map(), answer: null, open: null};
  view.choice = choice("color_scope", (scope) => {
    view.colorScope = scope;
    view.setStateValue("color_scope", scope);
    paint(view);
  });
  view.tooltip = tooltip();
  view.list = element("div", {className: "layers"});
  view.panel = inspector({turn: (step) => turn(view, step), close: () => close(view)});
  view.root = element("section", {className: "maps"}, view.choice, view.list, view.tooltip.root);
  view.resized = new ResizeObserver(() => {
    if (view.root.clientWidth === view.space) return;
    view.space = view.root.clientWidth;
    paint(view);
  });
  view.resized.observe(view.root);
  view.root.addEventListener("keydown", ({key}) => {
    if (key === "Escape" && view.open) close(view);
  });
  return view;
}

function update(view, {data: {words, layers, color_scope: scope}, setStateValue}) {
  Object.assign(view, {words, setStateValue});
  view.colorScope ??= scope;
  fillChoice(view.choice, words.color_scope, words.color_scopes, view.colorScope);
  const names = [...layers.map(({name, title, facts}) => name + title + facts)].join();
  if (view.names !== names) {
    view.names = names;
    view.layers = new Map(layers.map((layer) => [layer.name, section(view, layer)]));
    view.list.replaceChildren(...[...view.layers.values()].map(({root}) => root));
    if (view.open) close(view);
  }
  paint(view);
  view.unsubscribe ??= subscribe((answer) => answered(view, answer));
}

function section(view, {name, title, facts}) {
  const canvas = element("canvas");
  const range = element("span", {className: "range"});
  const legend = element(
    "span",
    {className: "legend"},
    element("span"),
    element("span", {className: "ramp"}),
    element("span"),
  );
  const maps = element("div", {className: "mosaic"}, canvas);
  const root = element(
    "section",
    {className: "layer", dataset: {testid: "layer", layer: name}, ariaLabel: title},
    element(
      "header",
      {},
      element("h3", {}, title),
      element("span", {className: "facts"}, facts),
      range,
      legend,
    ),
    maps,
  );
  maps.addEventListener("pointermove", (event) => pointed(view, name, event));
  maps.addEventListener("pointerleave", () => view.tooltip.hide());
  maps.addEventListener("click", (event) => mapClicked(view, name, event));
  maps.addEventListener("keydown", (event) => keyPressed(event));
  maps.addEventListener(
    "focusin",
    ({target}) => (target.ariaLabel = mapSentence(view, name, Number(target.dataset.channel))),
  );
  return {root, maps, range, legend, canvas, mosaic: mosaic(canvas), buttons: []};
}

function answered(view, answer) {
  view.answer = answer;
  paint(view);
}

function paint(view) {
  const {answer} = view;
  view.space ||= view.root.clientWidth; // asking anew would lay out the page for each reading
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
    .filter(({name, output_shape}) => view.layers.has(name) && output_shape.length === 3)
    .map(({name, output_shape: shape}) => {
      const values = activations.get(name);
      return {name, shape, values, domains: domainsOf(values, shape[2])};
    });
}

function paintLayer(view, layer, network) {
  const shown = view.layers.get(layer.name);
  const whole = domainOf([layer.domains]);
  const scaleFor = scalesOf(view.colorScope, layer, whole, network);
  shown.mosaic.fit(layer.shape, view.space);
  shown.mosaic.paint(layer, scaleFor);
  if (shown.buttons.length !== layer.shape[2]) addButtons(view, shown, layer.shape[2]);
  placeButtons(shown);
  shown.layer = layer;
  shown.scaleFor = scaleFor;
  const [low, high] = whole.map(readable);
  setText(shown.range, fill(view.words.range, {low, high}));
  paintLegend(view, shown.legend, view.colorScope === "map" ? scaleOf(whole) : scaleFor(0));
}

function paintLegend({colorScope, words}, legend, {ends, colors}) {
  const [from, ramp, to] = legend.children;
  if (legend.colors !== colors) {
    legend.colors = colors;
    ramp.style.background = gradient({colors});
  }
  const own = colorScope === "map";
  setText(from, own ? (ends[0] < 0 ? "−" : "0") : readable(ends[0]));
  setText(to, ends[0] === ends[1] ? "" : own ? words.own : readable(ends[1]));
}

/** Give the scale of each channel: its own, the layer's, or the network's. */
function scalesOf(scope, {domains}, whole, network) {
  if (scope === "map")
    return (channel) => scaleOf([domains[2 * channel], domains[2 * channel + 1]]);
  const shared = scaleOf(scope === "layer" ? whole : network);
  return () => shared;
}

// Each map is a button as well, so that keys and screen readers reach it; one is in the tab order.
function addButtons(view, shown, count) {
  for (const button of shown.buttons) button.remove();
  shown.buttons = Array.from({length: count}, (_, channel) =>
    element("button", {
      type: "button",
      tabIndex: channel ? -1 : 0,
      dataset: {channel},
      ariaLabel: String(channel),
    }),
  );
  shown.maps.append(...shown.buttons);
}

function placeButtons(shown) {
  const {plan} = shown.mosaic;
  if (shown.placed === plan) return;
  shown.placed = plan;
  const css = (pixels) => `${pixels / devicePixelRatio}px`;
  shown.buttons.forEach((button, channel) => {
    const {left, top} = tilePlace(plan, channel);
    Object.assign(button.style, {
      left: css(left),
      top: css(top),
      width: css(plan.tileWidth),
      height: css(plan.tileHeight),
    });
  });
  shown.maps.dataset.columns = plan.columns;
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
  if (!cell) return note.hide();
  const {channel, row, column} = cell;
  const title = fill(words.map, {layer: name, channel});
  const {shape, values} = shown.layer;
  const value = readable(values[(row * shape[1] + column) * shape[2] + channel]);
  return note.show(event, () => {
    note.root.textContent = `${title} · ${fill(words.cell, {row, column, value})}`;
  });
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
  view.open = {name, channel, network: view.answer.network};
  shown.root.append(view.panel);
  markOpen(view);
  refreshPanel(view);
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
  const {name, channel, network} = view.open;
  const {layer, scaleFor} = view.layers.get(name);
  inspect(view.panel, {layer, network, channel, scale: scaleFor(channel), words: view.words});
}
