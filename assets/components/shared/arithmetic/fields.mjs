/**
 * Receptive fields: what of every earlier layer, back to the pixels, one cell depends on.
 *
 * A field is a box of cells, {top, left, bottom, right, channels: [first, last]}, all inclusive.
 * Rows and columns grow by the usual recursion: a window of k taps, d cells apart, that moves by
 * s turns rows a to b into a · s - padding to b · s - padding + (k - 1) · d.
 */

import {
  blockOf,
  copies,
  gridOf,
  isSoftmax,
  layerOf,
  numberOf,
  placeAt,
  placeOf,
} from "./network.mjs";
import {windowOf} from "./windows.mjs";

/**
 * Give the field of a cell in every earlier layer that it reads: Map name -> box.
 *
 * The cell is [row, column, channel], [unit], or [row, column] for all channels. A box may reach
 * into the padding, as the formula has it; its `clipped` does not, and is null where the cell
 * reads nothing but padding. Where branches meet, a box holds what any of them reads.
 */
export function receptiveField(network, name, cell) {
  const clipped = boxesOf(network, name, cell, clip);
  const boxes = boxesOf(network, name, cell, (box) => box);
  boxes.delete(name);
  for (const [layer, box] of boxes) box.clipped = clipped.get(layer) ?? null;
  return boxes;
}

/**
 * Measure the fields of a layer's cells in pixels of the input: {size, stride, start}.
 *
 * Each is [rows, columns]: how much a cell reads, how far apart the fields of neighbors are, and
 * where the first one begins, below 0 in the padding. Where all cells see the same, as in a flat layer,
 * there is no stride: it is null.
 */
export function fieldSize(network, name) {
  const [{name: input}] = network.layers;
  const fieldOf = (cell) => boxOfInput(network, name, cell, input);
  const first = fieldOf([0, 0]);
  const size = [first.bottom - first.top + 1, first.right - first.left + 1];
  const start = [first.top, first.left];
  if (layerOf(network, name).output_shape.length === 1) return {size, stride: null, start};
  const enlarged = strideOf(network, name);
  if (enlarged?.some((each) => each % 1)) {
    // Cells beside each other may see a pixel more or less: the largest is told.
    const some = Array.from({length: MOST_ENLARGED}, (_, at) => fieldOf([at, at]));
    const largest = [
      Math.max(...some.map(({top, bottom}) => bottom - top + 1)),
      Math.max(...some.map(({left, right}) => right - left + 1)),
    ];
    return {size: largest, stride: enlarged, start};
  }
  const next = fieldOf([1, 1]);
  const stride = [next.top - first.top, next.left - first.left];
  return {size, stride: stride.some(Boolean) ? stride : null, start};
}

const MOST_ENLARGED = 8; // cells, after which a pattern of fields begins anew at the latest

/** Multiply the strides of all layers up to one: [rows, columns]; null where some renumber cells. */
function strideOf(network, name) {
  const layer = layerOf(network, name);
  if (!layer.inbound.length) return [1, 1];
  const before = strideOf(network, layer.inbound[0]);
  const window = copies(layer) && layer.window === "cell" ? null : windowOf(network, name, [0, 0]);
  const own = window?.stride ?? (layer.window === "cell" ? [1, 1] : null);
  return before && own && before.map((each, axis) => each * own[axis]);
}

function boxOfInput(network, name, cell, input) {
  const box = boxesOf(network, name, cell, (each) => each).get(input);
  if (!box) throw new RangeError(`${name} reads nothing of ${input}.`);
  return box;
}

function boxesOf(network, name, cell, bound) {
  const boxes = new Map([[name, boxAround(layerOf(network, name), cell)]]);
  for (const layer of network.layers.toReversed()) {
    const box = boxes.get(layer.name);
    if (!box) continue;
    layer.inbound.forEach((source, index) => {
      const read = bound(boxRead(network, layer, index, box), layerOf(network, source));
      if (read) boxes.set(source, union(boxes.get(source) ?? read, read));
    });
  }
  return boxes;
}

function boxAround(layer, cell) {
  const [row, column, channel] = placeOf(cell);
  const channels = channel === undefined ? [0, gridOf(layer)[2] - 1] : [channel, channel];
  return {top: row, left: column, bottom: row, right: column, channels};
}

/** Tell what a layer reads of its source number `index` to answer in `box`; null for nothing. */
function boxRead(network, layer, index, box) {
  const source = layerOf(network, layer.inbound[index]);
  const cells = layer.window === "transposed" ? cellsAlong(box) : cornersOf(box);
  const windows = cells.map((cell) => windowOf(network, layer.name, cell, source.name));
  if (windows.includes(null))
    return copies(layer) ? renumbered(layer, source, box) : everything(source);
  const channels = channelsRead(box.channels, {network, layer, source, index});
  return channels && {...around(windows), channels};
}

