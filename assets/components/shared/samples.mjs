/** A row of digits to start with, all of them parts of one picture. */

import {element} from "./dom.mjs";
import {beside} from "./live/requests.mjs";

/**
 * @typedef {object} Samples
 * @property {string} label of the row
 * @property {string} sheet the address of a picture, the samples beside each other
 * @property {{name: string, title: string}[]} samples in that order
 */

/**
 * Build the row; `choose(name)` is called with the sample that was chosen.
 *
 * @param {(name: string) => void} choose
 */
export function sampleRow(choose) {
  const root = element("div", {className: "samples"});
  root.setAttribute("role", "group");
  let shown = "";
  return {
    root,
    /** @param {Samples} all */
    show(all) {
      const key = JSON.stringify(all);
      if (shown === key) return;
      shown = key;
      root.ariaLabel = all.label;
      root.replaceChildren(...all.samples.map((_, place) => sampleButton(all, place, choose)));
    },
  };
}

function sampleButton({sheet, samples}, place, choose) {
  const {name, title} = samples[place];
  const tile = element("span", {
    style: {
      backgroundImage: `url("${beside(sheet)}")`,
      backgroundSize: `${100 * samples.length}% 100%`,
      backgroundPosition: `${(100 * place) / Math.max(1, samples.length - 1)}% 0`,
    },
  });
  return element(
    "button",
    {type: "button", title, ariaLabel: title, onclick: () => choose(name)},
    tile,
  );
}
