/**
 * A term of the field with a small mark: a button that opens what the term means, with a picture
 * made of the numbers of the newest reading. It opens by mouse, touch and keys, and stays in view.
 *
 * A component that uses it registers the style "glossary/glossary" (assets/components/__init__.py).
 *
 * @typedef {import("../live/readings.mjs").Reading} Reading
 *
 * Where an example is taken from; what is left out is chosen: the layer that fits, its strongest
 * map, the strongest cell.
 *
 * @typedef {object} Spot
 * @property {string} [layer]
 * @property {number} [channel]
 * @property {number[]} [cell] row and column
 * @property {Reading} [reading] instead of the newest of the page
 */

import {element, setText} from "../dom.mjs";
import {subscribe} from "../live/readings.mjs";
import {isHidden} from "../live/teaching.mjs";
import {exampleOf} from "./examples.mjs";
import {pictureOf} from "./pictures.mjs";
import {glossaryWords, onGlossary, termOf} from "./terms.mjs";

const GIVES_AWAY = new Set(["logits", "softmax", "confidence"]); // what is to be guessed first
const MARGIN = 8; // CSS pixels between what is open and the edge of the window
const GAP = 6; // between it and its mark

/**
 * Build a term with its mark.
 *
 * mark("convolution", {word: "convolution layer", at: () => ({layer: "conv1"})})
 *
 * @param {string} key of the glossary
 * @param {object} [settings]
 * @param {string} [settings.word] as it stands in the text, by default the glossary's name; "" where
 *   the text before has it already
 * @param {() => Spot} [settings.at] asked each time when an example is made
 * @returns {HTMLElement}
 */
export function mark(key, {word, at = () => ({})} = {}) {
  const button = element("button", {type: "button", className: "explains", ariaHasPopup: "dialog"});
  const note = element("span", {className: "explanation", popover: "auto"});
  note.setAttribute("role", "dialog");
  button.popoverTargetElement = note;
  button.ariaExpanded = "false";
  const root = element("span", {className: "explained", dataset: {term: key}}, button, note);
  const self = {key, at, button, note, label: () => label(button, word, termOf(key).name)};
  self.label();
  onGlossary(self.label);
  note.addEventListener("beforetoggle", (event) => turned(self, event.newState === "open"));
  root.addEventListener("keydown", (event) => keyPressed(self, event));
  root.addEventListener("click", (event) => event.stopPropagation()); // the map below stays closed
  return Object.assign(root, {kept: self}); // or the glossary's language would forget it
}

function label(button, word, name) {
  setText(button, word ?? name);
  if (word === "") button.ariaLabel = name;
}

/** What stands around it has keys of its own, and Escape closes one thing at a time. */
function keyPressed({note, button}, event) {
  if (!note.matches(":popover-open")) return;
  event.stopPropagation();
  if (event.key !== "Escape") return;
  event.preventDefault();
  note.hidePopover();
  button.focus();
}

function turned(self, opens) {
  self.button.ariaExpanded = String(opens);
  self.ended?.();
  if (!opens) return;
  const moved = () => place(self);
  const ended = new AbortController();
  write(self);
  const draw = () => (self.drawing ||= requestAnimationFrame(() => drawn(self)));
  draw(); // the reading may be another than the page's
  const unsubscribe = subscribe((reading) => {
    self.reading = reading;
    draw();
  });
  addEventListener("scroll", moved, {capture: true, passive: true, signal: ended.signal});
  addEventListener("resize", moved, {signal: ended.signal});
  self.ended = () => {
    unsubscribe();
    ended.abort();
    cancelAnimationFrame(self.drawing);
    self.drawing = 0;
  };
  requestAnimationFrame(moved);
}

function write(self) {
  const {name, text} = termOf(self.key);
  const {close} = glossaryWords();
  self.example = element("span", {className: "example"});
  self.note.ariaLabel = name;
  self.note.replaceChildren(
    element("strong", {}, name),
    element("button", {
      type: "button",
      className: "close",
      ariaLabel: close,
      title: close,
      textContent: "×",
      onclick: () => self.note.hidePopover(),
    }),
    element("span", {className: "meaning"}, text),
    self.example,
  );
}

function drawn(self) {
  self.drawing = 0;
  const {reading = self.reading, ...spot} = self.at();
  const isSecret = reading && GIVES_AWAY.has(self.key) && isHidden(reading);
  const example = reading && !isSecret ? exampleOf(self.key, reading, spot) : null;
  self.example.replaceChildren(...(example ? pictureOf(example, glossaryWords()) : []));
  place(self);
}

/** Put what is open below its mark, above it where there is more room, and never beyond the window. */
function place({button, note}) {
  if (!note.matches(":popover-open")) return;
  const {left, top, bottom} = button.getBoundingClientRect();
  const size = {width: note.offsetWidth, height: note.offsetHeight};
  const window = {width: document.documentElement.clientWidth, height: innerHeight};
  const at = placeBeside({left, top, bottom}, size, window);
  Object.assign(note.style, {left: `${at.left}px`, top: `${at.top}px`});
}

/**
 * Find where a note of a size goes: {left, top}, in CSS pixels of the window.
 *
 * @param {{left: number, top: number, bottom: number}} anchor the mark
 * @param {{width: number, height: number}} note
 * @param {{width: number, height: number}} window
 */
export function placeBeside(anchor, note, window) {
  const lowest = window.height - note.height - MARGIN;
  const rightmost = window.width - note.width - MARGIN;
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - note.height;
  const top = below <= lowest || above < MARGIN ? Math.min(below, lowest) : above;
  return {
    left: Math.max(MARGIN, Math.min(anchor.left, rightmost)),
    top: Math.max(MARGIN, top),
  };
}
