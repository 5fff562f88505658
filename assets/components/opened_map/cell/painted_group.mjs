/** A group of products, painted as a map of the layer before; a click writes them out. */

import {element} from "../../shared/dom.mjs";
import {fill, readable} from "../../shared/format.mjs";
import {drawMap, fit} from "../../shared/painting.mjs";
import {clauses, listed, titled} from "../../shared/phrases.mjs";
import {groupFrame} from "./group_frame.mjs";
import {decimal, productMap} from "./sums.mjs";

const SIDE = 84; // CSS pixels of a painted group

/** Build a group; `opened()` hears the click, `show(group, at)` fills it, in place. */
export function paintedGroup(opened) {
  const canvas = element("canvas");
  const button = element("button", {type: "button", onclick: opened}, canvas);
  const frame = groupFrame("sum", button);
  /** @type {any} */
  const self = {
    root: frame.root,
    frame,
    canvas,
    button,
    map: null,
    group: null,
    at: null,
    size: "",
  };
  button.addEventListener("pointermove", (event) => sayProduct(self, event));
  return Object.assign(self, {show: (group, at) => show(self, group, at)});
}

function show(self, group, at) {
  const {frame, canvas, button} = self;
  const map = productMap(group.terms);
  Object.assign(self, {group, at, map});
  frame.show(group, at);
  const zoom = Math.max(1, Math.floor((SIDE * devicePixelRatio) / Math.max(map.width, map.height)));
  const size = `${map.width}/${map.height}/${zoom}/${devicePixelRatio}`;
  if (self.size !== size)
    fit(canvas, (map.width * zoom) / devicePixelRatio, (map.height * zoom) / devicePixelRatio);
  self.size = size;
  drawMap(canvas.getContext("2d"), map, at.scale, 0, 0, zoom);
  const {words} = at;
  const said = titled(words, nameOf(group), readable(group.subtotal));
  Object.assign(button, {
    title: words.write_out,
    ariaLabel: clauses(words, [said, words.write_out]),
  });
}

const nameOf = ({layer, channel}) => `${layer} · ${channel}`;

/** Say the product under the pointer. */
function sayProduct({canvas, map, group, at}, {clientX, clientY}) {
  const box = canvas.getBoundingClientRect();
  const cell = (place, length, count) =>
    Math.min(count - 1, Math.max(0, Math.floor((place / length) * count)));
  const row = map.top + cell(clientY - box.top, box.height, map.height);
  const column = map.left + cell(clientX - box.left, box.width, map.width);
  const term = group.terms.find((each) => each.row === row && each.column === column);
  if (!term) return;
  const where = listed(at.words, [nameOf(group), fill(at.words.place, {row, column})]);
  at.said(`${where} ${equation(term, at.digits)}`);
}

function equation({input, weight, product}, digits) {
  return `${decimal(input, digits)} × ${decimal(weight, digits)} = ${decimal(product, digits)}`;
}
