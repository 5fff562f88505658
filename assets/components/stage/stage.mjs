/**
 * Paint the feature maps of every conv and pool layer, or what every layer answers, as soon as there is a reading.
 *
 * data: {words, layers: [{name, kind, facts, parameters, shape, is_main}], color_scope, every_layer,
 *   sorted_by_strength}; __init__.py beside this says what they are. Paints every reading that is
 *   published on the page.
 * state: color_scope, every_layer and sorted_by_strength, when they are switched
 */

import {fieldSize} from "../shared/arithmetic/fields.mjs";
import {isSoftmax, probabilitiesOf, withSoftmax} from "../shared/arithmetic/network.mjs";
import {mountOnce} from "../shared/component.mjs";
import {coloring, opened, pointed} from "../shared/live/looking.mjs";
import {comparisonNow, subscribeToComparison} from "../shared/live/comparing.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {guessing, isHidden, passageOf, passing} from "../shared/live/teaching.mjs";
import {choice, fillChoice} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, percent, readable} from "../shared/format.mjs";
import {cellUnder} from "../shared/grid.mjs";
import {channelOf, domainOf, domainsOf} from "../shared/mosaic.mjs";
import {titled} from "../shared/phrases.mjs";
import {tooltip} from "../shared/tooltip.mjs";
import {arrangeLayers} from "./arrangement.mjs";
import {comparedLayers, paintBeside, scalesOf} from "./compared_layers.mjs";
import {byStrength, paintedValues, spotOf} from "./forms.mjs";
import {
  layerView,
  neighborOf,
  paintLabels,
  paintLegend,
  paintPicture,
  sortMaps,
} from "./layer_view.mjs";
import {layersExport} from "./layers_export.mjs";
import {relations} from "./relations.mjs";
import {isOnWall, wall} from "./wall.mjs";

const ALL = "all"; // of the layers; else those with maps of their own
const STRENGTH = "strength"; // what maps are sorted by; else by their number
const REST = 300; // milliseconds without a reading until maps are sorted anew

export default mountOnce({build, update, leave});

function leave(view) {
  clearTimeout(view.sorting);
  for (const end of view.endings) end();
  view.relations.leave();
  view.wall.leave();
  view.resized.disconnect();
  removeEventListener("resize", view.arranged);
}

function build() {
  /** @type {any} */
  const view = {layers: new Map(), answer: null, open: null, endings: [], fields: new WeakMap()};
  view.choice = choice("color_scope", (scope) => {
    coloring.publish(scope);
    view.setStateValue("color_scope", scope);
  });
  view.which = choice("every_layer", (shown) => {
    view.hasAll = shown === ALL;
    view.setStateValue("every_layer", view.hasAll);
    fillLayers(view);
    arrange(view);
    sortAll(view);
    paint(view);
  });
  view.order = choice("order", (order) => {
    view.isSorted = order === STRENGTH;
    view.setStateValue("sorted_by_strength", view.isSorted);
    fillSwitches(view);
    sortAll(view);
    paint(view);
  });
  view.told = [element("span"), element("span", {className: "sees"})];
  view.tooltip = tooltip(...view.told);
  view.list = element("div", {className: "layers"});
  view.relations = relations(view.list);
  view.wall = wall(() => arrange(view));
  view.along = layersExport(() => ({picture: view.list, reading: view.answer}));
  const switches = [view.which, view.order, view.choice];
  const bar = element("div", {className: "bar"}, ...switches, view.along, view.wall.root);
  view.root = element(
    "section",
    {className: "maps"},
    view.relations.root,
    view.relations.strip,
    bar,
    view.tooltip.root,
  );
  view.arranged = () => arrange(view);
  view.resized = new ResizeObserver(() => {
    if (view.root.clientWidth !== view.space) arrange(view);
  });
  view.resized.observe(view.root);
  addEventListener("resize", view.arranged); // the height of the screen counts as well
  view.root.addEventListener("keydown", ({key}) => {
    if (key === "Escape") opened.publish(null);
  });
  return view;
}

