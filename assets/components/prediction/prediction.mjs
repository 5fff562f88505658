/**
 * Say which digit the network reads, how sure it is, and what it saw.
 *
 * data: {words}; paints every answer that is published on the page.
 */

import {mountOnce} from "../shared/component.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {element, setText} from "../shared/dom.mjs";
import {EMPTY} from "../shared/engine/prediction.mjs";
import {probabilityBars} from "../shared/probability_bars.mjs";
import {paintPixels, secondGuess, sentenceOf} from "../shared/verdicts.mjs";

export default mountOnce({build, update, leave});

function update(view, {data: {words}}) {
  view.words = words;
  view.title.textContent = view.pixels.ariaLabel = words.sees;
  view.unsubscribe ??= subscribe((answer) => {
    view.answer = answer;
    paint(view);
  });
  paint(view);
}

function leave(view) {
  view.unsubscribe?.();
}

function build() {
  const view = {words: {}, answer: null};
  view.digit = element("p", {className: "digit"});
  view.sentence = element("p", {className: "sentence"});
  view.second = element("p", {className: "second"});
  view.said = element("div", {className: "said"}, view.sentence, view.second);
  view.said.setAttribute("role", "status");
  view.bars = probabilityBars();
  view.pixels = element("canvas", {width: 28, height: 28, className: "pixels"});
  view.pixels.setAttribute("role", "img");
  view.title = element("figcaption");
  view.root = element(
    "section",
    {className: "prediction", dataset: {testid: "prediction"}},
    element(
      "div",
      {className: "top"},
      view.digit,
      view.said,
      element("figure", {}, view.pixels, view.title),
    ),
    view.bars.root,
  );
  return view;
}

function paint(view) {
  const {answer, words, root} = view;
  if (!answer) return;
  const {label, probabilities, isDemonstration} = answer;
  const [known, sure] = [label !== null, answer.verdict === "digit"];
  setText(view.digit, sure ? String(label) : known ? "?" : "");
  setText(view.sentence, foundNothing(answer) ? words.not_found : sentenceOf(answer, words));
  setText(view.second, secondSentence(answer, words));
  view.bars.paint(known ? probabilities : null, sure);
  paintPixels(view.pixels, answer.pixels);
  const said = isDemonstration ? {...EMPTY, revision: answer.revision} : answer;
  Object.assign(root.dataset, {
    label: said.label ?? "",
    probability: said.probability,
    verdict: said.verdict,
    revision: said.revision,
    demonstration: isDemonstration,
    network: answer.network.id,
  });
}

/** Tell whether there is a picture, and in it no digit. */
const foundNothing = ({verdict, isPicture}) => verdict === "empty" && isPicture;

function secondSentence(answer, words) {
  if (answer.isDemonstration) return words.demonstration;
  if (answer.label !== null) return secondGuess(answer, words);
  if (foundNothing(answer)) return words.try_again;
  return answer.verdict === "empty" ? words.begin : "";
}
