import assert from "node:assert/strict";
import {test} from "node:test";

import {sliceOf} from "../../assets/components/shared/arithmetic/kernels.mjs";
import {cellUnder, mapGrid} from "../../assets/components/shared/grid.mjs";
import {channelOf, colorMaps, domainOf, domainsOf} from "../../assets/components/shared/mosaic.mjs";
import {paintMap} from "../../assets/components/shared/painting.mjs";

const SPACES = [320, 358, 700, 1200];
const RATIOS = [1, 1.25, 2, 3];
const SHAPES = [
  [28, 28, 16],
  [14, 14, 32],
  [7, 7, 32],
  [1, 1, 5],
  [28, 28, 1],
];

test("maps are laid out side by side within the space there is", () => {
  for (const space of SPACES)
    for (const ratio of RATIOS)
      for (const [height, width, count] of SHAPES) {
        const plan = mapGrid({count, width, height, space, ratio});
        const rows = Math.ceil(count / plan.columns);
        assert.ok(plan.width <= space * ratio);
        assert.equal(plan.width, plan.columns * (plan.tileWidth + plan.gap) - plan.gap);
        assert.equal(plan.height, rows * (plan.tileHeight + plan.gap) - plan.gap);
      }
});

test("a cell measures a whole number of device pixels, so that nothing is smoothed", () => {
  for (const ratio of RATIOS)
    for (const [height, width, count] of SHAPES) {
      const plan = mapGrid({count, width, height, space: 700, ratio});
      assert.ok(Number.isInteger(plan.zoom) && plan.zoom >= 1);
      assert.equal(plan.tileWidth, plan.zoom * width);
      assert.equal(plan.tileHeight, plan.zoom * height);
    }
});

test("no map is lost even where there is no space for one", () => {
  const plan = mapGrid({count: 7, width: 28, height: 28, space: 10, ratio: 1});
  assert.equal(plan.columns, 1);
});

test("every cell is found where it is painted", () => {
  for (const ratio of [1, 2]) {
    const [height, width, count] = [14, 14, 32];
    const plan = mapGrid({count, width, height, space: 700, ratio});
    for (const channel of [0, 1, plan.columns - 1, plan.columns, 31])
      for (const [row, column] of [
        [0, 0],
        [13, 13],
        [5, 9],
      ]) {
        const left = (channel % plan.columns) * (plan.tileWidth + plan.gap);
        const top = Math.floor(channel / plan.columns) * (plan.tileHeight + plan.gap);
        const place = [left + (column + 0.5) * plan.zoom, top + (row + 0.5) * plan.zoom];
        assert.deepEqual(cellUnder(place, plan), {channel, row, column});
      }
  }
});

test("between the maps and beside them there is no cell", () => {
  const plan = mapGrid({count: 5, width: 28, height: 28, space: 230, ratio: 1});
  assert.equal(plan.columns, 3); // two rows, the second not full
  const beside = [
    [plan.tileWidth + 1, 5],
    [5, plan.tileHeight + 1],
    [-1, 5],
    [5, -1],
    [plan.width + 1, 5],
    [plan.width - 1, plan.height - 1], // the sixth place of five maps
  ];
  for (const place of beside) assert.equal(cellUnder(place, plan), null);
});

test("a map is painted in blocks of one color and nothing beside it", () => {
  const [width, height, zoom, stride] = [2, 2, 3, 10];
  const pixels = new Uint32Array(stride * 10);
  const colors = Uint32Array.from({length: 256}, (_, byte) => 1000 + byte);
  paintMap(pixels, stride, 1, 2, {bytes: Uint8Array.of(5, 6, 7, 8), width, height, zoom, colors});
  for (let y = 0; y < 10; y++)
    for (let x = 0; x < stride; x++) {
      const [column, row] = [Math.floor((x - 1) / zoom), Math.floor((y - 2) / zoom)];
      const inside = column >= 0 && column < width && row >= 0 && row < height;
      assert.equal(pixels[y * stride + x], inside ? 1005 + row * width + column : 0);
    }
});

test("the domain of layers runs from their lowest to their highest activation", () => {
  assert.deepEqual(domainOf([[0, 2, 0.5, 1]]), [0, 2]);
  assert.deepEqual(
    domainOf([
      [0, 2],
      [-3, 1, 0, 7],
    ]),
    [-3, 7],
  );
});

test("a filter's kernel is taken apart by input map, row after row", () => {
  const [high, wide, inputs, filters] = [2, 3, 2, 4];
  const shape = [high, wide, inputs, filters];
  // Keras's order: row, column, input, filter. Each weight tells where it stands.
  const values = Float32Array.from({length: high * wide * inputs * filters}, (_, place) => place);
  const slices = [0, 1].map((input) => sliceOf({shape, values}, input, 3));
  for (let input = 0; input < inputs; input++)
    for (let row = 0; row < high; row++)
      for (let column = 0; column < wide; column++) {
        const place = ((row * wide + column) * inputs + input) * filters + 3;
        assert.equal(slices[input][row * wide + column], place);
      }
});

test("the domain of each channel is found among channels that run fastest", () => {
  const values = Float32Array.of(1, -1, 5, 0, 3, -7); // three cells of two channels
  assert.deepEqual([...domainsOf(values, 2)], [1, 5, -7, 0]);
  assert.deepEqual([...channelOf(values, [1, 3, 2], 1)], [-1, 0, -7]);
});

test("each cell gets the color of its value, and what is beyond the scale that of its end", () => {
  const colors = Uint32Array.from({length: 256}, (_, place) => 1000 + place);
  const pixels = new Uint32Array(6);
  const values = Float32Array.of(0, 2, 1, -1, 0.5, 9); // channels 0, 1, 0.5 … by 0 to 1 and 0 to 2
  colorMaps(pixels, values, 2, (channel) => ({colors, ends: [0, 1 + channel]}));
  assert.deepEqual([...pixels], [1000, 1255, 1128, 1255, 1000, 1255]);
});
