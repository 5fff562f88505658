/**
 * Draw a digit with mouse, finger, pen or keys, or bring a picture of one; have it read at once.
 *
 * data: a frame (shared/live/frames.mjs) whose head is {words, mailbox, samples, network, skip,
 *   most_bytes, digit, page, refusal} and whose body holds the numbers of a picture; __init__.py
 *   beside this says what they are
 * state: drawing = {revision, strokes, picture: id or null}, where the mailbox did not get it in time
 * triggers, each with the revision that it is to replace:
 *   brought = {revision, file: a data URL, state: "raw"}, or what was on the canvas before the
 *   server knew of it, its state "cut" or "ready"; chosen = {revision, name} of a sample;
 *   page = {} asks for the page of numbers
 */

import {mountOnce} from "../shared/component.mjs";
import {unframe} from "../shared/live/frames.mjs";
import {element, setText} from "../shared/dom.mjs";
import {isWriting} from "../shared/keys.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {sampleRow} from "../shared/samples.mjs";
import {bringing, canPaste} from "../shared/bringing/bringing.mjs";
import {buttonsFor, labelButtons} from "../shared/bringing/buttons.mjs";
import {camera} from "../shared/bringing/camera.mjs";
import {runWhenConnectedAgain} from "../shared/live/connection.mjs";
import {answered, bring, openCamera, tell} from "./asking.mjs";
import {demonstration} from "./demonstration.mjs";
import {fieldFrame} from "./field_frame.mjs";
import {
  ERASER,
  WIDTH_RANGE,
  adopt,
  clear,
  contentOf,
  drawingEditor,
  leaveKeys,
  travel,
} from "./editor.mjs";
import {contentBefore, keeping} from "./keeping.mjs";
import {keyPressed} from "./keyboard.mjs";
import {liveReading} from "./live_reading.mjs";
import {networkState} from "./network_state.mjs";
import {notice} from "../shared/bringing/notice.mjs";
import {paintCanvas} from "./painting.mjs";
import {listenToPen} from "./pen_input.mjs";
import {lookAt, othersBar, paintOthers} from "./others.mjs";
import {imageOf, keepPicture, readPicture} from "./pictures.mjs";
import {pixelSaver, saveContent} from "./saving.mjs";
import {sessionLink} from "./session_link.mjs";
import {severalDigits} from "./several.mjs";

// What was on the canvas when its page was left; the session may not have all of it yet.
/** @type {{history: any, revision: number} | null} */
let left = null;
// Where the session of this page leaves its drawings: another one knows nothing of the canvas.
let mailbox = "";

export default mountOnce({build, update, leave});

function build() {
  /** @type {any} */
  const view = {words: {}, saver: pixelSaver()};
  view.ended = new AbortController(); // of what it listens to beside its own root
  view.editor = drawingEditor({
    before: left,
    changed: () => changed(view),
    finished: () => finished(view),
  });
  view.networkState = networkState(() => view.live.use(view.network, view.skip));
  view.several = severalDigits();
  view.live = liveReading((progress) => networkCame(view, progress), view.several);
  view.session = sessionLink(
    () => drawingOf(view),
    (drawing) => view.setStateValue("drawing", drawing),
  );
  view.keeping = keeping(() => keptOf(view));
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
  view.notice = notice();
  arrangeTools(view);
  arrangeWays(view);
  view.status = element("p", {className: "status"});
  view.status.setAttribute("role", "status");
  view.field = fieldFrame(() => ({
    digit: view.several.narrowed(digitOf(view)),
    skip: view.skip ?? [],
  }));
  view.others = othersBar({
    page: () => tell(view, "page", {}),
    chosen: (number) => lookAt(view, number),
  });
  view.paper = element(
    "div",
    {className: "paper"},
    view.canvas,
    view.sheet,
    view.hint,
    view.camera.root,
    view.others.root,
    view.notice.root,
    view.field.root,
  );
  view.root = element(
    "div",
    {className: "desk"},
    view.paper,
    view.toolbar,
    element("div", {className: "sources"}, view.wayBar, view.samples.root),
    view.networkState.root,
    view.status,
  );
}

