/**
 * How phrases are put together: each language has marks of its own for that, which come with a
 * component's words as `joints`.
 */

import {fill} from "./format.mjs";

/** Put a text behind what it is about: "conv1, map 7: strongest at the top". */
export function titled(words, title, text) {
  return fill(words.joints.titled, {title, text});
}

/** Put parts into a list within a sentence: "24% zeros, 3 silent". */
export function listed(words, parts) {
  return joined(words.joints.listed, parts);
}

/** Put clauses into one sentence: "values from 0 to 3.2; 24% zeros". */
export function clauses(words, parts) {
  return joined(words.joints.clauses, parts);
}

function joined(pair, parts) {
  return parts.reduce((list, next) => (list === "" ? `${next}` : fill(pair, {list, next})), "");
}
