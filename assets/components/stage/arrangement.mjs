/** Where the layers stand: how much room there is, and what of it each of them gets. */

import {BETWEEN, planColumns, planRows, widthOf} from "./columns.mjs";
import {linesWidth, placeMaps} from "./layer_view.mjs";
import {isOnWall} from "./wall.mjs";

const NARROW = 560; // CSS pixels; below, layers stand one below the other
const WIDE = 720; // below, they do so where they do not fit beside each other
const ABOVE = 130; // CSS pixels that stand above the maps, and right below them
const MOST = 0.72; // of the screen, that the stage may fill
const USUAL = 0.52; // of the screen, that it fills where a network is wider than the screen
const LARGEST_ON_WALL = 336; // CSS pixels a side that a map grows to there
const LABELS = 6; // times the size of letters that a unit with its value takes
const NAMED_LABELS = 10; // the same where its class has a name
const LEAST = 240; // CSS pixels that maps may be high on any screen

// How headings are shortened (stage.css), and which of their lines are then read whole.
const [NAME, KIND, SHAPE, PARAMETERS] = [0, 1, 2, 3];
const HEADINGS = [
  {style: "whole", lines: [NAME, KIND, SHAPE, PARAMETERS]},
  {style: "kind", lines: [NAME, KIND, SHAPE]},
  {style: "brief", lines: [NAME, SHAPE]},
  {style: "tight", lines: [NAME]},
];

/**
 * Give each layer its place on the screen, and its maps their size.
 *
 * @param {any} view of stage.mjs
 * @returns {boolean} whether there is anything that has a place
 */
export function arrangeLayers(view) {
  const {root, layers} = view;
  view.space = root.clientWidth;
  const shown = [...layers.values()];
  if (!view.space || !shown.length) return false;
  root.classList.remove("narrow");
  root.classList.toggle("on-wall", isOnWall());
  const columns = view.space < NARROW ? null : besideEachOther(view, shown);
  root.classList.toggle("narrow", !columns);
  const ratio = devicePixelRatio;
  const plans = columns?.plans ?? planRows(shown.map(({form}) => form.shape), ratio); // prettier-ignore
  shown.forEach((layer, index) => {
    placeMaps(layer, plans[index]);
    const least = Math.max(plans[index].width / ratio, columns?.headings[index]);
    layer.root.style.minWidth = columns ? `${least}px` : "";
  });
  return true;
}

/** Plan columns and headings; null where rows fit, and columns do not. */
function besideEachOther({root, space: width}, shown) {
  const headings = headingsIn(root, shown, width);
  const ratio = devicePixelRatio;
  const shapes = shown.map(({form}) => form.shape);
  const room = isOnWall() ? roomOnWall(root, shown) : usualRoom();
  const plans = planColumns(shapes, {width, headings, ratio, ...room});
  const fits = widthOf(plans, headings, ratio) <= width;
  return fits || width >= WIDE || isOnWall() ? {plans, headings} : null;
}

function usualRoom() {
  const room = (share) => Math.max(LEAST, share * innerHeight - ABOVE);
  return {height: room(MOST), usual: room(USUAL)};
}

/** Measure what the screen leaves for maps, once all that is around them has its place. */
function roomOnWall(root, shown) {
  const maps = Math.max(...shown.map(({frame}) => frame.clientHeight));
  const {top, height: all} = root.firstChild.getBoundingClientRect();
  const {bottom} = root.getBoundingClientRect();
  const strip = root.querySelector(".overview")?.offsetHeight ?? 0;
  const height = Math.max(LEAST, bottom - top - strip - (all - maps));
  return {height, usual: height, largest: LARGEST_ON_WALL};
}

/** Measure what the values beside units need, in CSS pixels. */
function labels({form, root, names}) {
  const letters = names ? NAMED_LABELS : LABELS;
  return form.isLabeled ? letters * parseFloat(getComputedStyle(root).fontSize) : 0;
}

/** Measure the headings: whole where they fit beside each other, else ever shorter. */
function headingsIn({dataset}, shown, width) {
  let widths = [];
  for (const {style, lines} of HEADINGS) {
    dataset.headings = style;
    widths = shown.map((layer) => Math.max(linesWidth(layer, lines), labels(layer)));
    const sum = widths.reduce((total, each) => total + each, BETWEEN * (shown.length - 1));
    if (sum <= width) break;
  }
  return widths;
}
