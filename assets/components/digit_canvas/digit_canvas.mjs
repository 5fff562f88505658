/**
 * Draw a digit with mouse, finger, pen or keys, and have it read while it is drawn.
 *
 * data: a frame (shared/answers.mjs) whose head is {words, network, skip, digit, most_bytes} and
 *   whose body is the answer to a picture, or empty. A pasted picture has at most `most_bytes`. `digit` is null or {revision, strokes, picture}, with
 *   picture null or {id, source}: `source` is a data URL.
 * state: drawing = {revision, strokes, picture: id or null}, once the pen is lifted
 * trigger: pasted = a data URL of the picture that was pasted or dropped
 */

import {mountOnce} from "../shared/component.mjs";
import {decode, publish} from "../shared/live/answers.mjs";
import {unframe} from "../shared/live/frames.mjs";
import {element, icon} from "../shared/dom.mjs";
import {asker} from "../shared/live/ask.mjs";
import {CANVAS, erased, history} from "./drawing.mjs";
import {paintCanvas} from "./painting.mjs";

const COARSE = 20; // canvas units: the grid of the arrow keys
const COMMIT_EVERY = 300; // milliseconds between two scripts that one visitor starts
const ERASER = 14; // canvas units, its radius
const EMPTY = {strokes: [], picture: null};

// What was on the canvas when its page was left; the session may not have all of it yet.
let left = null;

export default mountOnce({build, update, leave});

function leave(view) {
  view.unmounted();
}

function build() {
  const view = {
    history: left?.history ?? history(EMPTY),
    revision: left?.revision ?? 0,
    stroke: null, // the one being drawn
    tool: "pen",
    width: 16,
    cursor: null, // [x, y] of the arrow keys
    network: "default",
    skip: [],
    words: {},
    images: new Map(), // picture id -> Image
  };
  view.ask = asker({
    answered: (bytes) => {
      publish(decode(bytes));
      say(view, "");
    },
    failed: (sentence) => say(view, sentence || view.words.unreachable),
  });
  arrange(view);
  listen(view);
  return view;
}

function arrange(view) {
  view.canvas = element("canvas", {tabIndex: 0, dataset: {testid: "digit-canvas", revision: 0}});
  view.canvas.setAttribute("role", "application");
  view.hint = element("p", {className: "hint", ariaHidden: "true"});
  view.pen = tool(() => choose(view, "pen"), "M3 17l1-4L14 3l3 3L7 16z");
  view.eraser = tool(() => choose(view, "eraser"), "M3 12l8-8 6 6-7 7H7zM8 7l6 6");
  view.size = element("input", {type: "range", min: 8, max: 36, step: 2, value: view.width});
  view.sizeLabel = element("label", {className: "size"}, element("span"), view.size);
  view.undo = tool(() => travel(view, "undo"), "M8 4L4 8l4 4M4 8h8a4 4 0 010 8H8");
  view.redo = tool(() => travel(view, "redo"), "M12 4l4 4-4 4M16 8H8a4 4 0 000 8h4");
  view.clear = tool(() => clear(view), "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11");
  view.status = element("p", {className: "status"});
  view.status.setAttribute("role", "status");
  view.root = element(
    "div",
    {className: "desk"},
    element("div", {className: "paper"}, view.canvas, view.hint),
    element(
      "div",
      {className: "tools"},
      element("div", {className: "group"}, view.pen, view.eraser),
      element("div", {className: "group"}, view.undo, view.redo, view.clear),
      view.sizeLabel,
    ),
    view.status,
  );
}

function tool(onclick, path) {
  return element("button", {type: "button", onclick}, icon(path), element("span"));
}

function listen(view) {
  const {canvas, root} = view;
  canvas.addEventListener("pointerdown", (event) => penTouched(view, event));
  canvas.addEventListener("pointermove", (event) => penMoved(view, event));
  canvas.addEventListener("pointerup", () => penLifted(view));
  canvas.addEventListener("pointercancel", () => penLifted(view));
  root.addEventListener("keydown", (event) => keyPressed(view, event));
  canvas.addEventListener("blur", () => keyboardLeft(view));
  canvas.addEventListener("pointerleave", () => view.committing && commitNow(view));
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    pictureCame(view, event.dataTransfer);
  });
  view.size.addEventListener("input", () => (view.width = Number(view.size.value)));
  const pasted = (event) => {
    const typing = event.composedPath()[0]?.matches?.("input:not([type=range]), textarea");
    if (!typing) pictureCame(view, event.clipboardData);
  };
  document.addEventListener("paste", pasted);
  const resized = new ResizeObserver(() => paint(view));
  resized.observe(canvas);
  view.unmounted = () => {
    document.removeEventListener("paste", pasted);
    resized.disconnect();
    clearTimeout(view.committing);
    left = {history: view.history, revision: view.revision};
  };
}