/** Light the layers up that a forward pass has come to, and bring the one it is at into view. */
function lightUp({layers}, pass) {
  for (const [name, {root}] of layers) {
    root.dataset.passage = passageOf(pass, name);
    if (root.dataset.passage === "now") root.scrollIntoView({block: "nearest", inline: "nearest"});
  }
}

function update(view, {data, setStateValue}) {
  const {words, layers, color_scope: scope} = data;
  Object.assign(view, {words, setStateValue, headings: layers});
  view.hasAll ??= data.every_layer;
  view.isSorted ??= data.sorted_by_strength;
  if (!view.endings.length) coloring.publish(scope);
  view.along.say(words);
  view.wall.say(words);
  view.relations.strip.ariaLabel = words.overview;
  fillSwitches(view);
  fillLayers(view);
  if (view.space) paint(view);
  else arrange(view);
  if (view.endings.length) return;
  view.endings = [
    passing.subscribe((pass) => lightUp(view, pass)),
    guessing.subscribe(() => paint(view)),
    subscribe((answer) => answered(view, answer)),
    subscribeToComparison(() => paint(view)),
    opened.subscribe((opening) => {
      if (comparisonNow()) paint(view); // what is beside the maps takes no room then
      markOpen(view, opening);
    }),
    coloring.subscribe(() => {
      fillSwitches(view);
      paint(view);
    }),
  ];
}

function fillSwitches({choice: scopes, which, order, words, hasAll, isSorted}) {
  fillChoice(scopes, words.color_scope, words.color_scopes, coloring.value);
  fillChoice(which, words.which, words.which_layers, hasAll ? ALL : "main");
  fillChoice(order, words.order, words.orders, isSorted ? STRENGTH : "number");
}

/** Build the layers that are to be shown, where they are not there yet. */
function fillLayers(view) {
  const shown = view.headings.filter(({is_main: isMain}) => isMain || view.hasAll);
  const names = JSON.stringify(shown);
  if (view.names === names) return;
  view.names = names;
  view.layers = new Map(shown.map((layer) => [layer.name, layerShown(view, layer)]));
  view.list.replaceChildren(...[...view.layers.values()].map(({root}) => root));
  view.space = 0;
  markOpen(view, opened.value);
}

function layerShown(view, layer) {
  const shown = layerView(layer);
  const {maps} = shown;
  const {name} = layer;
  maps.addEventListener("pointermove", (event) => hovered(view, name, event));
  maps.addEventListener("pointerleave", () => left(view));
  maps.addEventListener("click", (event) => mapClicked(view, name, event));
  maps.addEventListener("keydown", (event) => keyPressed(view, name, event));
  maps.addEventListener(
    "focusin",
    ({target}) => (target.ariaLabel = mapSentence(view, name, Number(target.dataset.channel))),
  );
  return shown;
}

/** Give each layer its place on the screen, and its maps their size. */
function arrange(view) {
  if (!arrangeLayers(view)) return;
  relate(view);
  // What is around the maps on a wall has its place only now, and leaves them another height.
  if (isOnWall() && arrangeLayers(view)) relate(view);
  paint(view);
}

function relate({relations: related, network, layers, root}) {
  if (network) related.relate(network, layers, root.classList.contains("narrow"));
}

function answered(view, answer) {
  const isOther = view.answer?.network !== answer.network;
  view.answer = answer;
  if (isOther) {
    view.network = withSoftmax(answer.network);
    if (view.space) relate(view);
  }
  // What is compared comes before this or follows at once, and is painted then.
  const compared = comparisonNow()?.pair.a.revision ?? answer.revision;
  if (compared === answer.revision || !answer.activations) paint(view);
  if (!view.isSorted) return;
  clearTimeout(view.sorting); // while the pen moves, maps keep their places
  view.sorting = setTimeout(() => {
    sortAll(view);
    paint(view);
  }, REST);
}

