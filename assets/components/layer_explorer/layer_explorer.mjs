/**
 * Explore every layer of a network on one digit: the stage, an opened map, an opened cell.
 *
 * data: a frame (shared/live/frames.mjs) whose head is {words, color_scope, sides, choices, other,
 *   view, answer}: `sides` is [side] or [side, side] (comparison.mjs), `choices` what a side can be
 *   compared with, {value: label}, `other` the chosen one; `view` what a link asks for, {layer,
 *   channel, cell}; `answer` the Keras engine's last, {kind, side, layer, index, value | field |
 *   error}. The body holds the pixels that the sides point to.
 * state: view = {layer, channel, cell}; color_scope; other
 * trigger: question = {kind, side, layer, index}
 */

import {mountOnce} from "../shared/component.mjs";
import {unframe} from "../shared/live/frames.mjs";
import {gridOf, layerOf} from "../shared/arithmetic/network.mjs";
import {element, setText} from "../shared/dom.mjs";
import {cellPanel} from "./cell/cell_panel.mjs";
import {stageTooltip} from "./stage/stage_tooltip.mjs";
import {choice, fillChoice, legendOf} from "../shared/controls.mjs";
import {cellOfSpot} from "./graph.mjs";
import {mapPanel} from "./map/map_panel.mjs";
import {partingSentence} from "./comparison.mjs";
import {detailsOf, makeViewModel} from "./view_model.mjs";
import {compare, loadSide} from "./comparison.mjs";
import {stage} from "./stage/stage.mjs";
import {cellExport, mapExport, stageExport} from "./export/exports.mjs";

const COLOR_SCOPES = ["map", "layer", "network"];
let last = {spot: null, cell: false}; // what was open when the visitor left the page

export default mountOnce({build, update, leave});

function leave(view) {
  view.map.stop();
  view.resized.disconnect();
}

function build() {
  const view = {
    colorScope: null,
    shown: "a",
    spot: null,
    cell: false,
    answers: new Map(),
    loaded: null,
    turn: 0,
  };
  view.stage = stage({
    pointed: (spot, event) => pointed(view, spot, event),
    opened: (spot, byKey) => openSpot(view, spot, {focus: byKey}),
  });
  view.map = mapPanel({
    opened: (spot, byKey) => openCell(view, spot, byKey),
    pointed: (spot) => view.stage.focus(spot),
    turned: (by) => turnMap(view, by),
    closed: () => close(view),
  });
  view.cell_panel = cellPanel({
    asked: (kind, spot) => ask(view, kind, spot),
    closed: () => closeCell(view),
  });
  view.tooltip = stageTooltip();
  arrange(view);
  view.resized = new ResizeObserver(() => sized(view));
  view.resized.observe(view.root);
  return view;
}

function arrange(view) {
  view.scopes = choice("color_scope", (scope) => {
    view.colorScope = scope;
    view.setStateValue("color_scope", scope);
    paint(view);
  });
  view.other = element("select", {onchange: () => view.setStateValue("other", view.other.value)});
  view.otherLabel = element(
    "label",
    {className: "other"},
    element("span", {className: "asks"}),
    view.other,
  );
  view.sides = choice("shown", (shown) => {
    view.shown = shown;
    paint(view);
  });
  view.parting = element("p", {className: "parting", dataset: {testid: "parting"}});
  view.legend = element("div", {className: "legends"});
  view.details = element("output", {className: "readout"});
  view.status = element("p", {className: "status"});
  view.status.setAttribute("role", "status");
  view.along = [stageExport(view), mapExport(view), cellExport(view)];
  view.map.root.append(view.along[1]);
  view.cell_panel.root.append(view.along[2]);
  view.root = element(
    "section",
    {className: "explorer", dataset: {testid: "layer-explorer"}},
    element("div", {className: "switches"}, view.scopes, view.otherLabel, view.sides),
    view.parting,
    view.status,
    view.stage.root,
    element("div", {className: "below"}, view.details, view.legend),
    view.along[0],
    view.map.root,
    view.cell_panel.root,
    view.tooltip.root,
  );
}

