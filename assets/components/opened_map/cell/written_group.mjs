/** A group of products, written out: each input times its weight, in a box of the product's color. */

import {colorOf, css} from "../../shared/color.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {inkOn} from "../../shared/painting.mjs";
import {groupFrame} from "./group_frame.mjs";
import {columnsOf, decimal} from "./sums.mjs";

const INPUT_ALONE = new Set(
  "max min add copy activate normalize multiply join pad softmax".split(" "),
); // kinds of cells whose inputs have no weights

/** Name the form of a group: two of the same form can be shown in the same elements. */
export function writtenForm({terms}, {cell, order}) {
  return ["written", cell.kind, order, terms.length].join("/");
}

/** Build a group of a form; `show(group, at)` fills it, in place. */
export function writtenGroup({terms}, {cell, order}) {
  const boxes = terms.map(() => termBox(order === "size", INPUT_ALONE.has(cell.kind)));
  const grid = element("div", {className: "terms"}, ...boxes.map(({root}) => root));
  const frame = groupFrame(cell.kind, element("div", {className: "scroller"}, grid));
  return {
    root: frame.root,
    show(group, at) {
      frame.show(group, at);
      const count = group.terms.length;
      const wide = at.order === "place" ? columnsOf(group.terms) : Math.ceil(Math.sqrt(count));
      grid.style.setProperty("--wide", wide);
      group.terms.forEach((term, i) => showTerm(boxes[i], term, group, at));
    },
  };
}

function termBox(hasPlace, isAlone) {
  const [place, input, weight, product] = ["i", "span", "span", "b"].map((tag) => element(tag));
  const parts = isAlone ? [product] : [input, weight, product];
  const root = element("div", {}, ...(hasPlace ? [place] : []), ...parts);
  const numbers = isAlone ? {input: product} : {input, weight, product};
  return {root, place, numbers, written: {}, at: {}, look: ""};
}

function showTerm(box, term, {layer}, {cell, digits, scale, words}) {
  const {row, column, padded, product} = term;
  for (const [name, node] of Object.entries(box.numbers))
    write(box, node, name, term[name], digits);
  showPlace(box, term, words);
  const {winner} = cell;
  const wins = winner?.layer === layer && winner.row === row && winner.column === column;
  paint(box, {padded, wins, color: padded ? null : colorOf(product, scale)});
}

/** Say where a product lies; in the order of the maps that never changes. */
function showPlace(box, {row, column, padded}, words) {
  const {at} = box;
  if (at.row === row && at.column === column && at.words === words) return;
  box.at = {row, column, words};
  box.root.title = `${fill(words.place, {row, column})}${padded ? ` ${words.padding}` : ""}`;
  setText(box.place, `${row}, ${column}`);
}

/** Write a number where it has changed; most weights, and what is read off the ink, have not. */
function write({written}, node, name, value, digits) {
  if (written[name] === value && written.digits === digits) return;
  written[name] = value;
  setText(node, `${name === "weight" ? "× " : ""}${decimal(value, digits)}`);
}

function paint(box, {padded, wins, color}) {
  const look = `${padded}/${wins}/${color}`;
  if (box.look === look) return;
  box.look = look;
  const {root} = box;
  root.className = `term${padded ? " padded" : ""}${wins ? " winner" : ""}`;
  root.style.background = color ? css(color) : "";
  root.style.color = color ? inkOn(color) : "";
}
