/** The visitor's digit in the network of one moment: what it is read as, and how surely. */

import {element} from "../../shared/dom.mjs";
import {probabilityBars} from "../../shared/probability_bars.mjs";
import {paintPixels, secondGuess, sentenceOf} from "../../shared/verdicts.mjs";

/** Build the panel: {root, show(answer, words)}; without an answer there is no digit. */
export function digitPanel() {
  const title = element("h3");
  const pixels = element("canvas", {width: 28, height: 28, className: "pixels"});
  pixels.setAttribute("role", "img");
  const digit = element("span", {className: "digit"});
  const sentence = element("p", {className: "verdict"});
  const second = element("p", {className: "second"});
  const bars = probabilityBars();
  const said = element("div", {className: "said-of-it"}, sentence, second);
  const read = element("div", {className: "read"}, pixels, digit, said);
  const missing = element("p", {className: "missing"});
  const sides = element("div", {className: "sides"}, read, bars.root);
  const root = element(
    "section",
    {className: "your-digit", dataset: {testid: "moment-digit"}},
    title,
    missing,
    sides,
  );
  const self = {root, title, pixels, digit, sentence, second, bars, read, missing};
  return {root, show: (answer, words) => show(self, answer, words)};
}

function show({root, title, pixels, digit, sentence, second, bars, read, missing}, answer, words) {
  title.textContent = words.your_digit;
  const empty = !answer || answer.verdict === "empty";
  missing.textContent = empty ? answer?.refused || words.no_digit : "";
  read.hidden = bars.root.hidden = empty;
  Object.assign(root.dataset, {
    label: answer?.label ?? "",
    probability: answer?.probability ?? "",
    verdict: answer?.verdict ?? "",
  });
  if (empty) return;
  paintPixels(pixels, answer.pixels);
  pixels.ariaLabel = words.sees;
  digit.textContent = answer.label;
  sentence.textContent = sentenceOf(answer, words);
  second.textContent = secondGuess(answer, words);
  bars.paint(answer.probabilities);
}
