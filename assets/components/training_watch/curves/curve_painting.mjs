/** The picture of the curves: axes, lines and labels, as SVG. */

import {counted} from "../../shared/format.mjs";
import {setText, svgElement} from "../../shared/dom.mjs";
import {DASHES} from "../swatch.mjs";
import {measured, percentage, round} from "../numbers.mjs";
import {interval, measuredBy, seriesOf} from "../record.mjs";
import {accuracyScale, lossScale, spread} from "./scales.mjs";

const ROW = 30; // CSS pixels above each part, for its name
const RATE = 26; // CSS pixels that the learning rate is high
const AXIS = 24; // CSS pixels below all parts, for the ticks of time
const MARK = 7; // CSS pixels, radius of the number of an event
const LABEL = 9; // Latin letters that fit beside the curves on a telephone
const COMPACT = 520; // CSS pixels; below, labels stand in two lines

/** Lay the three parts out one below the other in `width` CSS pixels, filling `room` if need be. */
export function layoutOf(width, room = 0) {
  const compact = width < COMPACT;
  const [left, right] = compact ? [40, 68] : [48, 132];
  const filling = (room - 3 * ROW - RATE - AXIS) / 2;
  const high = compact ? 116 : Math.max(138, Math.min(170, filling));
  const heights = {loss: high, accuracy: high, rate: RATE};
  let top = 0;
  const parts = Object.fromEntries(
    Object.entries(heights).map(([name, height]) => {
      top += ROW + height;
      return [name, {top: top - height, bottom: top}];
    }),
  );
  return {width, compact, left, right: width - right, margin: right, parts, height: top + AXIS};
}

/** Give a scene its scales: `x(digits)`, `y(part, value)`, and `scales`, one for each part. */
export function withScales(scene) {
  const {runs, time, stretched, layout} = scene;
  const losses = runs.flatMap(({record}) =>
    record.pulses.flatMap((pulse) => [pulse.loss, pulse.validation_loss]),
  );
  const shares = runs.flatMap(({record}) =>
    record.pulses.flatMap((pulse) => [pulse.accuracy, pulse.validation_accuracy]),
  );
  const rates = runs.flatMap(({record}) => record.pulses.map((pulse) => pulse.learning_rate));
  const highest = rates.reduce((most, rate) => Math.max(most, rate), 0) || 1;
  const scales = {
    loss: lossScale(losses, stretched),
    accuracy: accuracyScale(
      shares.reduce((most, share) => Math.max(most, share), 0),
      stretched,
    ),
    rate: {place: (rate) => rate / highest},
  };
  return {
    ...scene,
    scales,
    x: (digits) => layout.left + time.place(digits) * (layout.right - layout.left),
    y: (name, value) => {
      const {top, bottom} = layout.parts[name];
      return bottom - scales[name].place(value) * (bottom - top);
    },
  };
}

/** Draw everything that stays as it is until there are new pulses. */
export function drawn(scene) {
  const {words, runs} = scene;
  return [
    ...timeAxis(scene),
    ...valueAxis(scene, "loss", words.loss, round),
    ...valueAxis(
      scene,
      "accuracy",
      words.accuracy,
      (share) => `${Number((100 * share).toFixed(1))}%`,
    ),
    partName(scene, "rate", words.learning_rate),
    ...runs.flatMap((run) => linesOf(scene, run)),
    ...labelsOf(scene, "loss", measured),
    ...labelsOf(scene, "accuracy", percentage),
    ...rateLabels(scene),
    ...eventMarks(scene),
  ];
}

/** Mark where something happened to the run in focus, by the numbers of the list below. */
function eventMarks({layout, x, runs, focus}) {
  const run = runs.find(({id}) => id === focus);
  const events = run?.record.events ?? [];
  const {top} = layout.parts.loss;
  const places = events.map(({digits}) => x(digits));
  const [low, high] = [layout.left + MARK, Math.max(layout.right, layout.left + 2 * MARK)];
  const apart = spread(places, 2 * MARK + 1, [low, high]);
  return events.flatMap((_, i) => [
    svgElement("path", {
      class: "event",
      d: `M${places[i]} ${layout.parts.rate.bottom}V${top}L${apart[i]} ${top - MARK}`,
    }),
    svgElement("circle", {class: "event", cx: apart[i], cy: top - MARK, r: MARK}),
    text(String(i + 1), {
      class: "event",
      x: apart[i],
      y: top - MARK + 4,
      "text-anchor": "middle",
    }),
  ]);
}

