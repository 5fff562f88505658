/** How a layer looks at a glance: sheets as large as its maps, a bar of its units, or a mark. */

import {setText, svgElement} from "./dom.mjs";

const STEP = 2; // pixels between two sheets
const LEARNING = ["convolution", "dense"];

/**
 * Draw a layer as an SVG element.
 *
 * @param {{family: string, shows: string, sign: string}} look of its kind (layer_kinds.py)
 * @param {number[] | null} shape of its output; null where it cannot be built
 */
export function silhouette({family, shows, sign}, shape) {
  if (!shape || !(shows || family === "input")) return mark(sign);
  const learns = LEARNING.includes(family);
  const {width, height, depth} = outline(shape);
  const svg = sized(width + STEP * depth + 2, height + STEP * depth + 2);
  for (let sheet = depth; sheet >= 0; sheet--) {
    svg.append(
      svgElement("rect", {
        x: 1 + STEP * sheet,
        y: 1 + STEP * (depth - sheet),
        width,
        height,
        rx: 1,
        fill: learns ? "var(--st-primary-color)" : "var(--st-secondary-background-color)",
        stroke: learns ? "var(--st-background-color)" : "currentColor",
        "stroke-width": 0.75,
        "stroke-opacity": learns ? 1 : 0.55,
      }),
    );
  }
  return svg;
}

/** Tell how a layer is drawn: width and height in pixels, and how many sheets lie behind. */
export function outline(shape) {
  if (shape.length === 3) {
    const side = Math.max(6, Math.round(1.1 * shape[0]));
    return {width: side, height: side, depth: Math.min(6, Math.round(Math.log2(shape[2])))};
  }
  return {width: 6, height: Math.round(6 + 3 * Math.log2(shape[0])), depth: 0};
}

function mark(sign) {
  const svg = sized(10, 14);
  const text = svgElement("text", {
    x: 5,
    y: 11,
    "text-anchor": "middle",
    "font-size": 12,
    fill: "currentColor",
    opacity: 0.6,
  });
  setText(text, sign);
  svg.append(text);
  return svg;
}

function sized(width, height) {
  return svgElement("svg", {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    "aria-hidden": "true",
  });
}
