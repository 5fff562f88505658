/** What is under the pointer: its map enlarged, its value and its place. */

import {fieldSize} from "../../shared/arithmetic/fields.mjs";
import {layerOf} from "../../shared/arithmetic/network.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {fill, readable} from "../../shared/format.mjs";
import {drawMap, fit, frameCells} from "../../shared/painting.mjs";
import {tooltip} from "../../shared/tooltip.mjs";
import {mapOf} from "../tensors.mjs";
import {listed} from "../../shared/phrases.mjs";

const LENS = 112; // CSS pixels: 4 for each of 28 cells

/** Build it: {root, show}; `show(viewModel, spot, event)` without a spot or an event hides it. */
export function stageTooltip() {
  const lens = element("canvas");
  const title = element("b");
  const place = element("span");
  const sees = element("span");
  const note = tooltip(lens, element("div", {}, title, place, sees));
  const self = {root: note.root, lens, title, place, sees, key: null};
  return {
    root: note.root,
    show(viewModel, spot, event) {
      if (spot && event) note.show(event, () => write(self, viewModel, spot));
      else note.hide();
    },
  };
}

function write(self, viewModel, spot) {
  const {root, lens, title, place, sees} = self;
  const {network, exploration, words} = viewModel;
  const layer = layerOf(network, spot.layer);
  const map = mapOf(exploration.activations.get(spot.layer), spot.channel);
  const value = map.values[spot.row * map.width + spot.column];
  const vector = layer.output_shape.length === 1;
  Object.assign(root.dataset, {...spot, value});
  lens.hidden = vector;
  if (!vector) paintLens(lens, map, viewModel, spot);
  setText(title, readable(value));
  setText(
    place,
    vector
      ? fill(words.unit, {layer: spot.layer, unit: spot.channel})
      : listed(words, [fill(words.map, spot), fill(words.place_at, spot)]),
  );
  setText(sees, layer.inbound.length ? seesSentence(self, network, spot.layer, words) : "");
}

function seesSentence(self, network, name, words) {
  if (self.key !== network) Object.assign(self, {key: network, sizes: new Map()});
  if (!self.sizes.has(name)) self.sizes.set(name, fieldSize(network, name).size);
  const [high, wide] = self.sizes.get(name);
  return fill(words.sees_short, {high, wide});
}

function paintLens(lens, map, viewModel, spot) {
  const zoom = Math.max(1, Math.floor((LENS * devicePixelRatio) / Math.max(map.width, map.height)));
  const ratio = fit(
    lens,
    (map.width * zoom) / devicePixelRatio,
    (map.height * zoom) / devicePixelRatio,
  );
  const context = lens.getContext("2d");
  drawMap(context, map, viewModel.scale(spot.layer, spot.channel), 0, 0, zoom);
  context.scale(ratio, ratio);
  const cell = zoom / devicePixelRatio;
  frameCells(
    context,
    {
      left: spot.column * cell,
      top: spot.row * cell,
      right: (spot.column + 1) * cell,
      bottom: (spot.row + 1) * cell,
    },
    viewModel.colors.accent,
  );
}