function arrangeTools(view) {
  view.size = element("input", {type: "range", ...WIDTH_RANGE, value: view.editor.width});
  view.sizeLabel = element("label", {className: "size"}, view.size, element("span"));
  view.tools = buttonsFor({
    pen: () => choose(view, "pen"),
    eraser: () => choose(view, "eraser"),
    undo: () => travel(view.editor, "undo"),
    redo: () => travel(view.editor, "redo"),
    clear: () => clear(view.editor),
  });
  const {pen, eraser, undo, redo, clear: clearing} = view.tools;
  const tools = [pen, eraser, view.sizeLabel, undo, redo, clearing];
  view.toolbar = element("div", {className: "tools"}, ...tools);
}

/** Arrange the ways to bring a picture, and to take one along. */
function arrangeWays(view) {
  const failed = (word) => view.notice.say(view.words[word]);
  view.bringing = bringing(view.ended.signal, {
    brought: (file) => bring(view, file),
    failed,
    hovered: (isOver) => view.paper.classList.toggle("over", isOver),
  });
  const closed = () => view.ways.camera.focus({preventScroll: true});
  view.camera = camera({taken: view.bringing.bring, failed, closed});
  view.ways = buttonsFor({
    upload: view.bringing.choose,
    camera: () => openCamera(view),
    paste: view.bringing.paste,
    save: () => saveContent(view.editor.history.content),
    save_pixels: () => view.saver.save(),
  });
  view.ways.paste.hidden = !canPaste();
  view.wayBar = element(
    "div",
    {className: "ways"},
    ...Object.values(view.ways),
    view.bringing.picker,
  );
  view.samples = sampleRow((name) => tell(view, "chosen", {name}));
}

function listen(view) {
  const {canvas, editor} = view;
  listenToPen(canvas, editor, () => touched(view));
  canvas.addEventListener("blur", () => {
    leaveKeys(editor);
    paint(view);
  });
  view.size.addEventListener("input", () => (editor.width = Number(view.size.value)));
  const {signal} = view.ended;
  document.addEventListener("keydown", (event) => !isWriting(event) && pressed(view, event), {
    signal,
  });
  view.resized = new ResizeObserver(() => paint(view));
  view.resized.observe(canvas);
  view.unsubscribe = subscribe((reading) => wasRead(view, reading));
  hurry(view);
  runWhenConnectedAgain(signal, () => editor.revision > 0);
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
  view.camera.close();
  view.keeping.end();
  view.unsubscribe();
  view.field.end();
  resized.disconnect();
  ended.abort();
  left = {history: editor.history, revision: editor.revision};
}

function update(view, {data, setStateValue, setTriggerValue}) {
  Object.assign(view, {setStateValue, setTriggerValue});
  const {head, body} = unframe(data);
  const {words, network, skip, page} = head;
  Object.assign(view, {words, network, skip, page});
  view.bringing.limit(head.most_bytes);
  label(view);
  view.samples.show(head.samples);
  if (head.digit?.picture) keepPicture(head.digit.picture, body);
  follow(view, head);
  answered(view, head.refusal);
  left = null;
  view.live.show(digitOf(view), true);
  view.live.use(view.network, view.skip);
  paint(view);
}

/** See to it that canvas and session have the same digit. */
function follow(view, head) {
  const {editor, session} = view;
  const content = mailbox === head.mailbox ? null : unknownContent(editor);
  mailbox = head.mailbox;
  if (!content || content.picture) take(view, head.digit);
  if (content) bringBack(view, content, head.digit);
  if (session.use(mailbox) && editor.revision > (head.digit?.revision ?? 0)) session.changed();
}

/** Return what a new session does not know: what is here already, or was before a reload. */
function unknownContent({revision, history}) {
  if (revision) return history.content;
  return mailbox ? null : contentBefore();
}

/** Take what the server has on the canvas, where that is newer. */
function take(view, digit) {
  if (adopt(view.editor, digit)) {
    view.demonstration.end();
    view.notice.say("");
  }
  if (mailbox && view.editor.revision) view.keeping.changed();
}

