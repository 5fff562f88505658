/** What each key does to a drawing. */

import {clear, lift, moveCursor, toggleKeyPen, travel, widen} from "./editor.mjs";

/** With Ctrl or Cmd, wherever the focus is. */
const COMMANDS = {
  z: (editor, {shiftKey}) => travel(editor, shiftKey ? "redo" : "undo"),
  y: (editor) => travel(editor, "redo"),
};

/** On the canvas itself. */
const KEYS = {
  arrowleft: (editor) => moveCursor(editor, [-1, 0]),
  arrowright: (editor) => moveCursor(editor, [1, 0]),
  arrowup: (editor) => moveCursor(editor, [0, -1]),
  arrowdown: (editor) => moveCursor(editor, [0, 1]),
  " ": (editor) => toggleKeyPen(editor),
  enter: (editor) => toggleKeyPen(editor),
  escape: (editor) => lift(editor),
  delete: (editor) => clear(editor),
  backspace: (editor) => clear(editor),
  e: (editor) => (editor.tool = "eraser"),
  p: (editor) => (editor.tool = "pen"),
  "]": (editor) => widen(editor, 2),
  "[": (editor) => widen(editor, -2),
};

/** Do what a key is for; tells whether it is for anything. */
export function keyPressed(editor, event, onCanvas) {
  const key = event.key.toLowerCase();
  const keys = event.ctrlKey || event.metaKey ? COMMANDS : onCanvas ? KEYS : {};
  if (!Object.hasOwn(keys, key)) return false;
  keys[key](editor, event);
  event.preventDefault();
  return true;
}
