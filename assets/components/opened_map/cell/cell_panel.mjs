/**
 * An opened cell: every product of its sum, the steps from the sum to the cell, what Keras says,
 * and which pixels it depends on.
 */

import {cellOf} from "../../shared/arithmetic/cells.mjs";
import {fieldSize} from "../../shared/arithmetic/fields.mjs";
import {layerOf} from "../../shared/arithmetic/network.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {mark} from "../../shared/glossary/mark.mjs";
import {choice, fillChoice} from "../../shared/controls.mjs";
import {classContrast} from "./class_contrast.mjs";
import {effectiveField} from "./effective_field.mjs";
import {cellOfSpot} from "../graph.mjs";
import {derivationLayers} from "../map/derivation.mjs";
import {listed} from "../../shared/phrases.mjs";
import {products} from "./products.mjs";
import {softmaxPanel} from "./softmax_panel.mjs";
import {stepsOf} from "./steps.mjs";
import {DECIMALS, ORDERS, decimal} from "./sums.mjs";

/** Build the panel; `asked(kind, spot)` wants Keras's answer. */
export function cellPanel(tell) {
  const self = {viewModel: null, spot: null, order: null, digits: DECIMALS[1], tell};
  build(self);
  return Object.assign(self, {
    show: (viewModel, spot) => show(self, viewModel, spot),
    answered: (answers) => showAnswers(self, answers),
  });
}

function build(self) {
  const button = (name, onclick) => element("button", {type: "button", dataset: {name}, onclick});
  self.order_switch = choice("order", (order) => again(self, {order}));
  self.digits_switch = choice("digits", (digits) => again(self, {digits: Number(digits)}));
  self.steps = element("ol", {className: "steps", dataset: {testid: "steps"}});
  self.products = products();
  self.said = element("output", {className: "readout"});
  self.softmax = softmaxPanel();
  self.contrast = classContrast();
  self.check = button("check", () => self.tell.asked("check", self.spot));
  self.checked = element("output", {className: "answer", dataset: {testid: "keras"}});
  self.effective = button("effective", () => self.tell.asked("effective", self.spot));
  self.field = element("div", {className: "field", dataset: {testid: "field"}});
  self.sees = element("span");
  const at = () => ({...self.spot, cell: [self.spot.row, self.spot.column]});
  const field = mark("receptive_field", {word: "", at});
  self.root = element(
    "section",
    {className: "panel", dataset: {testid: "cell-panel"}, hidden: true},
    element(
      "div",
      {className: "making"},
      self.steps,
      element("div", {className: "buttons ask"}, self.check, self.checked),
      element("p", {className: "sees"}, self.sees, " ", field),
      element("div", {className: "buttons ask"}, self.effective),
      self.field,
      self.contrast.root,
    ),
    element(
      "div",
      {className: "adding"},
      element("div", {className: "switches"}, self.order_switch, self.digits_switch),
      self.softmax.root,
      self.said,
      self.products.root,
    ),
  );
}

function again(self, settings) {
  Object.assign(self, settings);
  show(self, self.viewModel, self.spot);
}

function show(self, viewModel, spot) {
  Object.assign(self, {viewModel, spot});
  self.root.hidden = !spot;
  if (!spot) return;
  const {network, exploration, words} = viewModel;
  const index = cellOfSpot(network, spot);
  const told = derivationLayers(network, spot.layer).map((layer) => ({
    layer,
    cell: cellOf(network, exploration, layer, index),
  }));
  const mine = cellTold(told, spot.layer);
  self.told = told;
  self.root.ariaLabel = spotTitle(spot, network, words);
  // What a Dense layer adds up is too much to be read in place.
  self.gathered = layerOf(network, told[0].layer).family === "dense";
  self.ordered = self.order ?? ORDERS[self.gathered ? 1 : 0];
  Object.assign(self.root.dataset, {
    layer: spot.layer,
    index: index.join(),
    value: mine.value,
    shown: mine.shown,
    kind: told[0].cell.kind,
  });
  label(self, told[0].cell);
  showSteps(self, told, mine);
  showSum(self, told[0].cell);
  self.contrast.show({viewModel, spot, cell: mine, digits: self.digits});
  showSees(self);
  showAnswers(self, viewModel.answers);
}

