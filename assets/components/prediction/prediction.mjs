/**
 * Say which digit the network reads, how sure it is, and what it saw.
 *
 * data: {words}; paints every answer that is published on the page.
 */

import {mountOnce} from "../shared/component.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {
  INPUT,
  OUTPUT,
  guessing,
  isHidden,
  passageOf,
  passing,
  reveal,
} from "../shared/live/teaching.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill} from "../shared/format.mjs";
import {mark} from "../shared/glossary/mark.mjs";
import {EMPTY} from "../shared/engine/prediction.mjs";
import {clauses} from "../shared/phrases.mjs";
import {probabilityBars} from "../shared/probability_bars.mjs";
import {nameOf, paintPixels, secondGuess, sentenceOf} from "../shared/verdicts.mjs";

export default mountOnce({build, update, leave});

function update(view, {data: {words}}) {
  view.words = words;
  setText(view.title, (view.pixels.ariaLabel = words.sees));
  view.endings ??= [
    subscribe((answer) => {
      view.answer = answer;
      paint(view);
    }),
    guessing.subscribe(() => paint(view)),
    passing.subscribe((pass) => lightUp(view, pass)),
  ];
  setText(view.show, words.show);
  view.bars.say({more: words.more_classes, fewer: words.fewer_classes});
  paint(view);
}

function leave(view) {
  for (const end of view.endings ?? []) end();
}

/** Show how far a forward pass that is played has come: to the input, or to the bars. */
function lightUp({figure, root}, pass) {
  figure.dataset.passage = passageOf(pass, INPUT);
  root.dataset.passage = passageOf(pass, OUTPUT);
}

function build() {
  /** @type {any} */
  const view = {words: {}, answer: null};
  view.digit = element("p", {className: "digit", dir: "auto"});
  view.sentence = element("span");
  view.confidence = mark("confidence", {word: ""});
  view.second = element("p", {className: "second"});
  view.show = element("button", {
    type: "button",
    className: "show",
    hidden: true,
    onclick: () => reveal(view.answer.revision),
  });
  view.said = element(
    "div",
    {className: "said"},
    element("p", {className: "sentence"}, view.sentence, " ", view.confidence),
    view.second,
    view.show,
    fromLogits(view),
  );
  view.spoken = element("p", {className: "spoken"});
  view.spoken.setAttribute("role", "status");
  view.bars = probabilityBars();
  view.pixels = element("canvas", {width: 28, height: 28, className: "pixels"});
  view.pixels.setAttribute("role", "img");
  view.title = element("figcaption");
  view.figure = element("figure", {}, view.pixels, view.title);
  view.root = element(
    "section",
    {className: "prediction", dataset: {testid: "prediction"}},
    element("div", {className: "top"}, view.digit, view.said, view.figure),
    view.bars.root,
    view.spoken,
  );
  return view;
}

/** Say what the probabilities come from, and by which function. */
function fromLogits(view) {
  view.functions = {
    softmax: mark("softmax", {word: "softmax"}),
    sigmoid: mark("sigmoid", {word: "sigmoid"}),
  };
  const {softmax, sigmoid} = view.functions;
  sigmoid.hidden = true;
  const arrow = element("span", {ariaHidden: "true"}, " → ");
  return element(
    "p",
    {className: "from"},
    mark("logits", {word: "logits"}),
    arrow,
    softmax,
    sigmoid,
  );
}

function paint(view) {
  const {answer, words, root} = view;
  if (!answer) return;
  const {label, probabilities, isDemonstration} = answer;
  const hidden = isHidden(answer);
  const [known, sure] = [label !== null && !hidden, answer.verdict === "digit"];
  const name = known && sure ? nameOf(answer, label) : label === null ? "" : "?";
  setText(view.digit, name);
  view.digit.title = name.length > 2 ? name : "";
  root.classList.toggle("named", !answer.network.reads_digits);
  for (const [each, shown] of Object.entries(view.functions))
    shown.hidden = each !== answer.network.output;
  setText(view.sentence, firstSentence(answer, words));
  setText(view.second, secondSentence(answer, words));
  view.confidence.hidden = !known;
  view.show.hidden = !hidden;
  view.bars.paint(known ? probabilities : null, sure, answer.network.class_names);
  speak(view);
  paintPixels(view.pixels, answer);
  const said = toldBy(answer, hidden);
  Object.assign(root.dataset, {
    label: nameOf(answer, said.label),
    probability: said.probability,
    verdict: said.verdict,
    revision: said.revision,
    demonstration: isDemonstration,
    network: answer.network.id,
  });
}

/** What the page's own attributes tell: they give nothing away either. */
function toldBy(answer, hidden) {
  if (answer.isDemonstration) return {...EMPTY, revision: answer.revision};
  return hidden ? {...answer, label: null, probability: 0} : answer;
}

/** Tell whether there is a picture, and in it no digit. */
const foundNothing = ({verdict, isPicture}) => verdict === "empty" && isPicture;

function firstSentence(answer, words) {
  if (isHidden(answer)) return words.guess;
  return foundNothing(answer) ? words.not_found : sentenceOf(answer, words);
}

/** Speak once the pen is lifted; an empty canvas only after something was on it. */
function speak({answer, words, spoken}) {
  const {isPenDown, isDemonstration, isPicture, verdict} = answer;
  const isNews = spoken.textContent !== "" || isPicture || verdict !== "empty";
  if (isNews && !isPenDown && !isDemonstration) setText(spoken, spokenSentence(answer, words));
}

/** Say all at once what the eye finds in three places. */
function spokenSentence(answer, words) {
  const sentence = firstSentence(answer, words);
  if (answer.label === null || isHidden(answer)) return sentence;
  const first =
    answer.verdict === "digit" ? [fill(words.spoken, {digit: nameOf(answer, answer.label)})] : [];
  return clauses(words, [...first, sentence, secondGuess(answer, words)]);
}

function secondSentence(answer, words) {
  if (answer.isDemonstration) return words.demonstration;
  if (isHidden(answer)) return "";
  if (answer.label !== null) return secondGuess(answer, words);
  if (foundNothing(answer)) return words.try_again;
  return answer.verdict === "empty" ? words.begin : "";
}
