/** Which digits of the validation part the network of one moment mistakes for which. */

import {confusionMatrix} from "../../shared/confusion_matrix.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {counted, fill} from "../../shared/format.mjs";

const STRONG = 55; // percent of color, from which on a number stands out in the paper's color

/** Build the panel: {root, show(confusion, words)}; rows are labels, columns predictions. */
export function confusionPanel() {
  const title = element("h3");
  const said = element("p", {className: "note"});
  const matrix = confusionMatrix();
  const root = element(
    "section",
    {className: "confusion", dataset: {testid: "moment-confusion"}},
    title,
    said,
    element("div", {className: "matrix"}, matrix.table),
  );
  return {root, show: (confusion, words) => show({root, title, said, matrix}, confusion, words)};
}

function show({root, title, said, matrix}, confusion, words) {
  const written = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const total = written.reduce((sum, count) => sum + count, 0);
  const wrong = total - confusion.reduce((sum, row, digit) => sum + row[digit], 0);
  setText(title, words.confusion);
  setText(said, fill(words.misread, {wrong: counted(wrong), total: counted(total)}));
  Object.assign(root.dataset, {wrong, total});
  matrix.show({
    counts: confusion,
    words: {name: words.confusion, read: words.read_as, written: words.written},
    // The square root lifts single mistakes above the paper.
    shareOf: (label, _, count) => Math.round(100 * Math.sqrt(count / (written[label] || 1))),
    strong: STRONG,
  });
}
