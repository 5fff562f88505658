/** The products of a sum on the page, grouped by the channel that they were read from. */

import {colorOf, css, scaleOf} from "../../shared/color.mjs";
import {element} from "../../shared/dom.mjs";
import {fill, readable} from "../../shared/format.mjs";
import {drawMap, fit, inkOn} from "../../shared/painting.mjs";
import {clauses, listed, titled} from "../../shared/phrases.mjs";
import {columnsOf, decimal, ordered, productMap} from "./sums.mjs";
import {domainOf} from "../tensors.mjs";

const MOST_NUMBERS = 2000; // products written out at once; beyond, they are painted and opened one by one
const MOST_CELLS = 64; // of one group, likewise
const SIDE = 84; // CSS pixels of a painted group

/**
 * Show the groups of a cell in `place`: written out, or painted where they are many.
 *
 * `settings` are {order, digits, words, kind, gathered}; `gathered` says that whole maps were
 * read, as a Dense layer does.
 */
export function showProducts(place, cell, settings) {
  const groups = ordered(cell.groups, settings.order);
  const domain = domainOf(groups.flatMap(({terms}) => terms.map(({product}) => product)));
  const scale = scaleOf(domain, cell.kind === "sum");
  const count = groups.reduce((sum, {terms}) => sum + terms.length, 0);
  const painted = (group) =>
    group.terms.length > 4 &&
    (settings.gathered || count > MOST_NUMBERS || group.terms.length > MOST_CELLS);
  const at = {...settings, cell, scale};
  place.replaceChildren(
    ...groups.map((group) => (painted(group) ? paintedGroup(group, at) : writtenGroup(group, at))),
  );
  place.classList.toggle("painted", groups.some(painted));
}

function writtenGroup(group, at) {
  const wide =
    at.order === "place" ? columnsOf(group.terms) : Math.ceil(Math.sqrt(group.terms.length));
  const terms = element(
    "div",
    {className: "terms", style: {}},
    ...group.terms.map((term) => termBox(term, group, at)),
  );
  terms.style.setProperty("--wide", wide);
  const {layer, channel} = group;
  return element(
    "section",
    {className: "group", dataset: {testid: "group", layer, channel}},
    heading(group, at),
    element("div", {className: "scroller"}, terms),
  );
}

function heading({layer, channel, subtotal, depthwise, pointwise}, {cell, digits}) {
  if (cell.kind === "max" || cell.kind === "min") return element("h4", {}, `${layer} · ${channel}`);
  const scaled =
    pointwise === undefined
      ? ""
      : `${decimal(depthwise, digits)} × ${decimal(pointwise, digits)} = `;
  return element(
    "h4",
    {},
    element("span", {}, `${layer} · ${channel}`),
    element("b", {}, scaled + decimal(subtotal, digits)),
  );
}

function termBox(
  {row, column, input, weight, product, padded},
  {layer},
  {cell, digits, order, scale, words},
) {
  const color = colorOf(product, scale);
  const wins =
    cell.winner &&
    cell.winner.layer === layer &&
    cell.winner.row === row &&
    cell.winner.column === column;
  const single = [
    "max",
    "min",
    "add",
    "copy",
    "activate",
    "normalize",
    "multiply",
    "join",
    "pad",
  ].includes(cell.kind);
  const box = element("div", {
    className: `term${padded ? " padded" : ""}${wins ? " winner" : ""}`,
    title: `${fill(words.place, {row, column})}${padded ? ` ${words.padding}` : ""}`,
    style: padded ? {} : {background: css(color), color: inkOn(color)},
  });
  if (order === "size") box.append(element("i", {}, `${row}, ${column}`));
  if (single || cell.kind === "softmax") box.append(element("b", {}, decimal(input, digits)));
  else
    box.append(
      element("span", {}, decimal(input, digits)),
      element("span", {}, `× ${decimal(weight, digits)}`),
      element("b", {}, decimal(product, digits)),
    );
  return box;
}

/** Paint a group's products as a map of the layer before; a click writes them out. */
function paintedGroup(group, at) {
  const map = productMap(group.terms);
  const canvas = element("canvas");
  const zoom = Math.max(1, Math.floor((SIDE * devicePixelRatio) / Math.max(map.width, map.height)));
  fit(canvas, (map.width * zoom) / devicePixelRatio, (map.height * zoom) / devicePixelRatio);
  drawMap(canvas.getContext("2d"), map, at.scale, 0, 0, zoom);
  const {layer, channel, subtotal} = group;
  const name = `${layer} · ${channel}`;
  const button = element(
    "button",
    {
      type: "button",
      title: at.words.write_out,
      ariaLabel: clauses(at.words, [
        titled(at.words, name, readable(subtotal)),
        at.words.write_out,
      ]),
    },
    canvas,
  );
  const root = element(
    "section",
    {className: "group", dataset: {testid: "group", layer, channel}},
    heading(group, at),
    button,
  );
  button.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect();
    const side = (place, length, count) =>
      Math.min(count - 1, Math.max(0, Math.floor((place / length) * count)));
    const row = map.top + side(event.clientY - box.top, box.height, map.height);
    const column = map.left + side(event.clientX - box.left, box.width, map.width);
    const term = group.terms.find((each) => each.row === row && each.column === column);
    if (term)
      at.said(
        `${listed(at.words, [name, fill(at.words.place, {row, column})])} ${equation(term, at.digits)}`,
      );
  });
  button.addEventListener("click", () => root.replaceWith(opened(group, at)));
  return root;
}

function opened(group, at) {
  const root = writtenGroup(group, at);
  root.classList.add("written");
  root.tabIndex = -1;
  requestAnimationFrame(() => root.focus({preventScroll: true}));
  return root;
}

function equation({input, weight, product}, digits) {
  return `${decimal(input, digits)} × ${decimal(weight, digits)} = ${decimal(product, digits)}`;
}
