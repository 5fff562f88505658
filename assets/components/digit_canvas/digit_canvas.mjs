/**
 * Draw a digit with mouse, finger, pen or keys, and have it read while it is drawn.
 *
 * data: a frame (shared/live/frames.mjs) whose head is {words, mailbox, network, skip, most_bytes,
 *   digit} and whose body holds the numbers of a picture; __init__.py beside this says what they are
 * state: drawing = {revision, strokes, picture: id or null}, where the mailbox did not get it in time
 * trigger: pasted = a data URL of the picture that was pasted or dropped
 */

import {mountOnce} from "../shared/component.mjs";
import {unframe} from "../shared/live/frames.mjs";
import {element, icon, setText} from "../shared/dom.mjs";
import {isWriting, keyHint} from "../shared/keys.mjs";
import {SIDE} from "../shared/pen/preprocessing.mjs";
import {CANVAS} from "../shared/pen/strokes.mjs";
import {
  ERASER,
  WIDTH_RANGE,
  adopt,
  begin,
  clear,
  contentOf,
  drawingEditor,
  extend,
  leaveKeys,
  lift,
  travel,
} from "./editor.mjs";
import {demonstration} from "./demonstration.mjs";
import {keyPressed} from "./keyboard.mjs";
import {liveReading} from "./live_reading.mjs";
import {networkState} from "./network_state.mjs";
import {paintCanvas} from "./painting.mjs";
import {sessionLink} from "./session_link.mjs";

// What was on the canvas when its page was left; the session may not have all of it yet.
/** @type {{history: any, revision: number} | null} */
let left = null;
// What the server made of each picture: id -> {pixels, steps}; undo may bring one back.
const pictures = new Map();

export default mountOnce({build, update, leave});

function build() {
  /** @type {any} */
  const view = {
    words: {},
    images: new Map(), // picture id -> Image
    ended: new AbortController(), // of what it listens to beside its own root
  };
  view.editor = drawingEditor({
    before: left,
    changed: () => changed(view),
    finished: () => view.session.changed(),
  });
  view.networkState = networkState(() => view.live.use(view.network, view.skip));
  view.live = liveReading((progress) => networkCame(view, progress));
  view.session = sessionLink(
    () => drawingOf(view),
    (drawing) => view.setStateValue("drawing", drawing),
  );
  view.demonstration = demonstration(() => demonstrated(view));
  arrange(view);
  listen(view);
  return view;
}

function arrange(view) {
  view.canvas = element("canvas", {tabIndex: 0, dataset: {testid: "digit-canvas", revision: 0}});
  view.canvas.setAttribute("role", "application");
  view.sheet = element("canvas", {className: "sheet", ariaHidden: "true"});
  view.hint = element("p", {className: "hint", ariaHidden: "true"});
  view.pen = toolButton(() => choose(view, "pen"), "M3 17l1-4L14 3l3 3L7 16z");
  view.eraser = toolButton(() => choose(view, "eraser"), "M3 12l8-8 6 6-7 7H7zM8 7l6 6");
  view.size = element("input", {type: "range", ...WIDTH_RANGE, value: view.editor.width});
  view.sizeLabel = element("label", {className: "size"}, view.size, element("span"));
  view.undo = toolButton(() => travel(view.editor, "undo"), "M8 4L4 8l4 4M4 8h8a4 4 0 010 8H8");
  view.redo = toolButton(() => travel(view.editor, "redo"), "M12 4l4 4-4 4M16 8H8a4 4 0 000 8h4");
  view.clear = toolButton(() => clear(view.editor), "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11");
  view.status = element("p", {className: "status"});
  view.status.setAttribute("role", "status");
  view.root = element(
    "div",
    {className: "desk"},
    element("div", {className: "paper"}, view.canvas, view.sheet, view.hint),
    element(
      "div",
      {className: "tools"},
      view.pen,
      view.eraser,
      view.sizeLabel,
      view.undo,
      view.redo,
      view.clear,
    ),
    view.networkState.root,
    view.status,
  );
}

function toolButton(onclick, path) {
  return element("button", {type: "button", onclick}, icon(path), element("span"));
}

function listen(view) {
  const {canvas, root, editor} = view;
  canvas.addEventListener("pointerdown", (event) => penTouched(view, event));
  canvas.addEventListener("pointermove", (event) => penMoved(view, event));
  canvas.addEventListener("pointerup", () => lift(editor));
  canvas.addEventListener("pointercancel", () => lift(editor));
  canvas.addEventListener("blur", () => {
    leaveKeys(editor);
    paint(view);
  });
  root.addEventListener("dragover", (event) => event.preventDefault());
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    pictureCame(view, event.dataTransfer);
  });
  view.size.addEventListener("input", () => (editor.width = Number(view.size.value)));
  const {signal} = view.ended;
  const pasted = (event) => !isWriting(event) && pictureCame(view, event.clipboardData);
  document.addEventListener("paste", pasted, {signal});
  document.addEventListener("keydown", (event) => !isWriting(event) && pressed(view, event), {
    signal,
  });
  view.resized = new ResizeObserver(() => paint(view));
  view.resized.observe(canvas);
  hurry(view);
}

/** Before a visitor does something else, the session has the drawing. */
function hurry({root, session, ended}) {
  const elsewhere = (event) => event.composedPath().includes(root) || session.settle();
  const {signal} = ended;
  window.addEventListener("pointerdown", elsewhere, {capture: true, signal});
  window.addEventListener("keydown", session.settle, {capture: true, signal});
  // A mouse tells earlier; a finger leaves whenever it is lifted.
  root.addEventListener(
    "pointerleave",
    ({pointerType}) => pointerType === "mouse" && session.settle(),
  );
}

