/** The few controls that components have more than one of. */

import {element} from "./dom.mjs";
import {readable} from "./format.mjs";

/** Make one choice out of several: `choose(value)` is called with the chosen one. */
export function choice(name, choose) {
  const root = element("div", {className: "switch", dataset: {choice: name}});
  root.setAttribute("role", "radiogroup");
  root.addEventListener("change", ({target}) => choose(target.value));
  return root;
}

/** Fill a choice: `options` is {value: label}; keeps the focus where it was. */
export function fillChoice(root, legend, options, chosen) {
  const key = JSON.stringify([legend, options]);
  if (root.dataset.key !== key) {
    root.dataset.key = key;
    root.ariaLabel = legend;
    const labels = Object.entries(options).map(([value, label]) => {
      const input = element("input", {type: "radio", name: root.dataset.choice, value});
      return element("label", {}, input, element("span", {}, label));
    });
    root.replaceChildren(element("span", {className: "asks"}, legend), ...labels);
  }
  for (const input of root.querySelectorAll("input"))
    input.checked = input.value === String(chosen);
}

/**
 * Make a legend: a name, and a scale between the numbers of its ends; one number where all is zero.
 *
 * @param {string} name
 * @param {import("./color.mjs").Scale} scale
 */
export function legendOf(name, {colors, ends: [low, high]}) {
  const ramp = element("canvas", {className: "ramp", width: 256, height: 1});
  const image = new ImageData(256, 1);
  new Uint32Array(image.data.buffer).set(colors);
  ramp.getContext("2d").putImageData(image, 0, 0);
  ramp.setAttribute("aria-hidden", "true");
  const [from, to] = [low, high].map((end) => element("span", {}, readable(end)));
  const scale = low === high ? [ramp, to] : [from, ramp, to];
  return element(
    "span",
    {className: "legend"},
    element("span", {className: "name"}, name),
    ...scale,
  );
}
