/** What the network reads as what it is: numbers from 0 to 1, live, beside the canvas. */

import {css, sequential} from "../shared/color.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";
import {inkOn} from "../shared/painting.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {numbersShown} from "../shared/live/teaching.mjs";
import {inputShapeOf} from "../shared/pen/network_input.mjs";

/** Build the panel: {root, say, leave}; it is open as long as `numbersShown` is. */
export function numbersPanel() {
  /** @type {any} */
  const self = {cells: [], pixels: null, shape: null, words: null};
  self.title = element("h3");
  self.note = element("p");
  self.close = element("button", {
    type: "button",
    className: "close",
    onclick: () => numbersShown.publish(false),
  });
  self.table = element("table");
  self.scroller = element("div", {className: "scroller", tabIndex: 0}, self.table);
  self.root = element(
    "div",
    {className: "numbers", popover: "manual", tabIndex: -1, dataset: {testid: "numbers"}},
    element("header", {}, self.title, self.close),
    self.note,
    self.scroller,
  );
  self.root.setAttribute("role", "dialog");
  self.root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    numbersShown.publish(false);
  });
  const endings = [
    numbersShown.subscribe((shown) => turned(self, shown)),
    subscribe(({pixels, network}) => {
      self.pixels = pixels;
      measure(self, inputShapeOf(network));
      paint(self);
    }),
  ];
  return {
    root: self.root,
    say: ({numbers: words}) => say(self, words),
    leave() {
      for (const end of endings) end();
      numbersShown.publish(false);
    },
  };
}

function say(self, words) {
  self.words = words;
  self.close.ariaLabel = self.close.title = words.close;
  entitle(self);
}

/** Say how many numbers there are. */
function entitle({words, shape, title, note, root, table}) {
  if (!words || !shape) return;
  const [high, wide, channels] = shape;
  const said = fill(words.title, {high, wide});
  setText(title, said);
  setText(note, fill(channels === 1 ? words.note : words.note_colors, {high, wide}));
  root.ariaLabel = table.ariaLabel = said;
}

/** Take how much the network reads; the table is laid out anew where it is another size. */
function measure(self, shape) {
  if (String(self.shape) === String(shape)) return;
  self.shape = shape;
  self.cells = [];
  self.table.replaceChildren();
  entitle(self);
  if (self.root.matches(":popover-open")) fillTable(self);
}

function turned(self, shown) {
  if (!self.root.isConnected) return;
  if (!shown) return self.root.hidePopover();
  if (!self.cells.length && self.shape) fillTable(self);
  self.root.showPopover();
  paint(self);
  const {scroller} = self; // the middle first, where the ink is
  scroller.scrollLeft = (scroller.scrollWidth - scroller.clientWidth) / 2;
  scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) / 2;
  return self.root.focus({preventScroll: true});
}

/** A table with its rows and columns numbered, for the ear as for the eye. */
function fillTable(self) {
  const head = (scope, text) => element("th", {scope}, text);
  const [height, width] = self.shape;
  const places = [...Array(width).keys()];
  const rows = [...Array(height).keys()].map((row) => {
    const cells = places.map(() => element("td"));
    self.cells.push(...cells);
    return element("tr", {}, head("row", String(row)), ...cells);
  });
  const top = element("tr", {}, element("td"), ...places.map((each) => head("col", String(each))));
  self.table.append(element("thead", {}, top), element("tbody", {}, ...rows));
}

function paint({root, cells, pixels, shape}) {
  if (!cells.length || !root.matches(":popover-open")) return;
  const channels = shape[2];
  cells.forEach((cell, place) => {
    const numbers = Array.from({length: channels}, (_, i) => pixels?.[place * channels + i] ?? 0);
    const text = numbers.map(written).join(" ");
    if (cell.textContent === text) return;
    setText(cell, text);
    if (channels > 1) return; // three numbers have no one color of the scale
    const [ink] = numbers;
    const color = sequential[Math.round(255 * ink)];
    cell.style.background = ink ? css(color) : "";
    cell.style.color = ink ? inkOn(color) : "";
  });
}

/** Write ink from 0 to 1 to two decimals, as short as it can be read: "0", ".07", "1". */
export function written(ink) {
  const text = ink.toFixed(2);
  return text === "0.00" ? "0" : text === "1.00" ? "1" : text.slice(1);
}
