/** The units of a dense layer: a cell for each, with its number and what it answers. */

import {colorOf, css} from "../../shared/color.mjs";
import {element, setText} from "../../shared/dom.mjs";
import {readable} from "../../shared/format.mjs";
import {inkOn} from "../../shared/painting.mjs";

const WRITTEN = 160; // units whose numbers are written into their cells; more are only colored

/** Build the grid: {root, paint(values, scale)}. */
export function unitGrid() {
  const root = element("ol", {className: "units"});
  return {root, paint: (values, scale) => paint(root, values, scale)};
}

function paint(root, values, scale) {
  if (root.children.length !== values.length) {
    root.replaceChildren(
      ...Array.from(values, (_, unit) =>
        element("li", {}, element("span", {}, String(unit)), element("b")),
      ),
    );
    root.classList.toggle("many", values.length > WRITTEN);
  }
  values.forEach((value, unit) => {
    const cell = root.children[unit];
    const color = colorOf(value, scale);
    Object.assign(cell.style, {background: css(color), color: inkOn(color)});
    setText(cell.lastChild, readable(value));
    cell.title = `${unit}: ${readable(value)}`;
  });
}
