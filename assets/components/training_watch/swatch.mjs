/** What tells runs apart: a color by `run0` to `run2`, and a dash. */

import {svgElement} from "../shared/dom.mjs";

export const DASHES = ["", "7 3", "1.5 2.5"]; // of the first, second and third run

/** Draw a piece of a run's line, for its name. */
export function swatch(order) {
  const line = svgElement("line", {x1: 1, x2: 27, y1: 6, y2: 6, "stroke-dasharray": DASHES[order]});
  return svgElement(
    "svg",
    {class: `swatch run${order}`, viewBox: "0 0 28 12", "aria-hidden": "true"},
    line,
  );
}