function update(view, {data, setStateValue, setTriggerValue}) {
  Object.assign(view, {setStateValue, setTriggerValue});
  const {head, body} = unframe(data);
  view.words = head.words;
  view.mostBytes = head.most_bytes;
  label(view);
  const moved = view.network !== head.network || view.skip.join() !== head.skip.join();
  view.network = head.network;
  view.skip = head.skip;
  const adopted = adopt(view, head.digit);
  if (left && view.revision > (head.digit?.revision ?? 0)) commit(view);
  left = null;
  if (body.length) publish(decode(body));
  else if ((adopted || moved || !view.asked) && !view.stroke) ask(view);
  paint(view);
}

/** Take over what the session holds when it is newer than what is here. */
function adopt(view, digit) {
  if (!digit || digit.revision <= view.revision) return false;
  const content = {strokes: digit.strokes, picture: digit.picture};
  if (view.revision === 0) view.history = history(content);
  else view.history.replace(content);
  view.revision = digit.revision;
  return true;
}

function label(view) {
  const {words} = view;
  view.canvas.ariaLabel = words.canvas;
  view.hint.textContent = words.hint;
  view.sizeLabel.firstChild.textContent = words.width;
  for (const name of ["pen", "eraser", "undo", "redo", "clear"]) {
    view[name].lastChild.textContent = words[name];
    view[name].title = words[`${name}_key`];
  }
}

function choose(view, name) {
  view.tool = name;
  paint(view);
}

// --- drawing ---

function penTouched(view, event) {
  // A right click opens the menu; a second finger is not a second pen.
  if (!event.isPrimary || event.button !== 0) return;
  view.canvas.setPointerCapture(event.pointerId);
  view.cursor = null;
  begin(view, placeOf(view, event));
}

function penMoved(view, event) {
  if (!view.stroke || !event.isPrimary) return;
  const events = event.getCoalescedEvents?.() ?? [];
  for (const each of events.length ? events : [event]) extend(view, placeOf(view, each));
  changed(view);
}

function penLifted(view) {
  if (!view.stroke) return;
  const {strokes} = content(view);
  view.stroke = null;
  if (strokes !== view.history.content.strokes) view.history.replace({strokes, picture: null});
  view.erasing = null;
  changed(view);
  commit(view);
}

function begin(view, [x, y]) {
  if (view.tool === "eraser") {
    view.stroke = {points: [x, y]};
    view.erasing = view.history.content.strokes;
    erase(view, x, y, x, y);
  } else {
    view.stroke = {width: view.width, points: [x, y]};
  }
  changed(view);
}

function extend(view, [x, y]) {
  const {points} = view.stroke;
  const [lastX, lastY] = points.slice(-2);
  if (view.tool === "eraser") erase(view, lastX, lastY, x, y);
  if (Math.hypot(x - lastX, y - lastY) >= 1) points.push(x, y);
}

/** Erase along a way, in steps that a fast hand does not jump over. */
function erase(view, fromX, fromY, toX, toY) {
  const steps = Math.max(1, Math.ceil(Math.hypot(toX - fromX, toY - fromY) / (ERASER / 2)));
  for (let i = 1; i <= steps; i++) {
    const t = i / steps;
    view.erasing = erased(
      view.erasing,
      fromX + t * (toX - fromX),
      fromY + t * (toY - fromY),
      ERASER,
    );
  }
}

/** What is on the canvas at this moment, the stroke being drawn included. */
function content(view) {
  const {strokes, picture} = view.history.content;
  if (!view.stroke) return {strokes, picture};
  if (view.erasing) {
    // An eraser cannot cut a picture; touching it leaves it as it is.
    const same =
      view.erasing.length === strokes.length && view.erasing.every((s, i) => s === strokes[i]);
    return same ? {strokes, picture} : {strokes: view.erasing, picture};
  }
  return {strokes: picture ? [view.stroke] : [...strokes, view.stroke], picture: null};
}

function placeOf(view, event) {
  const box = view.canvas.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * CANVAS;
  const y = ((event.clientY - box.top) / box.height) * CANVAS;
  const clamp = (value) => Math.round(Math.max(0, Math.min(CANVAS, value)) * 10) / 10;
  return [clamp(x), clamp(y)];
}

function travel(view, way) {
  if (view.stroke || !view.history[way]()) return;
  changed(view);
  commit(view);
}

function clear(view) {
  const {strokes, picture} = view.history.content;
  if (view.stroke || (!strokes.length && !picture)) return;
  view.history.replace(EMPTY);
  changed(view);
  commit(view);
}

