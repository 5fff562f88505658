/**
 * How a map is made: a window slides over the maps that it reads; the numbers under it times the
 * kernel's, what each input adds, the bias, the activation, and the cell that comes of them.
 */

import {cellOf} from "../../shared/arithmetic/cells.mjs";
import {windowOf} from "../../shared/arithmetic/windows.mjs";
import {scaleOf} from "../../shared/color.mjs";
import {choice, fillChoice} from "../../shared/controls.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {termsOf} from "../../shared/glossary/layer_terms.mjs";
import {termRow} from "../../shared/glossary/term_row.mjs";
import {stepsOf} from "../cell/steps.mjs";
import {decimal} from "../cell/sums.mjs";
import {domainOf, union} from "../tensors.mjs";
import {pairPictures} from "./compared_maps.mjs";
import {cellWhoseWindow, derivationLayers, derivationOf} from "./derivation.mjs";
import {inputStrip, strongestFirst} from "./input_strip.mjs";
import {picture} from "./picture.mjs";
import {player} from "./player.mjs";
import {windowSum} from "./window_sum.mjs";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const SIDE = 126; // CSS pixels of the two maps between which the window works
const DIGITS = 3; // decimals of the steps

/** Build the panel; `opened`, `pointed`, `turned` and `switched` hear what the visitor does. */
export function mapPanel(tell) {
  /** @type {any} */
  const self = {viewModel: null, spot: null, derivation: null, picked: null, before: false, tell};
  self.veil = false;
  build(self);
  self.player = player({changed: () => repaint(self)});
  listen(self);
  return Object.assign(self, {
    show: (viewModel, spot) => show(self, viewModel, spot),
    stop: () => self.player.state.playing && self.player.pause(),
    focus: (how) => self.output.overlay.focus(how),
    /** Return the cell at which the window stands. */
    at: () => currentSpot(self),
  });
}

function build(self) {
  const button = (name, onclick) => element("button", {type: "button", dataset: {name}, onclick});
  self.sentence = element("p", {className: "sentence"});
  self.terms = termRow(() => spotToExplain(currentSpot(self)));
  self.buttons = {
    back: button("back", () => step(self, -1)),
    play: button("play", () => togglePlay(self)),
    step: button("step", () => step(self, 1)),
    skip: button("skip", () => self.player.skip()),
    slower: button("slower", () => self.player.hasten(-1)),
    faster: button("faster", () => self.player.hasten(1)),
  };
  const {back, play, step: one, skip: end, slower, faster} = self.buttons;
  self.speed = element("span", {className: "speed"});
  self.source = picture();
  self.sum = windowSum();
  self.steps = element("ol", {className: "steps", dataset: {testid: "map-steps"}});
  self.output = picture({tabIndex: 0, dataset: {testid: "map-canvas"}});
  self.output.overlay.setAttribute("role", "application");
  self.sides = choice("activation", (value) => {
    again(self, {before: value === "before"});
    self.tell.switched(self.before);
  });
  self.output.root.append(self.sides);
  self.strip = inputStrip((index) => again(self, {picked: index}));
  self.pair = element("div", {className: "pair"});
  const film = [play, back, one, end, slower, self.speed, faster];
  self.film = element("div", {className: "buttons film"}, ...film);
  const sum = element("div", {className: "working"}, self.sum.root, self.steps);
  const between = element("div", {className: "between"}, self.sentence, sum);
  self.root = element(
    "section",
    {className: "panel", dataset: {testid: "map-panel"}, hidden: true},
    element("div", {className: "controls"}, self.film, self.terms.root),
    self.pair,
    element("div", {className: "scene"}, self.source.root, between, self.output.root),
    self.strip.root,
  );
}

function listen(self) {
  const {source, output, root} = self;
  output.sheet.addEventListener("pointermove", (event) => goTo(self, output.cellAt(event)));
  output.sheet.addEventListener("click", (event) => {
    goTo(self, output.cellAt(event));
    self.tell.opened(currentSpot(self));
  });
  source.sheet.addEventListener("pointermove", (event) =>
    goTo(self, madeFrom(self, source.cellAt(event))),
  );
  root.addEventListener("keydown", (event) => keyPressed(self, event));
}

function again(self, settings) {
  Object.assign(self, settings);
  show(self, self.viewModel, self.spot);
}

