/**
 * Gives each drawing to the session, at little cost to the server.
 *
 * It is left in the session's mailbox, which runs no script. What the visitor does next may need
 * it: where it is not known to have arrived by then, it goes over Streamlit's own connection, ahead
 * of everything that follows.
 */

import {post} from "../shared/live/requests.mjs";

const EVERY = 300; // milliseconds between two drawings that one visitor leaves

/**
 * @typedef {object} Drawing
 * @property {number} revision grows with each change
 * @property {readonly object[]} strokes
 * @property {string | null} picture the id of the one under them
 *
 * @param {() => Drawing} current
 * @param {(drawing: Drawing) => void} tell over Streamlit's connection, which runs a script
 */
export function sessionLink(current, tell) {
  let mailbox = "";
  let open = false; // whether the session may not have the current drawing
  let left = -EVERY; // when the last one was left
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  async function leave() {
    waiting = undefined;
    left = performance.now();
    const drawing = current();
    try {
      await post(drawing, "drawings", mailbox);
    } catch {
      if (open && !waiting) settle();
      return;
    }
    if (drawing.revision === current().revision) open = false;
  }

  function settle() {
    clearTimeout(waiting);
    waiting = undefined;
    if (!open) return;
    open = false;
    tell(current());
  }

  return {
    /** Leave drawings there from now on; returns whether that is a new place. */
    use(address) {
      const isNew = mailbox !== address;
      mailbox = address;
      return isNew;
    },

    /** Give the current drawing to the session, soon. */
    changed() {
      open = true;
      waiting ??= setTimeout(leave, Math.max(0, left + EVERY - performance.now()));
    },

    /** See to it that the session has the drawing before anything that is sent from now on. */
    settle,
  };
}