/** Put the maps of each layer in the order that is asked for. */
function sortAll({layers, isSorted}) {
  for (const shown of layers.values()) {
    const {layer, form} = shown;
    const order = isSorted && layer && !form.isVector;
    sortMaps(shown, order ? byStrength(layer.values, layer.shape[2]) : null);
  }
}

function paint(view) {
  const {answer} = view;
  if (!answer || !view.space) return;
  view.root.classList.toggle("empty", !answer.activations);
  view.root.classList.toggle("secret", isHidden(answer));
  for (const {root} of view.layers.values()) root.dataset.revision = answer.revision;
  const layers = answer.activations ? layersShown(view, answer) : [];
  const network =
    coloring.value === "network" ? domainOf(layers.map(({domains}) => domains)) : null;
  for (const layer of layers) paintLayer(view, layer, network);
}

/** Give the layers that are shown with their activations: {name, shape, values, domains, isShare}. */
function layersOf(view, {activations}) {
  return view.network.layers
    .filter(({name}) => view.layers.has(name))
    .map((layer) => {
      const {form} = view.layers.get(layer.name);
      const values = paintedValues(form, valuesOf(layer, activations));
      return {
        name: layer.name,
        shape: form.shape,
        values,
        domains: domainsOf(values, form.shape[2]),
        isShare: isSoftmax(layer) || Boolean(layer.ours),
      };
    });
}

/** Give them as they are compared, where they are. */
function layersShown(view, answer) {
  const comparison = comparisonNow();
  const layers = layersOf(view, answer);
  if (!comparison || comparison.pair.a.revision !== answer.revision) return layers;
  return comparedLayers(layers, layersOf(view, comparison.pair.b), comparison.shown);
}

/** Return what a layer answered; the probabilities that follow from logits are worked out here. */
function valuesOf(layer, activations) {
  const {name, ours, inbound} = layer;
  return ours ? probabilitiesOf(layer, activations.get(inbound[0])) : activations.get(name);
}

function paintLayer(view, layer, network) {
  const shown = view.layers.get(layer.name);
  const whole = domainOf([layer.domains]);
  const scope = shown.form.isVector && coloring.value === "map" ? "layer" : coloring.value;
  const scaleFor = scalesOf(scope, layer, network);
  const {domains} = shown.form.isVector ? {} : layer;
  if (shown.isPicture) paintPicture(shown, layer.values);
  else shown.mosaic.paint({...layer, domains}, scaleFor, view.words.still);
  // An opened map shows both beside each other, and the stage stays in view above it.
  const beside = opened.value ? undefined : layer.beside;
  const said = {title: comparisonNow()?.sides.b ?? "", silent: view.words.still};
  paintBeside(shown, {shape: layer.shape, beside, domains}, scaleFor, said);
  paintLabels(shown, layer.values, layer.isShare ? percent : readable);
  Object.assign(shown, {layer, scaleFor});
  const {isPenDown} = view.answer;
  paintLegend(shown, {colorScope: scope, words: view.words, isPenDown}, whole);
}

function keyPressed(view, name, event) {
  const columns = Number(event.currentTarget.dataset.columns);
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns}[event.key];
  if (!step) return;
  event.preventDefault();
  const button = event.target;
  const next = neighborOf(view.layers.get(name), Number(button.dataset.channel), step);
  if (!next) return;
  button.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function hovered(view, name, event) {
  const {tooltip: note} = view;
  const shown = view.layers.get(name);
  const spot = spotOfEvent(shown, event);
  if (!spot) return left(view);
  pointed.publish({layer: name, ...spot});
  return note.show(event, () => {
    setText(view.told[0], spotSentence(view, name, spot));
    setText(view.told[1], fieldSentence(view, name));
  });
}

