/** The glossary's terms beside a training, explained with what its network makes of the digit. */

import {termRow} from "../shared/glossary/term_row.mjs";

const OF_THE_COURSE = [
  "loss",
  "accuracy",
  "validation_set",
  "overfitting",
  "learning_rate",
  "epoch",
];
const OF_A_MOMENT = ["kernel", "feature_map", "activation", "relu", "softmax", "confidence"];

/**
 * Build the rows of terms beside the curves and beside a moment: [course, moment].
 *
 * @param {() => import("../shared/glossary/mark.mjs").Spot} at the moment's reading and layer
 */
export function watchTerms(at) {
  return [OF_THE_COURSE, OF_A_MOMENT].map((keys) => {
    const row = termRow(at);
    row.show(keys);
    return row.root;
  });
}
