/** A drawing while it is made: its strokes, the tool in hand, what can be undone. No document in here. */

import {history} from "../shared/history.mjs";
import {CANVAS} from "../shared/pen/strokes.mjs";
import {erased} from "./drawing.mjs";

const COARSE = 20; // canvas units: the grid of the arrow keys
const WIDTHS = {narrowest: 8, usual: 16, widest: 36, step: 2}; // of the pen, in canvas units
const EMPTY = {strokes: [], picture: null};

export const ERASER = 14; // canvas units, its radius

/**
 * @typedef {object} Stroke
 * @property {number} width in canvas units
 * @property {number[]} points [x0, y0, x1, y1, …] in canvas units
 *
 * @typedef {object} Picture what was brought, or of which a link has the pixels
 * @property {string} id
 * @property {string} source a data URL
 * @property {boolean} ready whether it is what the network reads, as it is
 *
 * @typedef {object} Content what is on the canvas
 * @property {Stroke[]} strokes
 * @property {Picture | null} picture
 */

/**
 * Make an editor; `changed()` is called after each change, `finished()` when a stroke has ended or
 * the content was replaced. `before` is what an earlier one left, {history, revision}.
 */
export function drawingEditor({changed, finished, before}) {
  const self = {
    history: before?.history ?? history(EMPTY),
    revision: before?.revision ?? 0, // grows with each change
    stroke: null, // the one being drawn
    erasing: null, // what the eraser has left of the strokes so far
    tool: "pen",
    width: WIDTHS.usual,
    cursor: null, // [x, y] of the arrow keys
    finished,
  };
  self.changed = () => {
    self.revision += 1;
    changed();
  };
  return self;
}

/** The widths that a pen may have, as an input of numbers takes them. */
export const WIDTH_RANGE = {min: WIDTHS.narrowest, max: WIDTHS.widest, step: WIDTHS.step};

/** Take over a content that is newer; tells whether it was. */
export function adopt(self, newer) {
  if (!newer || newer.revision <= self.revision) return false;
  const {strokes, picture, revision} = newer;
  const {content} = self.history;
  if (self.revision === 0) self.history = history({strokes, picture});
  else if (strokes !== content.strokes || picture !== content.picture)
    self.history.replace({strokes, picture});
  self.revision = revision;
  return true;
}

/** Give what is on the canvas at this moment, the stroke being drawn included. */
export function contentOf(self) {
  const {strokes, picture} = self.history.content;
  if (!self.stroke) return {strokes, picture};
  if (!self.erasing)
    return {strokes: picture ? [self.stroke] : [...strokes, self.stroke], picture: null};
  // An eraser cannot cut a picture; touching it leaves it as it is.
  const same =
    self.erasing.length === strokes.length && self.erasing.every((each, i) => each === strokes[i]);
  return {strokes: same ? strokes : self.erasing, picture};
}

/**
 * Begin a stroke at a place, with the tool in hand.
 *
 * @param {any} self
 * @param {number[]} place
 */
export function begin(self, [x, y]) {
  if (self.tool === "eraser") {
    self.stroke = {points: [x, y]};
    self.erasing = self.history.content.strokes;
    erase(self, x, y, x, y);
  } else {
    self.stroke = {width: self.width, points: [x, y]};
  }
  self.changed();
}

/** Lead the stroke on through places. */
export function extend(self, places) {
  const {points} = self.stroke;
  for (const [x, y] of places) {
    const [lastX, lastY] = points.slice(-2);
    if (self.tool === "eraser") erase(self, lastX, lastY, x, y);
    if (Math.hypot(x - lastX, y - lastY) >= 1) points.push(x, y);
  }
  self.changed();
}

/** Erase along a way, in steps that a fast hand does not jump over. */
function erase(self, fromX, fromY, toX, toY) {
  const steps = Math.max(1, Math.ceil(Math.hypot(toX - fromX, toY - fromY) / (ERASER / 2)));
  for (let i = 1; i <= steps; i++) {
    const t = i / steps;
    const [x, y] = [fromX + t * (toX - fromX), fromY + t * (toY - fromY)];
    self.erasing = erased(self.erasing, x, y, ERASER);
  }
}

/** Lift the pen. */
export function lift(self) {
  if (!self.stroke) return;
  const {strokes} = contentOf(self);
  self.stroke = self.erasing = null;
  if (strokes !== self.history.content.strokes) self.history.replace({strokes, picture: null});
  self.changed();
  self.finished();
}

/** Go one step back or on: `way` is "undo" or "redo". */
export function travel(self, way) {
  if (self.stroke || !self.history[way]()) return;
  self.changed();
  self.finished();
}

/** Empty the canvas. */
export function clear(self) {
  const {strokes, picture} = self.history.content;
  if (self.stroke || (!strokes.length && !picture)) return;
  self.history.replace(EMPTY);
  self.changed();
  self.finished();
}

/** Make the pen wider, or narrower, by so many canvas units. */
export function widen(self, by) {
  self.width = Math.max(WIDTHS.narrowest, Math.min(WIDTHS.widest, self.width + by));
}

// --- with the arrow keys ---

/** Move the cursor of the keys by one step of the grid, drawing where the pen is down. */
export function moveCursor(self, [right, down]) {
  const clamp = (value) => Math.max(COARSE / 2, Math.min(CANVAS - COARSE / 2, value));
  const [x, y] = self.cursor ?? [CANVAS / 2, CANVAS / 2];
  self.cursor = self.cursor ? [clamp(x + right * COARSE), clamp(y + down * COARSE)] : [x, y];
  if (self.stroke) extend(self, [self.cursor]);
}

/** Put the keys' pen down, or lift it. */
export function toggleKeyPen(self) {
  self.cursor ??= [CANVAS / 2, CANVAS / 2];
  if (self.stroke) lift(self);
  else begin(self, self.cursor);
}

/** Put the keys' cursor away. */
export function leaveKeys(self) {
  if (self.cursor) lift(self);
  self.cursor = null;
}