/** Give a session what was on the canvas before it began: the page or the server is a new one. */
function bringBack(view, {strokes, picture}, digit) {
  const revision = Math.max(view.editor.revision, (digit?.revision ?? 0) + 1);
  if (picture) {
    const state = picture.ready ? "ready" : "cut";
    view.setTriggerValue("brought", {revision, file: picture.source, state});
  } else {
    take(view, {revision, strokes, picture});
  }
}

function label(view) {
  const {words} = view;
  view.networkState.words = words;
  view.canvas.ariaLabel = words.canvas;
  setText(view.sizeLabel.lastChild, words.width);
  labelButtons({...view.tools, ...view.ways}, words);
  view.saver.label(view.ways.save_pixels, words);
  view.bringing.picker.ariaLabel = words.upload_hint;
  view.camera.label(words);
  view.notice.label(words);
}

function choose(view, name) {
  view.editor.tool = name;
  paint(view);
}

// --- drawing ---

function touched(view) {
  view.editor.cursor = null;
  view.demonstration.end();
  view.notice.say("");
}

function pressed(view, event) {
  const {editor, canvas} = view;
  if (!keyPressed(editor, event, event.composedPath()[0] === canvas)) return;
  view.demonstration.end();
  view.size.value = editor.width;
  paint(view);
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
  if (picture) return {revision, picture: readPicture(picture.id)};
  return {revision, strokes, isPenDown: Boolean(editor.stroke)};
}

function finished(view) {
  view.session.changed();
  if (mailbox) view.keeping.changed(); // or the session would take it for a link's
}

/** What a reload brings back. */
function keptOf({editor}) {
  const {strokes, picture} = editor.history.content;
  return {strokes, picture, pixels: picture && readPicture(picture.id)?.pixels};
}

/** The drawing as the session keeps it, and which of its strokes are looked at. */
function drawingOf({editor: {history, revision}, several}) {
  const {strokes, picture} = history.content;
  const drawing = {revision, strokes, picture: picture?.id ?? null};
  const {strokes: chosen} = several.narrowed({revision, strokes});
  if (chosen === strokes) return drawing;
  return {...drawing, chosen: chosen.map((stroke) => strokes.indexOf(stroke))};
}

/** Keep what was read, to be saved; nothing pretends to be a digit where none are read. */
function wasRead(view, reading) {
  if (reading.isDemonstration && !reading.network.reads_digits) view.demonstration.end();
  else view.saver.take(view.ways.save_pixels, reading);
  paintOthers(view);
}

// --- painting ---

/** Paint everything once, before the browser shows its next frame. */
function paint(view) {
  view.painting ||= requestAnimationFrame(() => {
    view.painting = null;
    paintNow(view);
  });
}

function paintNow(view) {
  const {canvas, editor} = view;
  const {strokes, picture} = contentOf(editor);
  const image = picture && imageOf(picture, () => paint(view));
  paintCanvas(canvas, {strokes, image, cursor: cursorOf(editor)});
  canvas.dataset.revision = editor.revision;
  canvas.classList.toggle("erasing", editor.tool === "eraser");
  const {strokes: written} = view.demonstration;
  view.sheet.hidden = !written; // painted only where it shows something
  if (written) paintCanvas(view.sheet, {strokes: written, image: null, cursor: null});
  view.hint.hidden = Boolean(strokes.length || picture || editor.cursor);
  view.hint.classList.toggle("below", Boolean(written));
  setText(view.hint, written ? view.words.demonstration : view.words.hint);
  const focused = view.root.getRootNode().activeElement;
  const {pen, eraser, undo, redo, clear: clearing} = view.tools;
  undo.disabled = !editor.history.canUndo;
  redo.disabled = !editor.history.canRedo;
  clearing.disabled = view.ways.save.disabled = !strokes.length && !picture;
  if (focused?.disabled) canvas.focus({preventScroll: true}); // or the keys would be for nothing
  pen.ariaPressed = String(editor.tool === "pen");
  eraser.ariaPressed = String(editor.tool === "eraser");
}

function cursorOf({cursor, tool, width, stroke}) {
  const radius = tool === "eraser" ? ERASER : width / 2 + 3;
  return cursor && {place: cursor, radius, down: Boolean(stroke)};
}