function leave(view) {
  const {resized, ended, editor} = view;
  view.demonstration.end();
  resized.disconnect();
  ended.abort();
  left = {history: editor.history, revision: editor.revision};
}

function update(view, {data, setStateValue, setTriggerValue}) {
  Object.assign(view, {setStateValue, setTriggerValue});
  const {head, body} = unframe(data);
  Object.assign(view, {words: head.words, network: head.network, skip: head.skip});
  view.mostBytes = head.most_bytes;
  label(view);
  const {editor} = view;
  if (head.digit?.picture) keepPicture(head.digit.picture, body);
  if (adopt(editor, head.digit)) view.demonstration.end();
  if (view.session.use(head.mailbox) && editor.revision > (head.digit?.revision ?? 0))
    view.session.changed();
  left = null;
  view.live.show(digitOf(view), true);
  view.live.use(view.network, view.skip);
  paint(view);
}

/** Keep what the server made of a picture, with the steps that are switched on now. */
function keepPicture({id, pixels, steps}, body) {
  const floats = (at, length) => new Float32Array(body.buffer, body.byteOffset + at, length);
  pictures.set(id, {
    pixels: pixels === null ? null : floats(pixels, SIDE * SIDE),
    steps: steps.map((step) => ({
      ...step,
      picture: floats(step.picture, step.shape[0] * step.shape[1]),
      pixels: floats(step.pixels, SIDE * SIDE),
    })),
  });
}

function label(view) {
  const {words} = view;
  view.networkState.words = words;
  view.canvas.ariaLabel = words.canvas;
  setText(view.sizeLabel.lastChild, words.width);
  for (const name of ["pen", "eraser", "undo", "redo", "clear"]) {
    setText(view[name].lastChild, words[name]);
    view[name].title = keyHint(words[`${name}_key`]);
  }
}

function choose(view, name) {
  view.editor.tool = name;
  paint(view);
}

// --- drawing ---

function penTouched(view, event) {
  // A right click opens the menu; a second finger is not a second pen.
  if (!event.isPrimary || event.button !== 0) return;
  view.canvas.setPointerCapture(event.pointerId);
  view.editor.cursor = null;
  view.demonstration.end();
  begin(view.editor, placeOf(view, event));
}

function penMoved(view, event) {
  if (!view.editor.stroke || !event.isPrimary) return;
  const events = event.getCoalescedEvents?.() ?? [];
  extend(
    view.editor,
    (events.length ? events : [event]).map((each) => placeOf(view, each)),
  );
}

function pressed(view, event) {
  const {editor, canvas} = view;
  if (!keyPressed(editor, event, event.composedPath()[0] === canvas)) return;
  view.demonstration.end();
  view.size.value = editor.width;
  paint(view);
}

function placeOf(view, event) {
  const box = view.canvas.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * CANVAS;
  const y = ((event.clientY - box.top) / box.height) * CANVAS;
  const clamp = (value) => Math.round(Math.max(0, Math.min(CANVAS, value)) * 10) / 10;
  return [clamp(x), clamp(y)];
}

// --- telling others ---

function changed(view) {
  view.canvas.dataset.revision = view.editor.revision;
  view.live.show(digitOf(view), !view.editor.stroke);
  paint(view);
}

function networkCame(view, progress) {
  view.networkState.came(progress);
  if ("ready" in progress && !view.editor.revision) view.demonstration.begin();
}

/** Show the demonstration as far as it is; of the drawing and of the session it is no part. */
function demonstrated(view) {
  view.live.show(digitOf(view), true);
  paint(view);
}

/** What the network is to read: the strokes, or what the server made of the picture. */
function digitOf({editor, demonstration: {strokes: written}}) {
  const {revision} = editor;
  if (written) return {revision, strokes: written, isDemonstration: true};
  const {strokes, picture} = contentOf(editor);
  if (picture) return {revision, picture: pictures.get(picture.id)};
  return {revision, strokes, isPenDown: Boolean(editor.stroke)};
}

/** The drawing as the session keeps it. */
function drawingOf({editor: {history, revision}}) {
  const {strokes, picture} = history.content;
  return {revision, strokes, picture: picture?.id ?? null};
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
  setText(view.status, sentence);
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
  const {canvas, editor} = view;
  const {strokes, picture} = contentOf(editor);
  const cursor = cursorOf(editor);
  paintCanvas(canvas, {strokes, image: picture && imageOf(view, picture), cursor});
  canvas.dataset.revision = editor.revision;
  canvas.classList.toggle("erasing", editor.tool === "eraser");
  const {strokes: written} = view.demonstration;
  paintCanvas(view.sheet, {strokes: written ?? [], image: null, cursor: null});
  view.hint.hidden = Boolean(strokes.length || picture || cursor);
  view.hint.classList.toggle("below", Boolean(written));
  setText(view.hint, written ? view.words.demonstration : view.words.hint);
  const focused = view.root.getRootNode().activeElement;
  view.undo.disabled = !editor.history.canUndo;
  view.redo.disabled = !editor.history.canRedo;
  view.clear.disabled = !strokes.length && !picture;
  if (focused?.disabled) canvas.focus({preventScroll: true}); // or the keys would be for nothing
  view.pen.ariaPressed = String(editor.tool === "pen");
  view.eraser.ariaPressed = String(editor.tool === "eraser");
}

function cursorOf({cursor, tool, width, stroke}) {
  const radius = tool === "eraser" ? ERASER : width / 2 + 3;
  return cursor && {place: cursor, radius, down: Boolean(stroke)};
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
