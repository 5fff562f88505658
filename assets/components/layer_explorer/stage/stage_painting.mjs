/** Lines and frames on the stage: what a map reads, what reads it, and what one cell sees. */

import {readable} from "../../shared/format.mjs";
import {frameCells} from "../../shared/painting.mjs";
import {cellsAt, spotPlace, tileAt, tileOf} from "./stage_layout.mjs";

/** Draw which layer reads which: one pale line each, bowed under whatever it passes by. */
export function drawLinks(context, {boxes}, layers, {line}) {
  context.strokeStyle = line;
  context.lineWidth = 1.5;
  for (const {name, inbound} of layers) {
    for (const source of inbound) {
      const [from, to] = [boxes.get(source), boxes.get(name)];
      const [x0, y0] = [from.left + from.width, from.top + from.height / 2];
      const [x1, y1] = [to.left, to.top + to.height / 2];
      const passes = [...boxes.values()].filter(
        (box) =>
          box.laneTop === from.laneTop &&
          box.columnLeft > from.columnLeft &&
          box.columnLeft < to.columnLeft,
      );
      const under = Math.max(0, ...passes.map((box) => box.top + box.height + 14));
      context.beginPath();
      context.moveTo(x0, y0);
      if (passes.length && from.laneTop === to.laneTop) bow(context, x0, y0, x1, y1, under);
      else curve(context, x0, y0, x1, y1);
      context.stroke();
    }
  }
}

function curve(context, x0, y0, x1, y1) {
  const middle = (x0 + x1) / 2;
  context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
}

function bow(context, x0, y0, x1, y1, under) {
  const reach = 24;
  context.bezierCurveTo(x0 + reach, y0, x0, under, x0 + 2 * reach, under);
  context.lineTo(x1 - 2 * reach, under);
  context.bezierCurveTo(x1, under, x1 - reach, y1, x1, y1);
}

/** Write each unit's number and value beside its tile. */
export function drawLabels(context, box, values, {ratio, colors, write = readable}) {
  context.save();
  context.scale(ratio, ratio);
  context.fillStyle = colors.text;
  context.textBaseline = "middle";
  for (let unit = 0; unit < values.length; unit++) {
    const {left, top, width, height} = tileAt(box, unit);
    context.font = `600 12px ${colors.font}`;
    context.fillText(unit, left + width + 7, top + height / 2 + 0.5);
    context.font = `12px ${colors.font}`;
    context.fillText(write(values[unit]), left + width + 22, top + height / 2 + 0.5);
  }
  context.restore();
}

/**
 * Paint what hangs together with a spot; `viewModel.around(spot)` gives {fields, next}: the box of
 * cells and channels that the spot sees in each earlier layer, and the maps that read its map.
 * All else is veiled by `alpha`.
 */
export function paintFocus(canvas, ratio, plan, viewModel, spot, alpha) {
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!spot || !plan.boxes.has(spot.layer)) return;
  context.scale(ratio, ratio);
  const {accent, text} = viewModel.colors;
  const {fields, next, inbound} = viewModel.around(spot);
  const here = plan.boxes.get(spot.layer);
  const index = tileOf(here, spot.channel);
  const before = new Map(
    [...fields].map(([name, field]) => [name, tilesOf(plan.boxes.get(name), field.channels)]),
  );
  dim(
    context,
    plan,
    new Map([...before, ...next, [spot.layer, new Set([index])]]),
    viewModel.colors,
    alpha,
  );
  const tile = tileAt(here, index);
  connect(
    context,
    plan,
    new Map(inbound.map((name) => [name, before.get(name) ?? []])),
    tile,
    accent,
    false,
  );
  connect(context, plan, next, tile, text, true);
  for (const [name, field] of fields) {
    const box = plan.boxes.get(name);
    if (box.units || !field.clipped) continue;
    for (const each of before.get(name) ?? [])
      frameCells(context, cellsAt(box, each, field), accent, 1);
  }
  outline(context, tile, accent, 2);
  if (!here.units || here.long) frameCells(context, spotPlace(here, spot), accent);
}

/** List the tiles of a box that show channels `first` to `last`. */
function tilesOf(box, [first, last]) {
  if (box.long) return new Set([0]);
  return new Set(Array.from({length: last - first + 1}, (_, each) => first + each));
}

function dim(context, {boxes}, lit, {background}, alpha) {
  context.globalAlpha = alpha;
  context.fillStyle = background;
  for (const [name, box] of boxes) {
    for (let index = 0; index < box.count; index++) {
      if (lit.get(name)?.has(index)) continue;
      const {left, top, width, height} = tileAt(box, index);
      context.fillRect(left, top, width, height);
    }
  }
  context.globalAlpha = 1;
}

/** Draw a line between a tile and each of others; `onward` when they read it. */
function connect(context, {boxes}, tiles, tile, color, onward) {
  context.strokeStyle = color;
  context.globalAlpha = onward ? 0.35 : 0.6;
  context.lineWidth = 1;
  context.beginPath();
  for (const [name, indices] of tiles) {
    for (const index of indices) {
      const other = tileAt(boxes.get(name), index);
      const [from, to] = onward ? [tile, other] : [other, tile];
      const [x0, y0] = [from.left + from.width, from.top + from.height / 2];
      context.moveTo(x0, y0);
      curve(context, x0, y0, to.left, to.top + to.height / 2);
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

function outline(context, {left, top, width, height}, color, line) {
  context.strokeStyle = color;
  context.lineWidth = line;
  context.strokeRect(left - line / 2, top - line / 2, width + line, height + line);
}
