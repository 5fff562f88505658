/**
 * Why not the other class: what each map adds to the logit of one class and of another, the maps
 * with the largest differences first. The differences add up to that of the two logits.
 */

import {cellOf} from "../../shared/arithmetic/cells.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {decimal} from "./sums.mjs";

const MOST = 8; // rows that are told one by one

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {number} one what is added to the first class
 * @property {number} other what is added to the second
 */

/** Build the block; `show({viewModel, spot, cell, digits})` fills it where the cell is a logit. */
export function classContrast() {
  const name = element("span");
  const select = element("select");
  const [sentence, body] = [element("p"), element("tbody")];
  const heads = Array.from({length: 4}, () => element("th", {scope: "col"}));
  const head = element("thead", {}, element("tr", {}, ...heads));
  const root = element(
    "details",
    {className: "contrast", hidden: true, dataset: {testid: "contrast"}},
    element("summary"),
    element("label", {}, name, select),
    sentence,
    element("div", {className: "scroller"}, element("table", {}, head, body)),
  );
  /** @type {any} */
  const self = {root, name, select, sentence, heads, body, shown: null, chosen: null};
  select.addEventListener("change", () => {
    self.chosen = Number(select.value);
    paint(self);
  });
  root.addEventListener("toggle", () => self.shown && paint(self));
  return Object.assign(self, {show: (shown) => show(self, shown)});
}

function show(self, shown) {
  const {viewModel, spot, cell} = shown;
  const {network} = viewModel;
  const last = network.layers.findLast(({ours}) => !ours);
  self.root.hidden = spot.layer !== last.name || cell.kind !== "sum";
  if (self.root.hidden) return;
  self.shown = {...shown, names: network.class_names, logits: last.name};
  paint(self);
}

function paint(self) {
  const {viewModel, spot, cell, digits, names, logits} = self.shown;
  const {words, network, exploration} = viewModel;
  setText(self.root.firstChild, words.why_not);
  if (!self.root.open) return; // nobody sees it
  const unit = spot.channel;
  const other = rivalOf(self, exploration.activations.get(logits).values, unit);
  offer(self, names, unit, other);
  setText(self.name, words.against);
  const rival = cellOf(network, exploration, logits, [other]);
  const gap = cell.value - rival.value;
  const [one, two] = [names[unit], names[other]];
  const numbers = {one, other: two, gap: decimal(Math.abs(gap), digits)};
  setText(self.sentence, fill(gap < 0 ? words.behind : words.ahead, numbers));
  [words.contrast_map, one, two, words.contrast_difference].forEach((text, i) =>
    setText(self.heads[i], text),
  );
  fillRows(self.body, contrastOf(cell, rival, words), digits);
}

/** The class to compare with: the chosen one, or the largest logit of the others. */
function rivalOf({chosen}, values, unit) {
  if (chosen !== null && chosen !== unit && chosen < values.length) return chosen;
  const others = Array.from(values, (value, each) => (each === unit ? -Infinity : value));
  return others.indexOf(Math.max(...others));
}

function offer({select}, names, unit, other) {
  const key = `${unit}/${names.join("\n")}`;
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    const options = names.map((name, value) => element("option", {value}, name));
    select.replaceChildren(...options.filter((_, each) => each !== unit));
  }
  select.value = String(other);
}

/**
 * List what is added to two logits, the largest differences first: maps, the rest of them, the
 * biases, and both sums.
 *
 * @param {any} one cells as cells.mjs explains them
 * @param {any} other
 * @param {Record<string, string>} words
 * @returns {Row[]}
 */
export function contrastOf(one, other, words) {
  const rows = one.groups.map(({layer, channel, subtotal}, i) => ({
    name: `${layer} · ${channel}`,
    one: subtotal,
    other: other.groups[i].subtotal,
  }));
  rows.sort((a, b) => Math.abs(b.one - b.other) - Math.abs(a.one - a.other));
  const rest = rows.slice(MOST);
  const sum = (key) => rest.reduce((total, row) => total + row[key], 0);
  const others = {
    name: fill(words.contrast_rest, {count: rest.length}),
    one: sum("one"),
    other: sum("other"),
  };
  const biases = {name: words.contrast_bias, one: one.bias ?? 0, other: other.bias ?? 0};
  const both = {name: words.together, one: one.preactivation, other: other.preactivation};
  return [...rows.slice(0, MOST), ...(rest.length ? [others] : []), biases, both];
}

/** Write rows in place; the last one is the sum of all. */
function fillRows(body, rows, digits) {
  if (body.children.length !== rows.length)
    body.replaceChildren(
      ...rows.map(() => element("tr", {}, ...Array.from({length: 4}, () => element("td")))),
    );
  rows.forEach(({name, one, other}, i) => {
    const row = body.children[i];
    row.className = i === rows.length - 1 ? "total" : "";
    const texts = [name, ...[one, other, one - other].map((each) => decimal(each, digits))];
    texts.forEach((text, column) => setText(row.children[column], text));
  });
}
