/**
 * Show how a drawing or picture became pixels, step by step, and which step made the difference.
 *
 * data: {words, skip}; paints every reading that is published on the page, some twenty times a
 *   second while the pen moves: each step is read by the network as well.
 * state: skip = names of the steps that are switched off
 */

import {mountOnce} from "../shared/component.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {guessing, isHidden, numbersShown} from "../shared/live/teaching.mjs";
import {nameOf, paintInk} from "../shared/verdicts.mjs";
import {guesses} from "./guesses.mjs";
import {element, setText} from "../shared/dom.mjs";
import {mark} from "../shared/glossary/mark.mjs";
import {fill, percent} from "../shared/format.mjs";
import {listed} from "../shared/phrases.mjs";

const EVERY = 50; // milliseconds

export default mountOnce({build, update, leave});

function update(view, {data, setStateValue}) {
  Object.assign(view, {words: data.words, setStateValue});
  setText(view.title, data.words.title);
  // What the page says of a switch before the last one is out of date: it would undo the last.
  if (!view.awaited || view.awaited === keyOf(data.skip)) {
    Object.assign(view, {skip: new Set(data.skip), awaited: null});
  }
  view.endings ??= [
    subscribe((answer) => {
      view.answer = answer;
      paintSoon(view);
    }),
    guessing.subscribe(() => paint(view)),
  ];
  paint(view);
}

function leave(view) {
  clearTimeout(view.waiting);
  for (const end of view.endings ?? []) end();
}

function build() {
  const view = {frames: [], answer: null, guesses: guesses()};
  view.list = element("ol");
  view.title = element("h2");
  view.verdict = element("p", {className: "saved"});
  view.root = element(
    "section",
    {className: "film", dataset: {testid: "film-strip"}},
    view.title,
    mark("preprocessing", {word: ""}),
    view.verdict,
    view.list,
  );
  return view;
}

function paintSoon(view) {
  view.waiting ??= setTimeout(() => {
    view.waiting = null;
    paint(view);
  }, EVERY);
}

function paint(view) {
  if (!view.answer) return;
  const {verdict, revision, isPicture} = view.answer;
  const film = view.guesses(view.answer);
  const steps = verdict === "empty" && !isPicture ? film.slice(0, 1) : film;
  const names = steps.map(({name}) => name).join();
  if (view.names !== names) {
    view.names = names;
    view.frames = steps.map((step, i) => frameOf(view, step, i > 0 && i === steps.length - 1));
    view.list.replaceChildren(...view.frames.map(({item}) => item));
  }
  const isSilent = verdict === "empty" || isHidden(view.answer);
  const saving = isSilent ? 0 : savingStep(steps);
  steps.forEach((step, i) =>
    paintFrame(view, view.frames[i], step, i === saving && i > 0, isSilent),
  );
  setText(view.verdict, savedSentence(view, steps, saving));
  view.verdict.classList.toggle("agreed", verdict !== "empty" && saving === 0);
  view.root.dataset.revision = revision;
}

/** Find the step from which on every guess is the last one: 0 when all steps agree. */
export function savingStep(steps) {
  const final = steps.at(-1).label;
  let first = steps.length - 1;
  while (first > 0 && steps[first - 1].label === final) first -= 1;
  return first;
}

function savedSentence({words, answer}, steps, saving) {
  const {verdict, isPicture} = answer;
  if (isHidden(answer)) return "";
  if (verdict === "empty") return isPicture ? words.not_found : words.nothing;
  if (saving === 0) return fill(words.agreed, {digit: nameOf(answer, steps.at(-1).label)});
  return fill(words.saved, {
    step: words.steps[steps[saving].name],
    digit: nameOf(answer, steps.at(-1).label),
    before: nameOf(answer, steps[saving - 1].label),
  });
}

function frameOf(view, {name}, isInput) {
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const numbers = element("p", {className: "numbers"});
  const guess = element("p", {className: "guess"});
  const title = element("span", {className: "title"}, view.words.steps[name]);
  const box = element("input", {
    type: "checkbox",
    onchange: () => switched(view, name, box.checked),
  });
  const heading =
    name === "source" ? title : element("label", {title: view.words.switch}, box, title);
  const item = element(
    "li",
    {dataset: {step: name}},
    isInput ? inputPicture(view, canvas) : element("div", {className: "picture"}, canvas),
    heading,
    numbers,
    guess,
  );
  return {item, canvas, numbers, guess, box, heading};
}

/** The last picture is what the network reads: it opens as numbers. */
function inputPicture({words}, canvas) {
  const onclick = () => numbersShown.publish(true);
  const sign = element("span", {className: "sign", ariaHidden: "true"});
  return element(
    "button",
    {
      type: "button",
      className: "picture",
      title: words.as_numbers,
      ariaLabel: words.as_numbers,
      onclick,
    },
    canvas,
    sign,
  );
}

const keyOf = (skip) => [...skip].sort().join();

function switched(view, name, on) {
  if (on) view.skip.delete(name);
  else view.skip.add(name);
  view.awaited = keyOf(view.skip);
  view.setStateValue("skip", [...view.skip]);
}

function paintFrame(view, frame, step, saves, isSilent) {
  const {words} = view;
  frame.box.checked = !view.skip.has(step.name); // what was asked for, before its answer is there
  frame.item.classList.toggle("off", !step.applied);
  frame.item.classList.toggle("saves", saves);
  setText(frame.numbers, step.applied ? numbersSentence(words, step) : words.off);
  const said = {digit: nameOf(view.answer, step.label), probability: percent(step.probability)};
  setText(frame.guess, isSilent ? "" : fill(words.guess, said));
  const label = `${words.steps[step.name]}. ${frame.numbers.textContent} ${frame.guess.textContent}`;
  if (frame.canvas.ariaLabel !== label) frame.canvas.ariaLabel = label;
  paintInk(frame.canvas, step.picture, step.shape);
}

function numbersSentence(words, {name, numbers}) {
  if (name === "polarity") return numbers.inverted ? words.inverted : words.upright;
  if (name === "center") return movedSentence(words, numbers);
  const written = Object.entries(numbers).map(([key, value]) => [key, writtenAs(key, value)]);
  return fill(words.numbers[name] ?? "", Object.fromEntries(written));
}

const SHARES = ["share", "darkest", "brightest", "threshold"];

function writtenAs(key, value) {
  if (SHARES.includes(key)) return `${Math.round(100 * value)}%`;
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** Say where the ink was moved to: "4.7 px right, 0.8 px up". */
function movedSentence(words, {right, down}) {
  const {moved} = words;
  const sideways = fill(right < 0 ? moved.left : moved.right, {by: Math.abs(right).toFixed(1)});
  const upright = fill(down < 0 ? moved.up : moved.down, {by: Math.abs(down).toFixed(1)});
  return listed(words, [sideways, upright]);
}
