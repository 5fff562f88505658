/** What one layer makes of the visitor's digit at one moment: its feature maps, or its units. */

import {scaleOf} from "../../shared/color.mjs";
import {legendOf} from "../../shared/controls.mjs";
import {element} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {domainOf, mosaic} from "../../shared/mosaic.mjs";
import {counted} from "../numbers.mjs";
import {unitGrid} from "./unit_grid.mjs";

const NARROW = 500; // CSS pixels; below, maps are smaller, so that all of them are seen at once
const SMALL = 40;

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

/** Show `scene`: {layer, answer, space, words}. */
function show({root, title, legend, note, canvas, units, tiles}, {layer, answer, space, words}) {
  title.textContent = fill(words.maps, {layer});
  root.dataset.layer = layer;
  const maps = answer?.layers.find(({name}) => name === layer);
  const [high, wide, count] = maps?.shape ?? [];
  const single = high * wide === 1; // each map is one cell: a unit
  canvas.hidden = !maps || single;
  units.root.hidden = !single;
  legend.hidden = !maps;
  note.textContent = single
    ? fill(words.units, {count: counted(count)})
    : maps
      ? ""
      : words.no_digit;
  if (!maps) return;
  const scale = scaleOf(domainOf([maps.domains])); // the layer's own: early maps are faint
  legend.replaceChildren(legendOf("", scale));
  if (single)
    return units.paint(
      maps.domains.filter((_, i) => i % 2),
      scale,
    );
  tiles.fit(maps.shape, space, space < NARROW ? SMALL : undefined);
  tiles.paint(maps, () => scale);
  canvas.ariaLabel = title.textContent;
}
