/**
 * The stage: every layer a column of its maps, and what hangs together under the pointer.
 *
 * Two canvases: the maps, painted when there are new numbers, and the lines and frames over
 * them, painted with each move of the pointer.
 */

import {isSoftmax} from "../../shared/arithmetic/network.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {percent, readable} from "../../shared/format.mjs";
import {drawMap, fit} from "../../shared/painting.mjs";
import {arithmetic, arrange} from "../graph.mjs";
import {neighbor, layOutStage, spotAt, spotPlace, tileAt} from "./stage_layout.mjs";
import {drawLabels, drawLinks, paintFocus} from "./stage_painting.mjs";
import {mapsOf} from "../tensors.mjs";

const MOVES = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];

/** Build the stage; `pointed(spot or null)` and `opened(spot)` tell what the visitor does. */
export function stage({pointed, opened}) {
  const self = {viewModel: null, plan: null, spot: null, chosen: null, space: 0};
  self.maps = element("canvas", {className: "maps"});
  self.overlay = element("canvas", {className: "overlay"});
  self.headings = element("div");
  self.cursor = element("button", {
    type: "button",
    className: "cursor",
    dataset: {testid: "stage-cursor"},
  });
  self.keys = element("span", {id: "stage-keys", hidden: true});
  self.cursor.setAttribute("aria-describedby", self.keys.id);
  self.sheet = element(
    "div",
    {className: "sheet"},
    self.maps,
    self.overlay,
    self.headings,
    self.cursor,
    self.keys,
  );
  self.scroller = element("div", {className: "scroller"}, self.sheet);
  self.root = element("div", {className: "stage", dataset: {testid: "stage"}}, self.scroller);
  self.maps.setAttribute("aria-hidden", "true");
  self.overlay.setAttribute("aria-hidden", "true");
  listen(self, {pointed, opened});
  return Object.assign(self, {
    show: (viewModel) => show(self, viewModel),
    focus: (spot) => focusOn(self, spot),
    choose: (spot) => chooseSpot(self, spot),
    resize: (space) => resize(self, space),
  });
}

function listen(self, {pointed, opened}) {
  const {sheet, cursor} = self;
  sheet.addEventListener("pointermove", (event) => pointed(spotUnder(self, event), event));
  sheet.addEventListener("pointerleave", () => pointed(null));
  sheet.addEventListener("click", (event) => {
    const spot = event.target === cursor ? self.at : spotUnder(self, event);
    if (spot) opened(spot, event.target === cursor && event.detail === 0);
  });
  cursor.addEventListener("focus", () => pointed(self.at));
  cursor.addEventListener("blur", () => pointed(null));
  cursor.addEventListener("keydown", (event) => {
    if (!MOVES.includes(event.key) || !self.at) return;
    event.preventDefault();
    const next = neighbor(self.plan, self.at, event.key);
    if (!next) return;
    moveCursor(self, next);
    pointed(next);
  });
}

function spotUnder({sheet, plan}, event) {
  const box = sheet.getBoundingClientRect();
  return plan && spotAt(plan, event.clientX - box.left, event.clientY - box.top);
}

/** Put the keyboard's button over a map, in view, and give it the map's sentence. */
function moveCursor(self, spot) {
  self.at = spot;
  const box = self.plan.boxes.get(spot.layer);
  const place = box.long ? spotPlace(box, spot) : tileAt(box, spot.channel);
  const {left, top} = place;
  const [width, height] = [place.width ?? place.right - left, place.height ?? place.bottom - top];
  Object.assign(self.cursor.style, {
    left: `${left}px`,
    top: `${top}px`,
    width: `${width}px`,
    height: `${height}px`,
  });
  self.cursor.ariaLabel = self.viewModel.sentence(spot);
  Object.assign(self.cursor.dataset, {layer: spot.layer, channel: spot.channel});
  const {scroller} = self;
  if (left < scroller.scrollLeft || left + width > scroller.scrollLeft + scroller.clientWidth) {
    scroller.scrollLeft = left - scroller.clientWidth / 2;
  }
}

function resize(self, space) {
  if (Math.abs(space - self.space) < 1) return;
  self.space = space;
  if (self.viewModel) show(self, self.viewModel);
}

