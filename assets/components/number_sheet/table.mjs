/** What is known of each digit of a page: its sign in the text, and the table to take along. */

import {linesOf} from "./lines.mjs";

export const UNKNOWN = "?"; // stands for what the network is not sure of, and nobody has corrected

const HEADING = [
  "line",
  "position",
  "x",
  "y",
  "width",
  "height",
  "digit",
  "read_as",
  "confidence",
  "verdict",
  "corrected",
];

/**
 * @typedef {object} Reading
 * @property {number | null} label
 * @property {number[]} probabilities
 * @property {string} verdict "digit", "unsure" or "empty"
 * @property {Uint8Array | null} pixels 28 × 28, 0 = paper
 *
 * @typedef {import("./boxes.mjs").Mark} Mark
 * @typedef {(mark: Mark) => Reading | undefined} ReadingOf
 */

/** Return the probability of what is read, 0 where nothing is. @param {Reading} reading */
export const probabilityOf = ({label, probabilities}) =>
  label === null ? 0 : (probabilities[label] ?? 0);

/**
 * Return what stands for a digit in the text: what the visitor says, else what is read.
 *
 * @param {Mark} mark
 * @param {Reading | undefined} reading
 */
export function signOf({correction}, reading) {
  if (correction !== null) return String(correction);
  return reading?.verdict === "digit" ? String(reading.label) : UNKNOWN;
}

/** Return whether the network leaves a digit open, and nobody has said what it is. */
export const isOpen = (mark, reading) =>
  mark.correction === null && reading !== undefined && reading.verdict !== "digit";

/**
 * List all digits for `csv`, in reading order; the first row is the heading.
 *
 * @param {readonly Mark[]} marks
 * @param {ReadingOf} readingOf
 */
export function tableOf(marks, readingOf) {
  const rows = linesOf(marks).flatMap((line, row) =>
    line.map((mark, place) => {
      const reading = readingOf(mark);
      const sign = signOf(mark, reading);
      const known = reading && reading.label !== null;
      return [
        row + 1,
        place + 1,
        ...mark.box,
        sign === UNKNOWN ? "" : sign,
        known ? reading.label : "",
        known ? probabilityOf(reading).toFixed(6) : "",
        reading?.verdict ?? "",
        mark.correction === null ? "no" : "yes",
      ];
    }),
  );
  return [HEADING, ...rows];
}
