/** A softmax taken apart: the exponentials, their sum, the quotients, at any temperature. */

import {softmaxOf} from "../../shared/arithmetic/activations.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill, percent} from "../../shared/format.mjs";
import {decimal} from "./sums.mjs";

/** Build the block; `show({logits, unit, words, digits, names})` fills it, `hide()` empties it. */
export function softmaxPanel() {
  const self = {shown: null};
  self.slider = element("input", {type: "range", min: -1, max: 1, step: 0.05, value: 0});
  self.value = element("output");
  self.name = element("span");
  self.sentence = element("p");
  self.rows = element("tbody");
  self.heads = element("tr");
  const table = element("table", {}, element("thead", {}, self.heads), self.rows);
  self.root = element(
    "div",
    {className: "softmax", hidden: true, dataset: {testid: "softmax"}},
    element("label", {className: "temperature"}, self.name, self.slider, self.value),
    element("div", {className: "scroller"}, table),
    self.sentence,
  );
  self.slider.addEventListener("input", () => paint(self));
  return Object.assign(self, {
    show: (shown) => {
      Object.assign(self, {shown});
      self.root.hidden = false;
      paint(self);
    },
    hide: () => (self.root.hidden = true),
  });
}

function paint(self) {
  const {logits, unit, words, digits, names} = self.shown;
  const temperature = 10 ** Number(self.slider.value);
  const {largest, exponentials, sum, probabilities} = softmaxOf(logits, temperature);
  const written = decimal(temperature, 2);
  setText(self.name, words.temperature);
  setText(self.value, written);
  self.slider.ariaValueText = written;
  const columns = {largest: decimal(largest, digits), temperature: written};
  const titles = words.softmax_columns.map((title) => fill(title, columns));
  writeRow(self.heads, "th", titles);
  const share = (probability) => decimal(probability, Math.max(4, digits));
  const rows = Array.from(probabilities, (probability, each) => [
    names[each] ?? String(each),
    decimal(logits[each], digits),
    decimal(exponentials[each], digits),
    share(probability),
  ]);
  writeRows(self.rows, [...rows, [words.together, "", decimal(sum, digits), share(1)]]);
  [...self.rows.children].forEach((row, each) => (row.className = each === unit ? "chosen" : ""));
  self.rows.lastChild.className = "total";
  self.root.dataset.temperature = temperature;
  setText(
    self.sentence,
    fill(words.softmax_sentence, {
      exponential: decimal(exponentials[unit], digits),
      sum: decimal(sum, digits),
      unit: names[unit] ?? unit,
      probability: percent(probabilities[unit]),
    }),
  );
}

/** Write the rows of a table; they are built where another network has another number of classes. */
function writeRows(body, rows) {
  if (body.children.length !== rows.length) body.replaceChildren(...rows.map(() => element("tr")));
  rows.forEach((texts, at) => writeRow(body.children[at], "td", texts));
}

function writeRow(row, tag, texts) {
  if (row.children.length !== texts.length)
    row.replaceChildren(...texts.map(() => element(tag, tag === "th" ? {scope: "col"} : {})));
  texts.forEach((text, at) => setText(row.children[at], text));
}