function show(self, viewModel, spot) {
  const {spot: before} = self;
  self.root.hidden = !spot;
  if (!spot) {
    self.spot = null;
    return self.player.state.playing && self.player.pause();
  }
  Object.assign(self, {viewModel, spot});
  const isSame = ["layer", "channel"].every((key) => before?.[key] === spot[key]);
  if (!isSame) self.picked = null;
  const {network, exploration} = viewModel;
  self.derivation = derivationOf(network, exploration, spot.layer, spot.channel);
  self.order = strongestFirst(self.derivation.sources);
  self.focused = self.derivation.sources[self.picked] ? self.picked : (self.order[0] ?? 0);
  label(self);
  paintPictures(self);
  pairPictures(self.pair, viewModel, spot);
  if (!isSame) {
    self.veil = false;
    const {rows, columns} = self.derivation.grid;
    self.player.reset(rows * columns, cellNumber(self, spot));
  } else if (before.row !== spot.row || before.column !== spot.column) goTo(self, spot);
  return repaint(self);
}

const spotToExplain = ({layer, channel, row, column}) => ({layer, channel, cell: [row, column]});

const cellNumber = ({derivation}, {row, column}) => row * derivation.grid.columns + column;

function label(self) {
  const {viewModel, spot, buttons, derivation} = self;
  const {words} = viewModel;
  Object.assign(self.root.dataset, {layer: spot.layer, channel: spot.channel});
  self.root.ariaLabel = fill(words.map, spot);
  setText(self.sentence, viewModel.story(spot));
  self.terms.show(termsOf(viewModel.network, spot.layer));
  for (const [name, made] of Object.entries(buttons)) {
    if (name !== "play") setText(made, words.player[name]);
    made.title = words.keys[name];
  }
  self.film.hidden = derivation.grid.rows * derivation.grid.columns < 2;
}

/** Find the steps that are the map, and what it was before its activation: {after, before}. */
function outputsOf({derivation: {stages}, spot}) {
  const last = stages.findLastIndex(({layer}) => layer === spot.layer);
  const after = stages[last];
  return {after, before: after.kind === "activate" ? stages[last - 1] : undefined};
}

function paintPictures(self) {
  const {viewModel, derivation, spot, focused, order} = self;
  const {words} = viewModel;
  const sourceScale = (index) =>
    viewModel.scale(derivation.sources[index].layer, derivation.sources[index].channel);
  const source = derivation.sources[focused];
  self.source.root.hidden = !source;
  if (source) {
    self.source.show(source.map, sourceScale(focused), SIDE);
    setText(self.source.name, `${source.layer} · ${source.channel}`);
  }
  const name = fill(words.read, {count: derivation.sources.length});
  self.strip.show({sources: derivation.sources, order, scaleOf: sourceScale, name});
  const {after, before} = outputsOf(self);
  const isBefore = self.before && before;
  const map = isBefore ? before.map : after.map;
  const scale = isBefore
    ? scaleOf(domainOf(map.values), true)
    : viewModel.scale(spot.layer, spot.channel);
  self.output.show(map, scale, SIDE);
  setText(self.output.name, fill(words.map, spot));
  self.output.overlay.ariaLabel = `${viewModel.sentence(spot)} ${words.map_keys}`;
  self.sides.hidden = !before;
  const choices = {before: words.before, after: words.after};
  fillChoice(self.sides, after.activation ?? "", choices, isBefore ? "before" : "after");
  self.scales = {source: source && sourceScale(focused), kernel: kernelScale(derivation.sources)};
}

function kernelScale(sources) {
  const kernels = sources.map(({kernel}) => kernel).filter(Boolean);
  return kernels.length ? scaleOf(union(kernels.map(({values}) => domainOf(values))), true) : null;
}

// --- moving through the cells ---

function goTo(self, cell) {
  const number = cell && cellNumber(self, cell);
  if (number === null || (number === self.player.state.at && !self.veil)) return;
  self.veil = false;
  self.player.seek(number);
}

function madeFrom(self, cell) {
  const {derivation, viewModel, focused} = self;
  const {layer} = derivation.sources[focused];
  const window = windowOf(viewModel.network, derivation.first, [0, 0], layer);
  return window && cellWhoseWindow(cell, window, derivation.grid);
}

function currentSpot({player: {state}, derivation, spot}) {
  const {columns} = derivation.grid;
  const {layer, channel} = spot;
  return {layer, channel, row: Math.floor(state.at / columns), column: state.at % columns};
}