/**
 * Paint a viewModel: {network, exploration, scale(layer, channel), sentence(spot), facts(layer),
 * words, colors}.
 */
function show(self, viewModel) {
  const fresh = self.viewModel?.network !== viewModel.network;
  self.viewModel = viewModel;
  if (!self.space) return;
  setText(self.keys, viewModel.words.stage_keys);
  const {layers} = viewModel.network;
  self.plan = layOutStage(layers, arrange(layers), {space: self.space, ratio: devicePixelRatio});
  const {width, height} = self.plan;
  Object.assign(self.sheet.style, {width: `${width}px`, height: `${height}px`});
  const ratio = fit(self.maps, width, height);
  self.ratio = fit(self.overlay, width, height);
  paintMaps(self, ratio);
  showHeadings(self);
  if (fresh || !self.at) self.at = {layer: layers[0].name, channel: 0, row: 0, column: 0};
  moveCursor(self, self.at);
  repaint(self);
}

function paintMaps(self, ratio) {
  const {network, exploration, scale, colors, signed} = self.viewModel;
  const context = self.maps.getContext("2d");
  context.save();
  context.scale(ratio, ratio);
  drawLinks(context, self.plan, network.layers, colors);
  context.restore();
  for (const layer of network.layers) {
    const {name} = layer;
    const box = self.plan.boxes.get(name);
    const activation = exploration.activations.get(name);
    if (!activation) continue;
    mapsOf(activation).forEach((map, index) => {
      const {left, top} = tileAt(box, index);
      const zoom = Math.max(1, Math.round(box.cell * ratio));
      const [x, y] = [Math.round(left * ratio), Math.round(top * ratio)];
      if (box.units && !box.long)
        fillUnit(context, map, scale(name, index), x, y, Math.round(box.tileWidth * ratio));
      else drawMap(context, map, scale(name, index), x, y, zoom);
    });
    if (box.labeled)
      drawLabels(context, box, activation.values, {
        ratio,
        colors,
        write: isSoftmax(layer) && !signed ? percent : readable,
      });
  }
}

function fillUnit(context, map, scale, x, y, side) {
  const one = {values: map.values, width: 1, height: 1};
  drawMap(context, one, scale, x, y, side);
}

function showHeadings(self) {
  const {network, words, facts} = self.viewModel;
  const byName = new Map(network.layers.map((layer) => [layer.name, layer]));
  self.headings.replaceChildren(
    ...network.layers.map((layer) => {
      const box = self.plan.boxes.get(layer.name);
      const sides = (shape) => shape.join("×");
      const from = layer.inbound.map((name) => sides(byName.get(name).output_shape)).join(" + ");
      const counted = arithmetic(layer);
      return element(
        "div",
        {
          className: layer.kind in words.kinds ? "column" : "column unknown",
          dataset: {testid: "layer-column", layer: layer.name, kind: layer.kind},
          style: {
            left: `${box.columnLeft}px`,
            top: `${box.laneTop}px`,
            width: `${box.columnWidth}px`,
          },
        },
        element("strong", {}, layer.name),
        element("span", {className: "kind"}, words.kinds[layer.kind] ?? layer.kind),
        element(
          "span",
          {className: "shape"},
          from ? `${from} → ` : "",
          element("b", {}, sides(layer.output_shape)),
        ),
        element("span", {className: "count"}, counted),
        element("span", {className: "facts"}, facts(layer)),
      );
    }),
  );
}

// --- what hangs together ---

function focusOn(self, spot) {
  if (same(self.spot, spot)) return;
  self.spot = spot;
  repaint(self);
}

function chooseSpot(self, spot) {
  self.chosen = spot;
  if (spot && self.plan) moveCursor(self, spot);
  repaint(self);
}

function same(one, other) {
  if (!one || !other) return one === other;
  return ["layer", "channel", "row", "column"].every((key) => one[key] === other[key]);
}

/** Paint the overlay once, before the browser shows its next frame. */
function repaint(self) {
  self.scheduled ??= requestAnimationFrame(() => {
    self.scheduled = null;
    if (!self.plan) return;
    paintFocus(
      self.overlay,
      self.ratio,
      self.plan,
      self.viewModel,
      self.spot ?? self.chosen,
      self.spot ? 0.68 : 0.4,
    );
  });
}
