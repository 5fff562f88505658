/**
 * Watch one to three trainings, and move through the history of one of them.
 *
 * data: {words, runs: [{id, title}], digit: {revision, skip, strokes, pixels}}; `strokes` or
 *   `pixels`, 784 numbers in [0, 1], is the visitor's digit, both null where there is none.
 *   Asks the server how the runs get on and, once for each moment, for its snapshot and weights;
 *   the digit is read with them here.
 * trigger: focus = id, the run that the visitor turned to;
 *   open = {run, digits}, the moment that is to be opened in the layer explorer
 */

import {mountOnce} from "../shared/component.mjs";
import {choice, fillChoice} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {confusionPanel} from "./snapshot/confusion_panel.mjs";
import {layoutOf} from "./curves/curve_painting.mjs";
import {curves} from "./curves/curves.mjs";
import {digitPanel} from "./snapshot/digit_panel.mjs";
import {healthPanel} from "./snapshot/health_panel.mjs";
import {kernelPanel} from "../shared/kernels/kernel_panel.mjs";
import {featureMapPanel} from "./snapshot/feature_map_panel.mjs";
import {snapshotSource} from "./snapshot/snapshot_source.mjs";
import {digitOf, readMoment, withDoubt} from "./snapshot/moment_reading.mjs";
import {isSame, neighbors, placeNear, placeOf} from "./snapshot/snapshots.mjs";
import {pollRun} from "./status/polling.mjs";
import {momentSentences} from "./status/progress.mjs";
import {readingsPanel} from "./snapshot/readings_panel.mjs";
import {layersAt, pulseAt} from "./record.mjs";
import {timeScale} from "./curves/scales.mjs";
import {statusPanel} from "./status/status_panel.mjs";
import {watchTerms} from "./watch_terms.mjs";
import {timeMachine} from "./snapshot/time_machine.mjs";

const last = {focus: null, chosen: null, layer: null, axes: "stretched"}; // when the page was left

export default mountOnce({build, update, leave});

function leave(view) {
  for (const {follower} of view.runs.values()) follower.stop();
  view.machine.pause();
  view.resized.disconnect();
  document.removeEventListener("visibilitychange", view.looked);
}

function build() {
  const view = {runs: new Map(), painted: null, wanted: null, began: null, space: 0, tallest: 0};
  view.status = statusPanel({chosen: (id) => turnTo(view, id)});
  view.axes = choice("axes", (axes) => {
    last.axes = axes;
    paintRuns(view);
  });
  view.curves = curves({chosen: (digits, began) => choose(view, digits, began)});
  view.machine = timeMachine({
    moved: (place, began) => move(view, place, began),
    opened: () => open(view),
  });
  view.layers = choice("layer", (layer) => {
    last.layer = layer;
    want(view);
  });
  view.digit = digitPanel();
  view.readings = readingsPanel();
  view.confusion = confusionPanel();
  view.health = healthPanel();
  view.kernels = kernelPanel();
  view.maps = featureMapPanel();
  view.source = snapshotSource({
    arrived: (asked, moment) => paintMoment(view, asked, moment),
    failed: (why) => missed(view, why),
  });
  arrange(view);
  view.resized = new ResizeObserver(() => sized(view));
  view.resized.observe(view.root);
  view.looked = () => document.hidden || askAll(view);
  document.addEventListener("visibilitychange", view.looked);
  return view;
}

function arrange(view) {
  const at = () => (view.reading ? {reading: view.reading, layer: last.layer ?? undefined} : {});
  const [course, moment] = watchTerms(at);
  view.unborn = element("p", {className: "unborn"});
  view.readouts = element(
    "div",
    {className: "readouts"},
    view.readings.root,
    view.digit.root,
    view.health.root,
  );
  view.root = element(
    "section",
    {className: "watch", dataset: {testid: "training-watch"}},
    element(
      "div",
      {className: "board"},
      view.status.root,
      element(
        "div",
        {className: "course"},
        element("div", {className: "chart"}, view.axes, view.curves.root),
        view.readouts,
      ),
      view.unborn,
      view.machine.root,
      element(
        "div",
        {className: "shown"},
        course,
        view.confusion.root,
        element(
          "div",
          {className: "inside"},
          view.layers,
          view.kernels.root,
          view.maps.root,
          moment,
        ),
      ),
    ),
  );
}

