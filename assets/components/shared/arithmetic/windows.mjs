/**
 * The window that a cell is made from, in cells of the layer before.
 *
 * @typedef {object} Window
 * @property {number} top negative in the padding
 * @property {number} left
 * @property {number} height
 * @property {number} width
 * @property {number[]} taps [rows, columns] that are read
 * @property {number[]} dilation how far they are apart
 * @property {number[]} stride how far the windows of neighbors are apart, on the average
 * @property {KernelPart} [kernel] which of the kernel's weights it meets, where not all in order
 * @property {number[][]} [shares] of each row and of each column, where some count more than others
 *
 * @typedef {object} KernelPart
 * @property {number[]} first the row and the column of the kernel that meet the window's first cell
 * @property {number[]} step how many rows and columns of the kernel lie between two cells
 * @property {number} width of the kernel
 */

import {blockOf, gridOf, layerOf, sourcesOf} from "./network.mjs";

/**
 * Give the window of one cell.
 *
 * It may reach into the padding. `taps` are the [rows, columns] that are read, `dilation` cells
 * apart, and `height` and `width` what they span: 0 where a transposed convolution with strides
 * larger than its kernel leaves a gap. `source` names the layer that is read, where there are
 * several. Null for layers without windows: Flatten, Reshape, and kinds that are not known here.
 *
 * @param {import("./network.mjs").Network} network
 * @param {string} name
 * @param {number[]} cell
 * @param {string} [source]
 * @returns {Window | null}
 */
export function windowOf(network, name, [row, column], source) {
  const layer = layerOf(network, name);
  const read = source ? layerOf(network, source) : sourcesOf(network, layer)[0];
  const uneven = UNEVEN[layer.window]?.(layer, read, [row, column]);
  if (uneven) return uneven;
  const measured = WINDOWS[layer.window]?.(layer, read);
  if (!measured) return null;
  const {taps, stride, dilation, before} = measured;
  return {
    top: row * stride[0] - before[0],
    left: column * stride[1] - before[1],
    height: span(taps[0], dilation[0]),
    width: span(taps[1], dilation[1]),
    taps,
    dilation,
    stride,
  };
}

/**
 * List the cells that a window reads, row by row; none where there is no window.
 *
 * Each is {row, column, tap, share}: `tap` is the number of the weight that it meets in a slice of
 * the kernel, `share` what it counts for where there is no kernel.
 *
 * @param {Window | null} window
 */
export function tapsOf(window) {
  if (!window) return [];
  const {top, left, taps, dilation, kernel, shares} = window;
  return Array.from({length: taps[0] * taps[1]}, (_, number) => {
    const [down, right] = [Math.floor(number / taps[1]), number % taps[1]];
    return {
      row: top + down * dilation[0],
      column: left + right * dilation[1],
      tap: kernel ? tapIn(kernel, down, right) : number,
      share: shares ? shares[0][down] * shares[1][right] : 1,
    };
  });
}

function tapIn({first, step, width}, down, right) {
  return (first[0] + down * step[0]) * width + first[1] + right * step[1];
}

function span(taps, dilation) {
  return taps ? (taps - 1) * dilation + 1 : 0;
}

/** A window that slides; `size` is the setting that holds its taps. */
function sliding(size) {
  return (layer, source) => {
    const {strides: stride, dilation_rate: dilation = [1, 1], padding} = layer.config;
    const taps = layer.config[size];
    const before = [0, 1].map((axis) => {
      if (padding === "valid") return 0;
      const reach = (gridOf(layer)[axis] - 1) * stride[axis] + span(taps[axis], dilation[axis]);
      return Math.floor(Math.max(reach - gridOf(source)[axis], 0) / 2); // an odd one goes behind
    });
    return {taps, stride, dilation, before};
  };
}

