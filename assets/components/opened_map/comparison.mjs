/** What the visitor's digit is compared with: another digit, or what another network makes of it. */

import {copies, layerOf, withSoftmax} from "../shared/arithmetic/network.mjs";
import {choice, fillChoice} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, percent} from "../shared/format.mjs";
import {publishComparison} from "../shared/live/comparing.mjs";
import {loadNetwork} from "../shared/live/networks.mjs";
import {createReader} from "../shared/live/readings.mjs";
import {isHidden} from "../shared/live/teaching.mjs";
import {inputShapeOf} from "../shared/pen/network_input.mjs";
import {nameOf} from "../shared/verdicts.mjs";
import {alike} from "./graph.mjs";
import {distances, parting, relativeTo, usualDistances} from "./tensors.mjs";

/**
 * @typedef {import("../shared/live/readings.mjs").Reading} Reading
 * @typedef {import("../shared/arithmetic/network.mjs").Network} Network
 * @typedef {import("../shared/live/comparing.mjs").Pair} Pair
 */

/**
 * Build the choice of what to compare with; `pair` is the comparison, null for none.
 *
 * `changed()` is called once there is another one to show, `chosen(value)` when the visitor chooses,
 * `sided(shown)` when they turn to one side, the other, both, or the difference.
 */
export function comparison({changed, chosen, sided}) {
  const select = element("select", {onchange: () => chosen(select.value)});
  const label = element("span", {className: "asks"});
  const sides = choice("shown", (shown) => {
    sided(shown);
    show(self, shown);
  });
  const sentence = element("p", {className: "parting", dataset: {testid: "parting"}});
  const asked = element("label", {className: "other"}, label, select);
  const root = element("div", {className: "comparison"}, asked, sides, sentence);
  /** @type {any} */
  const self = {key: "", choices: "", other: null, reading: null, renamed: null, words: {}};
  Object.assign(self, {sides, shown: "", said: null, changed, samples: null, usual: null});

  return Object.assign(self, {
    root,
    sentence,
    /** @type {Pair | null} */
    pair: null,
    /** Take what the page says of it; the pixels of a picture lie in `body`. */
    update({words, choices, other, against, samples, shown}, body) {
      self.words = words;
      self.shown ||= shown; // later it is the visitor's
      setText(label, words.compare);
      fillChoices(self, select, choices);
      select.value = other;
      const key = JSON.stringify(against);
      if (self.key === key) return;
      const read = samples?.map(({label: digit, pixels}) => [digit, pixelsIn(body, pixels, 784)]);
      Object.assign(self, {key, other: null, pair: null, samples: read, usual: null});
      tell(self);
      load(self, against, body, changed);
    },
    /** Read the visitor's digit anew. */
    read(reading) {
      self.reading = reading;
      compareNow(self);
    },
    /** Say what may be said now: a prediction is to be guessed first, or it was. */
    guessed: () => say(self),
  });
}

function fillChoices(self, select, choices) {
  const key = JSON.stringify(choices);
  if (self.choices === key) return;
  self.choices = key;
  select.replaceChildren(...choices.map(([value, label]) => element("option", {value}, label)));
}

/** Load what is compared with; what is asked for meanwhile counts, and not this. */
async function load(self, against, body, changed) {
  const {key, words} = self;
  setText(self.sentence, against ? words.loading : "");
  if (!against) return changed();
  try {
    const network = await loadNetwork(against.network);
    if (self.key === key) self.other = otherOf(network, against, body);
  } catch (error) {
    const said = (error instanceof Error && error.message) || words.unreachable;
    if (self.key === key) setText(self.sentence, said);
    return;
  }
  if (self.key !== key) return;
  compareNow(self);
  changed();
}

/** Return {network, read}: `read(reading)` is the other reading beside a reading. */
function otherOf(network, {skip, strokes, pixels, live}, body) {
  const read = createReader(network);
  if (live) {
    const again = ({revision, pixels: seen}) =>
      read({revision, picture: {pixels: seen, steps: []}});
    return {network, read: again};
  }
  const [height, width, channels] = inputShapeOf(network);
  const seen = strokes ? null : pixelsIn(body, pixels, height * width * channels);
  const picture = strokes ? undefined : {pixels: seen, steps: []};
  const once = read({revision: 0, strokes: strokes ?? [], picture}, skip);
  return {network, read: () => once};
}

