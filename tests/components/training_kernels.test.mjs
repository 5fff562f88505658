import assert from "node:assert/strict";
import {test} from "node:test";

import {
  arrangeKernel,
  inputChoices,
  kernelMaps,
  kernelLayout,
} from "../../assets/components/shared/kernels/kernel_tiles.mjs";
import {layer} from "./networks.mjs";

/** A kernel whose weights say where they stand: 1000 row + 100 column + 10 input + filter. */
function telling([high, wide, inputs, filters]) {
  const values = new Float32Array(high * wide * inputs * filters);
  let place = 0;
  for (let row = 0; row < high; row++)
    for (let column = 0; column < wide; column++)
      for (let input = 0; input < inputs; input++)
        for (let filter = 0; filter < filters; filter++)
          values[place++] = 1000 * row + 100 * column + 10 * input + filter;
  return {shape: [high, wide, inputs, filters], values};
}

test("all kernels are a row for each input map and a column for each filter", () => {
  const maps = kernelMaps(arrangeKernel(telling([2, 3, 4, 5]), "conv", []), "all");
  assert.equal(maps.length, 20);
  assert.deepEqual([...maps[7]], [12, 112, 212, 1012, 1112, 1212]); // input 1, filter 2
});

test("one input map has a kernel in each filter, and the mean is that of all", () => {
  const kernel = arrangeKernel(telling([1, 2, 3, 2]), "conv", []);
  assert.deepEqual(
    kernelMaps(kernel, "2").map((map) => [...map]),
    [
      [20, 120],
      [21, 121],
    ],
  );
  assert.deepEqual(
    kernelMaps(kernel, "mean").map((map) => [...map]),
    [
      [10, 110],
      [11, 111],
    ],
  );
});

test("a dense layer behind a flatten has a map for each map that was flattened", () => {
  const conv = telling([2, 2, 3, 4]);
  const layers = [
    layer("pool", "MaxPooling2D", [2, 2, 3]),
    layer("flatten", "Flatten", [12]),
    layer("drop", "Dropout", [12]),
    layer("dense", "Dense", [4]),
    layer("logits", "Dense", [10]),
  ];
  const found = arrangeKernel({shape: [12, 4], values: conv.values}, "dense", layers);
  assert.deepEqual(kernelMaps(found, "all"), kernelMaps(arrangeKernel(conv, "conv", []), "all"));
  const matrix = arrangeKernel({shape: [4, 10], values: new Float32Array(40)}, "logits", layers);
  assert.deepEqual([matrix.high, matrix.wide, matrix.inputs, matrix.filters], [4, 10, 1, 1]);
});

test("what can be chosen begins with all kernels where they fit, and with the mean where not", () => {
  const conv = {high: 3, wide: 3, inputs: 16, filters: 32};
  assert.equal(inputChoices(conv, 400)[0], "all");
  assert.equal(inputChoices(conv, 100)[0], "mean");
  assert.equal(inputChoices(conv, 400).length, 18);
  assert.deepEqual(inputChoices({...conv, inputs: 1}, 400), ["0"]);
});

test("kernels of any layer fit into the room there is, each cell a whole number of pixels", () => {
  for (const ratio of [1, 2, 3]) {
    for (const space of [300, 388, 600]) {
      for (const [high, wide, inputs, filters] of [
        [5, 5, 1, 16],
        [3, 3, 32, 32],
        [28, 28, 1, 64],
        [1, 1, 8, 8],
        [64, 10, 1, 1],
      ]) {
        for (const input of inputChoices({wide, inputs, filters}, space).slice(0, 2)) {
          const plan = kernelLayout({high, wide, inputs, filters}, input, {space, ratio});
          assert.ok(Number.isInteger(plan.zoom) && plan.zoom >= 1);
          assert.ok(
            plan.width <= space * ratio,
            `${[high, wide, inputs, filters]} in ${space}: ${plan.width}`,
          );
        }
      }
    }
  }
});
