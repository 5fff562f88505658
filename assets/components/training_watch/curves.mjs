/**
 * Loss, accuracy and learning rate over the digits seen, of up to three runs on one time axis.
 *
 * A run has a colour and a dash of its own; a strong line is validation, a fine one training.
 */

import {element, fill, readable, svgElement} from "../shared/dom.mjs";
import {counted} from "./progress.mjs";
import {pulseAt, seriesOf} from "./record.mjs";
import {accuracyScale, lossScale, spread, timeScale} from "./scales.mjs";

const DASHES = ["", "7 3", "1.5 2.5"]; // of the first, second and third run
const ROW = 30; // CSS pixels above each part, for its name
const COMPACT = 520; // CSS pixels; below, labels stand in two lines

/** Lay the three parts out one below the other in `width` CSS pixels. */
export function layoutOf(width) {
  const compact = width < COMPACT;
  const [left, right] = compact ? [40, 68] : [48, 132];
  const heights = {loss: compact ? 116 : 138, accuracy: compact ? 116 : 138, rate: 26};
  let top = 0;
  const parts = Object.fromEntries(
    Object.entries(heights).map(([name, height]) => {
      top += ROW + height;
      return [name, {top: top - height, bottom: top}];
    }),
  );
  return {width, compact, left, right: width - right, margin: right, parts, height: top + 24};
}

/** Draw a piece of a run's line, for its name. */
export function swatch(order) {
  const line = svgElement("line", {x1: 1, x2: 27, y1: 6, y2: 6, "stroke-dasharray": DASHES[order]});
  return svgElement("svg", {class: `swatch run${order}`, viewBox: "0 0 28 12", "aria-hidden": "true"}, line);
}

/** Build the curves; `chosen(digits)` is called while the visitor points out a moment. */
export function curves({chosen}) {
  const drawing = svgElement("g");
  const moment = svgElement("g", {class: "moment"});
  const hover = svgElement("g", {class: "hover"});
  const chart = svgElement("svg", {role: "img"}, drawing, moment, hover);
  const chip = element("output", {className: "chip", hidden: true});
  chip.setAttribute("aria-hidden", "true");
  const root = element("div", {className: "curves"}, chart, chip);
  const self = {root, chart, drawing, moment, hover, chip, chosen, digits: null};
  chart.addEventListener("pointerdown", (event) => pressed(self, event));
  chart.addEventListener("pointermove", (event) => pointed(self, event));
  chart.addEventListener("pointerleave", () => unpointed(self));
  return {root, show: (scene) => show(self, scene), mark: (digits) => mark(self, digits)};
}

/** Show `scene`: {runs: [{order, title, record}], focus, time, stretched, layout, words}. */
function show(self, scene) {
  self.scene = {...scene, ...scalesOf(scene)};
  const {layout, words} = scene;
  for (const [name, value] of Object.entries({width: layout.width, height: layout.height})) {
    self.chart.setAttribute(name, value);
  }
  self.chart.setAttribute("aria-label", summary(self.scene));
  self.drawing.replaceChildren(
    ...timeAxis(self.scene),
    ...valueAxis(self.scene, "loss", words.loss, plain),
    ...valueAxis(self.scene, "accuracy", words.accuracy, (share) => `${Number((100 * share).toFixed(1))} %`),
    partName(self.scene, "rate", words.learning_rate),
    ...self.scene.runs.flatMap((run) => linesOf(self.scene, run)),
    ...labelsOf(self.scene, "loss", short),
    ...labelsOf(self.scene, "accuracy", percentOf),
    ...rateLabels(self.scene),
  );
  mark(self, self.digits);
}

function scalesOf({runs, time, stretched, layout}) {
  const losses = runs.flatMap(({record}) => record.pulses.flatMap((pulse) => [pulse.loss, pulse.validation_loss]));
  const shares = runs.flatMap(({record}) => record.pulses.flatMap((pulse) => [pulse.accuracy, pulse.validation_accuracy]));
  const rates = runs.flatMap(({record}) => record.pulses.map((pulse) => pulse.learning_rate));
  const highest = rates.reduce((most, rate) => Math.max(most, rate), 0) || 1;
  const scales = {
    loss: lossScale(losses, stretched),
    accuracy: accuracyScale(shares.reduce((most, share) => Math.max(most, share), 0), stretched),
    rate: {place: (rate) => rate / highest},
  };
  return {
    scales,
    x: (digits) => layout.left + time.place(digits) * (layout.right - layout.left),
    y: (name, value) => {
      const {top, bottom} = layout.parts[name];
      return bottom - scales[name].place(value) * (bottom - top);
    },
  };
}

// --- axes ---

