import assert from "node:assert/strict";
import {test} from "node:test";

import {pollRun, pauseAfter} from "../../assets/components/training_watch/status/polling.mjs";
import {
  duration,
  epochOf,
  factsOf,
  momentSentences,
  shareOf,
  stateSentence,
} from "../../assets/components/training_watch/status/progress.mjs";
import {
  extended,
  layersAt,
  measuredBy,
  pulseAt,
  secondsLeft,
  speedOf,
} from "../../assets/components/training_watch/record.mjs";

const WORDS = {
  joints: {titled: "{title}: {text}", listed: "{list}, {next}", clauses: "{list}; {next}"},
  states: {
    queued: "queued {place}",
    waiting: "waiting",
    starting: "starting",
    running: "epoch {epoch} of {epochs}",
    failed: "failed",
    done: "done",
  },
  reasons: {full: "{name} 的磁盘满了。"},
  seen: "{seen}/{total}",
  speed: "{speed} a second",
  left: "{time} left",
  begins: "begins in {time}",
  took: "took {time}",
  seconds: "{n} s",
  minutes: "{n} min",
  hours: "{h} h {n} min",
  cores: "{count} cores",
};

const CPU = {kind: "cpu", cores: 2};

function pulse(digits, seconds = digits / 1000) {
  return {digits, seconds};
}

function record(changes) {
  return {
    state: "running",
    digits: 3000,
    total: 12_000,
    epochs: 4,
    seconds: 3,
    speed: 1,
    pulses: [],
    count: 0,
    ...changes,
  };
}

// What is known of a run

test("new pulses are put behind those that are known", () => {
  const before = record({pulses: [pulse(0), pulse(50)], count: 2});
  const after = extended(before, record({pulses: [pulse(120)], count: 3}));
  assert.deepEqual(
    after.pulses.map(({digits}) => digits),
    [0, 50, 120],
  );
  assert.equal(after.count, 3);
});

test("what a resumed training repeats takes the place of what was known", () => {
  const before = record({pulses: [pulse(0), pulse(50), pulse(120)], count: 3});
  const after = extended(before, record({pulses: [pulse(50), pulse(250)], count: 5}));
  assert.deepEqual(
    after.pulses.map(({digits}) => digits),
    [0, 50, 250],
  );
});

test("when the server knows fewer pulses than we do, all are wanted again", () => {
  assert.equal(extended(record({count: 5}), record({count: 3})), null);
});

test("the pulse of a moment is the nearest one", () => {
  const known = record({pulses: [pulse(0), pulse(50), pulse(1000)]});
  assert.equal(pulseAt(known, 500).digits, 50);
  assert.equal(pulseAt(known, 900).digits, 1000);
  assert.equal(pulseAt(record({}), 900), undefined);
});

test("a measure that is not taken each time is told as it was last, never as it will be", () => {
  const known = record({
    pulses: [
      {digits: 0, loss: 3},
      {digits: 50, loss: null},
      {digits: 120, loss: 1},
    ],
  });
  assert.deepEqual(measuredBy(known, 0, "loss"), {digits: 0, value: 3});
  assert.deepEqual(measuredBy(known, 119, "loss"), {digits: 0, value: 3});
  assert.deepEqual(measuredBy(known, Infinity, "loss"), {digits: 120, value: 1});
  assert.equal(measuredBy(known, 500, "accuracy"), undefined);
});

test("dead units are those that were counted last, never those of a later moment", () => {
  const at = (digits, dead) => ({digits, layers: {conv1: {gradient: digits, dead}}});
  const known = record({pulses: [at(0, 0.1), at(50, null), at(120, 0.3)]});
  assert.deepEqual(layersAt(known, at(50, null)), {conv1: {gradient: 50, dead: 0.1}});
  assert.deepEqual(layersAt(known, at(120, 0.3)), {conv1: {gradient: 120, dead: 0.3}});
  assert.deepEqual(layersAt(record({}), {digits: 5}), {});
});

test("the speed of a running training is that of its last minute", () => {
  const pulses = [pulse(0, 0), pulse(50, 10), pulse(5050, 20)];
  assert.equal(speedOf(record({pulses})), 500);
  const long = [pulse(0, 0), pulse(50, 9), pulse(10_050, 200), pulse(16_050, 260)];
  assert.equal(speedOf(record({pulses: long})), 100);
  assert.equal(speedOf(record({pulses, state: "done", digits: 5100, seconds: 20})), 255);
  assert.equal(speedOf(record({pulses: pulses.slice(0, 2), speed: 7})), 7); // too short to tell
});

test("the time left is what is left to see, at that speed; unknown before there is one", () => {
  const pulses = [pulse(0, 0), pulse(50, 5), pulse(3050, 11)];
  assert.equal(secondsLeft(record({digits: 3050, total: 12_050, pulses})), 18);
  assert.equal(secondsLeft(record({digits: 13_000, pulses})), 0);
  for (const unknown of [
    [],
    [pulse(0, 0)],
    [pulse(0, 0), pulse(3000, 6)],
    [pulse(50, 1), pulse(90, 2)],
  ]) {
    assert.equal(secondsLeft(record({pulses: unknown})), null);
  }
});