/** One cell makes one cell; what is 1 high or wide serves all rows or columns. */
function pointwise(layer, source) {
  const stride = [0, 1].map((axis) => (gridOf(source)[axis] === 1 ? 0 : 1));
  return {taps: [1, 1], stride, dilation: [1, 1], before: [0, 0]};
}

function whole(layer, source) {
  return {taps: gridOf(source).slice(0, 2), stride: [0, 0], dilation: [1, 1], before: [0, 0]};
}

function shifted(layer) {
  const [[top], [left]] = layer.config.padding;
  return {taps: [1, 1], stride: [1, 1], dilation: [1, 1], before: [top, left]};
}

function cropped(layer) {
  const [[top], [left]] = layer.config.cropping;
  return {taps: [1, 1], stride: [1, 1], dilation: [1, 1], before: [-top, -left]};
}

/** What is normalized together, as far as rows and columns go. */
function block(layer) {
  const grid = gridOf(layer);
  const taps = blockOf(layer).slice(0, 2);
  const stride = taps.map((count, axis) => (count === 1 && grid[axis] > 1 ? 1 : 0));
  return {taps, stride, dilation: [1, 1], before: [0, 0]};
}

// --- windows whose size depends on the cell ---

/**
 * The cells whose kernels, laid on the output, reach a cell of it.
 *
 * Along one axis a cell `i` reaches `i · stride + tap · dilation`, less what is cut off. Of stride
 * and dilation one is 1, as Keras has it.
 */
function transposed(layer, source, cell) {
  const {kernel_size: size, strides, dilation_rate: dilations = [1, 1]} = layer.config;
  const axes = cell.map((at, axis) => {
    const [taps, stride, dilation] = [size[axis], strides[axis], dilations[axis]];
    const total = (gridOf(source)[axis] - 1) * stride + span(taps, dilation) - gridOf(layer)[axis];
    const place = at + Math.floor(Math.max(total, 0) / 2); // an odd one is cut off behind
    const [first, step] = [stride === 1 ? 0 : place % stride, stride];
    const count = Math.max(0, Math.ceil((taps - first) / step));
    const last = first + (count - 1) * step;
    const begin = count ? (place - last * dilation) / stride : Math.floor(place / stride);
    return {begin, count, dilation, stride: 1 / stride, last, step};
  });
  return {
    ...joined(axes),
    kernel: {
      first: axes.map(({last}) => last),
      step: axes.map(({step}) => -step),
      width: size[1],
    },
  };
}

/** The cell that is repeated, or those between which a cell lies; at the edge there is one alone. */
function resized({config: {size, interpolation}}, source, cell) {
  const axes = cell.map((at, axis) => {
    const stride = 1 / size[axis];
    const last = gridOf(source)[axis] - 1;
    const place = (at + 0.5) / size[axis] - 0.5;
    const before = Math.floor(place);
    const share = place - before;
    if (interpolation !== "nearest" && share && before >= 0 && before < last)
      return {begin: before, count: 2, dilation: 1, stride, shares: [1 - share, share]};
    const begin = interpolation === "nearest" ? Math.floor(at / size[axis]) : before;
    return {
      begin: Math.min(Math.max(begin, 0), last),
      count: 1,
      dilation: 1,
      stride,
      shares: [1],
    };
  });
  return {...joined(axes), shares: axes.map(({shares}) => shares)};
}

/** Join what is read along both axes. */
function joined([down, right]) {
  return {
    top: down.begin,
    left: right.begin,
    height: span(down.count, down.dilation),
    width: span(right.count, right.dilation),
    taps: [down.count, right.count],
    dilation: [down.dilation, right.dilation],
    stride: [down.stride, right.stride],
  };
}

// By the layer's `window`, which its kind has.
const WINDOWS = {
  kernel_size: sliding("kernel_size"),
  pool_size: sliding("pool_size"),
  map: whole,
  padding: shifted,
  cropping: cropped,
  cell: pointwise,
  axis: block,
  groups: block,
};

const UNEVEN = {
  transposed: transposed,
  size: resized,
};
