/**
 * An opened map: its input maps, each with its own kernel, what they make together, and the
 * steps to the map, with the window sliding over all of them at once.
 */

import {windowOf} from "../../shared/arithmetic/windows.mjs";
import {legendOf} from "../../shared/controls.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill, readable} from "../../shared/format.mjs";
import {fit} from "../../shared/painting.mjs";
import {derivationOf} from "./derivation.mjs";
import {paintDerivation, paintWindow, scalesOf, stageLabel} from "./derivation_painting.mjs";
import {cellWhoseWindow, partAt, layOutDerivation} from "./derivation_layout.mjs";
import {pairPictures} from "./compared_maps.mjs";
import {player} from "./player.mjs";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** Build the panel; `opened`, `pointed` and `turned` hear what the visitor does. */
export function mapPanel(tell) {
  /** @type {any} */
  const self = {viewModel: null, spot: null, derivation: null, plan: null, veil: false, tell};
  build(self);
  self.player = player({changed: () => repaint(self)});
  listen(self);
  return Object.assign(self, {
    show: (viewModel, spot) => show(self, viewModel, spot),
    stop: () => self.player.state.playing && self.player.pause(),
    focus: (how) => self.overlay.focus(how),
    /** Return the cell at which the window stands. */
    at: () => currentSpot(self),
  });
}

function build(self) {
  const button = (name, onclick) => element("button", {type: "button", dataset: {name}, onclick});
  self.sentence = element("p", {className: "sentence"});
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
  self.base = element("canvas");
  self.overlay = element("canvas", {
    className: "overlay",
    tabIndex: 0,
    dataset: {testid: "map-canvas"},
  });
  self.overlay.setAttribute("role", "application");
  self.sheet = element("div", {className: "sheet"}, self.base, self.overlay);
  self.readout = element("output", {className: "readout"});
  self.legend = element("div", {className: "legends"});
  self.pair = element("div", {className: "pair"});
  self.root = element(
    "section",
    {className: "panel", dataset: {testid: "map-panel"}, hidden: true},
    self.sentence,
    self.pair,
    element("div", {className: "buttons film"}, play, back, one, end, slower, self.speed, faster),
    self.readout,
    element("div", {className: "scroller"}, self.sheet),
    self.legend,
  );
}

function listen(self) {
  const {sheet, overlay, root} = self;
  sheet.addEventListener("pointermove", (event) => pointed(self, event));
  sheet.addEventListener("click", (event) => {
    if (pointed(self, event)) self.tell.opened(currentSpot(self));
  });
  overlay.addEventListener("focus", () => sayCell(self));
  root.addEventListener("keydown", (event) => keyPressed(self, event));
}

function show(self, viewModel, spot) {
  const {spot: before, viewModel: last} = self;
  Object.assign(self, {viewModel, spot});
  self.root.hidden = !spot;
  if (!spot) return self.player.state.playing && self.player.pause();
  const same = ["layer", "channel"].every((key) => before?.[key] === spot[key]);
  self.derivation = derive(viewModel, spot);
  self.scales = scalesOf(self.derivation, viewModel);
  label(self);
  if (!same || last?.network !== viewModel.network || last?.space !== viewModel.space) lay(self);
  paintPictures(self);
  pairPictures(self.pair, viewModel, spot);
  if (!same) begin(self);
  else if (before.row !== spot.row || before.column !== spot.column) goTo(self);
  return repaint(self);
}

function derive({network, exploration}, {layer, channel}) {
  return derivationOf(network, exploration, layer, channel);
}

/** Stand on the spot's cell of another map than before. */
function begin(self) {
  const {rows, columns} = self.derivation.grid;
  self.veil = false;
  self.player.reset(rows * columns, cellNumber(self));
}

function goTo(self) {
  self.veil = false;
  self.player.seek(cellNumber(self));
}

function cellNumber({spot, derivation}) {
  return spot.row * derivation.grid.columns + spot.column;
}

