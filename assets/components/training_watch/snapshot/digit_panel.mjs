/** The visitor's digit in the network of one moment: what it is read as, and how surely. */

import {element, setText} from "../../shared/dom.mjs";
import {probabilityBars} from "../../shared/probability_bars.mjs";
import {paintPixels, secondGuess, sentenceOf} from "../../shared/verdicts.mjs";

/** Build the panel: {root, show(reading, words)}; without a reading there is no digit. */
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
  return {root, show: (reading, words) => show(self, reading, words)};
}

function show({root, title, pixels, digit, sentence, second, bars, read, missing}, reading, words) {
  setText(title, words.your_digit);
  setText(missing, reading ? "" : words.no_digit);
  read.hidden = bars.root.hidden = !reading;
  const {verdict = "", label = null, probability = ""} = reading ?? {};
  const known = label !== null;
  Object.assign(root.dataset, {label: known ? label : "", probability, verdict});
  if (!reading) return;
  paintPixels(pixels, reading);
  pixels.ariaLabel = words.sees;
  setText(digit, known ? String(label) : "");
  setText(sentence, sentenceOf(reading, words));
  setText(second, known ? secondGuess(reading, words) : "");
  bars.paint(known ? reading.probabilities : null);
}
