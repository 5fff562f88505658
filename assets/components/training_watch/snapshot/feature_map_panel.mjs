/** What one layer makes of the visitor's digit at one moment: its feature maps, or its units. */

import {gridOf, layerOf} from "../../shared/arithmetic/network.mjs";
import {scaleOf} from "../../shared/color.mjs";
import {legendOf} from "../../shared/controls.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {counted, fill} from "../../shared/format.mjs";
import {domainOf, domainsOf, mosaic} from "../../shared/mosaic.mjs";
import {sentenceOf} from "../../shared/verdicts.mjs";
import {unitGrid} from "./unit_grid.mjs";

const NARROW = 420; // CSS pixels; below, maps are smaller, so that all of them are seen at once
const SMALL = 40;
const USUAL = 56; // eight of them stand beside the kernels

/** Build the panel: {root, show(scene)}. */
export function featureMapPanel() {
  const title = element("h3");
  const legend = element("div", {className: "legends"});
  const note = element("p", {className: "note"});
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const units = unitGrid();
  const header = element("header", {}, title, legend);
  const root = element(
    "section",
    {className: "maps", dataset: {testid: "moment-maps"}},
    header,
    note,
    canvas,
    units.root,
  );
  const self = {root, title, legend, note, canvas, units, tiles: mosaic(canvas)};
  return {root, show: (scene) => show(self, scene)};
}

/** Show `scene`: {layer, reading, space, words}. */
function show({root, title, legend, note, canvas, units, tiles}, {layer, reading, space, words}) {
  setText(title, fill(words.maps, {layer}));
  root.dataset.layer = layer;
  const values = reading?.activations.get(layer);
  const painted = values?.every(Number.isFinite) ?? false;
  const shape = painted ? gridOf(layerOf(reading.network, layer)) : [0, 0, 0];
  const single = shape[0] * shape[1] === 1; // each map is one cell: a unit
  canvas.hidden = !painted || single;
  units.root.hidden = !single;
  legend.hidden = !painted;
  setText(note, noteOf(reading, {painted, single, count: values?.length}, words));
  if (!painted) return;
  const domain = domainOf([domainsOf(values, shape[2])]);
  const scale = scaleOf(domain); // the layer's own: early maps are faint
  legend.replaceChildren(legendOf("", scale));
  if (single) return units.paint(values, scale);
  tiles.fit(shape, space, space < NARROW ? SMALL : USUAL);
  tiles.paint({shape, values}, () => scale);
  canvas.ariaLabel = title.textContent;
}

function noteOf(reading, {painted, single, count}, words) {
  if (single) return fill(words.units, {count: counted(count)});
  if (painted) return "";
  return reading ? sentenceOf({...reading, verdict: "diverged"}, words) : words.no_digit;
}
