/** The parts of an example that both of its files make, and numbers as formulas have them. */

import {readable} from "../../format.mjs";

/**
 * @typedef {import("../examples.mjs").Part} Part
 */

/** Refer to a sentence of the glossary's words. @returns {Part} */
export const said = (key, values = {}) => ({kind: "said", key, values});

/** Write a formula, the same in every language. @returns {Part} */
export const line = (text) => ({kind: "line", text});

/** Put a sign between two grids. @returns {Part} */
export const sign = (text) => ({kind: "sign", text});

/** Write a whole number with its thousands set apart: "9,248". */
export const count = (number) => number.toLocaleString("en-US");

/** Write a number within a formula: what is negative stands in parentheses. */
export const term = (value) => (value < 0 ? `(${readable(value)})` : readable(value));
