/**
 * A confusion matrix that is only read.
 *
 * data: {words: {name, read, written, right, wrong}, counts: [[count of a prediction, …], …]}
 */

import {mountOnce} from "../shared/component.mjs";
import {cellSentence, confusionMatrix} from "../shared/confusion_matrix.mjs";
import {element} from "../shared/dom.mjs";

export default mountOnce({build, update});

function build() {
  const matrix = confusionMatrix(() => element("span"));
  const root = element(
    "div",
    {className: "matrix", dataset: {testid: "confusion-matrix"}},
    matrix.table,
  );
  return {root, matrix};
}

function update({matrix}, {data: {words, counts}}) {
  matrix.show({counts, words});
  counts.forEach((row, label) =>
    row.forEach((count, prediction) => {
      matrix.cells[label][prediction].title = cellSentence(words, [label, prediction], count);
    }),
  );
}
