/** A confusion matrix of the ten digits: rows are labels, columns predictions. */

import {element, setText} from "./dom.mjs";
import {fill} from "./format.mjs";

const DIGITS = [...Array(10).keys()];
const STRONG = 70; // percent of amber, from which on a number is dark in both themes

/**
 * Build the matrix: {table, cells, show}; `cells[label][prediction]` is what is painted.
 *
 * @param {(label: number, prediction: number) => HTMLElement} [make] what stands in a cell, where
 *   it is more than a number
 */
export function confusionMatrix(make) {
  const read = element("th", {colSpan: DIGITS.length, className: "axis"});
  const written = element("th", {rowSpan: DIGITS.length, className: "axis side"});
  const cells = DIGITS.map((label) =>
    DIGITS.map((prediction) => make?.(label, prediction) ?? element("td")),
  );
  const corner = () => element("td", {colSpan: 2, className: "corner"});
  const digits = DIGITS.map((digit) => heading(digit, "col"));
  const head = [element("tr", {}, corner(), read), element("tr", {}, corner(), ...digits)];
  const rows = cells.map((row, label) => {
    const tiles = row.map((cell) => (make ? element("td", {}, cell) : cell));
    return element("tr", {}, ...(label ? [] : [written]), heading(label, "row"), ...tiles);
  });
  const table = element("table", {}, element("thead", {}, ...head), element("tbody", {}, ...rows));
  return {table, cells, show: (scene) => show({table, read, written, cells}, scene)};
}

function heading(digit, scope) {
  return element("th", {scope}, String(digit));
}

/**
 * Show `counts`, [[count of a prediction, …] of a label, …], colored where they are errors, or
 * else by `shareOf(label, prediction, count)`: how strongly, in percent; above `strong` a number
 * stands on color.
 */
function show(
  {table, read, written, cells},
  {counts, words, shareOf = errorShares(counts), strong = STRONG},
) {
  table.ariaLabel = words.name;
  setText(read, words.read);
  setText(written, words.written);
  counts.forEach((row, label) =>
    row.forEach((count, prediction) => {
      const share = shareOf(label, prediction, count);
      const cell = cells[label][prediction];
      setText(cell, count ? String(count) : "");
      cell.className = label === prediction ? "right" : "wrong";
      cell.classList.toggle("strong", share > strong);
      cell.style.setProperty("--share", `${share}%`);
    }),
  );
}

// The diagonal, what is predicted right, is a hundred times the rest: it has numbers but no color.
function errorShares(counts) {
  const most = mostErrors(counts);
  return (label, prediction, count) => (label === prediction || !count ? 0 : strength(count, most));
}

/** Return the largest count beside the diagonal; at least 1. */
export function mostErrors(counts) {
  return Math.max(1, ...counts.flatMap((row, label) => row.filter((_, read) => read !== label)));
}

/** Return how strongly a cell of errors is colored, in percent: a single one can be seen. */
export function strength(count, most) {
  return Math.round(14 + 76 * Math.sqrt(count / most));
}

/** Return what a cell counts, as `words.right` or `words.wrong` says it. */
export function cellSentence(words, [label, prediction], count) {
  return fill(label === prediction ? words.right : words.wrong, {label, prediction, count});
}
