/** The effective receptive field: how strongly each pixel moves a cell, beside what it can see. */

import {receptiveField} from "../../shared/arithmetic/fields.mjs";
import {scaleOf} from "../../shared/color.mjs";
import {legendOf} from "../../shared/controls.mjs";
import {element} from "../../shared/dom.mjs";
import {fill} from "../../shared/format.mjs";
import {drawMap, fit, frameCells} from "../../shared/painting.mjs";
import {cellOfSpot} from "../graph.mjs";
import {domainOf} from "../tensors.mjs";

const ZOOM = 6; // CSS pixels for each pixel of the digit
const FAINT = 0.05; // of the strongest pixel: what is weaker hardly counts

/** Show an answer in `place`: {field: rows of numbers} or {error}, "asked" while it is on its way. */
export function effectiveField(place, answer, viewModel, spot) {
  const {words, network, colors} = viewModel;
  if (!answer) return place.replaceChildren();
  if (answer === "asked" || answer.error)
    return place.replaceChildren(element("p", {}, answer.error ?? words.asking));
  const [height, width] = network.layers[0].output_shape;
  const map = {values: Float32Array.from(answer.field.flat()), height, width};
  const scale = scaleOf(domainOf(map.values));
  const canvas = element("canvas");
  const ratio = fit(canvas, width * ZOOM, height * ZOOM);
  const context = canvas.getContext("2d");
  drawMap(context, map, scale, 0, 0, Math.round(ZOOM * ratio));
  context.scale(ratio, ratio);
  const box = receptiveField(network, spot.layer, cellOfSpot(network, spot)).get(
    network.layers[0].name,
  );
  if (box?.clipped) frame(context, box.clipped, colors.accent);
  const {rows, columns} = reach(map);
  canvas.setAttribute("role", "img");
  canvas.ariaLabel = fill(words.reach, {rows, columns});
  return place.replaceChildren(
    canvas,
    element("div", {}, element("p", {}, canvas.ariaLabel), legendOf(words.gradient, scale)),
  );
}

function frame(context, {top, left, bottom, right}, color) {
  frameCells(
    context,
    {left: left * ZOOM, top: top * ZOOM, right: (right + 1) * ZOOM, bottom: (bottom + 1) * ZOOM},
    color,
    2,
  );
}

/** Measure the box of pixels that are at least a twentieth as strong as the strongest. */
export function reach({values, height, width}) {
  const most = domainOf(values)[1];
  let [top, left, bottom, right] = [height, width, -1, -1];
  values.forEach((value, i) => {
    if (!most || value < FAINT * most) return;
    const [row, column] = [Math.floor(i / width), i % width];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  });
  return {rows: Math.max(0, bottom - top + 1), columns: Math.max(0, right - left + 1)};
}
