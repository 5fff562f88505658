/** The terms of what stands beside, one after the other, each with its mark. */

import {element} from "../dom.mjs";
import {mark} from "./mark.mjs";

/**
 * Build a row of terms: {root, show(keys)}.
 *
 * @param {() => import("./mark.mjs").Spot} at where the examples are taken from
 */
export function termRow(at) {
  const root = element("p", {className: "term-row"});
  return {
    root,
    /** Show the terms with these keys; what is open stays open where they are the same. */
    show(/** @type {string[]} */ keys) {
      if (root.dataset.keys === keys.join()) return;
      root.dataset.keys = keys.join();
      root.replaceChildren(...keys.map((key) => mark(key, {at})));
    },
  };
}
