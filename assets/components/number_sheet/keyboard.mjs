/** The keys of the page: each does what a button or the pointer does. */

import {isWriting} from "../shared/keys.mjs";
import {addInTheMiddle, correct, go, joinMark, remove, setEditing, splitMark} from "./editing.mjs";
import {neighborOf} from "./lines.mjs";
import {currentSheet} from "./sheet_store.mjs";

/** Undo or do again, wherever the focus is. */
export function undoPressed(view, event) {
  const {key, ctrlKey, metaKey, shiftKey} = event;
  if (!(ctrlKey || metaKey) || isWriting(event)) return;
  const way = {z: shiftKey ? "redo" : "undo", y: "redo"}[key.toLowerCase()];
  if (!way) return;
  event.preventDefault();
  go(view, way);
}

const LETTERS = {s: splitMark, j: joinMark, Delete: remove};
const STRIDES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/** Do what a key stands for where a box has the focus. */
export function keyPressed(view, event) {
  const {key, ctrlKey, metaKey} = event;
  const id = view.marks.idOf(event);
  if (ctrlKey || metaKey) return;
  if (key.toLowerCase() === "n") return (event.preventDefault(), addInTheMiddle(view));
  if (key === "Escape" && view.isEditing) return setEditing(view, false);
  if (id === null) return;
  if (/^\d$/.test(key)) correct(view, id, Number(key));
  else if (key === "Backspace") correct(view, id, null);
  else if (LETTERS[key]) LETTERS[key](view, id);
  else if (!walked(view, id, event)) return;
  event.preventDefault();
}

/** Go to another box, or with a key held move or resize this one; returns whether the key does. */
function walked(view, id, {key, shiftKey, altKey}) {
  const {history} = currentSheet();
  if (STRIDES[key] && (shiftKey || altKey)) {
    view.marks.nudge(id, STRIDES[key], altKey);
    return true;
  }
  if (!STRIDES[key] && key !== "Home" && key !== "End") return false;
  const next = neighborOf(history.content, id, key);
  if (next) view.marks.focus(next.id);
  return true;
}