const cornersOf = ({top, left, bottom, right}) => [
  [top, left],
  [bottom, right],
];

/** List cells of every row and every column of a box, whose windows may be of any size. */
function cellsAlong({top, left, bottom, right}) {
  const length = Math.max(bottom - top, right - left) + 1;
  return Array.from({length}, (_, at) => [Math.min(top + at, bottom), Math.min(left + at, right)]);
}

/** Find the box around windows; `isEmpty` says that no cell lies in any of them. */
function around(windows) {
  const along = (begin, size) => {
    const full = windows.filter((window) => window[size]);
    const counted = full.length ? full : windows;
    return {
      isEmpty: !full.length,
      first: Math.min(...counted.map((window) => window[begin])),
      last: Math.max(...counted.map((window) => window[begin] + Math.max(window[size], 1) - 1)),
    };
  };
  const [down, right] = [along("top", "height"), along("left", "width")];
  return {
    top: down.first,
    left: right.first,
    bottom: down.last,
    right: right.last,
    isEmpty: down.isEmpty || right.isEmpty,
  };
}

/** Find the box around the cells that have the same numbers in the source. */
function renumbered(layer, source, box) {
  const inside = clip(box, layer);
  if (!inside) return null;
  const {top, left, bottom, right, channels} = inside;
  const numbers = [
    numberOf([top, left, channels[0]], gridOf(layer)),
    numberOf([bottom, right, channels[1]], gridOf(layer)),
  ];
  const [first, last] = numbers.map((number) => placeAt(number, gridOf(source)));
  const [, width, depth] = gridOf(source);
  const sameRow = first[0] === last[0];
  const sameCell = sameRow && first[1] === last[1];
  return {
    top: first[0],
    bottom: last[0],
    left: sameRow ? first[1] : 0,
    right: sameRow ? last[1] : width - 1,
    channels: sameCell ? [first[2], last[2]] : [0, depth - 1],
  };
}

/** Tell which channels of its source a layer reads for some of its own; null for none. */
function channelsRead(channels, at) {
  const read = isSoftmax(at.layer) ? allChannels : (CHANNELS[at.layer.kind] ?? sameChannels);
  return read(channels, at);
}

const CHANNELS = {
  Conv2D([first, last], {layer, source}) {
    const {filters, groups} = layer.config;
    const inputs = gridOf(source)[2] / groups;
    const outputs = filters / groups;
    return [Math.floor(first / outputs) * inputs, (Math.floor(last / outputs) + 1) * inputs - 1];
  },
  DepthwiseConv2D(channels, {layer}) {
    return channels.map((channel) => Math.floor(channel / layer.config.depth_multiplier));
  },
  SeparableConv2D: allChannels,
  Conv2DTranspose: allChannels,
  Dense: allChannels,
  LayerNormalization: blockChannels,
  GroupNormalization: blockChannels,
  Concatenate([first, last], {network, layer, source, index}) {
    const before = layer.inbound.slice(0, index).map((name) => gridOf(layerOf(network, name))[2]);
    const offset = before.reduce((sum, channels) => sum + channels, 0);
    const read = [Math.max(first - offset, 0), Math.min(last - offset, gridOf(source)[2] - 1)];
    return read[0] <= read[1] ? read : null;
  },
};

/** The channels that are normalized together with some. */
function blockChannels([first, last], {layer}) {
  const count = blockOf(layer)[2];
  return [first - (first % count), last - (last % count) + count - 1];
}

function allChannels(_channels, {source}) {
  return [0, gridOf(source)[2] - 1];
}

/** Channel by channel; a source of one channel serves them all. */
function sameChannels(channels, {source}) {
  return gridOf(source)[2] === 1 ? [0, 0] : channels;
}

function everything(layer) {
  const [height, width, channels] = gridOf(layer);
  return {top: 0, left: 0, bottom: height - 1, right: width - 1, channels: [0, channels - 1]};
}

/** Leave out of a box what lies beyond its layer; null where nothing is left. */
function clip(box, layer) {
  if (!box || box.isEmpty) return null;
  const whole = everything(layer);
  const inside = {
    top: Math.max(box.top, whole.top),
    left: Math.max(box.left, whole.left),
    bottom: Math.min(box.bottom, whole.bottom),
    right: Math.min(box.right, whole.right),
    channels: box.channels,
  };
  return inside.top <= inside.bottom && inside.left <= inside.right ? inside : null;
}

function union(one, other) {
  return {
    top: Math.min(one.top, other.top),
    left: Math.min(one.left, other.left),
    bottom: Math.max(one.bottom, other.bottom),
    right: Math.max(one.right, other.right),
    channels: [
      Math.min(one.channels[0], other.channels[0]),
      Math.max(one.channels[1], other.channels[1]),
    ],
  };
}
