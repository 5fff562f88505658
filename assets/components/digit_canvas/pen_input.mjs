/** A mouse, finger or pen on the canvas leads the editor's pen. */

import {CANVAS} from "../shared/pen/strokes.mjs";
import {begin, extend, lift} from "./editor.mjs";

/**
 * Draw with whatever touches the canvas; `touched()` is called before each stroke.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ReturnType<typeof import("./editor.mjs").drawingEditor>} editor
 * @param {() => void} touched
 */
export function listenToPen(canvas, editor, touched) {
  canvas.addEventListener("pointerdown", (event) => {
    // A right click opens the menu; a second finger is not a second pen.
    if (!event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    touched();
    begin(editor, placeOf(canvas, event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!editor.stroke || !event.isPrimary) return;
    // Lost where the canvas has come to another place meanwhile.
    if (!canvas.hasPointerCapture(event.pointerId)) canvas.setPointerCapture(event.pointerId);
    const events = event.getCoalescedEvents?.() ?? [];
    const places = (events.length ? events : [event]).map((each) => placeOf(canvas, each));
    extend(editor, places);
  });
  canvas.addEventListener("pointerup", () => lift(editor));
  canvas.addEventListener("pointercancel", () => lift(editor));
}

/** Return where on the canvas an event is, in canvas units. */
function placeOf(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * CANVAS;
  const y = ((event.clientY - box.top) / box.height) * CANVAS;
  const clamp = (value) => Math.round(Math.max(0, Math.min(CANVAS, value)) * 10) / 10;
  return [clamp(x), clamp(y)];
}
