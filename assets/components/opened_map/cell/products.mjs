/**
 * The products of a sum on the page, grouped by the channel that they were read from. What stands
 * there is built once; each reading changes the numbers and the colors in place.
 */

import {scaleOf} from "../../shared/color.mjs";
import {element} from "../../shared/dom.mjs";
import {domainOf} from "../tensors.mjs";
import {paintedGroup} from "./painted_group.mjs";
import {ordered} from "./sums.mjs";
import {writtenForm, writtenGroup} from "./written_group.mjs";

const MOST_NUMBERS = 2000; // products written out at once; beyond, they are painted and opened one by one
const MOST_CELLS = 64; // of one group, likewise

/** Build the place of the groups; `show(cell, settings)` fills it, in place. */
export function products() {
  /** @type {any} */
  const self = {root: element("div", {className: "groups"}), layer: null, groups: []};
  return Object.assign(self, {show: (cell, settings) => show(self, cell, settings)});
}

/**
 * Show the groups of a cell: written out, or painted where they are many.
 *
 * `settings` are {layer, order, digits, words, gathered, said}; `gathered` says that whole maps were
 * read, as a Dense layer does, and `said(text)` hears of the product under the pointer.
 */
function show(self, cell, settings) {
  const {layer, order, gathered} = settings;
  if (self.layer !== layer) Object.assign(self, {layer, groups: []});
  const values = cell.groups.flatMap(({terms}) => terms.map(({product}) => product));
  const scale = scaleOf(domainOf(values), cell.kind === "sum");
  const isPainted = ({terms}) =>
    terms.length > 4 && (gathered || values.length > MOST_NUMBERS || terms.length > MOST_CELLS);
  const at = {...settings, cell, scale};
  const numbered = cell.groups.map((group, number) => ({...group, number}));
  const roots = ordered(numbered, order).map((group) =>
    showGroup(self, group, isPainted(group), at),
  );
  self.groups.length = cell.groups.length;
  arrange(self.root, roots);
  self.root.classList.toggle("painted", cell.groups.some(isPainted));
}

/** Show a group in what is there of it, or in something new where its form is another; its element. */
function showGroup(self, group, isPainted, at) {
  const {number} = group;
  const before = self.groups[number];
  const isOpened = isPainted && Boolean(before?.isOpened);
  const form = isPainted && !isOpened ? "painted" : writtenForm(group, at);
  if (before?.form !== form) {
    const made =
      form === "painted" ? paintedGroup(() => open(self, number)) : writtenGroup(group, at);
    self.groups[number] = Object.assign(made, {form, isOpened});
  }
  const shown = self.groups[number];
  shown.root.classList.toggle("written", isOpened);
  Object.assign(shown, {last: {group, at}});
  shown.show(group, at);
  return shown.root;
}

/** Write a painted group out; it stays so while its layer is open. */
function open(self, number) {
  const {root, last} = self.groups[number];
  self.groups[number].isOpened = true;
  const opened = showGroup(self, last.group, true, last.at);
  root.replaceWith(opened);
  opened.tabIndex = -1;
  requestAnimationFrame(() => opened.focus({preventScroll: true}));
}

/** Put elements in order into a place, and move only those that stand elsewhere. */
function arrange(place, roots) {
  roots.forEach((root, i) => {
    if (place.children[i] !== root) place.insertBefore(root, place.children[i] ?? null);
  });
  while (place.children.length > roots.length) place.lastChild.remove();
}
