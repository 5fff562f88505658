import assert from "node:assert/strict";
import {test} from "node:test";

import {createEngine} from "../../assets/components/shared/engine/engine.mjs";
import {memoryWithProducts} from "../../assets/components/shared/engine/products.mjs";
import {convolution, layer, pool, weight} from "./networks.mjs";

/** A network of 4 × 4 pixels: a convolution, a pool and two logits. */
function small({kernel = weight([3, 3, 1, 2]), bias = [1, -60], dense = weight([8, 2])} = {}) {
  return {
    layers: [
      layer("digit", "InputLayer", [4, 4, 1]),
      convolution("conv", [4, 4, 2], "digit", kernel, {bias, activation: "relu"}),
      pool("pool", "MaxPooling2D", [2, 2, 2], "conv"),
      layer("flat", "Flatten", [8], ["pool"]),
      layer("logits", "Dense", [2], ["flat"], {activation: "linear"}, {kernel: dense}),
    ],
  };
}

const counted = Float32Array.from({length: 16}, (_, pixel) => pixel);

/** Return a copy of what an engine answers, as plain numbers. */
function answers(engine, pixels) {
  return Object.fromEntries([...engine.run(pixels)].map(([name, values]) => [name, [...values]]));
}

test("a network answers what is computed by hand, channels running fastest", () => {
  const {conv, pool: largest, flat, logits, digit} = answers(createEngine(small()), counted);
  assert.deepEqual(digit, [...counted]);
  // The kernel of filter 0 is 0, 2, 4 … 16, that of filter 1 is 1, 3, 5 … 17. In the corner:
  assert.equal(conv[0], 1 + 8 * 0 + 10 * 1 + 14 * 4 + 16 * 5);
  assert.equal(conv[1], -60 + 9 * 0 + 11 * 1 + 15 * 4 + 17 * 5);
  assert.deepEqual(
    largest,
    [0, 1, 2, 3].flatMap((cell) => [0, 1].map((channel) => maximum(conv, cell, channel))),
  );
  assert.deepEqual(flat, largest);
  assert.deepEqual(
    logits,
    [0, 1].map((unit) => flat.reduce((sum, x, i) => sum + x * (2 * i + unit), 0)),
  );
});

function maximum(conv, cell, channel) {
  const [top, left] = [2 * Math.floor(cell / 2), 2 * (cell % 2)];
  const cells = [0, 1].flatMap((row) => [0, 1].map((column) => (top + row) * 4 + left + column));
  return Math.max(...cells.map((each) => conv[2 * each + channel]));
}

test("a ReLU leaves nothing below 0, and what is no number is not hidden", () => {
  const dark = createEngine(small({bias: [-1e6, -1e6]}));
  assert.ok(answers(dark, counted).conv.every((each) => each === 0));
  const diverged = createEngine(small({kernel: weight([3, 3, 1, 2], Array(18).fill(NaN))}));
  assert.ok(answers(diverged, counted).logits.every(Number.isNaN));
});

test("every run answers in the same arrays, which the next one overwrites", () => {
  const engine = createEngine(small());
  const first = new Map(engine.run(counted));
  const before = [...engine.logits];
  const second = engine.run(counted.map((pixel) => 15 - pixel));
  for (const [name, values] of second) assert.equal(values, first.get(name));
  assert.equal(second.get("logits"), engine.logits);
  assert.notDeepEqual([...engine.logits], before);
});

test("after other weights are loaded an engine answers like a new one for them", () => {
  const other = small({kernel: weight([3, 3, 1, 2], [3, 1, 4, 1, 5, 9, 2, 6, 5]), bias: [0.5, 2]});
  const engine = createEngine(small());
  const before = answers(engine, counted);
  const {steps, activations} = engine;
  engine.load(other);
  assert.deepEqual(answers(engine, counted), answers(createEngine(other), counted));
  assert.deepEqual([engine.steps, engine.activations], [steps, activations]);
  engine.load(small());
  assert.deepEqual(answers(engine, counted), before);
});

test("engines side by side do not disturb each other", () => {
  const [one, other] = [createEngine(small()), createEngine(small({bias: [7, 7]}))];
  const before = answers(one, counted);
  const kept = one.activations.get("conv");
  other.run(counted);
  assert.deepEqual([...kept], before.conv);
  assert.notDeepEqual([...other.activations.get("conv")], before.conv);
});

test("each step knows its layer, what it reads, its weights and its answer", () => {
  const engine = createEngine(small());
  engine.run(counted);
  const [conv, , , logits] = engine.steps;
  assert.equal(conv.inputs[0].values, engine.activations.get("digit"));
  assert.equal(conv.output.values, engine.activations.get("conv"));
  assert.deepEqual(conv.output.shape, [4, 4, 2]);
  assert.deepEqual([...conv.weights.bias.values], [1, -60]);
  assert.deepEqual([logits.layer.name, logits.weights.kernel.shape], ["logits", [8, 2]]);
});