const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

function keyPressed(view, event) {
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  const onCanvas = event.composedPath()[0] === view.canvas;
  if (command && key === "z") travel(view, event.shiftKey ? "redo" : "undo");
  else if (command && key === "y") travel(view, "redo");
  else if (command || !onCanvas) return;
  else if (ARROWS[event.key]) moveCursor(view, ARROWS[event.key]);
  else if (key === " " || key === "enter") toggleKeyPen(view);
  else if (key === "escape") penLifted(view);
  else if (key === "delete" || key === "backspace") clear(view);
  else if (key === "e") choose(view, "eraser");
  else if (key === "p") choose(view, "pen");
  else if (key === "[" || key === "]") resizePen(view, key === "]" ? 2 : -2);
  else return;
  event.preventDefault();
}

function moveCursor(view, [right, down]) {
  const [x, y] = view.cursor ?? [CANVAS / 2, CANVAS / 2];
  const clamp = (value) => Math.max(COARSE / 2, Math.min(CANVAS - COARSE / 2, value));
  view.cursor = view.cursor ? [clamp(x + right * COARSE), clamp(y + down * COARSE)] : [x, y];
  if (!view.stroke) return paint(view);
  extend(view, view.cursor);
  changed(view);
}

function toggleKeyPen(view) {
  view.cursor ??= [CANVAS / 2, CANVAS / 2];
  if (view.stroke) penLifted(view);
  else begin(view, view.cursor);
}

function keyboardLeft(view) {
  if (view.cursor) penLifted(view);
  view.cursor = null;
  paint(view);
}

function resizePen(view, by) {
  view.width = Math.max(8, Math.min(36, view.width + by));
  view.size.value = view.width;
}

// --- telling others ---

function changed(view) {
  view.revision += 1;
  view.canvas.dataset.revision = view.revision;
  paint(view);
  ask(view);
}

function ask(view) {
  const {strokes, picture} = content(view);
  if (picture) return; // the session answers for pictures: only it has all of them
  view.asked = true;
  view.ask({
    network: view.network,
    revision: view.revision,
    strokes,
    skip: view.skip,
    film: !view.stroke,
  });
}

/** Give the drawing to the session, at once or shortly after the last one. */
function commit(view) {
  clearTimeout(view.committing);
  const pause = (view.committed ?? -COMMIT_EVERY) + COMMIT_EVERY - performance.now();
  if (pause > 0) view.committing = setTimeout(() => commitNow(view), pause);
  else commitNow(view);
}

/** Whoever leaves the canvas may be on the way to another page: nothing waits then. */
function commitNow(view) {
  clearTimeout(view.committing);
  view.committing = null;
  view.committed = performance.now();
  const {strokes, picture} = view.history.content;
  view.setStateValue("drawing", {revision: view.revision, strokes, picture: picture?.id ?? null});
}

async function pictureCame(view, transfer) {
  const file = [...(transfer?.files ?? [])][0];
  if (!file) return;
  if (file.size > view.mostBytes) return say(view, view.words.too_large);
  const reader = new FileReader();
  reader.onload = () => view.setTriggerValue("pasted", reader.result);
  reader.readAsDataURL(file);
}

function say(view, sentence) {
  if (view.status.textContent !== sentence) view.status.textContent = sentence;
}

/** Paint everything once, before the browser shows its next frame. */
function paint(view) {
  if (view.painting) return;
  view.painting = requestAnimationFrame(() => {
    view.painting = null;
    paintNow(view);
  });
}

function paintNow(view) {
  const {canvas} = view;
  const {strokes, picture} = content(view);
  const cursor = view.cursor && {
    place: view.cursor,
    radius: view.tool === "eraser" ? ERASER : view.width / 2 + 3,
    down: Boolean(view.stroke),
  };
  paintCanvas(canvas, {strokes, image: picture && imageOf(view, picture), cursor});
  canvas.dataset.revision = view.revision;
  canvas.classList.toggle("erasing", view.tool === "eraser");
  view.hint.hidden = Boolean(strokes.length || picture || cursor);
  view.undo.disabled = !view.history.canUndo;
  view.redo.disabled = !view.history.canRedo;
  view.clear.disabled = !strokes.length && !picture;
  view.pen.ariaPressed = String(view.tool === "pen");
  view.eraser.ariaPressed = String(view.tool === "eraser");
}

function imageOf(view, {id, source}) {
  if (!view.images.has(id)) {
    const image = new Image();
    image.onload = () => paint(view);
    image.src = source;
    view.images.set(id, image);
  }
  return view.images.get(id);
}
