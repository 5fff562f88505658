import assert from "node:assert/strict";
import {test} from "node:test";

import {channelsLast, crc32, npy, zip} from "../../assets/components/shared/export/npz.mjs";
import {csv, float32Text, tensorRows} from "../../assets/components/shared/export/csv.mjs";
import {reach} from "../../assets/components/opened_map/cell/effective_field.mjs";
import {cellWhoseWindow} from "../../assets/components/opened_map/map/derivation.mjs";
import {strongestFirst} from "../../assets/components/opened_map/map/input_strip.mjs";
import {player} from "../../assets/components/opened_map/map/player.mjs";
import {
  columnsOf,
  decimal,
  ordered,
  productMap,
} from "../../assets/components/opened_map/cell/sums.mjs";
import {
  channelDomain,
  distances,
  parting,
  relativeTo,
  strongest,
  usualDistances,
} from "../../assets/components/opened_map/tensors.mjs";

// Tensors

test("the strongest cell is told by its place among nine", () => {
  const values = new Float32Array(36);
  values[5] = -3;
  assert.deepEqual(strongest({values, height: 6, width: 6}), {
    row: 0,
    column: 5,
    value: -3,
    place: 2,
  });
  assert.equal(strongest({values: Float32Array.of(7), height: 1, width: 1}).place, 4);
});

test("two answers part in the first layer in which a cell differs", () => {
  const answer = (...layers) =>
    new Map(layers.map((values, i) => [`layer${i}`, Float32Array.from(values)]));
  const [one, other] = [answer([1, 2], [1, 0], [3, 4]), answer([1, 2], [1, 0.1], [-3, -4])];
  const {first, most} = parting(distances(one, other));
  assert.equal(first.name, "layer1");
  assert.deepEqual(most, {name: "layer2", apart: 1});
  assert.deepEqual(parting(distances(one, one)), {first: null, most: null});
});

test("the usual distance is the mean over pairs of different digits, and what is measured is told by it", () => {
  const reading = (digit, ...values) => ({
    digit,
    activations: new Map([["conv", Float32Array.from(values)]]),
  });
  // Apart: 1 and 7a: |(1, −1)| / (1 + 1) = √2 / 2; 1 and 7b: 0. The two 7 do not count.
  const usual = usualDistances([reading("1", 1, 0), reading("7", 0, 1), reading("7", 1, 0)]);
  assert.ok(Math.abs(usual.get("conv") - Math.SQRT2 / 4) < 1e-9);
  const measured = [
    {name: "conv", apart: Math.SQRT2 / 2},
    {name: "dense", apart: 0.1},
    {name: "input", apart: 0.1},
  ];
  const relative = relativeTo(measured, new Map([...usual, ["dense", 0.2], ["input", 0]]));
  assert.deepEqual(
    relative.map(({name}) => name),
    ["dense", "conv"],
  );
  assert.ok(Math.abs(relative[1].apart - 2) < 1e-9);
});

test("the domain of one channel is found where channels run fastest", () => {
  const values = Float32Array.of(1, -5, 2, 7, 3, 0);
  assert.deepEqual(channelDomain(values, 2, 0), [1, 3]);
  assert.deepEqual(channelDomain(values, 2, 1), [-5, 7]);
});

test("the pixels that count are boxed", () => {
  const values = new Float32Array(16).fill(0.01);
  values[5] = 1;
  values[10] = 0.5;
  assert.deepEqual(reach({values, height: 4, width: 4}), {rows: 2, columns: 2});
  assert.deepEqual(reach({values: new Float32Array(16), height: 4, width: 4}), {
    rows: 0,
    columns: 0,
  });
});

// Sums

const term = (row, column, product) => ({
  row,
  column,
  input: 1,
  weight: product,
  product,
  padded: false,
});
const GROUPS = [
  {layer: "a", channel: 0, terms: [term(0, 0, 1), term(0, 1, -2)], subtotal: -1},
  {layer: "a", channel: 1, terms: [term(0, 0, 5), term(0, 1, 1)], subtotal: 6},
];

test("the largest contributions come first whatever their sign, and nothing is lost", () => {
  const [first, second] = ordered(GROUPS, "size");
  assert.deepEqual([first.channel, second.channel], [1, 0]);
  assert.deepEqual(
    second.terms.map(({product}) => product),
    [-2, 1],
  );
  assert.equal(ordered(GROUPS, "place"), GROUPS);
  assert.deepEqual(
    GROUPS[0].terms.map(({product}) => product),
    [1, -2],
  );
});

test("numbers have as many decimals as asked for and no minus before a zero", () => {
  assert.equal(decimal(-1.005, 2), "−1.00");
  assert.equal(decimal(-0.00001, 2), "0.00");
  assert.equal(decimal(1 / 3, 8), "0.33333333");
});

