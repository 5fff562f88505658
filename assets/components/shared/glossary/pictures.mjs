/**
 * The parts of an example as elements: grids of numbers, maps, curves, formulas, sentences.
 *
 * @typedef {import("./examples.mjs").Example} Example
 * @typedef {import("./examples.mjs").Part} Part
 */

import {colorOf, css, scaleOf} from "../color.mjs";
import {element, setText, svgElement} from "../dom.mjs";
import {fill, readable} from "../format.mjs";
import {drawMap, frameCells, inkOn} from "../painting.mjs";

const NUMBERED = 5; // columns of a grid up to which its numbers are written
const MAP = 84; // CSS pixels a side
const CURVE = {width: 132, height: 66, reach: 3}; // CSS pixels; and from where to where x goes
const SHOWN = 9; // cells of a row, beside those of the padding

/**
 * Build the elements of an example.
 *
 * @param {Example} example
 * @param {Record<string, any>} words the glossary's
 * @returns {HTMLElement[]}
 */
export function pictureOf({where, parts}, words) {
  const title = where ? [words.here, placeSentence(where, words)].join(" ") : words.here;
  const pictures = parts
    .filter(({kind}) => PICTURES[kind])
    .map((part) => PICTURES[part.kind](part));
  const lines = parts.filter(({kind}) => LINES[kind]).map((part) => LINES[part.kind](part, words));
  return [
    element("span", {className: "example-where"}, title),
    ...(pictures.length ? [element("span", {className: "example-pictures"}, ...pictures)] : []),
    ...lines,
  ];
}

function placeSentence(where, words) {
  const key =
    "unit" in where ? "unit" : "row" in where ? "cell" : "channel" in where ? "map" : "layer";
  return fill(words.places[key], where);
}

const LINES = {
  line: ({text}) => element("span", {className: "example-formula"}, text),
  said: ({key, values}, words) =>
    element("span", {className: "example-said"}, fill(words.said[key], values)),
};

const PICTURES = {
  grid,
  map,
  bars,
  curve,
  windows,
  sign: ({text}) => element("span", {className: "example-sign"}, text),
};

function grid({rows, colors, marked}) {
  const values = rows.flat().map((each) => each ?? 0);
  const most = Math.max(...values.map(Math.abs));
  const scale = scaleOf([Math.min(0, ...values), most], colors === "weights");
  const numbered = rows[0].length <= NUMBERED;
  const root = element("span", {className: `example-grid${numbered ? "" : " bare"}`});
  root.style.setProperty("--wide", rows[0].length);
  rows.forEach((row, down) =>
    row.forEach((value, right) => {
      const cell = element("span", {className: value === null ? "example-padded" : ""});
      if (value !== null) {
        const color = colorOf(value, scale);
        Object.assign(cell.style, {background: css(color), color: inkOn(color)});
      }
      if (numbered) setText(cell, value ? value.toFixed(2).replace("-", "−") : "0");
      if (marked?.[0] === down && marked[1] === right) cell.classList.add("example-marked");
      root.append(cell, " "); // the ear needs a pause between two numbers
    }),
  );
  return root;
}

function map({values, height, width, box}) {
  const canvas = element("canvas", {ariaHidden: "true"});
  const zoom = Math.max(1, Math.round((MAP * devicePixelRatio) / Math.max(height, width)));
  [canvas.width, canvas.height] = [zoom * width, zoom * height];
  canvas.style.width = `${canvas.width / devicePixelRatio}px`;
  const context = canvas.getContext("2d");
  const domain = values.reduce(
    ([low, high], each) => [Math.min(low, each), Math.max(high, each)],
    [0, 0],
  );
  drawMap(context, {values, height, width}, scaleOf(domain), 0, 0, zoom);
  if (box) frameCells(context, framed(box, zoom), "#ffffff", 1.5 * devicePixelRatio);
  return canvas;
}

const framed = ({top, left, bottom, right}, zoom) => ({
  left: left * zoom + 1,
  top: top * zoom + 1,
  right: (right + 1) * zoom - 1,
  bottom: (bottom + 1) * zoom - 1,
});

/** Ten bars from zero, downward where they are negative. */
function bars({values}) {
  const most = Math.max(...values.map(Math.abs)) || 1;
  const best = Math.max(...values);
  const root = element("span", {className: "logit-bars"});
  values.forEach((value, digit) => {
    const bar = element("i", {className: value < 0 ? "below" : ""});
    bar.style.setProperty("--share", String(Math.abs(value) / most));
    root.append(
      element(
        "span",
        {className: value === best ? "best" : "", title: readable(value)},
        bar,
        element("b", {}, String(digit)),
        " ",
      ),
    );
  });
  return root;
}

function curve({activate, points}) {
  const {width, height} = CURVE;
  const reach = Math.max(CURVE.reach, ...points.flat().map(Math.abs));
  const top = Math.max(1, ...points.map(([, y]) => y), activate(reach) > 1.5 ? reach : 1);
  const across = (x) => ((x + reach) / (2 * reach)) * (width - 8) + 4;
  const up = (y) => height - 14 - (y / top) * (height - 20);
  const drawn = Array.from({length: 49}, (_, i) => {
    const x = -reach + (2 * reach * i) / 48;
    return `${across(x).toFixed(1)},${up(activate(x)).toFixed(1)}`;
  });
  const dots = points.map(([x, y]) => svgElement("circle", {cx: across(x), cy: up(y), r: 3.5}));
  return svgElement(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      class: "example-curve",
      "aria-hidden": "true",
    },
    svgElement("path", {class: "axis", d: `M4 ${up(0)}H${width - 4}M${across(0)} 4V${height - 4}`}),
    svgElement("polyline", {points: drawn.join(" ")}),
    ...dots,
  );
}

/** A row of cells, with the zeros before and behind it, and the first three windows below. */
function windows({cells, taps, stride, before}) {
  const side = 16;
  const shown = Math.min(cells, Math.max(SHOWN - before, taps + 2 * stride - before));
  const width = (before + shown) * side + 2;
  const boxes = Array.from({length: before + shown}, (_, i) =>
    svgElement("rect", {
      class: i < before ? "zero" : "cell",
      x: i * side + 1,
      y: 1,
      width: side,
      height: side,
    }),
  );
  const brackets = [0, 1, 2]
    .filter((each) => each * stride + taps <= before + shown)
    .map((each) => {
      const [left, y] = [each * stride * side + 3, 24 + each * 8];
      return svgElement("path", {d: `M${left} ${y - 4}v4h${taps * side - 4}v-4`});
    });
  return svgElement(
    "svg",
    {
      viewBox: `0 0 ${width} 46`,
      width,
      height: 46,
      class: "example-windows",
      "aria-hidden": "true",
    },
    ...boxes,
    ...brackets,
  );
}
