/** Which digits of the validation part the network of one moment mistakes for which. */

import {element, setText} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {counted} from "../numbers.mjs";

const DIGITS = [...Array(10).keys()];

/** Build the panel: {root, show(confusion, words)}; rows are labels, columns predictions. */
export function confusionPanel() {
  const title = element("h3");
  const said = element("p", {className: "note"});
  const corner = element("th", {className: "corner"});
  const head = element("tr", {}, corner, ...DIGITS.map((digit) => heading(digit, "col")));
  const cells = DIGITS.map(() => DIGITS.map(() => element("td")));
  const rows = cells.map((row, label) => element("tr", {}, heading(label, "row"), ...row));
  const table = element("table", {}, head, ...rows);
  const across = element("span", {className: "across"});
  const down = element("span", {className: "down"});
  const matrix = element("div", {className: "matrix"}, across, down, table);
  const root = element(
    "section",
    {className: "confusion", dataset: {testid: "moment-confusion"}},
    title,
    said,
    matrix,
  );
  return {
    root,
    show: (confusion, words) =>
      show({root, title, said, across, down, table, cells}, confusion, words),
  };
}

function heading(digit, scope) {
  return element("th", {scope}, String(digit));
}

function show({root, title, said, across, down, table, cells}, confusion, words) {
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const right = DIGITS.reduce((sum, digit) => sum + confusion[digit][digit], 0);
  setText(title, (table.ariaLabel = words.confusion));
  setText(across, words.read_as);
  setText(down, words.written);
  setText(said, fill(words.misread, {wrong: counted(total - right), total: counted(total)}));
  Object.assign(root.dataset, {wrong: total - right, total});
  confusion.forEach((row, label) => {
    const written = row.reduce((sum, count) => sum + count, 0) || 1;
    row.forEach((count, read) =>
      paintCell(cells[label][read], count, count / written, label === read),
    );
  });
}

function paintCell(cell, count, share, right) {
  setText(cell, count ? String(count) : "");
  cell.className = right ? "right" : "wrong";
  // The square root lifts single mistakes above the paper.
  cell.style.setProperty("--share", `${Math.round(100 * Math.sqrt(share))}%`);
  cell.classList.toggle("full", share > 0.3);
}
