/** Ten bars, one for each digit's probability. */

import {element, setText} from "./dom.mjs";
import {percent} from "./format.mjs";

const DIGITS = [...Array(10).keys()];

/**
 * Build the bars: {root, paint(probabilities, isSure)}; null paints all of them empty, and where it
 * is not sure none of them stands out.
 */
export function probabilityBars() {
  const bars = DIGITS.map(bar);
  const root = element("ol", {className: "bars"}, ...bars.map(({row}) => row));
  return {
    root,
    paint: (probabilities, isSure = true) =>
      paint(bars, probabilities ?? DIGITS.map(() => 0), isSure),
  };
}

function bar(digit) {
  const fill = element("span", {className: "fill"});
  const value = element("span", {className: "value"});
  const name = element("span", {className: "name"}, String(digit));
  const row = element("li", {}, name, element("span", {className: "track"}, fill), value);
  return {row, fill, value};
}

function paint(bars, probabilities, isSure) {
  const best = Math.max(...probabilities);
  bars.forEach(({row, fill, value}, digit) => {
    const probability = probabilities[digit];
    row.classList.toggle("best", isSure && best > 0 && probability === best);
    setShare(fill, probability.toFixed(3)); // a bar is some 150 pixels long
    setText(value, best > 0 ? percent(probability) : "");
  });
}

/** Set how long a bar is, where that differs: each writing costs the browser a new style. */
function setShare(fill, share) {
  if (fill.dataset.share === share) return;
  fill.dataset.share = share;
  fill.style.setProperty("--share", share);
}