function timeAxis({layout, time, x, runs, focus, words}) {
  const {left, right, parts, compact} = layout;
  const bottom = parts.rate.bottom;
  const ticks = time.ticks(compact ? 4 : 8);
  const drawn = [];
  for (const digits of epochEnds(runs.find(({id}) => id === focus)?.record, x)) {
    drawn.push(svgElement("line", {class: "epoch", x1: x(digits), x2: x(digits), y1: parts.loss.top, y2: bottom}));
  }
  drawn.push(svgElement("line", {class: "axis", x1: left, x2: right, y1: bottom, y2: bottom}));
  for (const digits of ticks) {
    drawn.push(svgElement("line", {class: "axis", x1: x(digits), x2: x(digits), y1: bottom, y2: bottom + 4}));
    drawn.push(text(counted(digits), {class: "tick", x: x(digits), y: bottom + 17, "text-anchor": "middle"}));
  }
  drawn.push(text(words.digits_seen, {class: "tick", x: layout.width, y: bottom + 17, "text-anchor": "end"}));
  return drawn;
}

/** Tell after how many digits each epoch ends, where the lines would not stand too close. */
function epochEnds(record, x) {
  if (!record?.epochs) return [];
  const size = record.total / record.epochs;
  const ends = Array.from({length: Math.floor(record.epochs)}, (_, i) => Math.round((i + 1) * size));
  return x(ends.at(-1)) - x(ends.at(-1) - size) < 5 ? [] : ends;
}

function valueAxis({layout, scales, y}, name, title, written) {
  const {left, right, parts} = layout;
  const drawn = [partName({layout}, name, title)];
  for (const value of scales[name].ticks(6)) {
    const place = Math.round(y(name, value)) + 0.5;
    drawn.push(svgElement("line", {class: "grid", x1: left, x2: right, y1: place, y2: place}));
    drawn.push(text(written(value), {class: "tick", x: left - 6, y: place + 4, "text-anchor": "end"}));
  }
  return drawn;
}

function partName({layout}, name, title) {
  return text(title, {class: "part", x: 0, y: layout.parts[name].top - 11});
}

// --- lines ---

function linesOf(scene, {order, record}) {
  const path = (name, measure, kind) => svgElement("path", {
    class: `line run${order} ${kind}`,
    d: pathOf(seriesOf(record, measure).map(([digits, value]) => [scene.x(digits), value, scene.y(name, value)])),
    "stroke-dasharray": DASHES[order],
  });
  return [
    path("loss", "loss", "training"),
    path("accuracy", "accuracy", "training"),
    path("loss", "validation_loss", "validation"),
    path("accuracy", "validation_accuracy", "validation"),
    path("rate", "learning_rate", "rate"),
  ];
}

