/** All maps that a map reads, the strongest first, each with what it adds and the sum so far. */

import {element, setText} from "../../shared/dom.mjs";
import {drawMap, fit} from "../../shared/painting.mjs";
import {decimal} from "../cell/sums.mjs";

const SIDE = 28; // CSS pixels of a map
const DIGITS = 2;

/** Build the strip; `picked(index)` is called with the place of a source that is to be looked at. */
export function inputStrip(picked) {
  const [name, row] = [element("p"), element("div")];
  const root = element("section", {className: "inputs", dataset: {testid: "inputs"}}, name, row);
  root.addEventListener("click", (event) => {
    const tile = event.target.closest("button");
    if (tile) picked(Number(tile.dataset.index));
  });
  const self = {root, name, row, tiles: []};
  return Object.assign(self, {
    show: (shown) => show(self, shown),
    update: (shown) => update(self, shown),
  });
}

/** Order the places of sources by how much they add to the map, the strongest first. */
export function strongestFirst(sources) {
  const strength = ({result}) =>
    result ? result.values.reduce((sum, value) => sum + Math.abs(value), 0) : 0;
  const strengths = sources.map(strength);
  return sources.map((_, index) => index).sort((a, b) => strengths[b] - strengths[a] || a - b);
}

/** Paint the maps of sources in an order; one alone needs no strip. */
function show(self, {sources, order, scaleOf, name}) {
  self.root.hidden = sources.length < 2;
  setText(self.name, name);
  if (self.tiles.length !== sources.length) {
    self.tiles = sources.map(tileOf);
    self.row.replaceChildren(...self.tiles.map(({root}) => root));
  }
  order.forEach((index, place) => {
    const {root, canvas, title} = self.tiles[place];
    const {layer, channel, map} = sources[index];
    const zoom = Math.max(
      1,
      Math.floor((SIDE * devicePixelRatio) / Math.max(map.width, map.height)),
    );
    const [wide, high] = [map.width, map.height].map((side) => (side * zoom) / devicePixelRatio);
    if (canvas.style.width !== `${wide}px` || canvas.style.height !== `${high}px`)
      fit(canvas, wide, high);
    drawMap(canvas.getContext("2d"), map, scaleOf(index), 0, 0, zoom);
    root.dataset.index = index;
    root.title = `${layer} · ${channel}`;
    setText(title, String(channel));
  });
}

function tileOf() {
  const canvas = element("canvas");
  const [title, adds, sum] = [element("i"), element("b"), element("span")];
  const root = element("button", {type: "button"}, title, canvas, adds, sum);
  return {root, canvas, title, adds, sum};
}

/** Say what each adds at a cell, `subtotals` by source, and which one is looked at. */
function update(self, {order, subtotals, focus}) {
  let total = 0;
  order.forEach((index, place) => {
    const {root, adds, sum} = self.tiles[place];
    const subtotal = subtotals[index];
    root.ariaPressed = String(index === focus);
    adds.hidden = sum.hidden = subtotal === undefined;
    if (subtotal === undefined) return;
    total += subtotal;
    setText(adds, decimal(subtotal, DIGITS));
    adds.className = subtotal < 0 ? "below" : subtotal > 0 ? "above" : "";
    setText(sum, decimal(total, DIGITS));
  });
}
