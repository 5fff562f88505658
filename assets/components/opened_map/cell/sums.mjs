/** Sums as people read them: which product first, how many decimals, as a table. */

import {float32Text} from "../../shared/export/csv.mjs";

export const ORDERS = ["place", "size"];
export const DECIMALS = [2, 4, 8];

/** Write a number with a fixed count of decimals and a true minus sign; never "−0.00". */
export function decimal(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** Order groups and their terms: as they lie, or the largest first whatever their sign. */
export function ordered(groups, order) {
  if (order === "place") return groups;
  const bySize = (size) => (left, right) => Math.abs(size(right)) - Math.abs(size(left));
  return groups
    .map((group) => ({...group, terms: group.terms.toSorted(bySize(({product}) => product))}))
    .sort(bySize(({subtotal}) => subtotal));
}

/** Measure the terms of a group: how many columns they fill as they lie. */
export function columnsOf(terms) {
  return new Set(terms.map(({column}) => column)).size || 1;
}

/** Lay the products of a group out as a map: {values, height, width, top, left}. */
export function productMap(terms) {
  const [rows, columns] = [terms.map(({row}) => row), terms.map(({column}) => column)];
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const [height, width] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1];
  const values = new Float32Array(height * width);
  for (const {row, column, product} of terms) values[(row - top) * width + column - left] = product;
  return {values, height, width, top, left};
}

/** List all products as rows of a table, the heading first. */
export function productRows(groups) {
  const rows = [["layer", "channel", "row", "column", "input", "weight", "product", "padded"]];
  for (const {layer, channel, terms} of groups) {
    for (const {row, column, input, weight, product, padded} of terms) {
      rows.push([
        layer,
        channel,
        row,
        column,
        float32Text(Math.fround(input)),
        weight,
        product,
        padded,
      ]);
    }
  }
  return rows;
}

/** Count the products of a sum, and how many of them are padding. */
export function counted(groups) {
  const terms = groups.flatMap((group) => group.terms);
  return {products: terms.length, padded: terms.filter(({padded}) => padded).length};
}