function update(view, {data, setStateValue, setTriggerValue}) {
  const {head, body} = unframe(data);
  const {words, choices, other, color_scope: scope, answer} = head;
  Object.assign(view, {setStateValue, setTriggerValue, words, head});
  view.colorScope ??= scope;
  for (const along of view.along) along.say(words);
  fillChoice(
    view.scopes,
    words.color_scope,
    pick(words.color_scopes, COLOR_SCOPES),
    view.colorScope,
  );
  fillOthers(view, choices, other);
  const key = JSON.stringify(head.sides);
  if (view.asked !== key) view.answers.clear();
  view.asked = key;
  if (answer) view.answers.set(questionOf(answer), answer);
  if (view.key === key) paint(view);
  else load(view, key, body);
}

/** Load the sides that the page names, and paint them unless a newer digit comes meanwhile. */
async function load(view, key, body) {
  const {head, words} = view;
  const turn = ++view.turn;
  setText(view.status, view.loaded ? "" : words.loading);
  try {
    const sides = await Promise.all(head.sides.map((side) => loadSide(side, body)));
    if (turn !== view.turn) return;
    Object.assign(view, {key, loaded: sides, pair: sides[1] ? compare(sides[0], sides[1]) : null});
  } catch (error) {
    setText(view.status, (error instanceof Error && error.message) || words.unreachable);
    return;
  }
  setText(view.status, statusOf(view));
  if (!view.pair) view.shown = "a";
  adoptLink(view);
  paint(view);
}

function statusOf({loaded: [one, other], pair, words}) {
  if (one.empty) return words.empty;
  return other && !pair ? words.unlike : "";
}

function pick(words, keys) {
  return Object.fromEntries(keys.map((key) => [key, words[key]]));
}

function fillOthers(view, choices, other) {
  setText(view.otherLabel.firstChild, view.words.compare);
  const key = JSON.stringify(choices);
  if (view.otherKey !== key) {
    view.otherKey = key;
    view.other.replaceChildren(
      ...choices.map(([value, label]) => element("option", {value}, label)),
    );
  }
  view.other.value = other;
}

/** Open what the link asks for, once; after that what was open before the page was left. */
function adoptLink(view) {
  if (view.adopted) return;
  view.adopted = true;
  const {spot, cell} = view.head.view?.layer ? linkedSpot(view.head.view) : last;
  const layer = spot && view.loaded[0].network.layers.find(({name}) => name === spot.layer);
  if (!layer) return;
  view.spot = within(spot, layer);
  view.cell = cell || layer.output_shape.length === 1;
}

function linkedSpot({layer, channel, cell}) {
  const [row, column] = cell ?? [0, 0];
  return {spot: {layer, channel: channel ?? 0, row, column}, cell: Boolean(cell)};
}

/** Move a spot into its layer: a link may name what another network has. */
function within({channel, row, column}, {name, output_shape: shape}) {
  const [high, wide] = shape.length === 3 ? shape : [1, 1];
  const fits = (value, count) => Math.max(0, Math.min(count - 1, value));
  return {
    layer: name,
    channel: fits(channel, shape.at(-1)),
    row: fits(row, high),
    column: fits(column, wide),
  };
}

// --- painting ---

function sized(view) {
  const space = view.root.clientWidth;
  if (space === view.space) return;
  view.space = space;
  view.stage.resize(space);
  paint(view);
}

function paint(view) {
  if (!view.loaded || view.loaded[0].empty || !view.space) return;
  const began = performance.now();
  const {pair, shown, words} = view;
  fillChoice(view.sides, words.showing, words.sides, shown);
  view.sides.hidden = !pair;
  setText(view.parting, pair ? partingSentence(pair.parted, words) : "");
  view.viewModel = viewModelOf(view, shown);
  view.inner = shown === "difference" ? viewModelOf(view, "a") : view.viewModel;
  view.stage.show(view.viewModel);
  view.root.dataset.revision = view.loaded[0].exploration.revision;
  view.root.dataset.shown = shown;
  showOpen(view);
  view.root.dataset.painted = performance.now() - began;
}

function viewModelOf(view, shown) {
  const {
    loaded: [one],
    pair,
    words,
    colorScope,
    space,
  } = view;
  const signed = shown === "difference";
  return makeViewModel({
    network: shown === "b" ? pair.network : one.network,
    exploration: pair ? pair[shown] : one.exploration,
    shared: signed ? [pair.difference] : pair ? [pair.a, pair.b] : [one.exploration],
    colorScope,
    signed,
    words,
    space,
    side: shown === "b" ? 1 : 0,
    pair,
    parted: pair && new Map(pair.measured.map(({name, apart}) => [name, apart])),
    answers: view.answers,
    colors: colorsOf(view.root),
    question: (kind, spot) => questionOf(question(view, kind, spot)),
  });
}

