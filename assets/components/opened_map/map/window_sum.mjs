/** What a window reads, in numbers: the cells under it, the kernel, their products, and what follows. */

import {colorOf, css, scaleOf} from "../../shared/color.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {inkOn} from "../../shared/painting.mjs";
import {decimal} from "../cell/sums.mjs";
import {domainOf} from "../tensors.mjs";

const DIGITS = 2; // decimals of the numbers in the grids

/** Build the grids; `show(...)` fills them, in place. */
export function windowSum() {
  const [inputs, weights, products] = ["inputs", "weights", "products"].map(gridOf);
  const signs = ["×", "="].map((sign) => element("span", {className: "sign"}, sign));
  const root = element(
    "div",
    {className: "window-sum", dataset: {testid: "window-sum"}},
    inputs.root,
    signs[0],
    weights.root,
    signs[1],
    products.root,
  );
  const self = {root, inputs, weights, products, signs};
  return Object.assign(self, {show: (shown) => show(self, shown)});
}

function gridOf(name) {
  const caption = element("figcaption");
  const cells = element("div", {className: "numbers"});
  return {caption, cells, root: element("figure", {dataset: {grid: name}}, caption, cells)};
}

/**
 * Show a group of a cell (arithmetic/cells.mjs): where it has no weights, as a pool, its inputs alone.
 *
 * `scales` are {source, kernel}, `words` {inputs, weights, products}.
 */
function show(self, {group, cell, scales, words}) {
  const {inputs, weights, products, signs} = self;
  const isSum = cell.kind === "sum";
  for (const part of [weights.root, products.root, ...signs]) part.hidden = !isSum;
  const wide = new Set(group.terms.map(({column}) => column)).size || 1;
  const all = cell.groups.flatMap(({terms}) => terms.map(({product}) => product));
  fill(inputs, words.inputs, wide, group.terms, ({input}) => input, scales.source);
  if (isSum) {
    fill(weights, words.weights, wide, group.terms, ({weight}) => weight, scales.kernel);
    const scale = scaleOf(domainOf(all), true);
    fill(products, words.products, wide, group.terms, ({product}) => product, scale);
  }
  const {winner} = cell;
  group.terms.forEach(({row, column, padded}, i) => {
    const wins = winner?.layer === group.layer && winner.row === row && winner.column === column;
    inputs.cells.children[i].classList.toggle("winner", wins);
    inputs.cells.children[i].classList.toggle("padded", padded);
  });
}

function fill({caption, cells}, title, wide, terms, valueOf, scale) {
  setText(caption, title);
  if (cells.children.length !== terms.length)
    cells.replaceChildren(...terms.map(() => element("span")));
  cells.style.setProperty("--wide", wide);
  terms.forEach((term, i) => {
    const value = valueOf(term);
    const color = colorOf(value, scale);
    const {style} = cells.children[i];
    setText(cells.children[i], decimal(value, DIGITS));
    style.background = css(color);
    style.color = inkOn(color);
  });
}
