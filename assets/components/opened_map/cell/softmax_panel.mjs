/** A softmax taken apart: the exponentials, their sum, the quotients, at any temperature. */

import {softmaxOf} from "../../shared/arithmetic/activations.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill, percent} from "../../shared/format.mjs";
import {decimal} from "./sums.mjs";

/** Build the block; `show({logits, unit, words, digits})` fills it, `hide()` empties it. */
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
  const {logits, unit, words, digits} = self.shown;
  const temperature = 10 ** Number(self.slider.value);
  const {largest, exponentials, sum, probabilities} = softmaxOf(logits, temperature);
  const written = decimal(temperature, 2);
  setText(self.name, words.temperature);
  setText(self.value, written);
  self.slider.ariaValueText = written;
  self.heads.replaceChildren(
    ...words.softmax_columns.map((title) =>
      element(
        "th",
        {scope: "col"},
        fill(title, {largest: decimal(largest, digits), temperature: written}),
      ),
    ),
  );
  self.rows.replaceChildren(
    ...Array.from(probabilities, (probability, each) =>
      row(each === unit ? "chosen" : "", [
        String(each),
        decimal(logits[each], digits),
        decimal(exponentials[each], digits),
        decimal(probability, Math.max(4, digits)),
      ]),
    ),
    row("total", [words.together, "", decimal(sum, digits), decimal(1, Math.max(4, digits))]),
  );
  self.root.dataset.temperature = temperature;
  setText(
    self.sentence,
    fill(words.softmax_sentence, {
      exponential: decimal(exponentials[unit], digits),
      sum: decimal(sum, digits),
      unit,
      probability: percent(probabilities[unit]),
    }),
  );
}

function row(className, texts) {
  return element("tr", {className}, ...texts.map((text) => element("td", {}, text)));
}