function cellTold(told, name) {
  return told.find(({layer}) => layer === name)?.cell;
}

/** Name a cell: "conv2, map 5, row 3, column 4". */
export function spotTitle({layer, channel, row, column}, network, words) {
  if (layerOf(network, layer).output_shape.length === 1)
    return fill(words.unit, {layer, unit: channel});
  return listed(words, [fill(words.map, {layer, channel}), fill(words.place_at, {row, column})]);
}

function label(self, cell) {
  const {words} = self.viewModel;
  fillChoice(self.order_switch, words.order, words.orders, self.ordered);
  fillChoice(
    self.digits_switch,
    words.decimals,
    Object.fromEntries(DECIMALS.map((count) => [count, count])),
    self.digits,
  );
  self.order_switch.hidden = cell.kind !== "sum";
  setText(self.check, words.check);
  setText(self.effective, words.effective);
}

/** Show the steps from the sum to the cell, and below its own the value that the map shows. */
function showSteps(self, told, mine) {
  const {
    viewModel: {words},
    spot,
    digits,
  } = self;
  const lines = told.flatMap(({layer, cell}) => {
    const steps = stepsOf(layer, cell, words.steps, digits);
    const made = steps.map(({text, value}) => ["", text, `= ${decimal(value, digits)}`]);
    if (layer !== spot.layer) return made;
    made.at(-1)[0] = "cell";
    return [...made, ["shown", words.shown, decimal(mine.shown, digits)]];
  });
  if (self.steps.children.length !== lines.length)
    self.steps.replaceChildren(
      ...lines.map(() => element("li", {}, element("span"), element("b"))),
    );
  lines.forEach(([name, text, value], i) => {
    const line = self.steps.children[i];
    line.className = name;
    setText(line.children[0], text);
    setText(line.children[1], value);
  });
}

function showSum(self, cell) {
  const {viewModel, spot, digits, ordered: order, gathered} = self;
  const {words} = viewModel;
  setText(self.said, "");
  const isSoftmax = cell.kind === "softmax";
  self.products.root.hidden = isSoftmax;
  if (isSoftmax) {
    const logits = cell.groups.map(({terms}) => terms[0].input);
    const names = viewModel.network.class_names ?? [];
    return self.softmax.show({logits, unit: spot.channel, words, digits, names});
  }
  self.softmax.hide();
  const said = (text) => setText(self.said, text);
  return self.products.show(cell, {layer: spot.layer, order, digits, words, gathered, said});
}

function showSees(self) {
  const {
    viewModel: {network, words},
    spot,
  } = self;
  const layer = layerOf(network, spot.layer);
  if (layer.family === "input") return setText(self.sees, "");
  const {size, stride} = fieldSize(network, spot.layer);
  const numbers = {high: size[0], wide: size[1], stride: stride?.[0]};
  setText(self.sees, fill(stride ? words.sees : words.sees_all, numbers));
}

// --- what the Keras engine says ---

function showAnswers(self, answers) {
  const {viewModel, spot} = self;
  if (!spot || !answers) return;
  const layer = layerOf(viewModel.network, spot.layer);
  // What nobody has drawn, the session does not know.
  self.check.hidden = viewModel.isDemonstration || layer.ours || layer.family === "input";
  self.effective.hidden = self.check.hidden;
  const check = answers.get(viewModel.question("check", spot));
  self.check.disabled = check === "asked";
  setText(self.checked, check ? checkSentence(self, check) : "");
  self.checked.dataset.value = check?.value ?? "";
  const field = answers.get(viewModel.question("effective", spot));
  self.effective.disabled = field === "asked";
  effectiveField(self.field, field, viewModel, spot);
}

function checkSentence(self, answer) {
  const {
    viewModel: {words},
    digits,
    told,
    spot,
  } = self;
  if (answer === "asked") return words.asking;
  if (answer.error) return answer.error;
  const ours = cellTold(told, spot.layer).value;
  const gap = Math.abs(answer.value - ours);
  return fill(words.keras, {
    value: decimal(answer.value, digits),
    ours: decimal(ours, digits),
    gap: gap === 0 ? "0" : gap.toExponential(1),
  });
}
