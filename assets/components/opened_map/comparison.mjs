/** What the visitor's digit is compared with: another digit, or what another network makes of it. */

import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";
import {loadNetwork} from "../shared/live/networks.mjs";
import {createReader} from "../shared/live/readings.mjs";
import {SIDE} from "../shared/pen/preprocessing.mjs";
import {withSoftmax} from "../shared/arithmetic/network.mjs";
import {alike} from "./graph.mjs";
import {distances, parting} from "./tensors.mjs";

/**
 * @typedef {import("../shared/live/readings.mjs").Reading} Reading
 * @typedef {import("../shared/arithmetic/network.mjs").Network} Network
 *
 * @typedef {object} Pair two readings; layers have the names of the first one's network
 * @property {Reading} a
 * @property {Reading} b
 * @property {Network} network the second one's
 * @property {{name: string, apart: number}[]} measured how far they are apart, by layer
 */

/**
 * Build the choice of what to compare with; `pair` is the comparison, null for none.
 *
 * `changed()` is called once there is another one to show, `chosen(value)` when the visitor chooses.
 */
export function comparison({changed, chosen}) {
  const select = element("select", {onchange: () => chosen(select.value)});
  const label = element("span", {className: "asks"});
  const root = element("label", {className: "other"}, label, select);
  const sentence = element("p", {className: "parting", dataset: {testid: "parting"}});
  const self = {key: "", choices: "", other: null, reading: null, renamed: null, words: {}};

  return Object.assign(self, {
    root,
    sentence,
    /** @type {Pair | null} */
    pair: null,
    /** Take what the page says of it; the pixels of a picture lie in `body`. */
    update({words, choices, other, against}, body) {
      self.words = words;
      setText(label, words.compare);
      fillChoices(self, select, choices);
      select.value = other;
      const key = JSON.stringify(against);
      if (self.key === key) return;
      Object.assign(self, {key, other: null, pair: null});
      load(self, against, body, changed);
    },
    /** Read the visitor's digit anew. */
    read(reading) {
      self.reading = reading;
      compareNow(self);
    },
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
  const picture = strokes ? undefined : {pixels: pixelsIn(body, pixels), steps: []};
  const once = read({revision: 0, strokes: strokes ?? [], picture}, skip);
  return {network, read: () => once};
}

function pixelsIn(body, begin) {
  if (begin === null) return null;
  return new Float32Array(body.buffer, body.byteOffset + begin, SIDE * SIDE).slice();
}

function compareNow(self) {
  const {other, reading, words} = self;
  self.pair = null;
  if (!other || !reading?.activations) return;
  const beside = other.read(reading);
  if (!alike(reading.network, other.network)) return void setText(self.sentence, words.unlike);
  if (!beside.activations) return void setText(self.sentence, words.empty);
  self.pair = pairOf(self, reading, beside);
  setText(self.sentence, partingSentence(parting(self.pair.measured), words));
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

/** Say where two answers part and where they are furthest apart. */
function partingSentence({first, most}, words) {
  if (!first) return words.same;
  const share = (apart) => `${Math.round(100 * apart)}%`;
  const begin = {layer: first.name, share: share(first.apart)};
  if (first.name === most.name) return fill(words.part_most, begin);
  return fill(words.part, {...begin, most: most.name, most_share: share(most.apart)});
}
