import assert from "node:assert/strict";
import {test} from "node:test";

import {written} from "../../assets/components/class_tools/numbers_panel.mjs";
import {stopsOf} from "../../assets/components/class_tools/pass_player.mjs";
import {
  INPUT,
  OUTPUT,
  guessing,
  isHidden,
  passageOf,
  reveal,
} from "../../assets/components/shared/live/teaching.mjs";
import {layer} from "./networks.mjs";

const three = {revision: 5, isDemonstration: false, label: 3};

test("a prediction is hidden until somebody asks for it, and again with the next stroke", () => {
  guessing.publish({isOn: false, shownFor: null});
  assert.equal(isHidden(three), false);
  guessing.publish({isOn: true, shownFor: null});
  assert.equal(isHidden(three), true);
  reveal(5);
  assert.equal(isHidden(three), false);
  assert.equal(isHidden({...three, revision: 6}), true);
  guessing.publish({isOn: false, shownFor: null});
});

test("there is nothing to guess on an empty canvas or in a demonstration", () => {
  guessing.publish({isOn: true, shownFor: null});
  assert.equal(isHidden({...three, label: null}), false);
  assert.equal(isHidden({...three, isDemonstration: true}), false);
  guessing.publish({isOn: false, shownFor: null});
});

test("a forward pass goes from the input through all that computes to the prediction", () => {
  const layers = [
    layer("digit", "InputLayer", [28, 28, 1]),
    layer("conv", "Conv2D", [28, 28, 8], ["digit"]),
    layer("drop", "Dropout", [28, 28, 8], ["conv"]),
    layer("flat", "Flatten", [6272], ["drop"]),
    layer("logits", "Dense", [10], ["flat"]),
  ];
  assert.deepEqual(stopsOf({layers}), [INPUT, "conv", "flat", "logits", OUTPUT]);
});

test("what a pass has come through is before it, what is to come after it", () => {
  const pass = {stops: [INPUT, "conv", OUTPUT], at: 1};
  assert.deepEqual(
    [INPUT, "conv", OUTPUT].map((stop) => passageOf(pass, stop)),
    ["before", "now", "after"],
  );
  assert.equal(passageOf(pass, "another"), "");
  assert.equal(passageOf(null, "conv"), "");
});

test("ink is written to two decimals, as short as it can be read", () => {
  assert.deepEqual([0, 0.004, 0.07, 0.994, 0.996, 1].map(written), [
    "0",
    "0",
    ".07",
    ".99",
    "1",
    "1",
  ]);
});
