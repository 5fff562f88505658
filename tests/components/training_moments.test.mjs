import assert from "node:assert/strict";
import {test} from "node:test";

import {
  arrangeKernel,
  inputChoices,
  kernelMaps,
  kernelLayout,
} from "../../assets/components/training_watch/snapshot/kernel_tiles.mjs";
import {
  decodeSnapshot,
  snapshotLoader,
  snapshotSource,
} from "../../assets/components/training_watch/snapshot/snapshot_source.mjs";
import {
  isSame,
  neighbors,
  placeNear,
  placeOf,
  recent,
} from "../../assets/components/training_watch/snapshot/snapshots.mjs";
import {framed} from "./frames.mjs";
import {layer} from "./networks.mjs";

const NUMBERS = [0, 50, 120, 250, 500];

// Which moment

test("the moment of a number is the nearest that is kept; none stands for the newest", () => {
  assert.equal(placeOf(NUMBERS, 120), 2);
  assert.equal(placeOf(NUMBERS, 200), 3);
  assert.equal(placeOf(NUMBERS, 10_000), 4);
  assert.equal(placeOf(NUMBERS, null), 4);
});

test("the moment under the pointer is the nearest on the axis that is shown", () => {
  const even = {place: (digits) => digits / 500};
  const stretched = {place: (digits) => Math.sqrt(digits / 500)};
  assert.equal(placeNear(NUMBERS, even, 0.3), 2);
  assert.equal(placeNear(NUMBERS, stretched, 0.3), 1);
  assert.equal(placeNear(NUMBERS, even, 1), 4);
});

test("the likeliest next moments are those in the direction one goes", () => {
  assert.deepEqual(neighbors(NUMBERS, 2), [250, 50, 500, 0]);
  assert.deepEqual(neighbors(NUMBERS, 2, -1), [50, 250, 0, 500]);
  assert.deepEqual(neighbors(NUMBERS, 4), [250, 120]);
});

test("of more than fit, what was not used for longest is forgotten", () => {
  const kept = recent(2);
  kept.set("a", 1);
  kept.set("b", 2);
  assert.equal(kept.get("a"), 1);
  kept.set("c", 3);
  assert.deepEqual(["a", "b", "c"].map(kept.has), [true, false, true]);
  assert.equal(kept.size, 2);
});

// Fetching moments

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server whose answers are given by hand, and a source of moments that asks it. */
function source() {
  const [asked, arrived, failed] = [[], [], []];
  const replies = [];
  const known = new Map();
  const load = (moment) => {
    asked.push(moment.digits);
    return new Promise((resolve) =>
      replies.push((answer) => {
        if (answer.moment) known.set(moment.digits, answer.moment);
        resolve(answer);
      }),
    );
  };
  load.known = ({digits}) => known.get(digits);
  const {want} = snapshotSource({
    arrived: ({digits}, moment) => arrived.push([digits, moment]),
    failed: (why) => failed.push(why),
    load,
    wait: () => Promise.resolve(),
  });
  const moment = (digits) => ({run: "run", digits});
  return {
    asked,
    arrived,
    failed,
    want: (digits, around = []) => want(moment(digits), around.map(moment)),
    reply: (answer) => (replies.shift()(answer), settle()),
  };
}

test("one moment is asked for at a time, and the newest wish comes next", async () => {
  const {asked, arrived, want, reply} = source();
  for (const digits of [0, 50, 120, 250]) want(digits);
  assert.deepEqual(asked, [0]);
  await reply({moment: "zero"});
  assert.deepEqual(asked, [0, 250]);
  await reply({moment: "last"});
  assert.deepEqual(arrived, [[250, "last"]]);
});

test("a moment that is known is there at once", async () => {
  const {asked, arrived, want, reply} = source();
  want(50);
  await reply({moment: "fifty"});
  want(50);
  assert.deepEqual(arrived, [
    [50, "fifty"],
    [50, "fifty"],
  ]);
  assert.deepEqual(asked, [50]);
});

test("neighbors are fetched when the wanted one has come, and are not painted", async () => {
  const {asked, arrived, want, reply} = source();
  want(120, [250, 50]);
  assert.deepEqual(asked, [120]);
  await reply({moment: "wanted"});
  assert.deepEqual(asked, [120, 250]);
  await reply({moment: "next"});
  assert.deepEqual(asked, [120, 250, 50]);
  assert.deepEqual(arrived, [[120, "wanted"]]);
});

test("neighbors wait while a newer wish is open", async () => {
  const {asked, arrived, want, reply} = source();
  want(120, [250]);
  await reply({moment: "wanted"});
  want(500, [0]);
  await reply({moment: "neighbor"});
  assert.deepEqual(asked, [120, 250, 500]);
  await reply({moment: "last"});
  assert.deepEqual(arrived.at(-1), [500, "last"]);
});

test("a moment that is gone is told and not asked for again", async () => {
  const {asked, failed, want, reply} = source();
  want(120);
  await reply({retry: false});
  assert.deepEqual(failed, ["gone"]);
  assert.deepEqual(asked, [120]);
});