function update(view, {data: {words, runs, digit}, setTriggerValue}) {
  view.setTriggerValue = setTriggerValue;
  Object.assign(view, {words, drawn: digitOf(digit)});
  const ids = runs.map(({id}) => id);
  for (const [id, {follower}] of view.runs) if (!ids.includes(id)) follower.stop();
  const before = view.runs;
  view.runs = new Map();
  runs.forEach(({id, title}, order) => {
    const run = before.get(id) ?? {id, record: null, trouble: "", unreadable: new Set()};
    view.runs.set(id, Object.assign(run, {title, order}));
    run.follower ??= pollRun(id, {
      told: (record) => heard(view, run, record),
      failed: (why) => lost(view, run, why),
    });
  });
  if (!view.runs.has(last.focus)) Object.assign(last, {focus: ids[0], chosen: null});
  view.painted = null; // the words or the digit may be others
  askAll(view);
  paintRuns(view);
  want(view);
}

function askAll(view) {
  for (const {follower} of view.runs.values()) follower.ask();
}

function heard(view, run, record) {
  const readable = record.snapshots.filter((snapshot) => !run.unreadable.has(keyOf(snapshot)));
  const trouble = readable.length || !record.snapshots.length ? "" : "unreadable";
  Object.assign(run, {record: {...record, snapshots: readable}, trouble});
  paintRuns(view);
  if (run.id === last.focus) want(view);
}

function keyOf({digits, version}) {
  return `${digits}/${version}`;
}

function lost(view, run, why) {
  run.trouble = why;
  paintRuns(view);
}

// --- what the visitor does ---

function turnTo(view, id) {
  last.focus = id;
  view.setTriggerValue("focus", id);
  paintRuns(view);
  want(view);
}

function choose(view, digits, began) {
  const numbers = numbersOf(view);
  if (!numbers.length) return;
  view.machine.pause();
  const place = placeNear(numbers, view.time, view.time.place(digits));
  if (numbers[place] !== view.wanted?.digits) move(view, place, began);
}

function move(view, place, began) {
  const numbers = numbersOf(view);
  last.chosen = place >= numbers.length - 1 ? null : numbers[place]; // the right end follows
  want(view, began);
}

function open(view) {
  const {run, digits} = view.painted ?? view.wanted;
  view.setTriggerValue("open", {run, digits});
}

// --- what is painted each second ---

function focused(view) {
  return view.runs.get(last.focus);
}

/** Return after how many digits the run in focus has snapshots. */
function numbersOf(view) {
  return digitsOf(focused(view)?.record?.snapshots ?? []);
}

function digitsOf(snapshots) {
  return snapshots.map(({digits}) => digits);
}

function known(view) {
  return [...view.runs.values()].filter(({record}) => record);
}

function sized(view) {
  if (view.root.clientWidth === view.space) return;
  Object.assign(view, {space: view.root.clientWidth, tallest: 0});
  view.root.style.setProperty("--above", `${coveredAbove()}px`);
  view.painted = null;
  paintRuns(view);
  want(view);
}

/** Return how many CSS pixels are covered at the top, by the header and by what hangs below it. */
function coveredAbove() {
  const header = document.querySelector("[data-testid=stHeader]");
  if (!header || getComputedStyle(header).pointerEvents === "none") return 0;
  const network = document.querySelector(".st-key-network_switch"); // a second row on a telephone
  const bottoms = [header, network].map((part) => part?.getBoundingClientRect().bottom ?? 0);
  return Math.round(Math.max(...bottoms));
}

function paintRuns(view) {
  if (!view.space) return;
  const {words, root} = view;
  const run = focused(view);
  view.status.show([...view.runs.values()], last.focus, words);
  fillChoice(view.axes, words.axes, {stretched: words.stretched, even: words.even}, last.axes);
  view.axes.title = words.axes_title;
  Object.assign(root.dataset, {run: run.id, state: run.record?.state ?? ""});
  const runs = known(view);
  const born = numbersOf(view).length > 0;
  root.classList.toggle("several", view.runs.size > 1);
  root.classList.toggle("waiting", !born);
  root.classList.toggle("unmeasured", !runs.some(({record}) => record.pulses.length));
  setText(view.unborn, born || run.trouble ? "" : words.unborn);
  if (!runs.length) return;
  const stretched = last.axes === "stretched";
  view.time = timeScale(Math.max(...runs.map(({record}) => record.total)), stretched);
  view.tallest = Math.max(view.tallest, view.readouts.offsetHeight); // grows only: nothing jumps
  view.layout = layoutOf(view.curves.root.clientWidth, view.tallest);
  const {time, layout} = view;
  view.curves.show({runs, focus: last.focus, time, stretched, layout, words});
  paintMachine(view);
}

function paintMachine(view) {
  const {time, layout, words} = view;
  const {record} = focused(view);
  if (!record || !layout) return;
  const numbers = numbersOf(view);
  view.machine.show({
    numbers,
    time,
    layout,
    words,
    place: placeOf(numbers, last.chosen),
    following: last.chosen === null,
    ended: !["queued", "running", "paused"].includes(record.state),
  });
}

// --- the moment ---

