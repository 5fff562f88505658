/** What the page is asked for, and what it answers: pictures, samples, the page of numbers. */

import {setText} from "../shared/dom.mjs";

const PATIENCE = 400; // milliseconds for which a picture may be read without a word

// The number of the last refusal that was said: coming back to the page says none again.
let refused = 0;

/** Open the camera; what was refused before is of no interest any more. */
export function openCamera(view) {
  view.notice.say("");
  view.camera.open();
}

/** Give a file to the server, which says what is in it. */
export function bring(view, file) {
  view.notice.say("");
  tell(view, "brought", {file, state: "raw"});
  view.awaited = setTimeout(() => setText(view.status, view.words.reading), PATIENCE);
}

/** Tell the server what is to be on the canvas in place of what is there now. */
export function tell(view, trigger, content) {
  view.setTriggerValue(trigger, {revision: view.editor.revision, ...content});
}

/** Take what the server says: it may have refused what was brought. */
export function answered(view, refusal) {
  clearTimeout(view.awaited);
  setText(view.status, "");
  if (!refusal || refusal.number === refused) return;
  refused = refusal.number;
  view.notice.say(refusal.sentence);
}