function colorsOf(root) {
  const style = getComputedStyle(root);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    text: read("--st-text-color"),
    background: read("--st-background-color"),
    line: read("--st-border-color"),
    accent: read("--accent") || read("--st-primary-color"),
    font: read("--st-font") || "sans-serif",
  };
}

/** Show what is open: nothing, a map, or a map and a cell of it. */
function showOpen(view) {
  const {spot, inner} = view;
  const vector = spot && layerOf(inner.network, spot.layer).output_shape.length === 1;
  view.map.show(inner, spot && !vector ? spot : null);
  view.cell_panel.show(inner, spot && view.cell ? spot : null);
  view.stage.choose(spot);
  say(view, spot);
  last = {spot, cell: view.cell};
}

/** Say what stands out in the layer of a spot, with the scale of its map. */
function say(view, spot) {
  const name = spot?.layer ?? view.viewModel.network.layers[0].name;
  const key = `${name}/${view.colorScope === "map" ? spot?.channel : ""}`;
  if (view.saidFor === key && view.saidModel === view.viewModel) return;
  Object.assign(view, {saidFor: key, saidModel: view.viewModel});
  setText(view.details, detailsOf(view.viewModel, name));
  const title =
    view.colorScope === "network"
      ? view.words.color_scopes.network
      : view.colorScope === "layer" || !spot
        ? name
        : `${name} · ${spot.channel}`;
  view.legend.replaceChildren(legendOf(title, view.viewModel.scale(name, spot?.channel ?? 0)));
}

// --- what the visitor does ---

function pointed(view, spot, event) {
  view.stage.focus(spot);
  view.tooltip.show(spot && view.viewModel, spot, event);
  say(view, spot ?? view.spot);
}

function openSpot(view, spot, {focus = false} = {}) {
  const vector = layerOf(view.viewModel.network, spot.layer).output_shape.length === 1;
  view.spot = spot;
  view.cell = vector;
  showOpen(view);
  tell(view);
  const panel = vector ? view.cell_panel : view.map;
  if (focus) panel.focus();
  reveal(panel.root);
}

function openCell(view, spot, focus) {
  Object.assign(view, {spot, cell: true});
  showOpen(view);
  tell(view);
  if (focus) view.cell_panel.focus();
  if (focus) reveal(view.cell_panel.root);
}

function turnMap(view, by) {
  const [, , count] = gridOf(layerOf(view.viewModel.network, view.spot.layer));
  view.spot = {...view.spot, channel: (view.spot.channel + by + count) % count};
  showOpen(view);
  tell(view);
}

function close(view) {
  Object.assign(view, {spot: null, cell: false});
  showOpen(view);
  tell(view);
  view.stage.cursor.focus({preventScroll: true});
}

function closeCell(view) {
  if (layerOf(view.viewModel.network, view.spot.layer).output_shape.length === 1)
    return close(view);
  view.cell = false;
  showOpen(view);
  tell(view);
  return view.map.focus();
}

/** Bring a panel into view where it is out of it. */
function reveal(root) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (
    root.getBoundingClientRect().top > innerHeight * 0.75 ||
    root.getBoundingClientRect().top < 0
  ) {
    root.scrollIntoView({block: "start", behavior: still ? "auto" : "smooth"});
  }
}

/** Tell the page what is open, so that the address says it. */
function tell(view) {
  const {spot, cell} = view;
  view.setStateValue(
    "view",
    spot && {layer: spot.layer, channel: spot.channel, cell: cell ? [spot.row, spot.column] : null},
  );
}

function question(view, kind, spot) {
  const {network, side} = view.inner ?? view.viewModel;
  const {called = spot.layer} = layerOf(network, spot.layer);
  return {
    kind,
    side,
    revision: view.loaded[0].exploration.revision,
    layer: called,
    index: cellOfSpot(network, spot),
  };
}

function questionOf({kind, side, revision, layer, index}) {
  return [kind, side, revision, layer, index].join("/");
}

function ask(view, kind, spot) {
  const asked = question(view, kind, spot);
  view.answers.set(questionOf(asked), "asked");
  view.cell_panel.answered(view.answers);
  view.setTriggerValue("question", asked);
}