function togglePlay(self) {
  const {state} = self.player;
  self.veil = true;
  if (state.playing) return self.player.pause();
  // Who asked for less motion gets one still picture a row instead.
  if (STILL.matches)
    return self.player.seek(
      state.at >= state.count - 1 ? 0 : state.at + self.derivation.grid.columns,
    );
  return self.player.play();
}

function step(self, by) {
  self.veil = true;
  self.player.step(by);
}

const KEYS = {
  ArrowRight: (self) => step(self, 1),
  ArrowLeft: (self) => step(self, -1),
  ArrowDown: (self) => step(self, self.derivation.grid.columns),
  ArrowUp: (self) => step(self, -self.derivation.grid.columns),
  " ": (self) => togglePlay(self),
  Home: (self) => self.player.seek(0),
  End: (self) => self.player.skip(),
  "+": (self) => self.player.hasten(1),
  "-": (self) => self.player.hasten(-1),
  PageDown: (self) => self.tell.turned(1),
  PageUp: (self) => self.tell.turned(-1),
  Enter: (self) => self.tell.opened(currentSpot(self), true),
};

function keyPressed(self, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.type === "radio") return; // its own keys choose
  const pressesButton = event.target.tagName === "BUTTON" && [" ", "Enter"].includes(event.key);
  const act = pressesButton ? undefined : KEYS[event.key];
  if (!act) return;
  act(self);
  event.preventDefault();
  event.stopPropagation();
}

/** Paint the window once, before the browser shows its next frame. */
function repaint(self) {
  self.scheduled ??= requestAnimationFrame(() => {
    self.scheduled = null;
    if (!self.derivation || !self.spot) return;
    const {state} = self.player;
    if (state.at === state.count - 1 && !state.playing) self.veil = false;
    Object.assign(self.root.dataset, {at: state.at, playing: state.playing});
    const {still, pause, play} = self.viewModel.words.player;
    setText(self.buttons.play, STILL.matches ? still : state.playing ? pause : play);
    setText(self.speed, `× ${state.speed}`);
    paintCell(self, currentSpot(self));
    self.tell.pointed(currentSpot(self));
  });
}

/** Show the cell at which the window stands: frames, numbers, what each input adds, the steps. */
function paintCell(self, {layer, channel, row, column}) {
  const {viewModel, derivation, focused, order} = self;
  const {network, exploration, words} = viewModel;
  const told = derivationLayers(network, layer).map((name) => ({
    name,
    cell: cellOf(network, exploration, name, [row, column, channel]),
  }));
  frameBoth(self, [row, column]);
  const [{cell}] = told;
  const source = derivation.sources[focused];
  const groupOf = ({layer: from, channel: index}) =>
    cell.groups.find((each) => each.layer === from && each.channel === index);
  const group = source && groupOf(source);
  self.sum.root.hidden = !group;
  if (group) self.sum.show({group, cell, scales: self.scales, words: words.window_sum});
  const subtotals = derivation.sources.map((each) =>
    cell.kind === "sum" ? groupOf(each)?.subtotal : undefined,
  );
  self.strip.update({order, subtotals, focus: focused});
  const first = group && order.length > 1 && cell.kind === "sum";
  const adds = first ? [{text: fill(words.adds, source), value: group.subtotal}] : [];
  const steps = told.flatMap((each) => stepsOf(each.name, each.cell, words.steps, DIGITS));
  showSteps(self.steps, [...adds, ...steps]);
}

function frameBoth(self, [row, column]) {
  const {viewModel, derivation, focused, player: playing} = self;
  const {accent, background} = viewModel.colors;
  const {layer} = derivation.sources[focused] ?? {};
  const box = layer && windowOf(viewModel.network, derivation.first, [row, column], layer);
  if (layer) self.source.mark({box, color: accent});
  const own = {top: row, left: column, height: 1, width: 1};
  const veil = self.veil ? background : "";
  self.output.mark({box: own, color: accent, veil, at: playing.state.at});
}

function showSteps(list, steps) {
  if (list.children.length !== steps.length)
    list.replaceChildren(...steps.map(() => element("li", {}, element("span"), element("b"))));
  steps.forEach(({text, value}, i) => {
    const [said, number] = list.children[i].children;
    setText(said, text);
    setText(number, decimal(value, DIGITS));
    list.children[i].className = i === steps.length - 1 ? "cell" : "";
  });
}
