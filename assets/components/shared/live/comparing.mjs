/**
 * What the visitor's digit is compared with, known to all components of a page.
 *
 * @typedef {import("./readings.mjs").Reading} Reading
 * @typedef {import("../arithmetic/network.mjs").Network} Network
 *
 * @typedef {object} Pair two readings; layers have the names of the first one's network
 * @property {Reading} a the visitor's digit, by their network
 * @property {Reading} b the other
 * @property {Network} network the second one's
 * @property {{name: string, apart: number}[]} measured how far they are apart, by layer
 *
 * @typedef {object} Comparison
 * @property {Pair} pair
 * @property {"a" | "b" | "both" | "difference"} shown which of them the stage shows
 * @property {Record<string, string>} sides what they are called
 */

/** @type {Set<(comparison: Comparison | null) => void>} */
const listeners = new Set();
/** @type {Comparison | null} */
let newest = null;

/** Return what is compared now. */
export const comparisonNow = () => newest;

/**
 * Call `listener` with each comparison, and with null once there is none; returns what ends that.
 *
 * @param {(comparison: Comparison | null) => void} listener
 */
export function subscribeToComparison(listener) {
  listeners.add(listener);
  if (newest) listener(newest);
  return () => listeners.delete(listener);
}

/** @param {Comparison | null} comparison anew with each reading */
export function publishComparison(comparison) {
  if (!comparison && !newest) return;
  newest = comparison;
  for (const listener of listeners) listener(comparison);
}
