/** Paint an opened map: its pictures once, and the window over them with each step. */

import {layerOf} from "../../shared/arithmetic/network.mjs";
import {windowOf} from "../../shared/arithmetic/windows.mjs";
import {scaleOf} from "../../shared/color.mjs";
import {fill, readable} from "../../shared/format.mjs";
import {drawMap, frameCells} from "../../shared/painting.mjs";
import {picturesOf} from "./derivation_layout.mjs";
import {domainOf, union} from "../tensors.mjs";

/** Give each part of a derivation its scale: {source(index), kernel, result, stage(index)}. */
export function scalesOf({sources, stages}, viewModel) {
  const [kernels, results] = ["kernel", "result"].map((part) => {
    const maps = sources.map((source) => source[part]).filter(Boolean);
    return maps.length ? scaleOf(union(maps.map(({values}) => domainOf(values))), true) : null;
  });
  const before = stages.filter(({kind}) => kind === "sum" || kind === "bias");
  const inner = before.length
    ? scaleOf(union(before.map(({values}) => domainOf(values))), true)
    : null;
  return {
    source: (index) => viewModel.scale(sources[index].layer, sources[index].channel),
    kernel: kernels,
    result: results,
    stage: (index, channel) =>
      before.includes(stages[index]) ? inner : viewModel.scale(stages[index].layer, channel),
    inner,
  };
}

/** Paint every picture of a plan, with a label above each and the signs between them. */
export function paintDerivation(canvas, ratio, plan, {derivation, scales, viewModel, channel}) {
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const {part, index, picture} of picturesOf(plan)) {
    const map =
      part === "stage"
        ? derivation.stages[index].map
        : part === "source"
          ? derivation.sources[index].map
          : derivation.sources[index][part];
    const scale =
      part === "stage"
        ? scales.stage(index, channel)
        : part === "source"
          ? scales.source(index)
          : scales[part];
    const [x, y] = [Math.round(picture.left * ratio), Math.round(picture.top * ratio)];
    drawMap(context, map, scale, x, y, Math.max(1, Math.round(picture.cell * ratio)));
  }
  context.scale(ratio, ratio);
  writeLabels(context, plan, derivation, viewModel);
}

function writeLabels(context, plan, derivation, {colors, words}) {
  context.fillStyle = colors.text;
  context.font = `12px ${colors.font}`;
  context.textBaseline = "alphabetic";
  plan.items.forEach((item, index) => {
    const {layer, channel} = derivation.sources[index];
    context.fillText(`${layer} · ${channel}`, item.source.left, item.source.top - 6);
    if (!item.kernel) return;
    context.textAlign = "center";
    context.fillText(
      "∗",
      (item.source.left + item.source.width + item.kernel.left) / 2,
      middle(item.source) + 4,
    );
    context.fillText(
      "=",
      (item.kernel.left + item.kernel.width + item.result.left) / 2,
      middle(item.source) + 4,
    );
    context.textAlign = "left";
  });
  context.font = `600 12.5px ${colors.font}`;
  plan.stages.forEach((stage, index) => {
    context.fillText(stageLabel(derivation.stages[index], words), stage.left, stage.top - 6);
  });
}

function middle({top, height}) {
  return top + height / 2;
}

/** Say what a step does: "sum", "+ bias", "relu". */
export function stageLabel({kind, layer, activation, bias}, words) {
  if (kind === "bias") return fill(words.stages.bias, {bias: readable(bias ?? 0)});
  if (kind === "activate") return activation ?? layer;
  if (kind === "answer") return layer;
  return words.stages[kind];
}

/**
 * Paint the windows and the cell they make; with `veil`, hide what has not been made yet.
 */
export function paintWindow(canvas, ratio, plan, {derivation, viewModel, at, veil}) {
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  const {columns} = derivation.grid;
  const cell = [Math.floor(at / columns), at % columns];
  const {accent, background} = viewModel.colors;
  const layer = layerOf(viewModel.network, derivation.first);
  const windows = new Map(
    layer.inbound.map((name) => [name, windowOf(viewModel.network, derivation.first, cell, name)]),
  );
  for (const {part, index, picture} of picturesOf(plan)) {
    if (part === "kernel") continue;
    if (part === "source") {
      const window = windows.get(derivation.sources[index].layer);
      if (window) frameCells(context, placed(picture, window), accent);
      continue;
    }
    if (veil) hide(context, picture, at, background);
    frameCells(
      context,
      placed(picture, {top: cell[0], left: cell[1], height: 1, width: 1}),
      accent,
    );
  }
}

function placed({left, top, cell}, window) {
  return {
    left: left + window.left * cell,
    top: top + window.top * cell,
    right: left + (window.left + window.width) * cell,
    bottom: top + (window.top + window.height) * cell,
  };
}

function hide(context, {left, top, width, height, columns, cell}, at, background) {
  const [row, column] = [Math.floor(at / columns), at % columns];
  context.fillStyle = background;
  context.fillRect(left + (column + 1) * cell, top + row * cell, width - (column + 1) * cell, cell);
  context.fillRect(left, top + (row + 1) * cell, width, height - (row + 1) * cell);
}
