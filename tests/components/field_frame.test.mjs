import assert from "node:assert/strict";
import {test} from "node:test";

import {fieldOnCanvas} from "../../assets/components/digit_canvas/field_frame.mjs";
import {convolution, layer, weight} from "./networks.mjs";

const NETWORK = {
  layers: [
    layer("digit", "InputLayer", [28, 28, 1]),
    convolution("conv", [26, 26, 2], "digit", weight([3, 3, 1, 2]), {padding: "valid"}),
  ],
};
const SKIPPED = ["thickness", "box", "center"];
const SPOT = {layer: "conv", channel: 1, row: 4, column: 10};
const rounded = (box) => Object.values(box).map((value) => Math.round(1000 * value) / 1000);

test("as it lies, a pixel of the digit is ten units of the canvas", () => {
  const stroke = {width: 16, points: [100, 60, 120, 220]};
  const box = fieldOnCanvas({network: NETWORK}, SPOT, {strokes: [stroke]}, SKIPPED);
  assert.deepEqual(rounded(box), [100, 40, 130, 70]);
});

test("scaled into its box, the frame grows and shrinks with the ink", () => {
  // A dot of no size is drawn with a pen of p = 2.4 · 10 / 17.6 units, and 20 pixels are 10 + p units.
  const dot = {strokes: [{width: 16, points: [140, 140]}]};
  const box = fieldOnCanvas({network: NETWORK}, SPOT, dot, []);
  const unit = (10 + 24 / 17.6) / 20;
  assert.ok(Math.abs(box.right - box.left - 3 * unit) < 1e-9);
  // The dot's middle is that of pixel (14, 14): 14.5 pixels from the left, the window begins at 10.
  assert.ok(Math.abs(140 - box.left - 4.5 * unit) < 1e-6);
});

test("of a picture the server says where it lies", () => {
  const picture = {placement: {scale: 0.1, right: 2, down: -1}};
  const box = fieldOnCanvas({network: NETWORK}, SPOT, {picture}, []);
  assert.deepEqual(rounded(box), [80, 50, 110, 80]);
});

test("without ink, and for the input itself, there is no frame", () => {
  const none = (digit, spot) => fieldOnCanvas({network: NETWORK}, spot, digit, []);
  assert.equal(none({strokes: []}, SPOT), null);
  const drawn = {strokes: [{width: 16, points: [100, 60, 120, 220]}]};
  assert.equal(none(drawn, {...SPOT, layer: "digit"}), null);
  assert.equal(none(drawn, {...SPOT, layer: "gone"}), null);
});
