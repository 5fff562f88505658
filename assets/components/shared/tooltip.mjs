/**
 * A note beside what is under the pointer. Who does not point has the same from elsewhere.
 *
 * @typedef {{clientX: number, clientY: number}} Point in the window, as an event has it
 * @typedef {{left: number, right: number}} Bounds likewise
 */

import {element} from "./dom.mjs";

const ASIDE = 16; // CSS pixels between the pointer and the note
const BELOW = 18;
const MARGIN = 8; // between the note and what it has to stay in

/**
 * Build a tooltip, hidden at first: {root, show, hide}.
 *
 * `show(at, write, bounds)` has `write()` fill it before the next frame and places it beside `at`,
 * {clientX, clientY}, inside `bounds`, by default the window.
 */
export function tooltip(...children) {
  const root = element("div", {className: "tooltip", hidden: true}, ...children);
  root.setAttribute("aria-hidden", "true");
  /** @type {{at: Point, write: () => void, bounds?: Bounds} | null} */
  let shown = null;
  /** @type {number | null} */
  let scheduled = null;

  function paint() {
    scheduled = null;
    if (root.hidden || !shown) return;
    shown.write();
    place(root, shown.at, shown.bounds ?? {left: 0, right: innerWidth});
  }

  return {
    root,
    /** @param {Point} at @param {() => void} write @param {Bounds} [bounds] */
    show(at, write, bounds) {
      shown = {at, write, bounds};
      root.hidden = false;
      scheduled ??= requestAnimationFrame(paint);
    },
    hide: () => (root.hidden = true),
  };
}

function place(root, at, bounds) {
  const {left, top} = besides(at, {width: root.offsetWidth, height: root.offsetHeight}, bounds);
  // Where a container holds what is fixed, as one with container queries may, it is no window.
  const {style} = root;
  style.transform = "";
  const origin = root.getBoundingClientRect();
  style.transform = `translate(${left - origin.left}px, ${top - origin.top}px)`;
}

/** Find where a note of a size goes: right of a point, left of it where that is too near the edge. */
export function besides({clientX, clientY}, {width, height}, {left, right}) {
  const beyond = clientX + ASIDE + width > right - MARGIN;
  const x = beyond ? clientX - ASIDE - width : clientX + ASIDE;
  const lowest = innerHeight - height - MARGIN;
  return {
    left: Math.max(left + MARGIN, x),
    top: Math.max(MARGIN, Math.min(clientY + BELOW, lowest)),
  };
}
