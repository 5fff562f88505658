/**
 * Gives each drawing to the session, at little cost to the server.
 *
 * It is left in the session's mailbox, which runs no script. What the visitor does next may need
 * it: where it is not known to have arrived by then, it goes over Streamlit's own connection, ahead
 * of everything that follows.
 */

import {post} from "../shared/live/requests.mjs";

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
  let changes = 0; // that the session was to hear of
  let known = 0; // of them, by the session
  let isLeaving = false; // one drawing at a time; what changes meanwhile follows

  async function leave() {
    isLeaving = true;
    const before = changes;
    const isTaken = await post(current(), "drawings", mailbox).then(
      () => true,
      () => false,
    );
    isLeaving = false;
    if (isTaken) known = Math.max(known, before);
    if (changes > before && changes > known) leave();
    else if (!isTaken) settle();
  }

  function settle() {
    if (changes === known || !mailbox) return;
    known = changes;
    tell(current());
  }

  return {
    /** Leave drawings there from now on; returns whether that is a new place. */
    use(address) {
      const isNew = mailbox !== address;
      mailbox = address;
      return isNew;
    },

    /** Give the current drawing to the session; where there is none yet, once it is in `use`. */
    changed() {
      changes += 1;
      if (mailbox && !isLeaving) leave();
    },

    /** See to it that the session has the drawing before anything that is sent from now on. */
    settle,
  };
}
