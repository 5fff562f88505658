/** The kernels of one layer at one moment; a color stands for the same weight at every moment. */

import {scaleOf} from "../color.mjs";
import {tilePlace} from "../grid.mjs";
import {legendOf} from "../controls.mjs";
import {element, setText} from "../dom.mjs";
import {counted, fill} from "../format.mjs";
import {drawMap} from "../painting.mjs";
import {arrangeKernel, inputChoices, kernelMaps, kernelLayout} from "./kernel_tiles.mjs";

/** Build the panel: {root, show(scene)}. */
export function kernelPanel() {
  const title = element("h3");
  const legend = element("div", {className: "legends"});
  const note = element("p", {className: "note"});
  const select = element("select");
  const label = element("label", {className: "input-map"}, element("span"), select);
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  const header = element("header", {}, title, legend);
  const root = element(
    "section",
    {className: "kernels", dataset: {testid: "moment-kernels"}},
    header,
    note,
    label,
    canvas,
  );
  const self = {
    root,
    title,
    legend,
    note,
    select,
    label,
    canvas,
    largest: new Map(),
    chosen: new Map(),
  };
  select.addEventListener("change", () => {
    self.chosen.set(self.scene.layer, select.value);
    paint(self);
  });
  return {root, show: (scene) => show(self, scene)};
}

/** Show `scene`: {run, layer, kernel, layers, space, words}. */
function show(self, scene) {
  const {title, note, canvas, label, legend, root} = self;
  const {layer, kernel, layers, words} = scene;
  self.scene = scene;
  setText(title, fill(words.kernels, {layer}));
  root.dataset.layer = layer;
  canvas.hidden = legend.hidden = !kernel;
  if (!kernel) {
    label.hidden = true;
    setText(note, fill(words.no_kernels, {layer}));
    return;
  }
  self.kernel = arrangeKernel(kernel, layer, layers);
  const {high, wide, inputs, filters} = self.kernel;
  const [maps, units, weights] = [inputs, filters, kernel.values.length].map(counted);
  setText(note, fill(words.kernel_facts, {high, wide, inputs: maps, filters: units, weights}));
  paint(self);
}

function paint(self) {
  const {scene, kernel, canvas, largest, legend} = self;
  const {run, layer, words, space} = scene;
  const input = offer(self, words);
  const key = `${run}/${layer}`;
  const most = kernel.values.reduce(
    (high, weight) => Math.max(high, Math.abs(weight)),
    largest.get(key) ?? 0,
  );
  largest.set(key, most);
  const scale = scaleOf([-most, most], true);
  const ratio = devicePixelRatio;
  const plan = kernelLayout(kernel, input, {space, ratio});
  if (canvas.width !== plan.width || canvas.height !== plan.height) {
    [canvas.width, canvas.height] = [plan.width, plan.height];
    Object.assign(canvas.style, {
      width: `${plan.width / ratio}px`,
      height: `${plan.height / ratio}px`,
    });
  }
  const context = canvas.getContext("2d");
  kernelMaps(kernel, input).forEach((values, i) => {
    const {left, top} = tilePlace(plan, i);
    drawMap(
      context,
      {values, width: kernel.wide, height: kernel.high},
      scale,
      left,
      top,
      plan.zoom,
    );
  });
  canvas.ariaLabel = `${self.title.textContent}. ${self.note.textContent}`;
  legend.replaceChildren(legendOf("", scale));
}

/** Offer the input maps that can be chosen; tells the chosen one. */
function offer({scene, kernel, label, select, chosen}, words) {
  const choices = inputChoices(kernel, scene.space);
  const wanted = chosen.get(scene.layer);
  const input = choices.includes(wanted) ? wanted : choices[0];
  label.hidden = choices.length === 1;
  setText(label.firstChild, words.input_map);
  const key = `${choices}/${words.input_map}`;
  if (select.dataset.key !== key) {
    select.dataset.key = key;
    const named = {all: words.all_inputs, mean: words.mean_input};
    select.replaceChildren(
      ...choices.map((value) => element("option", {value}, named[value] ?? value)),
    );
  }
  select.value = input;
  return input;
}