test("the time left comes down calmly, however unevenly a training goes on", () => {
  // Two seconds for the first batch, then 400 to 1,600 digits a second, and a pause at each epoch.
  const pulses = [pulse(0, 0), pulse(50, 2)];
  while (pulses.at(-1).digits < 200_000) {
    const {digits, seconds} = pulses.at(-1);
    const pace = [400, 1600, 1300, 700][pulses.length % 4];
    const pause = pulses.length % 50 === 0 ? 4 : 0;
    pulses.push(pulse(Math.min(200_000, digits + pace), seconds + 1 + pause));
  }
  const end = pulses.at(-1).seconds;
  const shown = pulses.slice(7, -1).map(({digits, seconds}, index) => {
    const seen = record({digits, total: 200_000, pulses: pulses.slice(0, index + 8)});
    return {left: secondsLeft(seen), truth: end - seconds};
  });
  for (const {left, truth} of shown)
    assert.ok(Math.abs(left - truth) < 5 + 0.15 * truth, `${left}, ${truth}`);
  for (const [index, {left}] of shown.slice(1).entries()) {
    assert.ok(left < 1.1 * shown[index].left, `${left} after ${shown[index].left}`);
  }
});

// In words

test("a state says its place in the queue, its epoch, or why it ended in the visitor's words", () => {
  assert.equal(stateSentence(record({state: "queued", place: 3}), WORDS), "queued 3");
  assert.equal(stateSentence(record({state: "queued", place: null}), WORDS), "waiting");
  assert.equal(stateSentence(record({}), WORDS), "starting");
  assert.equal(stateSentence(record({pulses: [pulse(3000)], device: CPU}), WORDS), "epoch 2 of 4");
  assert.equal(stateSentence(record({pulses: [pulse(3000)], device: null}), WORDS), "starting"); // resumed
  const reason = {code: "full", template: "The disk of {name} is full.", values: {name: "a"}};
  assert.equal(stateSentence(record({state: "failed", reason}), WORDS), "failed: a 的磁盘满了。");
  assert.equal(
    stateSentence(
      record({state: "failed", reason: {code: "", template: "Odd.", values: {}}}),
      WORDS,
    ),
    "failed: Odd.",
  );
});

test("a state without words is shown as it is", () => {
  assert.equal(stateSentence(record({state: "odd"}), WORDS), "odd");
});

test("the last digit still belongs to the last epoch", () => {
  assert.deepEqual(
    [0, 2999, 3000, 12_000].map((digits) => epochOf(record({digits}))),
    [1, 1, 2, 4],
  );
  assert.equal(epochOf(record({digits: 0, total: 0})), 1);
});

test("a running training says how long it still takes, one that is done how long it took", () => {
  const pulses = [pulse(0, 0), pulse(50, 5), pulse(3050, 11)];
  const facts = (digits, total) => factsOf(record({digits, total, pulses, device: CPU}), WORDS);
  assert.deepEqual(facts(3050, 12_050), ["3,050/12,050", "500 a second", "18 s left", "2 cores"]);
  assert.equal(facts(3050, 24_050)[2], "40 s left"); // 42, which nobody knows so exactly
  assert.equal(facts(3050, 93_050)[2], "3 min left");
  assert.deepEqual(factsOf(record({state: "done", seconds: 120}), WORDS), [
    "3,000/12,000",
    "25 a second",
    "took 2 min",
  ]);
  assert.deepEqual(factsOf(record({state: "queued", digits: 0}), WORDS), ["0/12,000"]);
  const on = (device) => factsOf(record({state: "queued", digits: 0, total: 0, device}), WORDS);
  assert.deepEqual(on(CPU), ["2 cores"]);
  assert.deepEqual(on({kind: "gpu", name: "NVIDIA H200"}), ["NVIDIA H200"]);
  assert.deepEqual(on({kind: "gpu", name: "NVIDIA H200", count: 2}), ["2 × NVIDIA H200"]);
});

test("a time is told in the unit one would use", () => {
  assert.deepEqual(
    [0.2, 45, 89, 90, 3600, 5400, 8000].map((each) => duration(each, WORDS)),
    ["1 s", "45 s", "89 s", "2 min", "60 min", "1 h 30 min", "2 h 13 min"],
  );
});

test("the share that is done lies between 0 and 1", () => {
  assert.deepEqual(
    [0, 6000, 13_000].map((digits) => shareOf(record({digits}))),
    [0, 0.5, 1],
  );
  assert.equal(shareOf(record({digits: 0, total: 0})), 0);
});