test("when nobody answers, that is told and the moment is asked for again", async () => {
  const {asked, arrived, failed, want, reply} = source();
  want(120);
  await reply({retry: true});
  assert.deepEqual(failed, ["away"]);
  assert.deepEqual(asked, [120, 120]);
  await reply({moment: "at last"});
  assert.deepEqual(arrived, [[120, "at last"]]);
});

// Loading one

const KERNEL = new Float32Array([1.5, -2, 0.25, 8]);
const SNAPSHOT = {
  digits: 50,
  confusion: [],
  layer: "conv1",
  kernel: {shape: [1, 2, 1, 2], begin: 0},
};

function loading() {
  const asked = [];
  const load = snapshotLoader({
    get: async ({digits, layer: name}) => {
      asked.push(`${digits}/${name}`);
      return {bytes: framed(SNAPSHOT, new Uint8Array(KERNEL.buffer))};
    },
    post: async (drawing) => {
      asked.push(drawing);
      return drawing.network.endsWith("@13")
        ? {error: "No.", retry: false}
        : {bytes: framed({label: 7})};
    },
  });
  return {load, asked};
}

const DIGIT = {revision: 4, skip: [], strokes: [], pixels: null};

test("a snapshot's kernel is what the frame's body holds, wherever the frame begins", () => {
  const bytes = framed(SNAPSHOT, new Uint8Array(KERNEL.buffer));
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  for (const each of [bytes, shifted.subarray(1)]) {
    const {kernel, digits} = decodeSnapshot(each);
    assert.deepEqual([...kernel.values], [...KERNEL]);
    assert.deepEqual(kernel.shape, [1, 2, 1, 2]);
    assert.equal(digits, 50);
  }
  assert.equal(decodeSnapshot(framed({...SNAPSHOT, kernel: null})).kernel, null);
});

test("another layer of a moment asks for its kernel only, another digit for its answer only", async () => {
  const {load, asked} = loading();
  const moment = {run: "run", digits: 50, layer: "conv1", digit: DIGIT, beside: []};
  await load(moment);
  assert.equal(asked.length, 2);
  await load({...moment, layer: "conv2"});
  assert.deepEqual(asked.slice(2), ["50/conv2"]);
  await load({...moment, digit: {...DIGIT, revision: 5}});
  assert.equal(asked.length, 4);
  assert.equal(asked[3].revision, 5);
  assert.ok(load.known(moment));
  assert.equal(load.known({...moment, digits: 51}), undefined);
});

test("the digit goes to the network of that moment, as strokes or as pixels", async () => {
  const {load, asked} = loading();
  await load({run: "run", digits: 50, layer: "", digit: DIGIT, beside: []});
  assert.deepEqual(asked[1], {
    network: "run@50",
    revision: 4,
    skip: [],
    strokes: [],
    film: false,
    layers: "all",
  });
  await load({
    run: "run",
    digits: 120,
    layer: "",
    digit: {...DIGIT, strokes: null, pixels: "pAB"},
    beside: [],
  });
  assert.deepEqual(asked[3], {
    network: "run@120",
    revision: 4,
    skip: [],
    pixels: "pAB",
    film: false,
    layers: "all",
  });
});

test("the runs beside it read the same digit at their own moments, without their layers", async () => {
  const {load, asked} = loading();
  const wish = {
    run: "run",
    digits: 50,
    layer: "",
    digit: DIGIT,
    beside: [
      {run: "b", digits: 50},
      {run: "c", digits: 13},
    ],
  };
  const {moment} = await load(wish);
  assert.deepEqual(
    asked.slice(1).map(({network, layers}) => [network, layers]),
    [
      ["run@50", "all"],
      ["b@50", "none"],
      ["c@13", "none"],
    ],
  );
  assert.deepEqual(
    moment.beside.map(({label, refused}) => label ?? refused),
    [7, "No."],
  );
  await load({...wish, beside: wish.beside.slice(0, 1)});
  assert.equal(asked.length, 4); // all of it is known
});

test("two wishes are the same as long as nothing that is shown differs", () => {
  const wish = {run: "run", digits: 50, layer: "", digit: DIGIT, beside: [{run: "b", digits: 50}]};
  assert.ok(isSame(wish, {...wish, beside: [{run: "b", digits: 50}]}));
  for (const change of [
    {run: "b"},
    {digits: 51},
    {layer: "conv1"},
    {digit: {...DIGIT}},
    {beside: []},
    {beside: [{run: "b", digits: 51}]},
  ]) {
    assert.ok(!isSame(wish, {...wish, ...change}));
  }
});

test("without a digit nothing is asked to be read", async () => {
  const {load, asked} = loading();
  const {moment} = await load({run: "run", digits: 50, layer: "conv1", digit: null, beside: []});
  assert.equal(moment.answer, null);
  assert.deepEqual(asked, ["50/conv1"]);
});

test("a digit that is refused leaves the rest of the moment to be seen, and says why", async () => {
  const {load} = loading();
  const {moment} = await load({run: "run", digits: 13, layer: "conv1", digit: DIGIT, beside: []});
  assert.equal(moment.answer.refused, "No.");
  assert.equal(moment.snapshot.digits, 50);
});

// Kernels

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
