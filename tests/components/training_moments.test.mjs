import assert from "node:assert/strict";
import {test} from "node:test";

import {RequestError} from "../../assets/components/shared/live/requests.mjs";
import {pixelsOf} from "../../assets/components/shared/pen/preprocessing.mjs";
import {
  digitOf,
  readMoment,
} from "../../assets/components/training_watch/snapshot/moment_reading.mjs";
import {
  momentLoader,
  snapshotSource,
} from "../../assets/components/training_watch/snapshot/snapshot_source.mjs";
import {
  isSame,
  neighbors,
  placeNear,
  placeOf,
  recent,
} from "../../assets/components/training_watch/snapshot/snapshots.mjs";
import {layer, weight} from "./networks.mjs";

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

const GONE = new RequestError("The run has no snapshot 120.", false);
const AWAY = new RequestError("", true);
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server whose answers are given by hand, and a source of moments that asks it. */
function source() {
  const [asked, arrived, failed] = [[], [], []];
  const replies = [];
  const known = new Map();
  const fetchMoment = (moment) => {
    asked.push(moment.digits);
    return new Promise((resolve, reject) =>
      replies.push((answer) => {
        if (answer instanceof Error) return reject(answer);
        known.set(moment.digits, answer);
        return resolve(answer);
      }),
    );
  };
  const {want} = snapshotSource({
    arrived: ({digits}, moment) => arrived.push([digits, moment]),
    failed: (why) => failed.push(why),
    loader: {fetchMoment, known: ({digits}) => known.get(digits)},
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
  await reply("zero");
  assert.deepEqual(asked, [0, 250]);
  await reply("last");
  assert.deepEqual(arrived, [[250, "last"]]);
});

test("a moment that is known is there at once", async () => {
  const {asked, arrived, want, reply} = source();
  want(50);
  await reply("fifty");
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
  await reply("wanted");
  assert.deepEqual(asked, [120, 250]);
  await reply("next");
  assert.deepEqual(asked, [120, 250, 50]);
  assert.deepEqual(arrived, [[120, "wanted"]]);
});

test("neighbors wait while a newer wish is open", async () => {
  const {asked, arrived, want, reply} = source();
  want(120, [250]);
  await reply("wanted");
  want(500, [0]);
  await reply("neighbor");
  assert.deepEqual(asked, [120, 250, 500]);
  await reply("last");
  assert.deepEqual(arrived.at(-1), [500, "last"]);
});

test("a moment that is gone is told and not asked for again", async () => {
  const {asked, failed, want, reply} = source();
  want(120);
  await reply(GONE);
  assert.deepEqual(failed, ["gone"]);
  assert.deepEqual(asked, [120]);
});

test("when nobody answers, that is told and the moment is asked for again", async () => {
  const {asked, arrived, failed, want, reply} = source();
  want(120);
  await reply(AWAY);
  assert.deepEqual(failed, ["away"]);
  assert.deepEqual(asked, [120, 120]);
  await reply("at last");
  assert.deepEqual(arrived, [[120, "at last"]]);
});

// Loading one

/** A loader, what it has asked for, and what it is answered: an error by the name of what failed. */
function loading(failing = {}) {
  const asked = [];
  const networks = new Map();
  const answer = (name, value) => {
    asked.push(name);
    return failing[name] ? Promise.reject(failing[name]) : Promise.resolve(value);
  };
  const {known, fetchMoment} = momentLoader({
    fetchSnapshot: ({run, digits, version}) =>
      answer(`snapshot ${run}@${digits}/${version}`, {digits}),
    load: async ({id, version}) => {
      const network = await answer(`network ${id}/${version}`, {id, version});
      networks.set(`${id}/${version}`, network);
      return network;
    },
    loaded: ({id, version}) => networks.get(`${id}/${version}`),
  });
  return {known, fetchMoment, asked, networks};
}

const WISH = {run: "run", digits: 50, version: "v", layer: "conv1", digit: null, beside: []};
const BESIDE = [
  {run: "b", digits: 50, version: "w"},
  {run: "c", digits: 40, version: "x"},
];

test("a moment is a snapshot and the network of that moment, each asked for once", async () => {
  const {known, fetchMoment, asked} = loading();
  assert.equal(known(WISH), undefined);
  const moment = await fetchMoment(WISH);
  assert.deepEqual(moment, {
    snapshot: {digits: 50},
    network: {id: "run@50", version: "v"},
    beside: [],
  });
  assert.deepEqual(known(WISH), moment);
  assert.deepEqual(asked, ["snapshot run@50/v", "network run@50/v"]);
});

test("another layer or another digit of a known moment needs nothing more", async () => {
  const {known, fetchMoment} = loading();
  await fetchMoment(WISH);
  assert.ok(known({...WISH, layer: "conv2"}));
  assert.ok(known({...WISH, digit: {revision: 5}}));
  assert.equal(known({...WISH, digits: 51}), undefined);
});

test("a moment that was written again has another version, and is asked for anew", async () => {
  const {known, fetchMoment, asked} = loading();
  await fetchMoment(WISH);
  const again = {...WISH, version: "later"};
  assert.equal(known(again), undefined);
  assert.equal((await fetchMoment(again)).network.version, "later");
  assert.deepEqual(asked.slice(2), ["snapshot run@50/later", "network run@50/later"]);
});

test("of the runs beside it only the networks are asked for, each at its own moment", async () => {
  const {known, fetchMoment, asked} = loading();
  const {beside} = await fetchMoment({...WISH, beside: BESIDE});
  assert.deepEqual(
    beside.map(({id}) => id),
    ["b@50", "c@40"],
  );
  assert.deepEqual(asked.slice(1), ["network run@50/v", "network b@50/w", "network c@40/x"]);
  assert.ok(known({...WISH, beside: BESIDE.slice(0, 1)}));
});

test("a run beside it that is gone leaves the rest of the moment to be seen", async () => {
  const {fetchMoment} = loading({"network c@40/x": GONE});
  const {network, beside} = await fetchMoment({...WISH, beside: BESIDE});
  assert.equal(network.id, "run@50");
  assert.deepEqual(
    beside.map((each) => each?.id),
    ["b@50", undefined],
  );
});

test("a moment is not there without its own weights, nor while the server is away", async () => {
  for (const [name, error] of [
    ["network run@50/v", GONE],
    ["snapshot run@50/v", GONE],
    ["network b@50/w", AWAY],
  ]) {
    const {fetchMoment} = loading({[name]: error});
    await assert.rejects(fetchMoment({...WISH, beside: BESIDE}), error);
  }
});

test("when the weights were forgotten a known snapshot is not asked for again", async () => {
  const {known, fetchMoment, asked, networks} = loading();
  await fetchMoment(WISH);
  networks.clear();
  assert.equal(known(WISH), undefined);
  await fetchMoment(WISH);
  assert.deepEqual(asked.slice(2), ["network run@50/v"]);
});

test("two wishes are the same as long as nothing that is shown differs", () => {
  const [other] = BESIDE;
  const wish = {...WISH, digit: {revision: 4}, beside: [other]};
  assert.ok(isSame(wish, {...wish, beside: [{...other}]}));
  for (const change of [
    {run: "b"},
    {digits: 51},
    {version: "later"},
    {layer: "conv2"},
    {digit: {revision: 4}},
    {beside: []},
    {beside: [{...other, digits: 51}]},
    {beside: [{...other, version: "later"}]},
  ]) {
    assert.ok(!isSame(wish, {...wish, ...change}));
  }
});

// Reading the digit

/** A network whose two logits are the sums of what each unit makes of 784 pixels. */
function summing([first, second]) {
  const kernel = weight([784, 2], Array(784).fill([first, second]).flat());
  return {
    energy_threshold: 0,
    layers: [
      layer("digit", "InputLayer", [28, 28, 1]),
      layer("flat", "Flatten", [784], ["digit"]),
      layer("logits", "Dense", [2], ["flat"], {activation: "linear"}, {kernel}),
    ],
  };
}

/** Ten pixels of full ink. */
const TEN = Array.from({length: 784}, (_, pixel) => Number(pixel < 10));

test("the digit of a moment is read by the network of that moment, wherever one comes from", () => {
  const run = {};
  const digit = digitOf({revision: 4, skip: [], strokes: null, pixels: TEN});
  const [early, late] = [summing([0, 1]), summing([2, -1])];
  for (const [network, label, logits] of [
    [early, 1, [0, 10]],
    [late, 0, [20, -10]],
    [early, 1, [0, 10]],
  ]) {
    const reading = readMoment(run, network, digit);
    assert.equal(reading.label, label);
    assert.deepEqual([...reading.activations.get("logits")], logits);
    assert.equal(reading.network, network);
    assert.equal(reading.revision, 4);
  }
});

test("runs that race do not disturb each other's readings", () => {
  const digit = digitOf({revision: 1, skip: [], strokes: null, pixels: TEN});
  const one = readMoment({}, summing([0, 1]), digit);
  readMoment({}, summing([5, 0]), digit);
  assert.deepEqual([...one.activations.get("logits")], [0, 10]);
});

test("what was drawn is read as the canvas reads it, without the steps that are left out", () => {
  const strokes = [{width: 20, points: [60, 60, 90, 200, 200, 210]}];
  for (const skip of [[], ["center"]]) {
    const {picture} = digitOf({revision: 1, skip, strokes, pixels: null});
    assert.deepEqual(picture.pixels, pixelsOf(strokes, skip));
  }
  assert.notDeepEqual(pixelsOf(strokes, []), pixelsOf(strokes, ["center"]));
});

test("without ink there is nothing to read", () => {
  for (const strokes of [null, []]) {
    assert.equal(digitOf({revision: 1, skip: [], strokes, pixels: null}), null);
  }
  assert.equal(readMoment({}, summing([1, 2]), null), null);
});

test("a network that has diverged says so, and the next moment is read as ever", () => {
  const run = {};
  const digit = digitOf({revision: 1, skip: [], strokes: null, pixels: TEN});
  const {verdict, label} = readMoment(run, summing([NaN, 1]), digit);
  assert.deepEqual([verdict, label], ["diverged", null]);
  assert.equal(readMoment(run, summing([0, 1]), digit).label, 1);
});