function pixelsIn(body, begin, count) {
  if (begin === null) return null;
  return new Float32Array(body.buffer, body.byteOffset + begin, count).slice();
}

function compareNow(self) {
  self.pair = self.other && self.reading?.activations ? pairNow(self) : null;
  say(self);
  tell(self);
}

function pairNow(self) {
  const {other, reading, words} = self;
  const beside = other.read(reading);
  const isAlike = alike(reading.network, other.network);
  if (!isAlike || !beside.activations) {
    setText(self.sentence, isAlike ? words.empty : words.unlike);
    return null;
  }
  const pair = pairOf(self, reading, beside);
  if (self.usual?.network !== reading.network)
    self.usual = {network: reading.network, apart: usualApart(self, reading.network)};
  const {label, probability} = beside;
  const digit = nameOf(beside, label);
  const predicted = fill(words.predicted, {digit, probability: percent(probability)});
  self.said = {predicted, parting: partingSentence(pair, self.usual.apart, words)};
  return pair;
}

/** Say how the two are read and where they part; how they are read tells what is to be guessed. */
function say({pair, reading, said, sentence}) {
  if (!pair || !said) return;
  setText(sentence, isHidden(reading) ? said.parting : `${said.predicted} ${said.parting}`);
}

/** Measure how far two digits of different classes usually lie apart, by layer. */
function usualApart({samples}, network) {
  if (!samples) return new Map();
  const read = createReader(network);
  const readings = samples.map(([digit, pixels]) => {
    const {activations} = read({revision: 0, picture: {pixels, steps: []}});
    const copied = [...(activations ?? [])].map(([name, values]) => [name, values.slice()]);
    return {digit, activations: new Map(/** @type {any} */ (copied))};
  });
  return usualDistances(readings);
}

/** Show one side, the other, both, or the difference. */
function show(self, shown) {
  self.shown = shown;
  tell(self);
  self.changed();
}

function tell({pair, shown, sides, words}) {
  sides.hidden = !pair;
  if (pair) fillChoice(sides, words.showing, words.sides, shown);
  publishComparison(pair && {pair, shown, sides: words.sides});
}

/** Put a reading beside another, in the layer names of the first. */
function pairOf(self, a, other) {
  const {network} = (self.renamed = renamed(self.renamed, a.network, other.network));
  const activations = new Map(
    network.layers
      .filter(({ours}) => !ours)
      .map(({name, called}) => [name, other.activations.get(called)]),
  );
  const b = {...other, network, activations};
  return {a, b, network, measured: distances(a.activations, activations)};
}

/** Give a network's layers the names of another's, unless that has been done before. */
function renamed(before, one, other) {
  if (before?.one === one && before.other === other) return before;
  const names = one.layers.map(({name}) => name);
  const theirs = other.layers.map(({name}) => name);
  const layers = other.layers.map((layer, i) => ({
    ...layer,
    name: names[i],
    called: layer.name,
    inbound: layer.inbound.map((each) => names[theirs.indexOf(each)]),
  }));
  return {one, other, network: withSoftmax({...other, layers})};
}

/**
 * Say where two answers are nearest and furthest apart, measured by how far two digits usually are;
 * layers that make no numbers of their own are left out.
 */
function partingSentence({measured, network}, usual, words) {
  const {first, most} = parting(measured);
  if (!first) return words.same;
  const share = (part) => `${Math.round(100 * part)}%`;
  const makes = (name) => !copies(layerOf(network, name)) && layerOf(network, name).inbound.length;
  const relative = relativeTo(measured, usual).filter(({name}) => makes(name));
  if (!relative.length)
    return fill(words.part, {layer: first.name, most: most.name, share: share(most.apart)});
  const [near, far] = [relative[0], relative.at(-1)];
  return fill(words.part_usual, {
    near: near.name,
    near_share: share(near.apart),
    far: far.name,
    far_share: share(far.apart),
  });
}
