/** Frames, on the visitor's own strokes or their picture, the receptive field of what is pointed at or open. */

import {receptiveField} from "../shared/arithmetic/fields.mjs";
import {element} from "../shared/dom.mjs";
import {opened, pointed} from "../shared/live/looking.mjs";
import {subscribe} from "../shared/live/readings.mjs";
import {inputPlacement} from "../shared/pen/network_input.mjs";
import {CANVAS} from "../shared/pen/strokes.mjs";

/**
 * @typedef {import("../shared/live/looking.mjs").Spot} Spot
 * @typedef {import("../shared/live/readings.mjs").Reading} Reading
 * @typedef {import("../shared/live/readings.mjs").Digit} Digit
 * @typedef {{left: number, top: number, right: number, bottom: number}} Box in canvas units
 */

/**
 * Build the frame; `shown()` is what is on the canvas, and the steps that are left out.
 *
 * @param {() => {digit: Digit, skip: readonly string[]}} shown
 */
export function fieldFrame(shown) {
  const root = element("div", {className: "field", hidden: true, dataset: {testid: "field-frame"}});
  root.setAttribute("aria-hidden", "true");
  /** @type {Reading | null} */
  let reading = null;
  let scheduled = 0;

  function place() {
    scheduled = 0;
    const spot = pointed.value ?? opened.value;
    const {digit, skip} = shown();
    const box = spot && reading?.activations && fieldOnCanvas(reading, spot, digit, skip);
    root.hidden = !box;
    if (!box) return;
    const share = (units) => `${(100 * units) / CANVAS}%`;
    Object.assign(root.style, {
      left: share(box.left),
      top: share(box.top),
      width: share(box.right - box.left),
      height: share(box.bottom - box.top),
    });
  }

  const placeSoon = () => (scheduled ||= requestAnimationFrame(place));
  const endings = [
    pointed.subscribe(placeSoon),
    opened.subscribe(placeSoon),
    subscribe((newest) => {
      reading = newest;
      placeSoon();
    }),
  ];
  return {root, end: () => endings.forEach((end) => end())};
}

/**
 * Find the receptive field of a cell on the canvas; null where nothing is drawn, or the cell reads
 * nothing but padding.
 *
 * @param {Pick<Reading, "network">} reading
 * @param {Spot} spot
 * @param {Pick<Digit, "strokes" | "picture">} digit
 * @param {readonly string[]} skip
 * @returns {Box | null}
 */
export function fieldOnCanvas({network}, {layer, channel, row, column}, digit, skip) {
  const found = network.layers.find(({name}) => name === layer);
  const placement = placementIn(network, digit, skip);
  if (!placement || !found?.inbound.length) return null;
  const cell = found.output_shape.length === 1 ? [channel] : [row, column, channel];
  const field = receptiveField(network, layer, cell).get(network.layers[0].name)?.clipped;
  if (!field) return null;
  const {scale, right, down} = placement;
  return {
    left: (field.left - right) / scale,
    top: (field.top - down) / scale,
    right: (field.right + 1 - right) / scale,
    bottom: (field.bottom + 1 - down) / scale,
  };
}

/**
 * Find where the canvas lies among the pixels that a network reads; null where nothing is on it.
 *
 * @param {Reading["network"]} network
 * @param {Pick<Digit, "strokes" | "picture">} digit
 * @param {readonly string[]} skip
 */
function placementIn(network, {strokes, picture}, skip) {
  if (picture) return picture.placement ?? null;
  return strokes?.length ? inputPlacement(network, strokes, skip) : null;
}