test("a network as large as a visitor's may be has room", () => {
  const wide = 1_000_000;
  const kernel = {shape: [16, wide], values: new Float32Array(16 * wide).fill(0.25)};
  const network = {
    layers: [
      layer("digit", "InputLayer", [4, 4, 1]),
      layer("flat", "Flatten", [16], ["digit"]),
      layer("logits", "Dense", [wide], ["flat"], {activation: "linear"}, {kernel}),
    ],
  };
  const {logits} = answers(createEngine(network), counted);
  assert.equal(logits.length, wide);
  assert.ok(logits.every((each) => each === 30));
});

const BROKEN = {
  "a weight that is needed": [
    (network) => delete network.layers[1].weights.kernel,
    /lacks the weight conv\/kernel/,
  ],
  "the numbers of a weight": [
    (network) => delete network.layers[1].weights.bias.values,
    /lacks the weight conv\/bias/,
  ],
  "some numbers of a weight": [
    (network) => (network.layers[4].weights.kernel.values = new Float32Array(5)),
    /The weight logits\/kernel has 5 numbers, not 16/,
  ],
  "a kind that is known": [
    (network) => (network.layers[2].kind = "LSTM"),
    /The layer pool is of the kind LSTM/,
  ],
  "an activation that is known": [
    (network) => (network.layers[4].config.activation = "celu"),
    /The layer logits has the activation celu/,
  ],
  "a layer that is read": [
    (network) => (network.layers[3].inbound = ["gone"]),
    /There is no layer gone/,
  ],
  "a window that is known": [
    (network) => delete network.layers[2].window,
    /does not say what the layer pool reads/,
  ],
  memory: [
    (network) => (network.layers[0].output_shape = [4e6, 4e6, 1]),
    /needs 64000001 MB of memory/,
  ],
};

for (const [what, [breakIt, message]] of Object.entries(BROKEN)) {
  test(`a network without ${what} is refused in a sentence`, () => {
    const network = structuredClone(small());
    breakIt(network);
    assert.throws(() => createEngine(network), message);
  });
}

test("pixels of another size are refused", () => {
  assert.throws(() => createEngine(small()).run(new Float32Array(784)), /reads 16 pixels, not 784/);
});

test("of weights that do not fit none is taken", () => {
  const engine = createEngine(small());
  const before = answers(engine, counted);
  const other = small({kernel: weight([3, 3, 1, 2], Array(18).fill(1)), dense: weight([7, 2])});
  assert.throws(() => engine.load(other), /logits\/kernel has 14 numbers, not 16/);
  assert.throws(
    () => engine.load({layers: other.layers.slice(0, 4)}),
    /lacks the weight logits\/kernel/,
  );
  assert.deepEqual(answers(engine, counted), before);
});

const FORBIDDEN = {
  "a policy forbids WebAssembly": "Module",
  "WebAssembly gets no memory": "Memory",
  "WebAssembly cannot be instantiated": "Instance",
};

for (const [why, part] of Object.entries(FORBIDDEN)) {
  test(`where ${why} the sums are JavaScript's, and the same bits`, async () => {
    const fast = summed(memoryWithProducts);
    const kept = WebAssembly[part];
    WebAssembly[part] = function Forbidden() {
      throw new WebAssembly.CompileError("Refused: 'wasm-unsafe-eval' is not allowed.");
    };
    const anew = `../../assets/components/shared/engine/products.mjs?${part}`;
    const plain = summed((await import(anew)).memoryWithProducts);
    WebAssembly[part] = kept;
    assert.deepEqual(plain.answered, fast.answered);
    assert.ok(/native code/.test(fast.convolve) && !/native code/.test(plain.convolve));
  });
}

/** Sum up 11 filters of 5 × 7 cells, and 12 of depthwise ones; windows reach over others. */
function summed(memoryFor) {
  const {buffer, products} = memoryFor(65536);
  const {convolve, depthwise} = products;
  const floats = new Float32Array(buffer);
  for (let i = 0; i < 8192; i++) floats[i] = Math.fround(Math.sin(i * i)) * (i % 3);
  const [row, channels] = [30 * 6, 6];
  const sliding = [5, 7, 2 * row, 2 * channels, 3, 2, 3 * row, 3 * channels];
  convolve(0, 16384, 32000, 40960, ...sliding, channels, 11, 13, -1);
  depthwise(0, 16384, 32000, 49152, ...sliding, channels, 2, -1);
  depthwise(0, 16384, 32000, 57344, ...sliding, channels, 1, -Infinity);
  return {answered: floats.slice(10240), convolve: String(convolve)};
}