/** Write a path through [[x, value, y], …] past the points that have no value. */
export function pathOf(points) {
  const known = points.filter(([, value]) => Number.isFinite(value));
  return known.map(([x, , y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** Write beside the end of each line what it is, and its last value. */
function labelsOf(scene, name, written) {
  const {layout, x, y, runs} = scene;
  const ends = runs.flatMap((run) => endsOf(scene, run, name));
  const {top, bottom} = layout.parts[name];
  const high = layout.compact ? 26 : 15;
  const places = spread(ends.map(({value}) => y(name, value)), high, [top + 4, bottom]);
  return ends.map(({run, kind, called, value, digits}, i) => {
    const left = Math.min(x(digits), layout.right) + 8;
    const attributes = {class: `end run${run.order} ${kind}`, x: left, y: places[i] + 4};
    if (!layout.compact) return text(`${shortened(called, 12)} ${written(value)}`, attributes);
    const lines = [shortened(called, 10), written(value)].map((line, row) => text(line, {x: left, dy: row ? "1.1em" : "-0.3em"}, "tspan"));
    return svgElement("text", attributes, ...lines);
  });
}

function endsOf({runs, words}, run, name) {
  const measures = name === "loss" ? ["loss", "validation_loss"] : ["accuracy", "validation_accuracy"];
  const found = measures.map((measure, i) => {
    const [digits, value] = seriesOf(run.record, measure).findLast(([, each]) => Number.isFinite(each)) ?? [];
    const kind = ["training", "validation"][i];
    return {run, kind, called: words[kind], value, digits};
  }).filter(({value}) => value !== undefined);
  return runs.length > 1 ? found.slice(-1).map((end) => ({...end, called: run.title})) : found;
}

function rateLabels(scene) {
  const {layout, x, y, runs} = scene;
  const ends = runs.map((run) => ({run, pulse: run.record.pulses.at(-1)})).filter(({pulse}) => pulse);
  const shown = ends.slice(0, runs.length > 1 ? 0 : 1);
  return shown.map(({run, pulse: {digits, learning_rate: rate}}) =>
    text(short(rate), {class: `end run${run.order} rate`, x: Math.min(x(digits), layout.right) + 8, y: y("rate", rate) + 4}),
  );
}

function summary({runs, words}) {
  const sentences = runs.map(({title, record}) => {
    const last = record.pulses.at(-1);
    if (!last) return title;
    const measures = ["loss", "validation_loss", "accuracy", "validation_accuracy"];
    const [loss, validationLoss, accuracy, validationAccuracy] = measures.map((measure) => {
      const value = record.pulses.findLast((pulse) => Number.isFinite(pulse[measure]))?.[measure];
      return value === undefined ? "–" : measure.endsWith("loss") ? short(value) : percentOf(value);
    });
    return fill(words.curves, {title, loss, validationLoss, accuracy, validationAccuracy});
  });
  return sentences.join(" ");
}

// --- the moment, and what is under the pointer ---

/** Mark the moment that is shown, by its number of digits; null marks none. */
function mark(self, digits) {
  self.digits = digits;
  const {scene, moment} = self;
  if (!scene || digits === null) return moment.replaceChildren();
  const run = scene.runs.find(({id}) => id === scene.focus);
  return moment.replaceChildren(...upright(scene, digits), ...(run ? dots(scene, run, digits) : []));
}

function upright({layout, x}, digits) {
  const place = x(digits);
  return [svgElement("line", {x1: place, x2: place, y1: layout.parts.loss.top, y2: layout.parts.rate.bottom + 4})];
}

function dots(scene, run, digits) {
  const pulse = pulseAt(run.record, digits);
  return [["loss", "validation_loss"], ["accuracy", "validation_accuracy"]]
    .filter(([, measure]) => Number.isFinite(pulse?.[measure]))
    .map(([name, measure]) =>
      svgElement("circle", {class: `run${run.order}`, cx: scene.x(pulse.digits), cy: scene.y(name, pulse[measure]), r: 4}),
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
  const {scene, hover, chip} = self;
  const found = scene.runs.map((run) => ({run, pulse: pulseAt(run.record, digits)})).filter(({pulse}) => pulse);
  chip.hidden = !found.length;
  if (!found.length) return hover.replaceChildren();
  const near = found.reduce((best, each) => (Math.abs(each.pulse.digits - digits) < Math.abs(best.pulse.digits - digits) ? each : best));
  hover.replaceChildren(...upright(scene, near.pulse.digits), ...found.flatMap(({run, pulse}) => dots(scene, run, pulse.digits)));
  chip.replaceChildren(...chipLines(scene, found, near.pulse));
  const place = scene.x(near.pulse.digits);
  const onLeft = place > scene.layout.width / 2;
  Object.assign(chip.style, {left: onLeft ? "" : `${place + 14}px`, right: onLeft ? `${scene.layout.width - place + 14}px` : ""});
  return undefined;
}

function chipLines({words}, found, {digits, epoch}) {
  const head = element("b", {}, fill(words.after, {digits: counted(digits), epoch: epoch.toFixed(2)}));
  return [head, element("table", {}, ...(found.length > 1 ? raceRows(found, words) : rowsOf(found[0].pulse, words)))];
}

function rowsOf(pulse, words) {
  return [
    row("", words.training, words.validation),
    row(words.loss, short(pulse.loss), short(pulse.validation_loss)),
    row(words.accuracy, percentOf(pulse.accuracy), percentOf(pulse.validation_accuracy)),
    row(words.learning_rate, short(pulse.learning_rate), ""),
  ];
}

function raceRows(found, words) {
  const rows = found.map(({run, pulse}) => row(run.title, short(pulse.validation_loss), percentOf(pulse.validation_accuracy)));
  return [row(words.validation, words.loss, words.accuracy), ...rows];
}

function row(...cells) {
  return element("tr", {}, ...cells.map((cell, i) => element(i ? "td" : "th", {}, cell)));
}

function unpointed(self) {
  self.hover.replaceChildren();
  self.chip.hidden = true;
}

// --- writing ---

function text(content, attributes, tag = "text") {
  const made = svgElement(tag, attributes);
  made.textContent = content;
  return made;
}

function short(value) {
  if (!Number.isFinite(value)) return "–";
  return value >= 1e4 || (value > 0 && value < 1e-3) ? powered(value, 1) : readable(value);
}

function powered(value, decimals) {
  return value.toExponential(decimals).replace("e+", "e").replace("-", "−");
}

function plain(value) {
  return value !== 0 && (value >= 1e4 || value < 1e-3) ? powered(value, 0) : String(value);
}

function percentOf(share) {
  if (!Number.isFinite(share)) return "–";
  return `${(100 * share).toFixed(share > 0.9 && share < 1 ? 1 : 0)} %`;
}

function shortened(name, most) {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
