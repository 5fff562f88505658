/** What is changed by hand: boxes and readings, undone and done again. */

import {setText} from "../shared/dom.mjs";
import {corrected, joined, split, thinnestColumn, withNew, without} from "./boxes.mjs";
import {linesOf, neighborOf} from "./lines.mjs";
import {currentSheet, marksForSession, readingOf, replaceMarks, travel} from "./sheet_store.mjs";

/** Change the marks, tell the session, and say what was done. */
export function change(view, make, done, selected = currentSheet().selected) {
  const sheet = currentSheet();
  const before = sheet.history.content;
  const marks = make(before);
  if (marks === before) return;
  if (marks.length > view.mostMarks) return say(view, "too_many");
  replaceMarks(marks);
  sheet.selected = selected;
  afterwards(view, done);
}

function afterwards(view, done) {
  view.tell("edited", marksForSession());
  view.repaint();
  say(view, done);
}

/**
 * Say something to whoever listens: one of the words by its name, or a sentence.
 *
 * @param {any} view
 * @param {string} word
 */
export function say(view, word) {
  setText(view.spoken, view.words[word] ?? word);
}

/** Go one step back or on: `way` is "undo" or "redo". */
export function go(view, way) {
  if (!currentSheet() || !travel(way)) return;
  afterwards(view, `${way}_done`);
}

/** Select a mark; null selects none. */
export function select(view, id) {
  currentSheet().selected = id;
  view.repaint();
}

/** Let boxes be dragged, or opened by a click. */
export function setEditing(view, isEditing) {
  view.isEditing = isEditing;
  view.repaint();
  say(view, isEditing ? "edit_hint" : "edit_ended");
}

/** Take what the visitor says a digit is; null takes it back. */
export function correct(view, id, digit) {
  change(view, (marks) => corrected(marks, id, digit), digit === null ? "as_read" : "corrected");
}

/** Delete a box; the next one is selected. */
export function remove(view, id) {
  const {history} = currentSheet();
  const next =
    neighborOf(history.content, id, "ArrowRight") ?? neighborOf(history.content, id, "ArrowLeft");
  change(view, (marks) => without(marks, id), "removed", next?.id ?? null);
  view.marks.focusSoon(next?.id);
}

/** Split a box in two where there is least ink. */
export function splitMark(view, id) {
  const mark = currentSheet().history.content.find((each) => each.id === id);
  if (!mark) return;
  const column = thinnestColumn(mark.box, view.ink.count);
  change(view, (marks) => split(marks, id, column), "split_done", id);
}

/** Join a mark with the next one of its line. */
export function joinMark(view, id) {
  const line = linesOf(currentSheet().history.content).find((each) =>
    each.some((mark) => mark.id === id),
  );
  const place = line?.findIndex((mark) => mark.id === id) ?? -1;
  const next = line?.[place + 1];
  if (!next) return say(view, "no_next");
  change(view, (marks) => joined(marks, id, next.id), "joined_done", id);
}

/** Add a box; it is selected. */
export function add(view, box) {
  const marks = withNew(currentSheet().history.content, box);
  const {id} = marks[marks.length - 1];
  change(view, () => marks, "added", id);
  view.marks.focusSoon(id);
}

/** Add a box for whoever has no pointer: as large as the others, in the middle. */
export function addInTheMiddle(view) {
  const {size, history} = currentSheet();
  const heights = history.content.map(({box}) => box[3]).sort((a, b) => a - b);
  const high = Math.round(heights[heights.length >> 1] ?? size[1] / 5);
  const wide = Math.round(Math.min(size[0], high * 0.7));
  setEditing(view, true);
  add(view, [(size[0] - wide) >> 1, (size[1] - high) >> 1, wide, high]);
}

/** Open a digit in the network, on the page of one digit. */
export function open(view, id) {
  select(view, id);
  if (!readingOf(currentSheet().history.content.find((mark) => mark.id === id))) return;
  view.tell("opened", {id, ...marksForSession()});
}
