/** The slider over all moments of a training, aligned with the curves above it. */

import {element, icon, setText} from "../../shared/dom.mjs";
import {placeNear} from "./snapshots.mjs";

const PLAY = "M6 4 L16 10 L6 16 Z";
const PAUSE = "M7 4 L7 16 M13 4 L13 16";
const BEAT = 250; // milliseconds that each moment is shown at least while it plays

/**
 * Build the slider; `moved(place, began)` is called with the place of a moment among all, and when
 * that was asked for, `opened()` when the visitor wants to look through the moment's layers.
 */
export function timeMachine({moved, opened}) {
  const play = element("button", {type: "button", className: "play"}, icon(PLAY), icon(PAUSE));
  const slider = element("input", {type: "range", min: 0, max: 0, step: 1, disabled: true});
  const passed = element("span", {className: "passed"});
  const ticks = element("span", {className: "ticks"});
  const handle = element("span", {className: "handle"});
  const track = element("div", {className: "track"}, slider, passed, ticks, handle);
  const now = element("button", {type: "button", className: "now"});
  const sentence = element("p", {className: "sentence"});
  const open = element("button", {type: "button", className: "open", onclick: opened});
  const row = element("div", {className: "row"}, play, track, now);
  const said = element("div", {className: "said"}, sentence, open);
  const root = element("div", {className: "machine", dataset: {testid: "time-machine"}}, row, said);
  const self = {row, play, slider, passed, ticks, handle, track, now, sentence, open, moved};
  Object.assign(self, {numbers: [], place: 0, words: {}, playing: false, timer: null});
  slider.addEventListener("input", ({timeStamp}) => go(self, Number(slider.value), timeStamp));
  track.addEventListener("pointerdown", (event) => pressed(self, event));
  track.addEventListener("pointermove", (event) => dragged(self, event));
  now.addEventListener("click", ({timeStamp}) => go(self, self.numbers.length - 1, timeStamp));
  play.addEventListener("click", () => (self.playing ? pause(self) : begin(self)));
  return {
    root,
    show: (scene) => show(self, scene),
    say: (sentences) => say(self, sentences),
    painted: () => painted(self),
    pause: () => pause(self),
  };
}

/** Show `scene`: {numbers, place, following, ended, time, layout, words}. */
function show(self, scene) {
  const {numbers, place, following, ended, time, layout, words} = scene;
  const {row, slider, now, play, open, ticks} = self;
  Object.assign(self, {numbers, time, words, place});
  row.style.gridTemplateColumns = `${layout.left}px minmax(0, 1fr) ${layout.margin}px`;
  slider.max = String(Math.max(0, numbers.length - 1));
  slider.value = String(place);
  slider.disabled = play.disabled = now.disabled = open.disabled = !numbers.length;
  slider.ariaLabel = words.slider;
  setText(now, ended ? words.end : words.now);
  now.title = ended ? "" : words.follow;
  now.ariaPressed = String(following);
  mode(self);
  setText(open, words.open);
  const key = `${numbers}/${time.place(1)}`;
  if (self.key !== key) {
    self.key = key;
    ticks.replaceChildren(
      ...numbers.map((number) => element("i", {style: {left: percent(time, number)}})),
    );
  }
  if (numbers.length) moveHandle(self, place);
}

/** Say the moment that is shown, and how a screen reader is to say it. */
function say({sentence, slider}, {written: [moment, time], spoken}) {
  sentence.replaceChildren(element("b", {}, moment), " ", element("span", {}, time));
  slider.setAttribute("aria-valuetext", spoken);
}

function moveHandle({handle, passed, time, numbers}, place) {
  handle.style.left = passed.style.width = percent(time, numbers[place]);
}

function percent(time, digits) {
  return `${(100 * Math.max(0, Math.min(1, time.place(digits)))).toFixed(3)}%`;
}

function pressed(self, event) {
  if (!self.numbers.length) return;
  self.track.setPointerCapture(event.pointerId);
  event.preventDefault(); // the slider itself would go where its own even scale says
  self.slider.focus({preventScroll: true});
  dragged(self, event);
}

function dragged(self, event) {
  if (!event.buttons || !self.numbers.length) return;
  const box = self.track.getBoundingClientRect();
  const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
  const place = placeNear(self.numbers, self.time, share);
  if (place !== Number(self.slider.value)) go(self, place, event.timeStamp);
}

function go(self, place, began) {
  pause(self);
  self.moved(place, began);
}

// --- playing ---

function begin(self) {
  const atEnd = self.place >= self.numbers.length - 1;
  self.playing = true;
  mode(self);
  self.moved(atEnd ? 0 : self.place + 1, performance.now());
}

/** Go on to the next moment when the last one has been seen. */
function painted(self) {
  if (!self.playing) return;
  clearTimeout(self.timer);
  self.timer = setTimeout(() => {
    if (self.place >= self.numbers.length - 1) pause(self);
    else self.moved(self.place + 1, performance.now());
  }, BEAT);
}

function pause(self) {
  clearTimeout(self.timer);
  self.playing = false;
  mode(self);
}

function mode({play, playing, words}) {
  play.classList.toggle("playing", playing);
  play.ariaLabel = playing ? words.pause : words.play;
}
