/** The boxes over the picture: each a button, and in hand for whoever edits them. */

import {element} from "../shared/dom.mjs";
import {fill, percent} from "../shared/format.mjs";
import {movedBox, resizedBox} from "./boxes.mjs";
import {linesOf} from "./lines.mjs";
import {idOf, placeBox} from "./placing.mjs";
import {listenToPointer} from "./pointer.mjs";
import {isOpen, probabilityOf, signOf} from "./table.mjs";

const SIDE = 28;
const INK = [16, 35, 63]; // red, green, blue
const STRIDE = 0.005; // of the picture's width: how far a key moves a box
const HANDLES = [
  "left top",
  "top",
  "right top",
  "right",
  "right bottom",
  "bottom",
  "left bottom",
  "left",
];

/**
 * Build the layer.
 *
 * @typedef {import("./boxes.mjs").Box} Box
 * @typedef {import("./boxes.mjs").Mark} Mark
 *
 * @typedef {object} Told
 * @property {(id: number) => void} chosen by a pointer
 * @property {(id: number) => void} opened by a key
 * @property {(id: number) => void} selected by the focus
 * @property {(id: number, box: Box) => void} reshaped
 * @property {(box: Box) => void} drawn a new one
 *
 * @param {Told} told
 */
export function markLayer(told) {
  const root = element("div", {className: "boxes"});
  root.setAttribute("role", "group");
  /** @type {any} */
  const layer = {root, told, buttons: new Map(), shown: null, soon: null};
  layer.rubber = element("div", {className: "rubber", hidden: true});
  layer.handles = element(
    "div",
    {className: "handles", ariaHidden: "true"},
    ...HANDLES.map((edges) => element("span", {dataset: {edges}})),
  );
  listenToPointer(layer);
  root.append(layer.rubber);

  return {
    root,
    /** @param {{boxes: string}} words */
    label: (words) => (root.ariaLabel = words.boxes),
    show: (shown) => show(layer, shown),
    focus: (id) => layer.buttons.get(id)?.focus({preventScroll: true}),
    /** Have a mark the focus once it is there. */
    focusSoon: (id) => (layer.soon = id ?? null),
    idOf: ({target}) => idOf(target),
    /** Move a box by one stride of a key, or its right and lower edge. */
    nudge: (id, way, isResized) => nudge(layer, id, way, isResized),
  };
}

function nudge({shown: {marks, size}, told}, id, [right, down], isResized) {
  const mark = marks.find((each) => each.id === id);
  const stride = Math.max(1, Math.round(STRIDE * size[0]));
  const [dx, dy] = [right * stride, down * stride];
  const box = isResized
    ? resizedBox(mark.box, {right: dx, bottom: dy}, size)
    : movedBox(mark.box, [dx, dy], size);
  told.reshaped(id, box);
}

function show(layer, shown) {
  const {root, buttons} = layer;
  layer.shown = shown;
  const {marks, selected} = shown;
  for (const [id, button] of buttons) {
    if (marks.some((mark) => mark.id === id)) continue;
    button.remove();
    buttons.delete(id);
  }
  const ordered = linesOf(marks);
  const stop = marks.some(({id}) => id === selected) ? selected : ordered[0]?.[0].id;
  ordered.forEach((line, row) =>
    line.forEach((mark, place) => {
      const button = buttons.get(mark.id) ?? madeFor(layer, mark.id);
      paintMark(button, mark, {...shown, row, place, isStop: mark.id === stop});
    }),
  );
  inOrder(
    root,
    ordered.flat().map(({id}) => buttons.get(id)),
  );
  const held = buttons.get(selected);
  if (held && shown.isEditing) held.append(layer.handles);
  else layer.handles.remove();
  focusAwaited(layer);
}

function focusAwaited(layer) {
  const awaited = layer.soon !== null && layer.buttons.get(layer.soon);
  if (!awaited) return;
  layer.soon = null;
  awaited.focus({preventScroll: true});
}

/** Have the tab key and the ear meet the boxes as one reads them; the focus stays where it is. */
function inOrder(root, buttons) {
  buttons.forEach((button, i) => {
    if (root.children[i] !== button && !button.matches(":focus"))
      root.insertBefore(button, root.children[i] ?? null);
  });
}

function madeFor(layer, id) {
  const {told, root, buttons} = layer;
  const button = element(
    "button",
    {
      type: "button",
      className: "box",
      dataset: {id},
      onfocus: () => layer.shown.selected !== id && told.selected(id),
      onclick: ({detail}) => {
        if (layer.wasDragged) return;
        if (detail) told.chosen(id);
        else told.opened(id); // by a key, or by what speaks for the eye
      },
    },
    element("canvas", {className: "pixels", width: SIDE, height: SIDE, ariaHidden: "true"}),
    element("span", {className: "tag", ariaHidden: "true"}),
    element("span", {className: "sure", ariaHidden: "true"}),
  );
  buttons.set(id, button);
  root.append(button);
  return button;
}

function paintMark(button, mark, {size, row, place, selected, isStop, readingOf, words}) {
  const reading = readingOf(mark);
  placeBox(button, mark.box, size);
  button.tabIndex = isStop ? 0 : -1;
  button.classList.toggle("selected", mark.id === selected);
  button.classList.toggle("corrected", mark.correction !== null);
  button.classList.toggle("open", isOpen(mark, reading));
  button.dataset.verdict = reading?.verdict ?? "waiting";
  const [canvas, tag, sure] = button.children;
  // Painted and not written: what is heard says more.
  tag.dataset.shown = reading || mark.correction !== null ? signOf(mark, reading) : "…";
  sure.dataset.shown = mark.correction === null ? shortly(reading) : "";
  const said = sentenceOf(mark, reading, words);
  button.ariaLabel = fill(words.place, {line: row + 1, place: place + 1, said});
  button.title = said;
  if (button.painted !== reading) paintPixels(canvas, reading);
  button.painted = reading;
  placePixels(canvas, mark.box);
}

/** Paint what the network reads, so that the photo stays to be seen around the ink. */
function paintPixels(canvas, reading) {
  const image = new ImageData(SIDE, SIDE);
  reading?.pixels?.forEach((level, i) => image.data.set([...INK, level], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Put it where its ink is on the photo, as large as there: the ink's longer side measures 20 of 28. */
function placePixels({style}, [, , wide, high]) {
  const side = (Math.max(wide, high) * SIDE) / 20;
  style.width = `${(100 * side) / wide}%`;
  style.height = `${(100 * side) / high}%`;
}

/** Write a confidence in two figures; rounding never makes it certain. */
function shortly(reading) {
  if (!reading || reading.label === null) return "";
  return `${Math.floor(100 * probabilityOf(reading))}%`;
}

/** Say what is known of a digit. */
export function sentenceOf(mark, reading, words) {
  if (mark.correction !== null) return fill(words.said_corrected, {digit: mark.correction});
  if (!reading) return words.said_waiting;
  const {verdict, label} = reading;
  return fill(words[`said_${verdict}`], {
    digit: label,
    probability: percent(probabilityOf(reading)),
  });
}

/** Return the ink of what the network reads, 28 × 28 in [0, 1]. */
export const inkOf = (reading) =>
  Float32Array.from(reading?.pixels ?? new Uint8Array(SIDE * SIDE), (level) => level / 255);
