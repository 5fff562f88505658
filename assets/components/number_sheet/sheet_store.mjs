/**
 * The page as the browser has it: its pictures, its marks and what is read in each box. It outlives
 * the component, for a visitor who comes back from the stage finds everything as it was left.
 */

import {shownAs} from "../shared/engine/prediction.mjs";
import {history} from "../shared/history.mjs";

const SIDE = 28;
const KEY = "convscope.sheet";
const EVERY = 400; // milliseconds between two times at which it is kept for a reload

/**
 * @typedef {import("./boxes.mjs").Mark} Mark
 * @typedef {import("./boxes.mjs").Box} Box
 * @typedef {import("./table.mjs").Reading} Reading
 *
 * @typedef {object} Sheet
 * @property {string} id
 * @property {[number, number]} size of the picture: width, height
 * @property {Record<string, string>} pictures by the names of their steps
 * @property {Map<string, Reading>} readings by the box
 * @property {ReturnType<typeof history<readonly Mark[]>>} history
 * @property {number} revision grows with each change of the marks
 * @property {number | null} selected
 * @property {string} step
 */

/** @type {any} a Sheet; null before there is one */
let current = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** Return the page that is there, null before there is one. */
export const currentSheet = () => current;

/**
 * Return what is read in a mark's box; undefined while it is being read.
 *
 * @param {Mark} mark
 */
export const readingOf = (mark) => current?.readings.get(String(mark.box));

/**
 * Take what the session has; returns whether that is another page than before.
 *
 * The marks are the browser's from then on, and what is read in them the session's.
 *
 * @param {any} sent
 * @param {Uint8Array} body
 */
export function takeSheet(sent, body) {
  const isNew = current?.id !== sent.id;
  if (isNew) {
    const marks = sent.marks.map(({id, box, correction}) => ({id, box, correction}));
    const {id, size, revision, opened} = sent;
    const begun = {history: history(marks), revision, selected: opened, step: "photo"};
    current = {id, size, pictures: sent.pictures, readings: new Map(), ...begun};
  }
  if (sent.pictures) current.pictures = sent.pictures;
  for (const {box, reading} of sent.marks) {
    if (!reading) continue;
    const {pixels: at} = reading;
    const pixels = at === null ? null : body.slice(at, at + SIDE * SIDE);
    const probabilities = reading.probabilities.map(shownAs);
    current.readings.set(String(box), {...reading, probabilities, pixels});
  }
  keep();
  return isNew;
}

/** Put other marks in place of those that are there. */
export function replaceMarks(marks) {
  current.history.replace(marks);
  changed();
}

/** Go one step back or on: `way` is "undo" or "redo"; returns whether there was one. */
export function travel(way) {
  const went = current.history[way]();
  if (went) changed();
  return went;
}

function changed() {
  current.revision += 1;
  keep();
}

/** Return what the session is told of the marks; `known` are those whose digit is here. */
export function marksForSession() {
  const {id: sheet, revision, history: marks} = current;
  const known = marks.content.filter(readingOf).map(({id}) => id);
  return {sheet, revision, marks: marks.content, known};
}

// --- for a reload ---

/** Keep the page for the same tab. */
function keep() {
  waiting ??= setTimeout(keepNow, EVERY);
}

/** Keep the page for a reload at once. */
export function keepNow() {
  clearTimeout(waiting);
  waiting = undefined;
  if (!current) return;
  const {pictures, history: marks, revision} = current;
  try {
    const kept = {file: pictures.photo, marks: marks.content, revision};
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // A browser may keep nothing at all, or have no room.
  }
}

/** Return the page that a session does not know: what is here, or was before a reload; else null. */
export function unknownSheet() {
  if (current) {
    const {pictures, history: marks, revision} = current;
    return {file: pictures.photo, marks: marks.content, revision};
  }
  if (!isSameVisit()) return null;
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** Return whether this page was there before, in this tab, and was not opened by an address. */
function isSameVisit() {
  const [visit] = performance.getEntriesByType("navigation");
  const {type} = /** @type {PerformanceNavigationTiming} */ (visit);
  return type === "reload" || type === "back_forward";
}

/** Forget what the browser keeps: the session did not want it. */
export function forget() {
  current = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // then there is nothing to forget
  }
}
