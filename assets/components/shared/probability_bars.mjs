/**
 * Bars, one for each class's probability: of ten classes all, of more the ten that are most probable,
 * and the others on request.
 */

import {element, setText} from "./dom.mjs";
import {percent} from "./format.mjs";

const DIGITS = [..."0123456789"];
const MOST = 10; // bars that stand there without a word

/**
 * Build the bars: {root, paint(probabilities, isSure, names), say(words)}; null paints all of them
 * empty, and where it is not sure none of them stands out. `words` are {more, fewer}.
 */
export function probabilityBars() {
  /** @type {any} */
  const self = {bars: [], names: [], shown: [null, true], isWhole: false, words: null};
  self.list = element("ol", {className: "bars"});
  self.more = element("button", {type: "button", className: "more", hidden: true});
  self.more.addEventListener("click", () => {
    self.isWhole = !self.isWhole;
    repaint(self);
  });
  self.root = element("div", {className: "classes"}, self.list, self.more);
  entitle(self, DIGITS);
  return {
    root: self.root,
    paint(probabilities, isSure = true, names = DIGITS) {
      if (names.join("\n") !== self.names.join("\n")) entitle(self, names);
      self.shown = [probabilities, isSure];
      repaint(self);
    },
    /** @param {{more: string, fewer: string}} words */
    say(words) {
      self.words = words;
      repaint(self);
    },
  };
}

function entitle(self, names) {
  self.names = [...names];
  self.bars = self.names.map(bar);
  self.list.replaceChildren(...self.bars.map(({row}) => row));
  const isNamed = self.names.some((each) => each.length > 2);
  self.root.classList.toggle("named", isNamed);
}

/** A name is text of whoever brought the network: it is shown as text, whatever it holds. */
function bar(label) {
  const fill = element("span", {className: "fill"});
  const value = element("span", {className: "value"});
  const name = element("span", {className: "name", dir: "auto"}, label);
  if (label.length > 2) name.title = label;
  const row = element("li", {}, name, element("span", {className: "track"}, fill), value);
  return {row, fill, value};
}

function repaint(self) {
  const {bars, names, list, more, isWhole, words} = self;
  const probabilities = self.shown[0] ?? names.map(() => 0);
  paint(bars, probabilities, self.shown[1]);
  more.hidden = names.length <= MOST || !words;
  if (names.length <= MOST) return;
  const order = [...names.keys()].sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  order.forEach((label, place) => {
    const {row} = bars[label];
    row.hidden = !isWhole && place >= MOST;
    if (list.children[place] !== row) list.insertBefore(row, list.children[place]);
  });
  if (words) setText(more, isWhole ? words.fewer : words.more);
  more.ariaExpanded = String(isWhole);
}

function paint(bars, probabilities, isSure) {
  const best = Math.max(...probabilities);
  bars.forEach(({row, fill, value}, label) => {
    const probability = probabilities[label];
    row.classList.toggle("best", isSure && best > 0 && probability === best);
    fill.style.setProperty("--share", String(probability));
    const text = best > 0 ? percent(probability) : "";
    setText(value, text);
  });
}
