/**
 * Loss, accuracy and learning rate over the digits seen, of up to three runs on one time axis.
 *
 * A run has a color and a dash of its own; a strong line is validation, a fine one training.
 */

import {element, svgElement} from "../../shared/dom.mjs";
import {counted, fill} from "../../shared/format.mjs";
import {tooltip} from "../../shared/tooltip.mjs";
import {eventList} from "./event_list.mjs";
import {dots, drawn, upright, withScales} from "./curve_painting.mjs";
import {measured, percentage} from "../numbers.mjs";
import {swatch} from "../swatch.mjs";
import {interval, measuredBy, pulseAt} from "../record.mjs";

/** Build the curves; `chosen(digits)` is called while the visitor points out a moment. */
export function curves({chosen}) {
  const drawing = svgElement("g");
  const moment = svgElement("g", {class: "moment"});
  const hover = svgElement("g", {class: "hover"});
  const chart = svgElement("svg", {role: "img"}, drawing, moment, hover);
  const note = tooltip();
  const events = eventList();
  const legend = element("p", {className: "legend-of-lines"});
  const root = element("div", {className: "curves"}, chart, legend, events.root, note.root);
  const self = {root, chart, legend, events, drawing, moment, hover, note, chosen, digits: null};
  chart.addEventListener("pointerdown", (event) => pressed(self, event));
  chart.addEventListener("pointermove", (event) => pointed(self, event));
  chart.addEventListener("pointerleave", () => unpointed(self));
  return {root, show: (scene) => show(self, scene), mark: (digits) => mark(self, digits)};
}

/** Show `scene`: {runs: [{order, title, record}], focus, time, stretched, layout, words}. */
function show(self, scene) {
  self.scene = withScales(scene);
  const {width, height} = scene.layout;
  self.chart.setAttribute("width", width);
  self.chart.setAttribute("height", height);
  self.chart.setAttribute("aria-label", summary(self.scene));
  self.chart.classList.toggle("race", scene.runs.length > 1);
  self.drawing.replaceChildren(...drawn(self.scene));
  showLegend(self.legend, scene);
  self.events.show(scene.runs.find(({id}) => id === scene.focus)?.record.events ?? [], scene.words);
  mark(self, self.digits);
}

/** Say which run is which, and which line validation; those of a single run say so themselves. */
function showLegend(legend, {runs, words}) {
  legend.hidden = runs.length < 2;
  const key = JSON.stringify([words.lines, ...runs.map(({order, title}) => [order, title])]);
  if (legend.dataset.key === key) return;
  legend.dataset.key = key;
  legend.replaceChildren(
    ...runs.map(({order, title}) => element("span", {}, swatch(order), title)),
    element("span", {}, words.lines),
  );
}

function summary({runs, words}) {
  return runs
    .map(({title, record}) => fill(words.curves, {title, ...tellingOf(record, Infinity)}))
    .join(" ");
}

/** Write what was measured of a run by so many digits. */
function tellingOf(record, digits) {
  const of = (measure) => measuredBy(record, digits, measure)?.value;
  return {
    loss: measured(of("loss")),
    validationLoss: measured(of("validation_loss")),
    accuracy: percentage(of("accuracy")),
    validationAccuracy: withInterval(record, digits),
    rate: measured(of("learning_rate")),
  };
}

/** Write the validation accuracy, with what it may be by the digits that it stands on. */
function withInterval(record, digits) {
  const found = measuredBy(record, digits, "validation_accuracy");
  const pulse = found && pulseAt(record, found.digits);
  if (!pulse?.validated) return percentage(found?.value);
  const [low, high] = interval(found.value, pulse.validated).map((bound) =>
    (100 * bound).toFixed(1),
  );
  return `${percentage(found.value)} (${low}–${high}%)`;
}

// --- the moment, and what is under the pointer ---

/** Mark the moment that is shown, by its number of digits; null marks none. */
function mark(self, digits) {
  self.digits = digits;
  const {scene, moment} = self;
  if (!scene || digits === null) return moment.replaceChildren();
  const run = scene.runs.find(({id}) => id === scene.focus);
  return moment.replaceChildren(
    ...upright(scene, digits),
    ...(run ? dots(scene, run, digits) : []),
  );
}

function pressed(self, event) {
  if (!self.scene) return;
  self.chart.setPointerCapture(event.pointerId);
  choose(self, event);
}

function pointed(self, event) {
  if (!self.scene) return;
  if (event.buttons) choose(self, event);
  hoverAt(self, digitsUnder(self, event));
}

function choose(self, event) {
  self.chosen(digitsUnder(self, event), event.timeStamp);
}

function digitsUnder({chart, scene}, {clientX}) {
  const {left, right} = scene.layout;
  const place = (clientX - chart.getBoundingClientRect().left - left) / (right - left);
  return scene.time.digits(Math.max(0, Math.min(1, place)));
}

function hoverAt(self, digits) {
  const {scene, hover, note, chart} = self;
  const found = scene.runs
    .map((run) => ({run, pulse: pulseAt(run.record, digits)}))
    .filter(({pulse}) => pulse);
  if (!found.length) return unpointed(self);
  const near = found.reduce((best, each) =>
    Math.abs(each.pulse.digits - digits) < Math.abs(best.pulse.digits - digits) ? each : best,
  );
  hover.replaceChildren(
    ...upright(scene, near.pulse.digits),
    ...found.flatMap(({run, pulse}) => dots(scene, run, pulse.digits)),
  );
  const box = chart.getBoundingClientRect();
  const at = {clientX: box.left + scene.x(near.pulse.digits), clientY: box.top};
  const write = () => note.root.replaceChildren(...tooltipLines(scene, found, near.pulse));
  return note.show(at, write, box);
}

function tooltipLines({words}, found, {digits, epoch}) {
  const head = element(
    "b",
    {},
    fill(words.after, {digits: counted(digits), epoch: epoch.toFixed(2)}),
  );
  const told = found.map(({run, pulse}) => ({
    title: run.title,
    ...tellingOf(run.record, pulse.digits),
  }));
  return [
    head,
    element("table", {}, ...(told.length > 1 ? raceRows(told, words) : rowsOf(told[0], words))),
  ];
}

function rowsOf({loss, validationLoss, accuracy, validationAccuracy, rate}, words) {
  return [
    row("", words.training, words.validation),
    row(words.loss, loss, validationLoss),
    row(words.accuracy, accuracy, validationAccuracy),
    row(words.learning_rate, rate, ""),
  ];
}

function raceRows(told, words) {
  const rows = told.map(({title, validationLoss, validationAccuracy}) =>
    row(title, validationLoss, validationAccuracy),
  );
  return [row(words.validation, words.loss, words.accuracy), ...rows];
}

function row(...cells) {
  return element("tr", {}, ...cells.map((cell, i) => element(i ? "td" : "th", {}, cell)));
}

function unpointed(self) {
  self.hover.replaceChildren();
  self.note.hide();
}
