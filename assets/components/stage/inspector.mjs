/** One map enlarged, beside the kernel that made it: the same numbers, larger. */

import {slicesOf} from "../shared/arithmetic/kernels.mjs";
import {layerOf} from "../shared/arithmetic/network.mjs";
import {colorOf, css, scaleOf} from "../shared/color.mjs";
import {legendOf} from "../shared/controls.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, readable} from "../shared/format.mjs";
import {channelOf} from "../shared/mosaic.mjs";
import {drawMap} from "../shared/painting.mjs";

const LARGE = 168; // CSS pixels: 6 for each of 28 cells
const NAMES = ["previous", "next", "explore", "close"]; // of the buttons, and of their words

/**
 * Build the panel; `turn(-1 or 1)` shows the neighbor, `explore()` leads to where its cells are
 * taken apart, `close()` ends it.
 */
export function inspector({turn, explore, close}) {
  const parts = {
    title: element("h4"),
    map: element("canvas", {className: "large"}),
    value: element("p", {className: "value"}),
    sentence: element("p"),
    kernels: element("div", {className: "kernels"}),
    kernelValue: element("p", {className: "value"}),
    legend: element("div"),
    previous: element("button", {type: "button", onclick: () => turn(-1)}),
    next: element("button", {type: "button", onclick: () => turn(1)}),
    explore: element("button", {type: "button", onclick: explore}),
    close: element("button", {type: "button", onclick: close}),
  };
  parts.map.setAttribute("role", "img");
  const buttons = element("div", {className: "turn"}, ...NAMES.map((name) => parts[name]));
  const root = element(
    "div",
    {className: "inspector", dataset: {testid: "inspector"}},
    element("header", {}, parts.title, buttons),
    element(
      "div",
      {className: "sides"},
      element("div", {}, parts.map, parts.value),
      element(
        "div",
        {className: "made"},
        parts.sentence,
        parts.kernels,
        parts.kernelValue,
        parts.legend,
      ),
    ),
  );
  parts.map.addEventListener("pointermove", (event) => showValue(root, parts, event));
  parts.map.addEventListener("pointerleave", () => setText(parts.value, root.summary));
  return Object.assign(root, {parts});
}

/** Show channel `channel` of a layer in its scale, and how it is made. */
export function inspect(panel, {layer, reading, channel, scale, words}) {
  const {parts} = panel;
  const [height, width] = layer.shape;
  const [low, high] = [layer.domains[2 * channel], layer.domains[2 * channel + 1]];
  panel.shown = {
    width,
    height,
    words,
    values: channelOf(layer.values, layer.shape, channel),
  };
  panel.dataset.channel = channel;
  setText(parts.title, fill(words.map, {layer: layer.name, channel}));
  for (const name of NAMES) setText(parts[name], words[name]);
  const summary = fill(words.range, {low: readable(low), high: readable(high)});
  panel.summary = summary;
  setText(parts.value, summary);
  parts.map.ariaLabel = `${parts.title.textContent}. ${summary}`;
  paintLarge(parts.map, panel.shown, scale);
  parts.explore.hidden = reading.isDemonstration; // there is no digit that the session knows
  showMaking(parts, {layer, network: reading.network, channel, words});
}

function paintLarge(canvas, map, scale) {
  const {width, height} = map;
  const zoom = Math.max(1, Math.floor((LARGE * devicePixelRatio) / Math.max(width, height)));
  [canvas.width, canvas.height] = [zoom * width, zoom * height];
  canvas.style.width = `${(zoom * width) / devicePixelRatio}px`;
  drawMap(canvas.getContext("2d"), map, scale, 0, 0, zoom);
}

function showValue(root, parts, event) {
  const {values, width, height, words} = root.shown;
  const box = parts.map.getBoundingClientRect();
  const column = Math.min(width - 1, Math.floor(((event.clientX - box.left) / box.width) * width));
  const row = Math.min(height - 1, Math.floor(((event.clientY - box.top) / box.height) * height));
  const value = readable(values[row * width + column]);
  setText(parts.value, fill(words.cell, {row, column, value}));
}

/** Say how a map is made; draw the kernel where the layer has one. */
function showMaking(parts, {layer, network, channel, words}) {
  const key = `${layer.name}/${channel}/${words.map}`;
  if (parts.kernels.dataset.key === key) return;
  parts.kernels.dataset.key = key;
  parts.kernels.replaceChildren();
  setText(parts.kernelValue, "");
  setText(parts.legend, "");
  const slices = slicesOf(network, layer.name, channel);
  const description = layerOf(network, layer.name);
  setText(
    parts.sentence,
    slices.length
      ? kernelSentence(description, slices, channel, words)
      : windowSentence(description, words),
  );
  if (slices.length) showKernels(parts, slices, words);
}

function kernelSentence({inbound, weights, config}, slices, channel, words) {
  const [{height: high, width: wide}] = slices;
  return fill(slices.length === 1 ? words.conv_one : words.conv, {
    high,
    wide,
    inputs: slices.length,
    inbound: inbound.join(" + "),
    bias: readable(weights.bias?.values[channel] ?? 0),
    activation: config.activation ?? "linear",
  });
}

function windowSentence({kind, window, inbound, config}, words) {
  const [high, wide] = config[window] ?? [];
  return fill(words.explanations[kind], {high, wide, inbound: inbound.join(" + ")});
}

function showKernels(parts, slices, words) {
  const most = Math.max(...slices.flatMap(({weights}) => [...weights].map(Math.abs)));
  const scale = scaleOf([-most, most], true);
  parts.kernels.style.setProperty("--wide", slices[0].width);
  parts.kernels.append(
    ...slices.map((slice, input) => kernelGrid(slice, {input, scale, parts, words})),
  );
  parts.legend.append(legendOf("", scale));
}

function kernelGrid({weights, width: wide}, {input, scale, parts, words}) {
  const grid = element("div", {className: "kernel"});
  weights.forEach((weight, cell) => {
    const show = () => {
      const [row, column] = [Math.floor(cell / wide), cell % wide];
      setText(
        parts.kernelValue,
        fill(words.weight, {
          input,
          row,
          column,
          value: readable(weight),
        }),
      );
    };
    grid.append(
      element("i", {style: {background: css(colorOf(weight, scale))}, onpointerenter: show}),
    );
  });
  return grid;
}