test("a moment is said with its digits, and to those who listen with what is read", () => {
  const words = {
    ...WORDS,
    spoken_moment: "{when}, {far}.",
    moment: "after {digits}",
    moment_time: "epoch {epoch}, {time}",
    beginning: "begin",
    beginning_means: "by chance",
    spoken_digit: "a {digit}, {probability}.",
    spoken_accuracy: "{accuracy} right.",
  };
  const moment = {digits: 1500, epoch: 0.125, seconds: 3, validation_accuracy: 0.5};
  const {written, spoken} = momentSentences(
    moment,
    {label: 0, probability: 0.25},
    "Sigmoid",
    words,
  );
  assert.deepEqual(written, ["after 1,500", "Sigmoid · epoch 0.13, 3 s"]);
  assert.equal(spoken, "Sigmoid: after 1,500, epoch 0.13, 3 s. a 0, 25.0%. 50.0% right.");
  const first = {digits: 0, epoch: 0, seconds: 0, validation_accuracy: null};
  for (const answer of [null, {label: null}]) {
    assert.equal(momentSentences(first, answer, "", words).spoken, "begin, by chance.");
  }
});

// Asking after it

/** A server whose answers are given by hand, and a clock that is turned by hand. */
function watching({hidden = () => false} = {}) {
  const [asked, told, failed, pauses] = [[], [], [], []];
  const replies = [];
  let wake = null;
  const follower = pollRun("run", {
    told: (each) => told.push(each),
    failed: (why) => failed.push(why),
    send: (id, since) => {
      asked.push(since);
      return new Promise((resolve) => replies.push(resolve));
    },
    later: (ask, pause) => {
      pauses.push(pause);
      wake = ask;
    },
    hidden,
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    follower,
    asked,
    told,
    failed,
    pauses,
    reply: (what) => (replies.shift()(what), settle()),
    wake: () => (wake(), settle()),
  };
}

test("a running training is asked after each second, from where the last answer ended", async () => {
  const {asked, told, pauses, reply, wake} = watching();
  await reply({run: record({count: 2, pulses: [pulse(0), pulse(50)]})});
  await wake();
  await reply({run: record({count: 3, pulses: [pulse(120)]})});
  assert.deepEqual(asked, [0, 2]);
  assert.deepEqual(pauses, [1000, 1000]);
  assert.equal(told.at(-1).pulses.length, 3);
});

test("what is done is not asked after again, unless somebody wants to", async () => {
  const {follower, asked, pauses, reply} = watching();
  await reply({run: record({state: "done"})});
  assert.deepEqual(pauses, []);
  follower.ask();
  assert.equal(asked.length, 2);
});

test("one question is out at a time", async () => {
  const {follower, asked, reply} = watching();
  follower.ask();
  follower.ask();
  assert.equal(asked.length, 1);
  await reply({run: record({})});
  follower.ask();
  assert.equal(asked.length, 2);
});

test("a server that is away is asked later and later, and each second again once it is back", async () => {
  const {failed, pauses, reply, wake} = watching();
  for (let round = 0; round < 6; round++) {
    await reply({status: 0});
    await wake();
  }
  await reply({run: record({})});
  assert.deepEqual(failed, Array(6).fill("away"));
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 8000, 8000, 1000]);
});

test("a run that is not there any more is told to be gone and left alone", async () => {
  const {failed, pauses, reply} = watching();
  await reply({status: 404});
  assert.deepEqual(failed, ["gone"]);
  assert.deepEqual(pauses, []);
});

test("when the server has forgotten pulses it is asked for all of them at once", async () => {
  const {asked, told, reply, wake} = watching();
  await reply({run: record({count: 5})});
  await wake();
  await reply({run: record({count: 3})});
  assert.deepEqual(asked, [0, 5, 0]);
  await reply({run: record({count: 3, digits: 120})});
  assert.equal(told.length, 2);
  assert.equal(told.at(-1).digits, 120);
});

test("after it was stopped nothing is told", async () => {
  const {follower, told, reply} = watching();
  follower.stop();
  await reply({run: record({})});
  assert.deepEqual(told, []);
});

test("hidden pages ask less often, and so does one whose training rests", () => {
  assert.equal(pauseAfter("running", {}), 1000);
  assert.equal(pauseAfter("running", {hidden: true}), 5000);
  assert.equal(pauseAfter("paused", {}), 4000);
  assert.equal(pauseAfter("done", {hidden: true}), null);
});

test("a run that waits says when it is likely to begin, and one that runs does not", () => {
  const waits = record({state: "queued", digits: 0, total: 0, device: null, place: 3, wait: 78});
  assert.deepEqual(factsOf(waits, WORDS), ["begins in 80 s"]);
  assert.deepEqual(factsOf({...waits, wait: null}, WORDS), []);
  assert.ok(!factsOf(record({wait: 5, pulses: [pulse(0)]}), WORDS).includes("begins in 5 s"));
});

test("of several that race each says in one line what is its own", () => {
  const told = factsOf(record({device: CPU, pulses: [pulse(0), pulse(3000)]}), WORDS, true);
  assert.deepEqual(told.slice(0, 1), ["3,000/12,000"]);
  assert.ok(!told.includes("2 cores"));
});