/** Draw a line through all parts at a number of digits. */
export function upright({layout, x}, digits) {
  const place = x(digits);
  return [
    svgElement("line", {
      x1: place,
      x2: place,
      y1: layout.parts.loss.top,
      y2: layout.parts.rate.bottom + 4,
    }),
  ];
}

/** Draw where a run's validation was when it was measured last before so many digits. */
export function dots(scene, {record, order}, digits) {
  return [
    ["loss", "validation_loss"],
    ["accuracy", "validation_accuracy"],
  ].flatMap(([name, measure]) => {
    const found = measuredBy(record, digits, measure);
    if (!found) return [];
    return svgElement("circle", {
      class: `run${order}`,
      cx: scene.x(found.digits),
      cy: scene.y(name, found.value),
      r: 4,
    });
  });
}

function timeAxis({layout, time, x, runs, focus, words}) {
  const {left, right, parts, compact} = layout;
  const bottom = parts.rate.bottom;
  const ticks = time.ticks(compact ? 4 : 8).filter((digits) => !compact || x(digits) < right - 24);
  const axis = [];
  for (const digits of epochEnds(runs.find(({id}) => id === focus)?.record, x)) {
    axis.push(
      svgElement("line", {
        class: "epoch",
        x1: x(digits),
        x2: x(digits),
        y1: parts.loss.top,
        y2: bottom,
      }),
    );
  }
  axis.push(svgElement("line", {class: "axis", x1: left, x2: right, y1: bottom, y2: bottom}));
  for (const digits of ticks) {
    axis.push(
      svgElement("line", {class: "axis", x1: x(digits), x2: x(digits), y1: bottom, y2: bottom + 4}),
    );
    axis.push(
      text(counted(digits), {class: "tick", x: x(digits), y: bottom + 17, "text-anchor": "middle"}),
    );
  }
  axis.push(
    text(words.digits_seen, {class: "tick", x: layout.width, y: bottom + 17, "text-anchor": "end"}),
  );
  return axis;
}

/** Tell after how many digits each epoch ends, where the lines would not stand too close. */
function epochEnds(record, x) {
  if (!record?.epochs) return [];
  const size = record.total / record.epochs;
  const ends = Array.from({length: Math.floor(record.epochs)}, (_, i) =>
    Math.round((i + 1) * size),
  );
  const last = ends.length * size;
  return x(last) - x(last - size) < 5 ? [] : ends;
}

function valueAxis({layout, scales, y}, name, title, written) {
  const {left, right} = layout;
  const axis = [partName({layout}, name, title)];
  for (const value of scales[name].ticks(6)) {
    const place = Math.round(y(name, value)) + 0.5;
    axis.push(svgElement("line", {class: "grid", x1: left, x2: right, y1: place, y2: place}));
    axis.push(
      text(written(value), {class: "tick", x: left - 6, y: place + 4, "text-anchor": "end"}),
    );
  }
  return axis;
}

function partName({layout}, name, title) {
  return text(title, {class: "part", x: 0, y: layout.parts[name].top - 11});
}

// --- lines ---

function linesOf(scene, {order, record}) {
  const path = (name, measure, kind) =>
    svgElement("path", {
      class: `line run${order} ${kind}`,
      d: pathOf(
        seriesOf(record, measure).map(([digits, value]) => [
          scene.x(digits),
          value,
          scene.y(name, value),
        ]),
      ),
      "stroke-dasharray": DASHES[order],
    });
  return [
    ...(scene.runs.length === 1 ? [band(scene, record, order)] : []),
    path("loss", "loss", "training"),
    path("accuracy", "accuracy", "training"),
    path("loss", "validation_loss", "validation"),
    path("accuracy", "validation_accuracy", "validation"),
    path("rate", "learning_rate", "rate"),
  ];
}

