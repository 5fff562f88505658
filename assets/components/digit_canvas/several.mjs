/**
 * Several digits drawn beside each other: which strokes are one digit, and which digit is read.
 *
 * Strokes above each other are one digit. What stands beside is another one where each can be read
 * by itself, and all together are no clearer: a 4 in two strokes stays a 4
 * (model/inference/finding.py settles the same for pictures). Where one of them can't be read for
 * sure they are several as well, if they are about as high and all together are no digit.
 */

import {createReader} from "../shared/live/readings.mjs";

/**
 * @typedef {import("../shared/live/readings.mjs").Digit} Digit
 * @typedef {import("../shared/live/readings.mjs").Reader} Reader
 * @typedef {import("../shared/live/readings.mjs").Reading} Reading
 * @typedef {import("../shared/live/networks.mjs").Network} Network
 * @typedef {import("../shared/pen/pen.mjs").Stroke} Stroke
 *
 * @typedef {object} Part one digit of a drawing
 * @property {readonly Stroke[]} strokes
 * @property {boolean} isSure
 * @property {number | null} label
 * @property {number} probability
 */

const MOST = 8; // digits in one drawing
const ABOVE = 0.3; // of the narrower one's width: strokes above each other are of one digit
const ALIKE = 0.55; // of the highest one's height, for what is not read for sure
const CLEARER = 0.3; // more confidence than its parts have, for a digit made of them

/**
 * Put strokes together that stand above each other, from left to right.
 *
 * @param {readonly Stroke[]} strokes
 * @returns {Stroke[][]}
 */
export function groupsOf(strokes) {
  const places = strokes.map((stroke) => ({strokes: [stroke], ...extentOf(stroke)}));
  /** @type {typeof places} */
  const groups = [];
  for (const place of places.sort((a, b) => a.left - b.left)) {
    let joined = place;
    for (let i = groups.length - 1; i >= 0; i--) {
      if (!isAbove(groups[i], joined)) continue;
      const [group] = groups.splice(i, 1);
      joined = {
        strokes: [...group.strokes, ...joined.strokes],
        left: Math.min(group.left, joined.left),
        right: Math.max(group.right, joined.right),
      };
    }
    groups.push(joined);
  }
  groups.sort((a, b) => a.left - b.left);
  return groups.map((group) => strokes.filter((stroke) => group.strokes.includes(stroke)));
}

function extentOf({width, points}) {
  let [left, right] = [Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
  }
  return {left: left - width / 2, right: right + width / 2};
}

function isAbove(one, other) {
  const common = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  return common > ABOVE * Math.min(one.right - one.left, other.right - other.left);
}

/**
 * Tell the digits of a drawing apart; returns none where it is one digit.
 *
 * @param {readonly Stroke[]} strokes
 * @param {(strokes: readonly Stroke[]) => Reading} read
 * @returns {Part[]}
 */
function partsOf(strokes, read) {
  const groups = groupsOf(strokes);
  if (groups.length < 2 || groups.length > MOST) return [];
  let clearest = -Infinity;
  const parts = groups.map((group) => {
    const {verdict, label, probability, logits} = read(group);
    if (verdict === "digit") clearest = Math.max(clearest, confidenceOf(logits));
    return {strokes: group, isSure: verdict === "digit", label, probability};
  });
  const whole = read(strokes);
  const isOne = parts.every(({isSure}) => isSure)
    ? confidenceOf(whole.logits) > clearest + CLEARER
    : whole.verdict === "digit" || clearest === -Infinity || !areAlike(groups);
  return isOne ? [] : parts;
}

/** Return whether groups are about as high, as digits beside each other are, and specks are not. */
function areAlike(groups) {
  const heights = groups.map((group) => {
    const all = group.flatMap(({points}) => points.filter((_, i) => i % 2));
    return Math.max(...all) - Math.min(...all);
  });
  return Math.min(...heights) > ALIKE * Math.max(...heights);
}

/** Compute how digit-like an answer is: the energy with its sign turned. */
function confidenceOf(logits) {
  if (!logits) return -Infinity;
  const values = Array.from(logits, Number);
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** Tell the digits of drawings apart, and remember which of them is looked at. */
export function severalDigits() {
  /** @type {any} */
  const self = {
    network: null, // that reads
    reader: null, // another than the stage's: what that has read stays to be shown
    /** @type {Part[]} from left to right; none where the drawing is one digit */
    parts: [],
    chosen: null, // one of the strokes of the digit that was chosen; null follows the pen
    drawn: 0, // strokes
  };

  /** @param {Network} network which reads from now on */
  self.load = (network) => {
    if (self.network !== network) self.reader = null;
    self.network = network;
  };

  /** Leave of a drawing the digit that is looked at: the one that was chosen, or drawn last. */
  self.only = (/** @type {Digit} */ digit, /** @type {readonly string[]} */ skip) => {
    const {strokes = [], picture, isDemonstration} = digit;
    if (strokes.length > self.drawn || !strokes.includes(self.chosen)) self.chosen = null;
    self.drawn = strokes.length;
    const isDrawing = canTell(self.network) && !picture && !isDemonstration;
    self.parts = isDrawing ? partsOf(strokes, (some) => readAside(self, some, skip)) : [];
    return self.narrowed(digit);
  };

  /** Leave of a drawing what `only` left of it last. */
  self.narrowed = (/** @type {Digit} */ digit) => {
    if (!self.parts.length || !digit.strokes) return digit;
    return {...digit, strokes: self.parts[self.place(digit.strokes)].strokes};
  };

  /** Return which part of a drawing is looked at. */
  self.place = (/** @type {readonly Stroke[]} */ strokes) => {
    const wanted = self.chosen ?? strokes[strokes.length - 1];
    const place = self.parts.findIndex((part) => part.strokes.includes(wanted));
    return Math.max(0, place);
  };

  /** Look at another of the parts. */
  self.choose = (/** @type {number} */ number) => {
    [self.chosen] = self.parts[number].strokes;
  };

  return self;
}

/** Return whether a network can tell several digits from one: it knows what is none. */
function canTell(network) {
  return network?.reads_digits && network.energy_threshold !== null;
}

function readAside(self, strokes, skip) {
  self.reader ??= createReader(self.network);
  return self.reader({revision: 0, strokes}, skip);
}
