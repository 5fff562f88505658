import assert from "node:assert/strict";
import {test} from "node:test";

import {comparedLayers, scalesOf} from "../../assets/components/stage/compared_layers.mjs";
import {domainsOf} from "../../assets/components/shared/mosaic.mjs";

const conv = (...values) => {
  const layer = {name: "conv", shape: [1, 2, 2], values: Float32Array.from(values)};
  return {...layer, domains: domainsOf(layer.values, 2)};
};
const A = conv(0, 4, 2, 0);
const B = conv(1, 0, 2, 8);
const shown = (side) => comparedLayers([A], [B], side)[0];

test("compared, both have the same domains, whichever is shown", () => {
  for (const side of ["a", "b", "both"]) assert.deepEqual([...shown(side).domains], [0, 2, 0, 8]);
  assert.deepEqual([...shown("b").values], [1, 0, 2, 8]);
  assert.deepEqual([...shown("both").beside], [1, 0, 2, 8]);
});

test("the difference is yours less the other, with zero in the middle of its colors", () => {
  const difference = shown("difference");
  assert.deepEqual([...difference.values], [-1, 4, 0, -8]);
  assert.deepEqual(scalesOf("map", difference, null)(1).ends, [-8, 8]);
});

test("a scale is a map's own, or shared by a layer or the network", () => {
  assert.deepEqual(scalesOf("map", A, [0, 9])(0).ends, [0, 2]);
  assert.deepEqual(scalesOf("layer", A, [0, 9])(0).ends, [0, 4]);
  assert.deepEqual(scalesOf("network", A, [0, 9])(0).ends, [0, 9]);
});
