/**
 * What is open of the network: a map, how it is made, and each of its cells with its whole sum; live
 * with the pen.
 *
 * data: a frame (shared/live/frames.mjs) whose head is {words, view, before, choices, other, shown,
 *   against, answer}: `view` is what a link opens, `before` and `shown` how it is looked at; `choices` is what the digit can be compared with, [value,
 *   label], `other` the chosen one and `against` where that is found (comparison.mjs); `answer` is the
 *   Keras engine's last, {kind, side, revision, layer, index, value | field | error}. The body holds
 *   the pixels of what is compared.
 * state: view = {layer, channel, cell}; before = whether maps are shown as they are before their
 *   activation; other; shown = "a", "b", "both" or "difference" of what is compared
 * trigger: question = {kind, side, revision, layer, index}
 */

import {layerOf, withSoftmax} from "../shared/arithmetic/network.mjs";
import {mountOnce} from "../shared/component.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";
import {unframe} from "../shared/live/frames.mjs";
import {coloring, opened, pointed} from "../shared/live/looking.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {guessing, isHidden} from "../shared/live/teaching.mjs";
import {cellPanel, spotTitle} from "./cell/cell_panel.mjs";
import {comparison} from "./comparison.mjs";
import {cellExport, mapExport} from "./exports.mjs";
import {cellOfSpot, tellsPrediction} from "./graph.mjs";
import {isVector, linkedOpening, openingWithin, turned} from "./openings.mjs";
import {mapPanel} from "./map/map_panel.mjs";
import {makeViewModel} from "./view_model.mjs";

const LEAST = 208; // CSS pixels of height that the panel takes where little is left of the screen
const BELOW = 12; // CSS pixels between the panel and the end of the screen

let adopted = ""; // the last link that was followed, in this tab

export default mountOnce({build, update, leave});

function build() {
  /** @type {any} */
  const view = {answers: new Map(), reading: null, network: null, endings: []};
  view.map = mapPanel({
    opened: (spot, byKeys) => opened.publish({...spot, isCell: true, byKeys}),
    pointed: (spot) => pointed.publish(spot),
    turned: (by) => turn(view, by),
    switched: (before) => view.setStateValue("before", before),
  });
  view.cell = cellPanel({asked: (kind, spot) => ask(view, kind, spot)});
  view.comparison = comparison({
    changed: () => paintSoon(view),
    chosen: (other) => view.setStateValue("other", other),
    sided: (shown) => view.setStateValue("shown", shown),
  });
  arrange(view);
  view.root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    stepBack(view);
  });
  view.resized = new ResizeObserver(() => sized(view));
  view.resized.observe(view.panel);
  return view;
}

function arrange(view) {
  view.status = element("p", {className: "status"});
  view.status.setAttribute("role", "status");
  view.along = [mapExport(view), cellExport(view)];
  view.map.root.append(view.along[0]);
  view.cell.root.append(view.along[1]);
  view.body = element("div", {className: "body"}, view.map.root, view.cell.root);
  view.head_line = headLine(view);
  view.panel = element(
    "section",
    {className: "opened", dataset: {testid: "opened-map"}},
    view.head_line,
    view.status,
    view.body,
  );
  view.panelPlace = element("div", {className: "place", hidden: true}, view.panel);
  view.root = element("div", {className: "root"}, view.comparison.root, view.panelPlace);
}

/** What stands above a map and above a cell alike: the name, the way between both, the neighbors. */
function headLine(view) {
  const button = (name, onclick, role) => {
    const made = element("button", {type: "button", dataset: {name}, onclick});
    if (role) made.setAttribute("role", role);
    return made;
  };
  view.title = element("h3", {tabIndex: -1});
  view.buttons = {
    to_map: button("to_map", () => showCell(view, false), "tab"),
    to_cell: button("to_cell", () => showCell(view, true), "tab"),
    previous: button("previous", () => turn(view, -1)),
    next: button("next", () => turn(view, 1)),
    close: button("close", () => opened.publish(null)),
  };
  const {to_map: toMap, to_cell: toCell, previous, next, close} = view.buttons;
  view.tabs = element("div", {className: "tabs"}, toMap, toCell);
  view.tabs.setAttribute("role", "tablist");
  const neighbors = element("div", {className: "buttons"}, previous, next, close);
  return element("header", {}, view.title, view.tabs, neighbors);
}

const turn = ({opening, network}, by) => opened.publish(turned(opening, network, by));

function showCell(view, isCell) {
  const spot = isCell ? view.map.at() : view.opening;
  opened.publish({...view.opening, ...spot, isCell, byKeys: false});
}

/** Go back one step: from a cell to its map, from a map to the stage. */
function stepBack(view) {
  const {opening, network} = view;
  if (!opening.isCell || isVector(network, opening.layer)) return opened.publish(null);
  return opened.publish({...opening, isCell: false, byKeys: true});
}

function leave(view) {
  view.map.stop();
  view.resized.disconnect();
  for (const end of view.endings) end();
  pointed.publish(null);
}

function update(view, {data, setStateValue, setTriggerValue}) {
  const {head, body} = unframe(data);
  const {words, answer} = head;
  Object.assign(view, {setStateValue, setTriggerValue, words, head, colors: colorsOf(view.panel)});
  for (const along of view.along) along.say(words);
  if (answer) view.answers.set(questionOf(answer), answer);
  view.comparison.update(head, body);
  if (!view.endings.length) {
    view.map.before = head.before;
    listen(view);
  }
  paintSoon(view);
}

