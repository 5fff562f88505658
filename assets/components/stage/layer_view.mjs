/** One layer: its name and shape, its maps, each of them a button, and the legend of their colors. */

import {gradient, scaleOf} from "../shared/color.mjs";
import {element, setText} from "../shared/dom.mjs";
import {fill, readable} from "../shared/format.mjs";
import {mark} from "../shared/glossary/mark.mjs";
import {tilePlace} from "../shared/grid.mjs";
import {mosaic} from "../shared/mosaic.mjs";
import {bytesOf} from "../shared/verdicts.mjs";
import {cellOf, formOf, tileOf} from "./forms.mjs";

/** Build a layer as __init__.py describes it; its maps are to be placed before they are painted. */
export function layerView({name, kind, facts, terms, parameters, shape, ...more}) {
  const {names = null, is_picture: isPicture = false} = more;
  const form = formOf(isPicture ? [...shape.slice(0, 2), 1] : shape);
  const canvas = element("canvas");
  const maps = element("div", {className: "mosaic"}, canvas, ...mapButtons(form, names));
  const range = element("span", {className: "spoken"});
  const legend = element(
    "footer",
    {className: "legend"},
    element("span", {className: "ramp"}),
    element("span"),
    element("span"),
  );
  const header = element(
    "header",
    {title: parameters},
    element("h2", {}, name),
    ...[kind, ...facts].map((fact, line) => factOf(fact, terms[line], name)),
    range,
  );
  const frame = element("div", {className: "frame"}, maps);
  const root = element(
    "section",
    {className: "layer", dataset: {testid: "layer", layer: name}, ariaLabel: `${name} · ${kind}`},
    header,
    frame,
    legend,
  );
  root.classList.toggle("labeled", form.isLabeled);
  root.classList.toggle("picture", isPicture);
  const buttons = [...maps.querySelectorAll("button")];
  const sheet = mosaic(canvas);
  return {
    root,
    header,
    frame,
    form,
    names,
    isPicture,
    maps,
    range,
    legend,
    canvas,
    buttons,
    mosaic: sheet,
    tileOf: (channel) => sheet.tileOf(tileOf(form, channel)),
    cellOf: (spot) => cellOf(form, spot),
  };
}

/** One line of a heading; a term of the glossary explains itself with this layer's numbers. */
function factOf(word, term, layer) {
  const explained = term ? mark(term, {word, at: () => ({layer})}) : word;
  return element("span", {className: "fact"}, explained);
}

// Each map is a button as well, so that keys and screen readers reach it; one is in the tab order.
function mapButtons({shape: [, , count], isLabeled}, names) {
  return Array.from({length: count}, (_, channel) =>
    element(
      "button",
      {
        type: "button",
        tabIndex: channel ? -1 : 0,
        dataset: {channel},
        ariaLabel: names?.[channel] ?? String(channel),
      },
      ...(isLabeled ? [unitName(channel, names), element("span")] : []),
    ),
  );
}

/** The number of a unit, or the name of the class that it stands for. */
function unitName(unit, names) {
  const name = names?.[unit];
  return name ? element("b", {dir: "auto", title: name}, name) : element("b", {}, String(unit));
}

/** Write the value of each unit beside it, where there is room for that. */
export function paintLabels({form, buttons}, values, write) {
  if (!form.isLabeled) return;
  buttons.forEach((button, unit) => setText(button.lastChild, write(values[unit])));
}

/** Paint what a network reads in its colors, cells as large as those of its maps would be. */
export function paintPicture({canvas, form: {shape}}, values) {
  const [height, width] = shape;
  const small = new OffscreenCanvas(width, height);
  small.getContext("2d")?.putImageData(new ImageData(bytesOf(values, 3), width), 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** Show the maps of a layer in an order of its channels; null for that of their numbers. */
export function sortMaps(shown, order) {
  const places = order && [];
  order?.forEach((channel, place) => (places[channel] = place));
  shown.mosaic.sort(places);
  if (shown.mosaic.plan) placeMaps(shown, shown.mosaic.plan);
}

/** Return the button of the map that lies so many places after that of a channel. */
export function neighborOf({buttons, mosaic: {tileOf: placeOf}}, channel, step) {
  return buttons.find((_, each) => placeOf(each) === placeOf(channel) + step);
}

/** Measure how wide some lines of a layer's heading are, in CSS pixels, however much is cut off. */
export function linesWidth({header}, lines) {
  const text = document.createRange();
  const widths = lines.map((line) => {
    text.selectNodeContents(header.children[line]);
    return text.getBoundingClientRect().width;
  });
  return Math.ceil(Math.max(...widths));
}

/** Give the maps and their buttons the places of a plan (columns.mjs). */
export function placeMaps({mosaic: sheet, maps, buttons}, plan) {
  sheet.follow(plan);
  const css = (pixels) => `${pixels / devicePixelRatio}px`;
  buttons.forEach((button, channel) => {
    const {left, top} = tilePlace(plan, sheet.tileOf(channel));
    Object.assign(button.style, {
      left: css(left),
      top: css(top),
      width: css(plan.tileWidth),
      height: css(plan.tileHeight),
    });
  });
  maps.dataset.columns = plan.columns;
}

/**
 * Say from what to what the activations and the colors of a painted layer go; while the pen moves,
 * nobody hears or hovers over what is said besides.
 */
export function paintLegend({range, legend, scaleFor}, {colorScope, words, isPenDown}, whole) {
  const isOwn = colorScope === "map";
  const {ends, colors} = isOwn ? scaleOf(whole) : scaleFor(0);
  const [ramp, from, to] = legend.children;
  if (legend.colors !== colors) {
    legend.colors = colors;
    ramp.style.background = gradient({colors});
  }
  const [low, high] = whole.map(readable);
  setText(from, isOwn ? (ends[0] < 0 ? "−" : "0") : readable(ends[0]));
  if (isOwn) setText(to, fill(words.own, {high}));
  else setText(to, ends[0] === ends[1] ? "" : readable(ends[1]));
  if (isPenDown) return;
  setText(range, fill(words.range, {low, high}));
  const hint = isOwn ? fill(words.own_hint, {high}) : "";
  if (legend.title !== hint) legend.title = hint;
}