/** Draw between which shares the validation accuracy lies with 95 percent confidence. */
function band(scene, {pulses}, order) {
  const known = pulses.filter((pulse) => pulse.validated && pulse.validation_accuracy !== null);
  const bounds = known.map((pulse) => interval(pulse.validation_accuracy, pulse.validated));
  const side = (i) =>
    known.map(
      ({digits}, at) =>
        `${scene.x(digits).toFixed(1)} ${scene.y("accuracy", bounds[at][i]).toFixed(1)}`,
    );
  const around = [...side(1), ...side(0).reverse()];
  const d = around.length ? `M${around.join("L")}Z` : "";
  return svgElement("path", {class: `band run${order}`, d});
}

/** Write a path through [[x, value, y], …] past the points that have no value. */
export function pathOf(points) {
  const known = points.filter(([, value]) => Number.isFinite(value));
  return known.map(([x, , y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** Write to the right of all lines what each is, and its last value. */
function labelsOf(scene, name, written) {
  const {layout, y, runs} = scene;
  const ends = runs.flatMap((run) => endsOf(scene, run, name));
  const {top, bottom} = layout.parts[name];
  const high = layout.compact ? 26 : 15;
  const places = spread(
    ends.map(({value}) => y(name, value)),
    high,
    [top + 4, bottom],
  );
  const left = rightOf(scene);
  return ends.map(({run, kind, called, value}, i) => {
    const attributes = {class: `end run${run.order} ${kind}`, x: left, y: places[i] + 4};
    if (!layout.compact) return text(`${shortened(called, 12)} ${written(value)}`, attributes);
    const lines = [shortened(called, LABEL), written(value)].map((line, row) =>
      text(line, {x: left, dy: row ? "1.1em" : "-0.3em"}, "tspan"),
    );
    return svgElement("text", attributes, ...lines);
  });
}

function endsOf({runs, words}, run, name) {
  const measures =
    name === "loss" ? ["loss", "validation_loss"] : ["accuracy", "validation_accuracy"];
  const found = measures.flatMap((measure, i) => {
    const kind = ["training", "validation"][i];
    const end = measuredBy(run.record, Infinity, measure);
    return end ? {...end, run, kind, called: words[kind]} : [];
  });
  if (runs.length === 1) return found;
  const called = distinct(runs.map(({title}) => title))[runs.indexOf(run)];
  return found.slice(-1).map((end) => ({...end, called}));
}

/** Write the learning rate beside its line; those of several runs mostly lie over each other. */
function rateLabels(scene) {
  const {y, runs} = scene;
  const last = runs.length === 1 && measuredBy(runs[0].record, Infinity, "learning_rate");
  if (!last) return [];
  const place = {x: rightOf(scene), y: y("rate", last.value) + 4};
  return [text(measured(last.value), {class: `end run${runs[0].order} rate`, ...place})];
}

function rightOf({layout, x, runs}) {
  const newest = Math.max(0, ...runs.map(({record}) => record.pulses.at(-1)?.digits ?? 0));
  return Math.min(x(newest), layout.right) + 8;
}

function text(content, attributes, tag = "text") {
  const made = svgElement(tag, attributes);
  setText(made, content);
  return made;
}

const BREAKS = " :：，,·";

/** Leave out the words that all titles begin with, where some are long: the rest tells them apart. */
export function distinct(titles) {
  const [first] = titles;
  const apart = [...first].findIndex((sign, at) => titles.some((title) => title[at] !== sign));
  const begin = Math.max(...[...BREAKS].map((sign) => first.slice(0, apart).lastIndexOf(sign))) + 1;
  const isClear = titles.every((title) => widthOf(title) <= LABEL) || apart < 0;
  return isClear ? titles : titles.map((title) => title.slice(begin) || title);
}

/** Shorten a name to what takes the room of so many Latin letters. */
export function shortened(name, most) {
  if (widthOf(name) <= most) return name;
  const signs = [...name];
  while (widthOf(signs.join("")) > most - 1) signs.pop();
  return `${signs.join("")}…`;
}

/** Tell the room that a text takes, in Latin letters: Chinese signs take that of two. */
function widthOf(title) {
  return [...title].reduce((width, sign) => width + (sign > "\u2e80" ? 2 : 1), 0);
}
