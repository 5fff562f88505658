/** The buttons below the canvas, each with its word below its sign. */

import {element, icon, setText} from "../dom.mjs";
import {keyHint} from "../keys.mjs";

/** 20 × 20 */
const SIGNS = {
  pen: "M3 17l1-4L14 3l3 3L7 16z",
  eraser: "M3 12l8-8 6 6-7 7H7zM8 7l6 6",
  undo: "M8 4L4 8l4 4M4 8h8a4 4 0 010 8H8",
  redo: "M12 4l4 4-4 4M16 8H8a4 4 0 000 8h4",
  clear: "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
  upload: "M10 13V3M6 7l4-4 4 4M3 13v4h14v-4",
  camera: "M3 6h3l1.5-2h5L14 6h3v10H3zM10 13.5a2.8 2.8 0 100-5.6 2.8 2.8 0 000 5.6",
  paste: "M7 5H4.5v12h11V5H13M7 3h6v4H7z",
  sample: "M5 3h10v14H5zM8 7h4M8 10h4M8 13h2",
  edit: "M4 4h12v12H4zM2.5 2.5h3v3h-3zM14.5 2.5h3v3h-3zM2.5 14.5h3v3h-3zM14.5 14.5h3v3h-3z",
  add: "M4 4h12v12H4zM10 7v6M7 10h6",
  look: "M9 14.5a5.5 5.5 0 100-11 5.5 5.5 0 000 11M13 13l4.5 4.5",
  split: "M3 5h14v10H3zM10 3v14",
  join: "M3 5h5v10H3zM12 5h5v10h-5zM8 10h4",
  remove: "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
  save: "M10 3v10M6 9l4 4 4-4M3 14v3h14v-3",
  save_pixels: "M3 3h14v14H3zM3 7.7h14M3 12.3h14M7.7 3v14M12.3 3v14",
};

/**
 * Make a button for each act, by its name among the signs.
 *
 * @template {string} Name
 * @param {Record<Name, () => unknown>} acts
 * @returns {Record<Name, HTMLButtonElement>}
 */
export function buttonsFor(acts) {
  const made = Object.entries(acts).map(([name, onclick]) => [
    name,
    element("button", {type: "button", onclick}, icon(SIGNS[name]), element("span")),
  ]);
  return Object.fromEntries(made);
}

/** Write on each button its word, and what it does beside the pointer: `words[NAME_hint]`. */
export function labelButtons(buttons, words) {
  for (const [name, button] of Object.entries(buttons)) {
    setText(button.lastChild, words[name]);
    button.title = keyHint(words[`${name}_hint`]);
  }
}