/** Say what a spot holds: "conv2, map 5 · row 3, column 4: 0.52". */
function spotSentence({layers, words}, layer, {channel, row, column}) {
  const {form, names, isPicture, layer: answer} = layers.get(layer);
  const [, width, count] = answer.shape;
  if (form.isVector)
    return fill(words.unit, {
      layer,
      unit: names?.[channel] ?? channel,
      value: readable(answer.values[channel]),
    });
  const read = (each, all) => readable(answer.values[(row * width + column) * all + each]);
  const value = isPicture
    ? [0, 1, 2].map((each) => read(each, 3)).join(", ")
    : read(channel, count);
  return `${fill(words.map, {layer, channel})} · ${fill(words.cell, {row, column, value})}`;
}

/** Say how much of the digit a cell of a layer depends on: "receptive field 10 × 10". */
function fieldSentence({network, fields, words}, layer) {
  if (!fields.has(network)) fields.set(network, new Map());
  const sizes = fields.get(network);
  if (!sizes.has(layer)) sizes.set(layer, fieldSize(network, layer).size);
  const [high, wide] = sizes.get(layer);
  return fill(words.sees, {high, wide});
}

function left(view) {
  view.tooltip.hide();
  pointed.publish(null);
}

function spotOfEvent(shown, event) {
  if (!shown?.layer) return null;
  const box = shown.canvas.getBoundingClientRect();
  const place = [event.clientX - box.left, event.clientY - box.top].map(
    (side) => side * devicePixelRatio,
  );
  const cell = cellUnder(place, shown.mosaic.plan);
  const isThere = (_, channel) => shown.mosaic.tileOf(channel) === cell?.channel;
  return cell && spotOf(shown.form, {...cell, channel: shown.buttons.findIndex(isThere)});
}

/** Say in words what a map shows: "Map 7 of conv2: strongest at the top left, 3.2". */
function mapSentence(view, name, channel) {
  const {words} = view;
  const {layer, form, isPicture} = view.layers.get(name);
  if (isPicture) return name;
  const {shape, values, domains} = layer;
  const [height, width] = shape;
  if (form.isVector && !form.isLong) return spotSentence(view, name, {channel, row: 0, column: 0});
  const high = domains[2 * channel + 1];
  const title = fill(words.map, {layer: name, channel});
  if (high <= 0) return titled(words, title, words.silent);
  const best = channelOf(values, shape, channel).indexOf(high);
  const third = (place, side) => Math.min(2, Math.floor((3 * place) / side));
  const place =
    words.places[3 * third(Math.floor(best / width), height) + third(best % width, width)];
  return titled(words, title, fill(words.strongest, {place, value: readable(high)}));
}

// --- what is open ---

function mapClicked(view, name, event) {
  const byKeys = event.detail === 0;
  const spot = byKeys ? null : spotOfEvent(view.layers.get(name), event);
  const channel = spot?.channel ?? Number(event.target.closest("button")?.dataset.channel);
  if (Number.isNaN(channel)) return;
  if (isOpen(name, channel)) return void opened.publish(null);
  const {row, column} = spot ?? {row: 0, column: 0};
  const isCell = view.layers.get(name).form.isVector; // a unit has no map
  opened.publish({layer: name, channel, row, column, isCell, byKeys});
}

/** Mark the map that is open; once it is closed, its button has the focus again. */
function markOpen(view, opening) {
  const {open} = view;
  view.open = opening;
  for (const [name, {buttons}] of view.layers) {
    buttons.forEach((button, channel) => {
      button.ariaExpanded = String(isOpen(name, channel));
    });
  }
  // On a telephone what is open lies over the lower half of the screen.
  const isAnother = open?.layer !== opening?.layer;
  if (opening && isAnother && view.root.classList.contains("narrow"))
    view.layers.get(opening.layer)?.root.scrollIntoView({block: "start"});
  if (open && !opening) buttonOf(view, open)?.focus({preventScroll: true});
}

const isOpen = (layer, channel) => {
  const {value} = opened;
  return value?.layer === layer && value?.channel === channel;
};

const buttonOf = (view, {layer, channel}) => view.layers.get(layer)?.buttons[channel];
