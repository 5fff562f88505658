/** The digit that is selected: what the network read of it, and what can be done with it. */

import {buttonsFor, labelButtons} from "../shared/bringing/buttons.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";
import {paintInk, secondGuess} from "../shared/verdicts.mjs";
import {linesOf} from "./lines.mjs";
import {inkOf, sentenceOf} from "./mark_layer.mjs";
import {signOf} from "./table.mjs";

const SIDE = 28;
const DIGITS = [...Array(10).keys()];

/**
 * Build the panel.
 *
 * @param {object} told each with the id of the mark that is selected
 * @param {(id: number, digit: number | null) => void} told.correct null takes a correction back
 * @param {(id: number) => void} told.look
 * @param {(id: number) => void} told.split
 * @param {(id: number) => void} told.join
 * @param {(id: number) => void} told.remove
 */
export function digitPanel({correct, look, split, join, remove}) {
  /** @type {any} */
  const panel = {id: null};
  const act = (what) => () => what(panel.id);
  panel.pixels = element("canvas", {width: SIDE, height: SIDE, className: "read"});
  panel.pixels.setAttribute("role", "img");
  panel.sign = element("p", {className: "sign"});
  panel.place = element("p", {className: "where"});
  panel.said = element("p", {className: "said"});
  panel.second = element("p", {className: "second"});
  panel.acts = buttonsFor({
    look: act(look),
    split: act(split),
    join: act(join),
    remove: act(remove),
  });
  panel.ask = element("span", {className: "asks"});
  panel.digits = DIGITS.map((digit) =>
    element("button", {type: "button", onclick: () => toggle(digit)}, String(digit)),
  );
  panel.row = element("div", {className: "correct"}, panel.ask, ...panel.digits);
  panel.row.setAttribute("role", "group");
  panel.hint = element("p", {className: "hint"});
  panel.body = element(
    "div",
    {className: "digit"},
    panel.pixels,
    panel.sign,
    element("div", {className: "sentences"}, panel.place, panel.said, panel.second),
  );
  panel.tools = element("div", {className: "ways acts"}, ...Object.values(panel.acts));
  panel.root = element(
    "section",
    {className: "selected-digit", dataset: {testid: "selected-digit"}},
    panel.body,
    panel.tools,
    panel.row,
    panel.hint,
  );

  function toggle(digit) {
    correct(panel.id, panel.correction === digit ? null : digit);
  }

  return {root: panel.root, show: (...shown) => show(panel, ...shown)};
}

function show(panel, marks, selected, readingOf, words) {
  const mark = marks.find(({id}) => id === selected);
  panel.id = mark?.id ?? null;
  panel.correction = mark?.correction ?? null;
  panel.root.hidden = !marks.length;
  panel.body.hidden = panel.tools.hidden = panel.row.hidden = !mark;
  setText(panel.hint, mark ? words.keys_hint : words.choose_hint);
  panel.hint.classList.toggle("keys", Boolean(mark));
  if (!mark) return;
  const reading = readingOf(mark);
  labelButtons(panel.acts, words);
  panel.acts.look.disabled = !reading;
  setText(panel.sign, signOf(mark, reading));
  setText(panel.place, placeOf(marks, mark, words));
  setText(panel.said, sentenceOf(mark, reading, words));
  setText(panel.second, secondLine(mark, reading, words));
  setText(panel.ask, words.correct);
  panel.row.ariaLabel = words.correct;
  panel.pixels.ariaLabel = words.sees;
  paintInk(panel.pixels, inkOf(reading), [SIDE, SIDE]);
  panel.digits.forEach((button, digit) => {
    button.ariaPressed = String(mark.correction === digit);
    button.ariaLabel = fill(words.correct_to, {digit});
  });
}

function placeOf(marks, mark, words) {
  const lines = linesOf(marks);
  const line = lines.findIndex((each) => each.includes(mark));
  return fill(words.where, {line: line + 1, place: lines[line].indexOf(mark) + 1});
}

function secondLine(mark, reading, words) {
  if (!reading || reading.label === null) return "";
  if (mark.correction !== null) return fill(words.was_read, {digit: reading.label});
  return secondGuess(reading, words);
}
