/**
 * A page of numbers: bring a picture of it, see the box of each digit and what is read in it, put
 * right what is wrong, take the numbers along, and open any digit in the network.
 *
 * data: a frame (shared/live/frames.mjs) whose head is {words, most_bytes, most_marks, sample,
 *   refusal, sheet} and whose body holds the pixels of digits; __init__.py beside this says what
 *   they are
 * triggers:
 *   brought = {file: a data URL, state: "raw"}, the page to try: {state: "sample"}, or what a
 *   session does not know: {file, marks, revision, state: "kept"}
 *   edited = {sheet, revision, marks: [{id, box, correction}], known: ids whose digit is here}
 *   opened = the same with the id of the mark whose digit goes to the stage
 */

import {bringing, canPaste} from "../shared/bringing/bringing.mjs";
import {buttonsFor, labelButtons} from "../shared/bringing/buttons.mjs";
import {camera} from "../shared/bringing/camera.mjs";
import {notice} from "../shared/bringing/notice.mjs";
import {mountOnce} from "../shared/component.mjs";
import {choice, fillChoice} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";
import {runWhenConnectedAgain} from "../shared/live/connection.mjs";
import {unframe} from "../shared/live/frames.mjs";
import {withBox} from "./boxes.mjs";
import {digitPanel} from "./digit_panel.mjs";
import {
  add,
  addInTheMiddle,
  change,
  correct,
  go,
  joinMark,
  open,
  remove,
  say,
  select,
  setEditing,
  splitMark,
} from "./editing.mjs";
import {inkCounter} from "./ink.mjs";
import {keyPressed, undoPressed} from "./keyboard.mjs";
import {markLayer} from "./mark_layer.mjs";
import {numbersText} from "./numbers_text.mjs";
import {currentSheet, forget, keepNow, readingOf, takeSheet, unknownSheet} from "./sheet_store.mjs";
import {signOf} from "./table.mjs";

const PATIENCE = 400; // milliseconds for which a picture may be read without a word
const STEPS = ["photo", "paper", "ink", "pieces", "digits"];

let refused = 0; // the number of the last refusal that was said

export default mountOnce({build, update, leave});

function build() {
  /** @type {any} */
  const view = {words: {}, ended: new AbortController(), isEditing: false};
  view.repaint = () => paint(view);
  view.ink = inkCounter();
  arrangeWays(view);
  arrangePicture(view);
  view.text = numbersText({selected: (id) => select(view, id)});
  view.panel = digitPanel({
    correct: (id, digit) => correct(view, id, digit),
    look: (id) => open(view, id),
    split: (id) => splitMark(view, id),
    join: (id) => joinMark(view, id),
    remove: (id) => remove(view, id),
  });
  view.spoken = element("p", {className: "spoken"});
  view.spoken.setAttribute("role", "status");
  const left = element("div", {className: "left"}, view.bar, view.stand, view.stepBar);
  const right = element("div", {className: "right"}, view.text.root, view.panel.root);
  view.root = element(
    "section",
    {className: "sheet", dataset: {testid: "number-sheet"}},
    left,
    right,
    view.spoken,
  );
  listen(view);
  return view;
}

function arrangeWays(view) {
  const failed = (word) => view.notice.say(view.words[word]);
  view.bringing = bringing(view.ended.signal, {
    brought: (file) => bring(view, {file, state: "raw"}),
    failed,
    hovered: (isOver) => view.stand.classList.toggle("over", isOver),
  });
  const closed = () => view.ways.camera.focus({preventScroll: true});
  view.camera = camera({taken: view.bringing.bring, failed, closed, isSquare: false});
  view.notice = notice();
  view.ways = buttonsFor({
    upload: view.bringing.choose,
    camera: () => view.camera.open(),
    paste: view.bringing.paste,
    sample: () => bring(view, {state: "sample"}),
  });
  view.ways.paste.hidden = !canPaste();
  view.tools = buttonsFor({
    edit: () => setEditing(view, !view.isEditing),
    add: () => addInTheMiddle(view),
    undo: () => go(view, "undo"),
    redo: () => go(view, "redo"),
  });
  view.bar = element(
    "div",
    {className: "bar"},
    element("div", {className: "ways"}, ...Object.values(view.ways), view.bringing.picker),
    element("div", {className: "ways tools"}, ...Object.values(view.tools)),
  );
}

function arrangePicture(view) {
  view.image = element("img", {draggable: false});
  view.marks = markLayer({
    chosen: (id) => (view.isEditing ? select(view, id) : open(view, id)),
    opened: (id) => open(view, id),
    selected: (id) => select(view, id),
    reshaped: (id, box) => change(view, (marks) => withBox(marks, id, box), "reshaped"),
    drawn: (box) => add(view, box),
  });
  view.marks.root.addEventListener("keydown", (event) => keyPressed(view, event));
  view.invitation = element("p");
  view.trial = element("img", {alt: ""});
  view.trialButton = element(
    "button",
    {type: "button", className: "trial", onclick: () => bring(view, {state: "sample"})},
    view.trial,
    element("span"),
  );
  view.empty = element("div", {className: "empty"}, view.invitation, view.trialButton);
  view.busy = element("p", {className: "busy", hidden: true});
  view.picture = element("div", {className: "picture"}, view.image, view.marks.root);
  const over = [view.camera.root, view.notice.root, view.busy];
  view.stand = element("div", {className: "stand"}, view.empty, view.picture, ...over);
  view.steps = choice("sheet-step", (step) => {
    currentSheet().step = step;
    paint(view);
  });
  view.caption = element("p", {className: "caption"});
  view.stepBar = element("div", {className: "steps"}, view.steps, view.caption);
}

