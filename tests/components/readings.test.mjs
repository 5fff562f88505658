import assert from "node:assert/strict";
import {test} from "node:test";

import {liveReading} from "../../assets/components/digit_canvas/live_reading.mjs";
import {channelsFirst, explorationOf} from "../../assets/components/shared/live/explorations.mjs";
import {createReader, publish, subscribe} from "../../assets/components/shared/live/readings.mjs";
import {layer, weight} from "./networks.mjs";

/** A network that adds up all ink for label 1, and answers `zero` for label 0. */
function adding(zero = 0, energy_threshold = 0) {
  const kernel = weight(
    [784, 2],
    Array.from({length: 2 * 784}, (_, place) => place % 2),
  );
  const bias = weight([2], [zero, 0]);
  return {
    energy_threshold,
    layers: [
      layer("digit", "InputLayer", [28, 28, 1]),
      layer("flat", "Flatten", [784], ["digit"]),
      layer("logits", "Dense", [2], ["flat"], {activation: "linear"}, {kernel, bias}),
    ],
  };
}

const stroke = {width: 16, points: [140, 60, 138, 140, 140, 220]};

test("a drawing is read: its pixels, every layer, the verdict", () => {
  const reading = createReader(adding())({revision: 4, strokes: [stroke]});
  const ink = reading.pixels.reduce((sum, each) => sum + each);
  assert.ok(ink > 20);
  assert.ok(Math.abs(reading.logits[1] - ink) < 1e-3);
  assert.deepEqual([...reading.activations.keys()], ["digit", "flat", "logits"]);
  const {revision, verdict, label} = reading;
  assert.deepEqual({revision, verdict, label}, {revision: 4, verdict: "digit", label: 1});
  assert.equal(reading.steps().at(-1).name, "center");
});

test("what the network does not believe is unsure", () => {
  assert.equal(createReader(adding(0, 1e6))({revision: 1, strokes: [stroke]}).verdict, "unsure");
});

test("where nothing is drawn nothing is computed", () => {
  const {verdict, label, pixels, activations} = createReader(adding())({revision: 1, strokes: []});
  assert.deepEqual([verdict, label, pixels, activations], ["empty", null, null, null]);
});

test("a picture is read by the pixels that the server made of it, as they are", () => {
  const pixels = new Float32Array(784).fill(0.5);
  const picture = {pixels, steps: [{name: "ink"}]};
  const reading = createReader(adding())({revision: 1, picture});
  assert.equal(reading.logits[1], 392);
  assert.deepEqual(reading.steps(), picture.steps);
});

test("a picture in which nothing was found is empty, and told from a canvas without ink", () => {
  const read = createReader(adding());
  const blank = read({revision: 1, picture: {pixels: null, steps: []}});
  assert.deepEqual([blank.verdict, blank.isPicture], ["empty", true]);
  assert.equal(read({revision: 2, strokes: []}).isPicture, false);
});

test("an exploration keeps what it was copied from, one channel after the other", () => {
  assert.deepEqual(
    [...channelsFirst(Float32Array.of(1, 10, 2, 20, 3, 30), 2)],
    [1, 2, 3, 10, 20, 30],
  );
  const read = createReader(adding());
  const exploration = explorationOf(read({revision: 1, strokes: [stroke]}));
  const before = [...exploration.activations.get("logits").values];
  read({revision: 2, strokes: [{width: 36, points: [20, 20, 260, 260]}]});
  assert.deepEqual([...exploration.activations.get("logits").values], before);
  assert.deepEqual(exploration.activations.get("digit").shape, [28, 28, 1]);
  assert.equal(explorationOf(read({revision: 3, strokes: []})).activations.size, 0);
});

test("an older reading never replaces a newer one", () => {
  const seen = [];
  const leave = subscribe(({revision}) => seen.push(revision));
  for (const revision of [10, 9, 11, 11]) publish({revision});
  leave();
  publish({revision: 12});
  assert.deepEqual(seen, [10, 11, 11]);
});

/** A browser of one network whose frames come when they are called for. */
function browser() {
  const frames = [];
  const served = new Map();
  globalThis.document = {baseURI: "http://here/"};
  globalThis.requestAnimationFrame = (call) => frames.push(call);
  globalThis.fetch = async (address) => {
    const bytes = served.get(new URL(address).pathname);
    if (!bytes) throw new TypeError("Failed to fetch");
    return new Response(bytes, {headers: {"content-length": bytes.length}});
  };
  return {
    frame: () => frames.splice(0).forEach((call) => call()),
    serve: (id, network) => served.set(`/live/networks/${id}/1`, described(network)),
  };
}

function described(network) {
  const parts = [];
  const layers = network.layers.map((each) => ({
    ...each,
    weights: Object.fromEntries(
      Object.entries(each.weights).map(([name, {shape, values}]) => {
        const begin = parts.reduce((sum, part) => sum + part.length, 0);
        parts.push(Buffer.from(values.buffer));
        return [name, {shape, begin}];
      }),
    ),
  }));
  const text = JSON.stringify({...network, layers});
  const blanks = (4 - (Buffer.byteLength(text) % 4)) % 4;
  const head = Buffer.from(text + " ".repeat(blanks));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return new Uint8Array(Buffer.concat([size, head, ...parts]));
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
const drawn = (revision) => ({revision, strokes: [stroke]});

test("a digit is read at once, later ones of the same frame in the next, the last at once", async () => {
  const {frame, serve} = browser();
  serve("live", adding());
  const seen = [];
  const leave = subscribe(({revision}) => seen.push(revision));
  seen.length = 0;
  const live = liveReading(() => {});
  live.use({id: "live", version: "1"}, []);
  await settled();
  live.show(drawn(101));
  live.show(drawn(102));
  live.show(drawn(103));
  assert.deepEqual(seen, [101]);
  frame();
  assert.deepEqual(seen, [101, 103]);
  frame();
  live.show(drawn(104));
  live.show(drawn(105), true);
  assert.deepEqual(seen, [101, 103, 104, 105]);
  leave();
});

test("what is drawn while the network comes is read when it is there", async () => {
  const {serve} = browser();
  serve("late", adding());
  const seen = [];
  const leave = subscribe(({revision}) => seen.push(revision));
  seen.length = 0;
  const live = liveReading(() => {});
  live.use({id: "late", version: "1"}, []);
  live.show(drawn(201));
  assert.deepEqual(seen, []);
  await settled();
  assert.deepEqual(seen, [201]);
  leave();
});

test("a network that cannot be had is told, and asked for again", async () => {
  const {serve} = browser();
  const told = [];
  const live = liveReading((progress) => told.push(Object.keys(progress)[0]));
  live.use({id: "gone", version: "1"}, []);
  await settled();
  assert.deepEqual(told, ["failed"]);
  serve("gone", adding());
  live.use({id: "gone", version: "1"}, []);
  await settled();
  assert.equal(told.at(-1), "ready");
});

test("of two networks that were chosen one after the other the last one reads", async () => {
  const {serve} = browser();
  serve("first", adding(0));
  serve("second", adding(1e4));
  const labels = [];
  const leave = subscribe(({label}) => labels.push(label));
  labels.length = 0;
  const live = liveReading(() => {});
  live.show(drawn(301));
  live.use({id: "first", version: "1"}, []);
  live.use({id: "second", version: "1"}, []);
  await settled();
  assert.deepEqual(labels, [0]);
  leave();
});
