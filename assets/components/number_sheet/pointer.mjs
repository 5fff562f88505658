/** Boxes in hand: moved, pulled at their edges, or drawn anew, with mouse, pen or finger. */

import {boxBetween, movedBox, resizedBox} from "./boxes.mjs";
import {idOf, placeBox} from "./placing.mjs";

const STILL = 4; // CSS pixels: less is no drag, but a click

/** Listen on a layer of marks; boxes can be dragged while it is edited. */
export function listenToPointer(layer) {
  const {root} = layer;
  /** @type {any} */
  let drag = null;

  root.addEventListener("pointerdown", (event) => {
    layer.wasDragged = false;
    if (!layer.shown?.isEditing || event.button !== 0 || !event.isPrimary) return;
    const id = idOf(event.target);
    const mark = layer.shown.marks.find((each) => each.id === id);
    const {edges} = event.target.dataset;
    drag = {
      mark,
      edges,
      from: placeOf(layer, event),
      at: [event.clientX, event.clientY],
      box: null,
    };
  });

  root.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [x, y] = drag.at;
    if (!drag.box && Math.hypot(event.clientX - x, event.clientY - y) < STILL) return;
    if (!drag.box) root.setPointerCapture(event.pointerId);
    drag.box = boxOf(drag, placeOf(layer, event), layer.shown.size);
    preview(layer, drag);
  });

  root.addEventListener("pointerup", () => {
    if (!drag) return;
    const {mark, box} = drag;
    drag = null;
    layer.rubber.hidden = true;
    if (!box) return;
    layer.wasDragged = true;
    if (mark) layer.told.reshaped(mark.id, box);
    else layer.told.drawn(box);
  });

  root.addEventListener("pointercancel", () => {
    if (drag?.mark) placeBox(layer.buttons.get(drag.mark.id), drag.mark.box, layer.shown.size);
    drag = null;
    layer.rubber.hidden = true;
  });
}

function boxOf({mark, edges, from}, to, size) {
  if (!mark) return boxBetween(from, to, size);
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (!edges) return movedBox(mark.box, [dx, dy], size);
  const far = {left: dx, right: dx, top: dy, bottom: dy};
  return resizedBox(
    mark.box,
    Object.fromEntries(edges.split(" ").map((edge) => [edge, far[edge]])),
    size,
  );
}

function preview(layer, {mark, box}) {
  const shown = mark ? layer.buttons.get(mark.id) : layer.rubber;
  if (!mark) layer.rubber.hidden = false;
  placeBox(shown, box, layer.shown.size);
}

/** Return where an event is, in pixels of the picture. */
function placeOf({root, shown}, {clientX, clientY}) {
  const {left, top, width, height} = root.getBoundingClientRect();
  const [wide, high] = shown.size;
  return [((clientX - left) * wide) / width, ((clientY - top) * high) / height];
}