function listen(view) {
  view.endings = [
    subscribe((reading) => read(view, reading)),
    opened.subscribe((opening) => openingChanged(view, opening)),
    coloring.subscribe(() => paintSoon(view)),
    guessing.subscribe(() => {
      view.comparison.guessed();
      paintSoon(view);
    }),
  ];
}

/** Take a reading; what is open stays, as far as its network has it. */
function read(view, reading) {
  const {reading: before} = view;
  view.reading = reading;
  if (before?.revision !== reading.revision) view.answers.clear();
  if (before?.network !== reading.network) {
    view.network = withSoftmax(reading.network);
    followLink(view);
    opened.publish(openingWithin(opened.value, view.network));
  }
  view.comparison.read(reading);
  paintSoon(view);
}

/** Open what the link asks for, once. */
function followLink(view) {
  const link = JSON.stringify(view.head.view ?? {});
  if (link === adopted) return;
  adopted = link;
  const opening = linkedOpening(view.head.view, view.network);
  if (opening) opened.publish(opening);
}

function openingChanged(view, opening) {
  const {opening: before} = view;
  view.opening = opening;
  if (!opening) pointed.publish(null);
  if (view.network && before !== undefined) tell(view, opening);
  paintSoon(view, () => {
    if (!opening) return;
    if (opening.byKeys) (opening.isCell ? view.title : view.map).focus({preventScroll: true});
    if (!before || before.isCell !== opening.isCell) reveal(view);
  });
}

/** Tell the page what is open, so that the address says it. */
function tell(view, opening) {
  const {layer, channel, row, column, isCell} = opening ?? {};
  view.setStateValue("view", opening && {layer, channel, cell: isCell ? [row, column] : null});
}

// --- painting ---

function sized(view) {
  const space = view.panel.clientWidth;
  if (space === view.space) return;
  view.space = space;
  paintSoon(view);
}

/** Paint once, before the browser shows its next frame. */
function paintSoon(view, then) {
  if (then) view.then = then;
  view.scheduled ??= requestAnimationFrame(() => {
    view.scheduled = null;
    paint(view);
    view.then?.();
    view.then = null;
  });
}

function paint(view) {
  const {opening, reading} = view;
  view.panelPlace.hidden = !opening || !reading;
  if (view.panelPlace.hidden) return view.map.show(null, null);
  const began = performance.now();
  view.space = view.panel.clientWidth;
  paintHead(view);
  const obstacle = obstacleOf(view);
  view.body.hidden = obstacle !== "";
  setText(view.status, obstacle);
  if (obstacle) return view.map.stop();
  view.viewModel = viewModelOf(view);
  view.map.show(view.viewModel, opening.isCell ? null : opening);
  view.cell.show(view.viewModel, opening.isCell ? opening : null);
  const painted = performance.now() - began;
  const shown = view.viewModel.side ? "b" : "a";
  Object.assign(view.panel.dataset, {revision: reading.revision, shown, painted});
  return undefined;
}

/** Say why nothing of what is open is shown; "" where all is. */
function obstacleOf({opening, reading, network, words}) {
  if (!reading.activations) return words.empty;
  const isSecret = isHidden(reading) && tellsPrediction(network, layerOf(network, opening.layer));
  return isSecret ? words.secret : "";
}

function paintHead({title, tabs, buttons, opening, network, words}) {
  const {isCell, layer} = opening;
  setText(title, isCell ? spotTitle(opening, network, words) : fill(words.map, opening));
  tabs.hidden = isVector(network, layer);
  for (const [name, button] of Object.entries(buttons)) {
    setText(button, words[name]);
    button.title = words.keys[name] ?? "";
  }
  buttons.to_map.ariaSelected = String(!isCell);
  buttons.to_cell.ariaSelected = String(isCell);
}

function viewModelOf(view) {
  const {words, space, opening, answers, colors} = view;
  const {pair, shown} = view.comparison;
  const other = shown === "b" ? pair : null;
  return makeViewModel({
    network: other?.network ?? view.network,
    reading: other?.b ?? view.reading,
    shared: pair ? [pair.a, pair.b] : [view.reading],
    opening,
    colorScope: coloring.value,
    words,
    space,
    side: other ? 1 : 0,
    pair,
    answers,
    colors,
    question: (kind, spot) => questionOf(question(view, kind, spot)),
  });
}

function colorsOf(root) {
  const style = getComputedStyle(root);
  const color = (name) => style.getPropertyValue(name).trim();
  return {
    text: color("--st-text-color"),
    background: color("--st-background-color"),
    line: color("--st-border-color"),
    accent: color("--accent") || color("--st-primary-color"),
    font: color("--st-font") || "sans-serif",
  };
}

/** Bring the panel into view, as high as what is left of the screen. */
function reveal({panel}) {
  const {top} = panel.getBoundingClientRect();
  const left = innerHeight - top - BELOW;
  panel.style.setProperty("--most", `${Math.max(LEAST, top > 0 ? left : 0)}px`);
  panel.scrollTop = 0;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  panel.scrollIntoView({block: "nearest", behavior: still ? "auto" : "smooth"});
}

// --- what Keras says ---

function question(view, kind, spot) {
  const {network, side} = view.viewModel;
  const {called = spot.layer} = layerOf(network, spot.layer);
  const {revision} = view.reading;
  return {kind, side, revision, layer: called, index: cellOfSpot(network, spot)};
}

const questionOf = ({kind, side, revision, layer, index}) =>
  [kind, side, revision, layer, index].join("/");

function ask(view, kind, spot) {
  const asked = question(view, kind, spot);
  view.answers.set(questionOf(asked), "asked");
  view.cell.answered(view.answers);
  view.setTriggerValue("question", asked);
}
