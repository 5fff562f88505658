import assert from "node:assert/strict";
import {test} from "node:test";

import {slicesOf} from "../../assets/components/shared/arithmetic/kernels.mjs";
import {tapsOf, windowOf} from "../../assets/components/shared/arithmetic/windows.mjs";
import {convolution, layer, pool, weight} from "./networks.mjs";

const digit = layer("digit", "InputLayer", [28, 28, 1]);
const windowIn = (last, cell) => windowOf({layers: [digit, last]}, last.name, cell);

test("a window of 5 × 5 in the corner reaches two cells into the padding", () => {
  const conv = convolution("conv", [28, 28, 1], "digit", weight([5, 5, 1, 1]));
  const {top, left, height, width} = windowIn(conv, [0, 27]);
  assert.deepEqual([top, left, height, width], [-2, 25, 5, 5]);
});

test("a window without padding begins at its cell times the stride", () => {
  const changes = {padding: "valid", strides: [2, 3]};
  const conv = convolution("conv", [13, 9, 1], "digit", weight([3, 3, 1, 1]), changes);
  const {top, left, stride} = windowIn(conv, [4, 5]);
  assert.deepEqual([top, left, stride], [8, 15, [2, 3]]);
});

test("an odd cell of padding goes to the right and below", () => {
  const conv = convolution("conv", [14, 28, 1], "digit", weight([3, 2, 1, 1]), {strides: [2, 1]});
  const {top, left} = windowIn(conv, [0, 0]);
  assert.deepEqual([top, left], [0, 0]);
});

test("a dilated window spans more cells than it reads", () => {
  const conv = convolution("conv", [28, 28, 1], "digit", weight([3, 2, 1, 1]), {
    dilation_rate: [2, 4],
  });
  const window = windowIn(conv, [10, 10]);
  assert.deepEqual([window.height, window.width, window.taps], [5, 5, [3, 2]]);
  assert.deepEqual(
    tapsOf(window).map(({row, column}) => [row, column]),
    [
      [8, 8],
      [8, 12],
      [10, 8],
      [10, 12],
      [12, 8],
      [12, 12],
    ],
  );
});

test("a pool that overlaps slides by its stride", () => {
  const max = pool("max", "MaxPooling2D", [14, 14, 1], "digit", {
    pool_size: [3, 3],
    padding: "same",
  });
  const {top, left, height} = windowIn(max, [1, 2]);
  assert.deepEqual([top, left, height], [2, 4, 3]);
});

test("a global pool reads the whole map", () => {
  const mean = layer("mean", "GlobalAveragePooling2D", [1], ["digit"]);
  const {top, left, height, width} = windowIn(mean, [0, 0]);
  assert.deepEqual([top, left, height, width], [0, 0, 28, 28]);
});

test("zero padding shifts the cells", () => {
  const padding = layer("padding", "ZeroPadding2D", [31, 31, 1], ["digit"], {
    padding: [
      [1, 2],
      [3, 0],
    ],
  });
  const {top, left, height, width} = windowIn(padding, [0, 5]);
  assert.deepEqual([top, left, height, width], [-1, 2, 1, 1]);
});

test("what only changes the shape has no window, and neither has what nobody knows", () => {
  assert.equal(windowIn(layer("flatten", "Flatten", [784], ["digit"]), [0, 0]), null);
  assert.equal(windowIn(layer("odd", "Oddity", [28, 28, 1], ["digit"]), [0, 0]), null);
});

test("a kernel is cut into one slice for each input channel", () => {
  const two = layer("two", "InputLayer", [4, 4, 2]);
  const conv = convolution("conv", [4, 4, 3], "two", weight([1, 2, 2, 3]));
  const slices = slicesOf({layers: [two, conv]}, "conv", 1);
  assert.deepEqual(
    slices.map(({channel, weights}) => [channel, ...weights]),
    [
      [0, 1, 7],
      [1, 4, 10],
    ],
  );
});

test("a depthwise kernel has one slice, of the channel that it multiplies", () => {
  const two = layer("two", "InputLayer", [4, 4, 2]);
  const conv = convolution("conv", [4, 4, 6], "two", weight([1, 2, 2, 3]), {
    kind: "DepthwiseConv2D",
  });
  const [slice, ...others] = slicesOf({layers: [two, conv]}, "conv", 4);
  assert.deepEqual([slice.channel, ...slice.weights], [1, 4, 10]);
  assert.equal(others.length, 0);
});

test("a layer without a kernel has no slices", () => {
  assert.deepEqual(slicesOf({layers: [digit]}, "digit", 0), []);
});

// --- transposed convolutions and upsampling ---

const small = layer("small", "InputLayer", [4, 4, 1]);
const enlarging = (last, cell) => windowOf({layers: [small, last]}, last.name, cell);
const taps = (last, cell) => tapsOf(enlarging(last, cell));

test("a cell of a transposed convolution reads those whose kernels reach it, and the weights there", () => {
  const changes = {kind: "Conv2DTranspose", strides: [2, 2], padding: "valid"};
  const last = convolution("last", [9, 9, 1], "small", weight([3, 3, 1, 1]), changes);
  // Row 4 is reached by row 1 with the kernel's third row, and by row 2 with its first.
  assert.deepEqual(
    taps(last, [4, 3]).map(({row, column, tap}) => [row, column, tap]),
    [
      [1, 1, 7],
      [2, 1, 1],
    ],
  );
});

test("a transposed convolution leaves gaps where its strides are larger than its kernel", () => {
  const changes = {kind: "Conv2DTranspose", strides: [3, 3], padding: "valid"};
  const last = convolution("last", [12, 12, 1], "small", weight([2, 2, 1, 1]), changes);
  assert.deepEqual(taps(last, [5, 4]), []);
  assert.deepEqual(
    taps(last, [4, 4]).map(({row, column, tap}) => [row, column, tap]),
    [[1, 1, 3]],
  );
});

test("bilinear upsampling weighs neighbors by how near they are, and has one alone at the edge", () => {
  const config = {size: [2, 2], interpolation: "bilinear"};
  const last = layer("last", "UpSampling2D", [8, 8, 1], ["small"], config);
  assert.deepEqual(
    taps(last, [3, 0]).map(({row, column, share}) => [row, column, share]),
    [
      [1, 0, 0.75],
      [2, 0, 0.25],
    ],
  );
});

test("cropping reads the cell that many rows and columns further in", () => {
  const config = {
    cropping: [
      [1, 0],
      [2, 0],
    ],
  };
  const last = layer("last", "Cropping2D", [3, 2, 1], ["small"], config);
  const {top, left} = enlarging(last, [0, 1]);
  assert.deepEqual([top, left], [1, 3]);
});
