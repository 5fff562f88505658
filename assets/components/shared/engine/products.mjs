/**
 * Sums of products, in WebAssembly where it is to be had and otherwise in JavaScript.
 *
 * Without SIMD, or where a Content-Security-Policy forbids WebAssembly, nothing changes but the
 * time it takes: both add up in the same order and round after every step, so that they answer
 * alike to the last bit.
 */

import {BINARY} from "./products_binary.mjs";

const {fround} = Math;
const PAGE = 65536; // bytes, by which WebAssembly counts memory

/**
 * Compute cells of a layer: `rows` × `columns` of `filters` channels, each a sum of products.
 *
 * The first four are addresses in bytes. The picture holds its own padding; `down` and `right` are
 * the floats from the window of a cell to that of the cell below or to its right, `tapDown` and
 * `tapRight` those from one place that a window reads to the next. At each place `channels`
 * numbers are read. The kernel is (tapRows, tapColumns, channels, allFilters), as in Keras, and
 * its first `filters` are computed; the cells of the output are `allFilters` apart. A sum below
 * `least` becomes it: 0 where a ReLU follows, -Infinity where none does.
 *
 * @typedef {(picture: number, kernel: number, bias: number, output: number, rows: number,
 *   columns: number, down: number, right: number, tapRows: number, tapColumns: number,
 *   tapDown: number, tapRight: number, channels: number, filters: number,
 *   allFilters: number, least: number) => void} Convolve
 */

/**
 * Compute cells of `channels` × `multiplier` channels, each from one channel of the picture.
 *
 * The kernel is (tapRows, tapColumns, channels, multiplier), as in Keras; the rest is as above.
 *
 * @typedef {(picture: number, kernel: number, bias: number, output: number, rows: number,
 *   columns: number, down: number, right: number, tapRows: number, tapColumns: number,
 *   tapDown: number, tapRight: number, channels: number, multiplier: number,
 *   least: number) => void} Depthwise
 */

/** @typedef {{convolve: Convolve, depthwise: Depthwise}} Products */

/**
 * Return a block of memory, all zeros, and what computes sums of products in it.
 *
 * @param {number} bytes
 * @returns {{buffer: ArrayBuffer, products: Products}}
 */
export function memoryWithProducts(bytes) {
  try {
    const module = compiled();
    const memory = new WebAssembly.Memory({initial: Math.ceil(bytes / PAGE)});
    const {exports} = new WebAssembly.Instance(module, {env: {memory}});
    return {buffer: memory.buffer, products: /** @type {any} */ (exports)};
  } catch {
    // No WebAssembly, no SIMD, a policy against it, or no more memory for it.
    const buffer = new ArrayBuffer(bytes);
    const floats = new Float32Array(buffer);
    return {buffer, products: {convolve: convolveIn(floats), depthwise: depthwiseIn(floats)}};
  }
}

/** @type {WebAssembly.Module | undefined} */
let kept;

/** Compile the module once for all networks; it is small enough to do so while a page paints. */
function compiled() {
  kept ??= new WebAssembly.Module(Uint8Array.from(atob(BINARY), (byte) => byte.charCodeAt(0)));
  return kept;
}

/**
 * Return the sums of a convolution in JavaScript.
 *
 * Of each window, what is not 0 is gathered first: a ReLU leaves many zeros, and for them nothing
 * needs to be added to any filter.
 *
 * @param {Float32Array} floats
 * @returns {Convolve}
 */
function convolveIn(floats) {
  /** @type {Gathered} */
  let gathered = {values: new Float32Array(0), kernelRows: new Uint32Array(0), count: 0};

  return function convolve(
    picture,
    kernel,
    bias,
    output,
    rows,
    columns,
    down,
    right,
    tapRows,
    tapColumns,
    tapDown,
    tapRight,
    channels,
    filters,
    allFilters,
    least,
  ) {
    const most = tapRows * tapColumns * channels;
    if (most > gathered.values.length) {
      gathered = {values: new Float32Array(most), kernelRows: new Uint32Array(most), count: 0};
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const window = picture / 4 + row * down + column * right;
        gather(window, kernel / 4, tapRows, tapColumns, tapDown, tapRight, channels, allFilters);
        const cell = output / 4 + (row * columns + column) * allFilters;
        for (let filter = 0; filter < filters;) {
          const add = filter + 8 <= filters ? addEight : addOne;
          filter += add(floats, gathered, filter, bias / 4 + filter, cell + filter);
        }
        for (let i = cell; i < cell + filters; i++) if (floats[i] < least) floats[i] = least;
      }
    }
  };

  function gather(
    /** @type {number} */ window,
    /** @type {number} */ kernel,
    /** @type {number} */ tapRows,
    /** @type {number} */ tapColumns,
    /** @type {number} */ tapDown,
    /** @type {number} */ tapRight,
    /** @type {number} */ channels,
    /** @type {number} */ allFilters,
  ) {
    const {values, kernelRows} = gathered;
    let count = 0;
    for (let row = 0; row < tapRows; row++) {
      for (let column = 0; column < tapColumns; column++) {
        const begin = window + row * tapDown + column * tapRight;
        for (let i = begin; i < begin + channels; i++, kernel += allFilters) {
          const value = floats[i];
          values[count] = value;
          kernelRows[count] = kernel;
          count += value === 0 ? 0 : 1; // a branch that cannot be foreseen would take longer
        }
      }
    }
    gathered.count = count;
  }
}

