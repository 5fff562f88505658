/** The feature maps of the visitor's digit in one layer, at one moment. */

import {domainOf} from "../feature_maps/feature_maps.mjs";
import {mosaic} from "../feature_maps/mosaic.mjs";
import {legendOf} from "../shared/controls.mjs";
import {scaleOf} from "../shared/colour.mjs";
import {element, fill} from "../shared/dom.mjs";

const NARROW = 500; // CSS pixels; below, maps are smaller, so that all of them are seen at once
const SMALL = 40;

/** Build the panel: {root, show(scene)}. */
export function mapPanel() {
  const title = element("h3");
  const legend = element("div", {className: "legends"});
  const note = element("p", {className: "note"});
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const header = element("header", {}, title, legend);
  const root = element("section", {className: "maps", dataset: {testid: "moment-maps"}}, header, note, canvas);
  const self = {root, title, legend, note, canvas, tiles: mosaic(canvas)};
  return {root, show: (scene) => show(self, scene)};
}

/** Show `scene`: {layer, answer, space, words}. */
function show({root, title, legend, note, canvas, tiles}, {layer, answer, space, words}) {
  title.textContent = fill(words.maps, {layer});
  root.dataset.layer = layer;
  const maps = answer?.layers.find(({name}) => name === layer);
  canvas.hidden = legend.hidden = !maps;
  note.textContent = maps ? "" : answer?.layers.length ? fill(words.no_maps, {layer}) : words.no_digit;
  if (!maps) return;
  const scale = scaleOf(domainOf([maps.domains])); // the layer's own: early maps are faint
  tiles.fit(maps.shape, space, space < NARROW ? SMALL : undefined);
  tiles.paint(maps, () => scale);
  canvas.ariaLabel = title.textContent;
  legend.replaceChildren(legendOf("", scale));
}
