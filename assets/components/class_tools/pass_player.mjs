/** Play a forward pass slowly: one stop after the other lights up, and what it computes is said. */

import {element, icon, setText} from "../shared/dom.mjs";
import {fill, readable} from "../shared/format.mjs";
import {titled} from "../shared/phrases.mjs";
import {INPUT, OUTPUT, isHidden, passing} from "../shared/live/teaching.mjs";
import {inputShapeOf} from "../shared/pen/network_input.mjs";
import {nameOf} from "../shared/verdicts.mjs";

const EACH = 2600; // milliseconds at one stop: as long as its sentence takes to read
const ICONS = {
  back: "M13 5l-6 5 6 5z",
  play: "M6 4l10 6-10 6z",
  pause: "M6 4h3v12H6zM11 4h3v12h-3z",
  next: "M7 5l6 5-6 5z",
  end: "M5 5l10 10M15 5L5 15",
};

/** Build the player: {root, say, begin, answered, end, isOpen}; it publishes `passing`. */
export function passPlayer() {
  const self = {words: null, answer: null, clock: 0};
  const button = (name, onclick) =>
    element("button", {type: "button", dataset: {name}, onclick}, icon(ICONS[name]));
  self.buttons = {
    back: button("back", () => stepped(self, -1)),
    play: button("play", () => play(self)),
    pause: button("pause", () => pause(self)),
    next: button("next", () => stepped(self, 1)),
    end: button("end", () => end(self)),
  };
  self.title = element("strong");
  self.place = element("span", {className: "place"});
  self.sentence = element("p");
  const said = element("div", {className: "said"}, self.title, " ", self.place, self.sentence);
  said.setAttribute("role", "status");
  self.root = element(
    "div",
    {className: "player", popover: "manual", dataset: {testid: "pass-player"}},
    element("div", {className: "controls"}, ...Object.values(self.buttons)),
    said,
  );
  self.root.setAttribute("role", "group");
  self.root.addEventListener("keydown", (event) => keyPressed(self, event));
  return {
    root: self.root,
    say: (words) => label(self, words),
    begin: (answer) => begin(self, answer),
    answered: (answer) => answered(self, answer),
    end: () => end(self),
    isOpen: () => passing.value !== null,
  };
}

function label(self, words) {
  self.words = words.pass;
  self.root.ariaLabel = words.tools.pass;
  for (const [name, button] of Object.entries(self.buttons))
    button.ariaLabel = button.title = words.pass[name];
  if (passing.value) paint(self);
}

/** List the stops of a network: what it reads, each layer that computes something, the prediction. */
export function stopsOf({layers}) {
  const computing = layers.filter(({family}) => family !== "input" && family !== "regularization");
  return [INPUT, ...computing.map(({name}) => name), OUTPUT];
}

function begin(self, answer) {
  if (!answer?.activations) return;
  self.answer = answer;
  passing.publish({stops: stopsOf(answer.network), at: 0});
  self.root.showPopover();
  if (isStill()) pause(self);
  else play(self);
  (self.buttons.play.hidden ? self.buttons.pause : self.buttons.next).focus();
}

/** Who wants no motion takes each step themselves. */
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function end(self) {
  if (!passing.value) return;
  const focused = self.root.contains(self.root.getRootNode().activeElement);
  stop(self);
  passing.publish(null);
  self.root.hidePopover();
  if (focused) self.root.getRootNode().querySelector("[data-tool=pass]")?.focus();
}

function play(self) {
  const {stops, at} = reached();
  if (at === stops.length - 1) passing.publish({stops, at: 0});
  stop(self);
  self.clock = setTimeout(() => ticked(self), EACH);
  paint(self);
}

function ticked(self) {
  move(1);
  const {stops, at} = reached();
  self.clock = at < stops.length - 1 ? setTimeout(() => ticked(self), EACH) : 0;
  paint(self);
}

function pause(self) {
  stop(self);
  paint(self);
}

function stop(self) {
  clearTimeout(self.clock);
  self.clock = 0;
}

const reached = () => /** @type {import("../shared/live/teaching.mjs").Passing} */ (passing.value);

function move(by) {
  const {stops, at} = reached();
  passing.publish({stops, at: Math.max(0, Math.min(stops.length - 1, at + by))});
}

function stepped(self, by) {
  stop(self);
  move(by);
  paint(self);
}

function keyPressed(self, event) {
  const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  stepped(self, step);
}

/** Another digit passes through as well; another network begins anew. */
function answered(self, answer) {
  if (!passing.value) return;
  if (!answer.activations) return end(self);
  const isOther = self.answer?.network !== answer.network;
  self.answer = answer;
  if (isOther) passing.publish({stops: stopsOf(answer.network), at: 0});
  return paint(self);
}

function paint(self) {
  const {stops, at} = reached();
  const {buttons, words} = self;
  const plays = self.clock !== 0;
  const focused = self.root.getRootNode().activeElement;
  buttons.play.hidden = plays || isStill();
  buttons.pause.hidden = !plays;
  buttons.back.disabled = at === 0;
  buttons.next.disabled = at === stops.length - 1;
  if (focused && (focused.hidden || focused.disabled)) firstUsable(buttons).focus();
  const {title, sentence} = stopSentences(stops[at], self.answer, words);
  setText(self.title, title);
  setText(self.place, fill(words.place, {at: at + 1, count: stops.length}));
  setText(self.sentence, sentence);
}

const firstUsable = (buttons) =>
  [buttons.pause, buttons.play, buttons.next, buttons.back].find(
    ({hidden, disabled}) => !hidden && !disabled,
  ) ?? buttons.end;

/** Say what is computed at a stop, with its shape and its largest number. */
function stopSentences(name, answer, words) {
  if (name === INPUT) return {title: words.input, sentence: inputSentence(answer, words)};
  if (name === OUTPUT) return {title: words.output, sentence: outputSentence(answer, words)};
  const layer = answer.network.layers.find((each) => each.name === name);
  const title = titled(words, name, words.kinds[layer.kind] ?? layer.kind);
  const [high, wide] = layer.config[layer.window] ?? [];
  const explanation = fill(words.explanations[layer.kind] ?? "", {
    high,
    wide,
    inbound: layer.inbound.join(" + "),
    activation: layer.config.activation ?? "",
  });
  return {title, sentence: `${explanation} ${shapeSentence(layer, answer, words)}`.trim()};
}

function inputSentence({network}, words) {
  const [high, wide] = inputShapeOf(network);
  return fill(words.input_sentence, {high, wide});
}

function shapeSentence({name, output_shape: shape}, answer, words) {
  const largest = answer.activations
    .get(name)
    .reduce((most, each) => Math.max(most, each), -Infinity);
  return fill(words.shape, {shape: shape.join(" × "), largest: readable(largest)});
}

function outputSentence(answer, words) {
  return isHidden(answer)
    ? words.output_hidden
    : fill(words.output_sentence, {digit: nameOf(answer, answer.label)});
}