/** Have the chosen moment fetched and painted; `began` is when the visitor asked for it. */
function want(view, began = null) {
  const numbers = numbersOf(view);
  if (!numbers.length || !view.space) return;
  if (began !== null) view.began = began;
  const {snapshots} = focused(view).record;
  const place = placeOf(numbers, last.chosen);
  const asked = askedFor(view, snapshots[place]);
  const moved = began !== null;
  if (moved) paintMachine(view);
  if (view.painted && isSame(asked, view.painted)) {
    if (moved) settled(view);
    return;
  }
  const onward = place >= placeOf(numbers, view.wanted?.digits ?? null) ? 1 : -1;
  view.wanted = asked;
  view.source.want(
    asked,
    neighbors(snapshots, place, onward).map((snapshot) => askedFor(view, snapshot)),
  );
}

function askedFor(view, snapshot) {
  const others = view.drawn
    ? known(view).filter(({id, record}) => id !== last.focus && record.snapshots.length)
    : [];
  const beside = others.map(({id, record: {snapshots}}) => ({
    run: id,
    ...snapshots[placeOf(digitsOf(snapshots), snapshot.digits)],
  }));
  return {run: last.focus, ...snapshot, layer: layerOf(view), digit: view.drawn, beside};
}

/** Tell the chosen layer: the one that was chosen before, or the first convolution. */
function layerOf(view) {
  const layers = shownLayers(view);
  const kept = layers.find(({name}) => name === last.layer);
  return (kept ?? layers.find(({family}) => family === "convolution") ?? layers[0])?.name ?? "";
}

function shownLayers(view) {
  return focused(view).record.layers.filter(({shows}) => shows);
}

/** The wanted moment was not to be had: it was thinned out meanwhile, or nobody answers. */
function missed(view, why) {
  const {run: id} = view.wanted;
  const run = view.runs.get(id);
  if (!run || run.trouble === "gone") return;
  if (why === "gone") run.unreadable.add(keyOf(view.wanted));
  run.follower.ask(); // hears when the server is back, or what it still has
  if (why === "away") return lost(view, run, why);
  heard(view, run, run.record);
}

function paintMoment(view, asked, {snapshot, network, beside}) {
  const run = view.runs.get(asked.run);
  if (!run?.record) return;
  const {words} = view;
  const {layers} = run.record;
  const reading = withDoubt(readMoment(run, network, asked.digit), snapshot.pulse);
  Object.assign(view, {painted: asked, reading});
  const names = shownLayers(view).map(({name}) => [name, name]);
  fillChoice(view.layers, words.layer, Object.fromEntries(names), asked.layer);
  view.root.classList.toggle("undrawn", !reading);
  view.digit.show(reading, words);
  view.readings.show(readingsOf(view, asked, reading, beside), words);
  view.confusion.show(snapshot.confusion, words);
  view.maps.show({layer: asked.layer, reading, space: view.maps.root.clientWidth, words});
  view.kernels.show({
    ...asked,
    kernel: kernelOf(network, asked.layer),
    layers,
    space: view.kernels.root.clientWidth,
    words,
  });
  const others = known(view).filter(({id}) => id !== asked.run);
  view.health.show({
    layers: layersAt(run.record, snapshot.pulse),
    record: run.record,
    order: run.order,
    words,
    others: others.map((other) => ({
      ...other,
      layers: pulseAt(other.record, asked.digits)?.layers ?? {},
    })),
  });
  if (view.readouts.offsetHeight > view.tallest) paintRuns(view);
  view.curves.mark(asked.digits);
  view.machine.say(momentSentences(snapshot.pulse, reading, others.length ? run.title : "", words));
  view.root.dataset.digits = asked.digits;
  settled(view);
}

/** Return the kernel of a layer, null where it has none. */
function kernelOf({layers}, name) {
  return layers.find((layer) => layer.name === name)?.weights.kernel ?? null;
}

/** Read the digit with each run at a moment: [{run, digits, reading, focused}]. */
function readingsOf(view, asked, reading, beside) {
  const read = new Map([[asked.run, {digits: asked.digits, reading, focused: true}]]);
  asked.beside.forEach(({run: id, digits}, i) => {
    const run = view.runs.get(id);
    if (!run || !beside[i]) return;
    read.set(id, {digits, reading: readMoment(run, beside[i], asked.digit), focused: false});
  });
  return [...view.runs.values()].map((run) => ({
    run,
    digits: asked.digits,
    reading: null,
    focused: false,
    ...read.get(run.id),
  }));
}

/** Note how long it took until the moment was to be seen, and let a player go on. */
function settled(view) {
  const {began} = view;
  view.began = null;
  requestAnimationFrame(() =>
    setTimeout(() => {
      if (began !== null) view.root.dataset.paintedMs = Math.round(performance.now() - began);
      view.machine.painted();
    }),
  );
}