function listen(view) {
  const {signal} = view.ended;
  document.addEventListener("keydown", (event) => undoPressed(view, event), {signal});
  addEventListener("pagehide", keepNow, {signal});
  runWhenConnectedAgain(signal, () => currentSheet() !== null);
}

function leave(view) {
  view.camera.close();
  view.ended.abort();
  keepNow();
}

function update(view, {data, setTriggerValue}) {
  const {head, body} = unframe(data);
  Object.assign(view, {words: head.words, mostMarks: head.most_marks, tell: setTriggerValue});
  view.bringing.limit(head.most_bytes);
  view.trial.src = head.sample;
  label(view);
  answered(view, head);
  if (head.sheet) take(view, head.sheet, body);
  else bringBack(view);
  paint(view);
}

function take(view, sheet, body) {
  const isNew = takeSheet(sheet, body);
  const {size, pictures} = currentSheet();
  if (sheet.pictures) view.ink.load(pictures.ink, size);
  // Whoever comes back from the stage goes on where they left.
  if (!view.hasShown && sheet.opened !== null) {
    currentSheet().selected = sheet.opened;
    view.marks.focusSoon(sheet.opened);
  }
  view.hasShown = true;
  if (!isNew) return;
  view.notice.say("");
  view.isEditing = false;
  const count = sheet.marks.length;
  if (sheet.revision === 0) say(view, count ? fill(view.words.found, {count}) : "not_found");
}

/** Give a session the page that it does not know: the page or the server is a new one. */
function bringBack(view) {
  const kept = view.hasAsked ? null : unknownSheet();
  if (!kept) return;
  view.hasAsked = true;
  bring(view, {...kept, state: "kept"});
}

function answered(view, {refusal}) {
  clearTimeout(view.awaited);
  view.busy.hidden = true;
  if (!refusal || refusal.number === refused) return;
  refused = refusal.number;
  if (view.hasAsked && !currentSheet()) forget();
  view.notice.say(refusal.sentence);
}

/** Give a picture to the server, which says what is in it. */
function bring(view, content) {
  view.notice.say("");
  view.tell("brought", content);
  view.awaited = setTimeout(() => (view.busy.hidden = false), PATIENCE);
}

function label(view) {
  const {words, tools, ways} = view;
  labelButtons({...ways, ...tools}, words);
  view.root.ariaLabel = words.title;
  view.bringing.picker.ariaLabel = words.upload_hint;
  view.camera.label(words);
  view.notice.label(words);
  view.marks.label(words);
  setText(view.busy, words.reading);
  setText(view.invitation, words.invitation);
  setText(view.trialButton.lastChild, words.try_sample);
}

// --- painting ---

function paint(view) {
  const sheet = currentSheet();
  view.empty.hidden = sheet !== null;
  view.picture.hidden = view.stepBar.hidden = sheet === null;
  view.root.classList.toggle("begun", sheet !== null);
  view.root.classList.toggle("editing", view.isEditing);
  const marks = sheet?.history.content ?? [];
  const {tools, words} = view;
  tools.undo.disabled = !sheet?.history.canUndo;
  tools.redo.disabled = !sheet?.history.canRedo;
  tools.edit.disabled = tools.add.disabled = !sheet;
  tools.edit.ariaPressed = String(view.isEditing);
  view.text.show(marks, readingOf, words, sheet?.selected ?? null);
  view.panel.show(marks, sheet?.selected ?? null, readingOf, words);
  const shown = marks.map((mark) => signOf(mark, readingOf(mark))).join("");
  Object.assign(view.root.dataset, {
    count: marks.length,
    signs: shown,
    revision: sheet?.revision ?? 0,
  });
  if (sheet) paintPicture(view, sheet, marks);
}

function paintPicture(view, sheet, marks) {
  const {size, pictures, step, selected} = sheet;
  const {words} = view;
  fillChoice(view.steps, words.steps, pick(words.step, STEPS), step);
  setText(view.caption, view.isEditing ? words.edit_hint : words.step_caption[step]);
  const source = pictures[step] ?? pictures.photo;
  if (view.image.src !== source) view.image.src = source;
  view.image.alt = words.step_caption[step];
  view.picture.style.setProperty("--ratio", String(size[0] / size[1]));
  view.picture.dataset.step = step;
  view.marks.show({size, marks, selected, readingOf, isEditing: view.isEditing, words});
}

const pick = (words, names) => Object.fromEntries(names.map((name) => [name, words[name]]));
