/** Ten bars, one for each digit's probability. */

import {element} from "./dom.mjs";
import {percent} from "./format.mjs";

const DIGITS = [...Array(10).keys()];

/** Build the bars: {root, paint(probabilities)}; null paints all of them empty. */
export function probabilityBars() {
  const bars = DIGITS.map(bar);
  const root = element("ol", {className: "bars"}, ...bars.map(({row}) => row));
  return {root, paint: (probabilities) => paint(bars, probabilities ?? DIGITS.map(() => 0))};
}

function bar(digit) {
  const fill = element("span", {className: "fill"});
  const value = element("span", {className: "value"});
  const name = element("span", {className: "name"}, String(digit));
  const row = element("li", {}, name, element("span", {className: "track"}, fill), value);
  return {row, fill, value};
}

function paint(bars, probabilities) {
  const best = Math.max(...probabilities);
  bars.forEach(({row, fill, value}, digit) => {
    const probability = probabilities[digit];
    row.classList.toggle("best", best > 0 && probability === best);
    fill.style.transform = `scaleX(${probability})`;
    const text = best > 0 ? percent(probability) : "";
    if (value.textContent !== text) value.textContent = text;
  });
}