/**
 * What is not 0 in a window, and where the rows of the kernel begin with which to multiply it.
 *
 * @typedef {{values: Float32Array, kernelRows: Uint32Array, count: number}} Gathered
 */

/**
 * Add up the products of what has been gathered, for one filter or more; returns for how many.
 *
 * @typedef {(floats: Float32Array, gathered: Gathered, filter: number, bias: number,
 *   output: number) => number} Add
 */

/** @type {Add} */
function addEight(floats, {values, kernelRows, count}, filter, bias, output) {
  let sum0 = floats[bias];
  let sum1 = floats[bias + 1];
  let sum2 = floats[bias + 2];
  let sum3 = floats[bias + 3];
  let sum4 = floats[bias + 4];
  let sum5 = floats[bias + 5];
  let sum6 = floats[bias + 6];
  let sum7 = floats[bias + 7];
  for (let i = 0; i < count; i++) {
    const value = values[i];
    const weight = kernelRows[i] + filter;
    sum0 = fround(sum0 + fround(value * floats[weight]));
    sum1 = fround(sum1 + fround(value * floats[weight + 1]));
    sum2 = fround(sum2 + fround(value * floats[weight + 2]));
    sum3 = fround(sum3 + fround(value * floats[weight + 3]));
    sum4 = fround(sum4 + fround(value * floats[weight + 4]));
    sum5 = fround(sum5 + fround(value * floats[weight + 5]));
    sum6 = fround(sum6 + fround(value * floats[weight + 6]));
    sum7 = fround(sum7 + fround(value * floats[weight + 7]));
  }
  floats[output] = sum0;
  floats[output + 1] = sum1;
  floats[output + 2] = sum2;
  floats[output + 3] = sum3;
  floats[output + 4] = sum4;
  floats[output + 5] = sum5;
  floats[output + 6] = sum6;
  floats[output + 7] = sum7;
  return 8;
}

/** @type {Add} */
function addOne(floats, {values, kernelRows, count}, filter, bias, output) {
  let sum = floats[bias];
  for (let i = 0; i < count; i++)
    sum = fround(sum + fround(values[i] * floats[kernelRows[i] + filter]));
  floats[output] = sum;
  return 1;
}

/**
 * Return the sums of a depthwise convolution in JavaScript.
 *
 * @param {Float32Array} floats
 * @returns {Depthwise}
 */
function depthwiseIn(floats) {
  return function depthwise(
    picture,
    kernel,
    bias,
    output,
    rows,
    columns,
    down,
    right,
    tapRows,
    tapColumns,
    tapDown,
    tapRight,
    channels,
    multiplier,
    least,
  ) {
    const filters = channels * multiplier;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const window = picture / 4 + row * down + column * right;
        const cell = output / 4 + (row * columns + column) * filters;
        floats.copyWithin(cell, bias / 4, bias / 4 + filters);
        for (let tap = 0; tap < tapRows * tapColumns; tap++) {
          const read =
            window + Math.floor(tap / tapColumns) * tapDown + (tap % tapColumns) * tapRight;
          const weights = kernel / 4 + tap * filters;
          for (let i = 0; i < multiplier; i++) {
            for (let channel = 0; channel < channels; channel++) {
              const filter = channel * multiplier + i;
              const product = fround(floats[read + channel] * floats[weights + filter]);
              floats[cell + filter] = fround(floats[cell + filter] + product);
            }
          }
        }
        for (let i = cell; i < cell + filters; i++) if (floats[i] < least) floats[i] = least;
      }
    }
  };
}
