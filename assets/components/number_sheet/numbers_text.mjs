/** The numbers as text, line by line, to copy and to take along as a table. */

import {element, setText} from "../shared/dom.mjs";
import {csv} from "../shared/export/csv.mjs";
import {save} from "../shared/export/save.mjs";
import {fill} from "../shared/format.mjs";
import {numbersOf, textOf} from "./lines.mjs";
import {isOpen, signOf, tableOf} from "./table.mjs";

/**
 * Build the text; a click on a sign selects its box.
 *
 * @param {{selected: (id: number) => void}} told
 */
export function numbersText({selected}) {
  const title = element("h2");
  const count = element("p", {className: "count"});
  const lines = element("div", {
    className: "lines",
    tabIndex: 0,
    dataset: {testid: "numbers-text"},
  });
  lines.setAttribute("role", "region");
  lines.addEventListener(
    "click",
    ({target}) => target.dataset?.id && selected(Number(target.dataset.id)),
  );
  const copy = element("button", {type: "button"});
  const table = element("button", {type: "button"});
  const done = element("output");
  const root = element(
    "section",
    {className: "numbers"},
    element("header", {}, title, count),
    lines,
    element("div", {className: "take"}, copy, table, done),
  );
  /** @type {any} */
  const shown = {key: ""};
  copy.onclick = () => copyText(shown, done, lines);
  table.onclick = () => {
    const rows = tableOf(shown.marks, shown.readingOf);
    save("numbers.csv", new Blob([csv(rows)], {type: "text/csv"}));
  };

  function show(marks, readingOf, words, chosen) {
    Object.assign(shown, {marks, readingOf, words});
    root.hidden = false;
    setText(title, words.numbers);
    setText(copy, words.copy);
    setText(table, words.table);
    lines.ariaLabel = words.numbers;
    copy.disabled = table.disabled = !marks.length;
    const open = marks.filter((mark) => isOpen(mark, readingOf(mark))).length;
    const counts = fill(words.count, {count: marks.length});
    setText(count, open ? fill(words.count_open, {counts, open}) : marks.length ? counts : "");
    const key = JSON.stringify([marks, marks.map((mark) => signOf(mark, readingOf(mark)))]);
    if (shown.key !== key) {
      shown.key = key;
      setText(done, "");
      lines.replaceChildren(...numbersOf(marks).map((line) => lineOf(line, readingOf)));
    }
    for (const sign of lines.querySelectorAll("[data-id]"))
      sign.classList.toggle("selected", Number(sign.dataset.id) === chosen);
  }

  return {root, show};
}

function lineOf(line, readingOf) {
  const numbers = line.map((number) =>
    element("span", {className: "number"}, ...number.map((mark) => signFor(mark, readingOf(mark)))),
  );
  const spaced = numbers.flatMap((number, i) => (i ? [" ", number] : [number]));
  return element("p", {}, ...spaced);
}

function signFor(mark, reading) {
  const {id, correction} = mark;
  const kind = isOpen(mark, reading) ? "open" : correction === null ? "read" : "corrected";
  return element("span", {dataset: {id, kind}}, signOf(mark, reading));
}

async function copyText({marks, readingOf, words}, done, lines) {
  const text = textOf(marks, (mark) => signOf(mark, readingOf(mark)));
  try {
    await navigator.clipboard.writeText(text);
    setText(done, words.copied);
  } catch {
    getSelection()?.selectAllChildren(lines);
    setText(done, words.copy_yourself); // only pages that came safely may use the clipboard
  }
}