function label(self) {
  const {viewModel, spot, buttons} = self;
  const {words} = viewModel;
  self.root.dataset.layer = spot.layer;
  self.root.dataset.channel = spot.channel;
  self.root.ariaLabel = fill(words.map, {layer: spot.layer, channel: spot.channel});
  setText(self.sentence, viewModel.story(spot));
  self.overlay.ariaLabel = `${viewModel.sentence(spot)} ${words.map_keys}`;
  for (const [name, made] of Object.entries(buttons)) {
    if (name !== "play") setText(made, words.player[name]);
    made.title = words.keys[name];
  }
  const moving = self.derivation.grid.rows * self.derivation.grid.columns > 1;
  buttons.play.parentElement.hidden = !moving;
}

function lay(self) {
  const {derivation, viewModel} = self;
  const kernel = derivation.sources[0]?.kernel;
  self.plan = layOutDerivation({
    sources: derivation.sources.map(({map}) => ({rows: map.height, columns: map.width})),
    kernel: kernel && {rows: kernel.height, columns: kernel.width},
    grid: derivation.grid,
    steps: derivation.stages.length,
    space: viewModel.space - 36,
    ratio: devicePixelRatio,
  });
  const {width, height} = self.plan;
  Object.assign(self.sheet.style, {width: `${width}px`, height: `${height}px`});
  self.ratio = fit(self.base, width, height);
  fit(self.overlay, width, height);
}

function paintPictures(self) {
  const {derivation, viewModel} = self;
  paintDerivation(self.base, self.ratio, self.plan, {
    derivation,
    scales: self.scales,
    viewModel,
    channel: self.spot.channel,
  });
  paintLegends(self);
}

function paintLegends(self) {
  const {
    scales,
    derivation,
    viewModel: {words},
    spot,
  } = self;
  const last = derivation.stages.length - 1;
  const listed = [
    [words.legend.kernel, scales.kernel],
    [words.legend.result, scales.result],
    [words.legend.inner, scales.inner],
    [
      fill(words.map, {layer: derivation.stages[last].layer, channel: spot.channel}),
      scales.stage(last, spot.channel),
    ],
  ].filter(([, scale]) => scale);
  self.legend.replaceChildren(...listed.map(([name, scale]) => legendOf(name, scale)));
}

// --- moving through the cells ---

function pointed(self, event) {
  const box = self.sheet.getBoundingClientRect();
  const part = self.plan && partAt(self.plan, event.clientX - box.left, event.clientY - box.top);
  if (!part) return false;
  if (part.part === "kernel") {
    sayWeight(self, part);
    return false;
  }
  const {row, column} = part.part === "source" ? madeFrom(self, part) : part;
  self.veil = false;
  self.player.seek(row * self.derivation.grid.columns + column);
  return true;
}

function madeFrom(self, {index, row, column}) {
  const {derivation, viewModel} = self;
  const window = windowOf(
    viewModel.network,
    derivation.first,
    [0, 0],
    derivation.sources[index].layer,
  );
  return window ? cellWhoseWindow({row, column}, window, derivation.grid) : {row: 0, column: 0};
}

function currentSpot({player: {state}, derivation, spot}) {
  const {columns} = derivation.grid;
  return {...spot, row: Math.floor(state.at / columns), column: state.at % columns};
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
    if (!self.plan || !self.spot) return;
    const {
      derivation,
      viewModel,
      veil,
      plan,
      player: {state},
    } = self;
    if (state.at === state.count - 1 && !state.playing) self.veil = false;
    paintWindow(self.overlay, self.ratio, plan, {derivation, viewModel, at: state.at, veil});
    self.root.dataset.at = state.at;
    self.root.dataset.playing = state.playing;
    sayCell(self);
    const {words} = viewModel;
    const {still, pause, play} = words.player;
    setText(self.buttons.play, STILL.matches ? still : state.playing ? pause : play);
    setText(self.speed, `× ${state.speed}`);
    self.tell.pointed(currentSpot(self));
  });
}

function sayCell(self) {
  const {
    derivation,
    viewModel: {words},
    player: {state},
  } = self;
  const {row, column} = currentSpot(self);
  const steps = derivation.stages.map(
    (stage) => `${stageLabel(stage, words)} → ${readable(stage.values[state.at])}`,
  );
  setText(self.readout, `${fill(words.place, {row, column})} ${steps.join(" · ")}`);
}

function sayWeight(self, {index, row, column}) {
  const {kernel, channel} = self.derivation.sources[index];
  const value = readable(kernel.values[row * kernel.width + column]);
  setText(self.readout, fill(self.viewModel.words.weight, {input: channel, row, column, value}));
}