test("products lie where their inputs do", () => {
  const {values, height, width, top, left} = productMap([term(2, 3, 1), term(3, 4, 2)]);
  assert.deepEqual([[...values], height, width, top, left], [[1, 0, 0, 2], 2, 2, 2, 3]);
  assert.equal(columnsOf(GROUPS[0].terms), 2);
});

// An opened map

test("the inputs that add most to a map come first, whatever their sign; equals stay in order", () => {
  const adds = (...values) => ({result: {values: Float32Array.from(values)}});
  const sources = [adds(1, -1), adds(-4, 0), adds(0, 0), adds(2, 0)];
  assert.deepEqual(strongestFirst(sources), [1, 0, 3, 2]);
  assert.deepEqual(strongestFirst([{result: null}, {result: null}]), [0, 1]);
});

test("pointing at an input cell finds the window around it", () => {
  const window = {top: -1, left: -1, height: 3, width: 3, stride: [2, 2]};
  assert.deepEqual(cellWhoseWindow({row: 4, column: 0}, window, {rows: 7, columns: 7}), {
    row: 2,
    column: 0,
  });
  assert.deepEqual(cellWhoseWindow({row: 13, column: 13}, window, {rows: 7, columns: 7}), {
    row: 6,
    column: 6,
  });
});

/** A player with a clock of its own: `pass(ms)` shows the frames of that time. */
function clocked(count) {
  let [frame, now] = [null, 0];
  const made = player({
    changed: () => {},
    request: (call) => ((frame = call), 1),
    cancel: () => (frame = null),
  });
  made.reset(count, 0);
  const pass = (ms) => {
    for (const end = now + ms; now < end && frame; now += 10) {
      const call = frame;
      frame = null;
      call(now);
    }
  };
  return {made, pass};
}

test("a film goes from cell to cell, faster when hastened, and stops at the end", () => {
  const {made, pass} = clocked(196);
  made.play();
  pass(1010);
  const slow = made.state.at;
  assert.ok(slow >= 22 && slow <= 25);
  made.hasten(1);
  pass(1000);
  assert.ok(made.state.at - slow >= 45 && made.state.at - slow <= 50);
  pass(60_000);
  assert.deepEqual([made.state.at, made.state.playing], [195, false]);
});

test("a film pauses, steps, skips and begins again", () => {
  const {made, pass} = clocked(10);
  made.step(1);
  made.step(1);
  made.step(-1);
  assert.equal(made.state.at, 1);
  made.step(-5);
  assert.equal(made.state.at, 0);
  made.skip();
  assert.equal(made.state.at, 9);
  made.play();
  assert.deepEqual([made.state.at, made.state.playing], [0, true]);
  made.pause();
  pass(5000);
  assert.equal(made.state.at, 0);
});

// Files

test("a float32 is written so that it comes back, and no longer than that", () => {
  assert.equal(float32Text(Math.fround(0.1)), "0.1");
  assert.equal(float32Text(0), "0");
  for (let i = 1; i < 2000; i++) {
    const value = Math.fround(Math.sin(i) * 10 ** ((i % 20) - 10));
    assert.equal(Math.fround(Number(float32Text(value))), value);
  }
});

test("a table is CSV, whatever its names hold", () => {
  assert.equal(
    csv([
      ["a", 'b"c'],
      [1, "x,y"],
    ]),
    'a,"b""c"\r\n1,"x,y"\r\n',
  );
  const rows = tensorRows({shape: [1, 2, 2], values: Float32Array.of(1, 2, 3, 4)}, [
    "row",
    "column",
    "channel",
  ]);
  assert.deepEqual(rows[0], ["row", "column", "channel", "value"]);
  assert.deepEqual(rows[3], [0, 1, 0, "3"]);
});

test("a tensor leaves with its channels last", () => {
  const {values} = channelsLast({shape: [1, 2, 2], values: Float32Array.of(1, 2, 10, 20)});
  assert.deepEqual([...values], [1, 10, 2, 20]);
});

test("an NPY file begins as NumPy has it, its numbers at a multiple of 64 bytes", () => {
  const bytes = npy({shape: [2, 1], values: Float32Array.of(1.5, -2)});
  const head = bytes.length - 8;
  assert.equal(head % 64, 0);
  assert.match(
    new TextDecoder("latin1").decode(bytes.slice(0, head)),
    /^\x93NUMPY\x01\x00.*'shape': \(2, 1\), } *\n$/s,
  );
  assert.equal(new DataView(bytes.buffer).getFloat32(head, true), 1.5);
});

test("a ZIP's checksum is the standard's", () => {
  assert.equal(crc32(new TextEncoder().encode("123456789")), 0xcbf43926); // the standard's check value
  assert.equal(zip([]).length, 22);
});
