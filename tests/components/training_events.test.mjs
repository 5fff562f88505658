import assert from "node:assert/strict";
import {test} from "node:test";

import {eventSentence} from "../../assets/components/training_watch/curves/event_list.mjs";
import {pollRun} from "../../assets/components/training_watch/status/polling.mjs";
import {troubles} from "../../assets/components/training_watch/status/status_panel.mjs";

import {
  distinct,
  shortened,
} from "../../assets/components/training_watch/curves/curve_painting.mjs";
import {withDoubt} from "../../assets/components/training_watch/snapshot/moment_reading.mjs";
import {factsOf, stateKey} from "../../assets/components/training_watch/status/progress.mjs";

import {interval} from "../../assets/components/training_watch/record.mjs";

const WORDS = {joints: {titled: "{title}: {text}"}};

test("eventSentence() says what happened to a run, and where", () => {
  const words = {
    ...WORDS,
    event_place: "epoch {epoch}, {digits} images",
    events: {learning_rate: "rate {rate}", augmentation: "augmentation {strength}"},
    strengths: {usual: "usual", "": "by hand"},
  };
  const place = {digits: 15_000, epoch: 1.5};
  const of = (event) => eventSentence({...place, ...event}, words);
  assert.equal(
    of({kind: "learning_rate", learning_rate: 0.0002}),
    "epoch 1.50, 15,000 images: rate 2.0e−4",
  );
  assert.equal(
    of({kind: "augmentation", strength: "usual"}),
    "epoch 1.50, 15,000 images: augmentation usual",
  );
  assert.equal(
    of({kind: "augmentation", strength: null}),
    "epoch 1.50, 15,000 images: augmentation by hand",
  );
});

test("troubles() says what of a run is damaged, and of which one where there are several", () => {
  const words = {
    ...WORDS,
    away: "away",
    damaged_pulses: "the curves end too early",
    damaged_snapshots: "{count} snapshots are damaged",
  };
  const whole = {title: "A", trouble: "", record: {damage: {pulses: false, snapshots: 0}}};
  const torn = {title: "B", trouble: "", record: {damage: {pulses: true, snapshots: 3}}};
  assert.deepEqual(troubles([whole], words), []);
  assert.deepEqual(troubles([torn], words), [
    "the curves end too early",
    "3 snapshots are damaged",
  ]);
  assert.deepEqual(troubles([whole, torn], words), [
    "B: the curves end too early",
    "B: 3 snapshots are damaged",
  ]);
  assert.deepEqual(troubles([{...torn, trouble: "away"}], words), ["away"]);
});

test("a run that begins is asked after thrice a second, until its first number is there", async () => {
  const cpu = {kind: "cpu", cores: 2};
  const [first] = [{digits: 0}];
  const heard = [
    {state: "queued", place: 1, device: null, pulses: [], count: 0},
    {state: "running", place: null, device: null, pulses: [], count: 0},
    {state: "running", place: null, device: cpu, pulses: [], count: 0},
    {state: "running", place: null, device: cpu, pulses: [first], count: 1},
    {state: "queued", place: 3, device: null, pulses: [], count: 1},
  ];
  const pauses = [];
  const send = async () => ({run: heard[pauses.length]});
  const follower = pollRun("x", {
    told: () => {},
    failed: () => {},
    send,
    later: (ask, pause) => {
      pauses.push(pause);
      if (pauses.length < heard.length) ask();
    },
    hidden: () => false,
  });
  while (pauses.length < heard.length) await new Promise(setImmediate);
  follower.stop();
  assert.deepEqual(pauses, [300, 300, 300, 1000, 1000]);
});

test("distinct() leaves out what all titles begin with, where they are too long for labels", () => {
  assert.deepEqual(distinct(["Initialization: zeros", "Initialization: ones"]), ["zeros", "ones"]);
  assert.deepEqual(distinct(["One", "Two"]), ["One", "Two"]);
  assert.deepEqual(distinct(["权重初始化：全零", "权重初始化：随机"]), ["全零", "随机"]);
  assert.deepEqual(distinct(["A long title", "A long title"]), ["A long title", "A long title"]);
  assert.deepEqual(distinct(["Rate 0.05 of all", "Rate 5"]), ["0.05 of all", "5"]);
});

test("shortened() counts a Chinese sign as two Latin letters", () => {
  assert.equal(shortened("training", 9), "training");
  assert.equal(shortened("validation", 9), "validati…");
  assert.equal(shortened("没有数据增强", 9), "没有数据…");
});

test("withDoubt() calls a reading unsure where the network is about as good as guessing", () => {
  const reading = {verdict: "digit", label: 3};
  assert.equal(withDoubt(reading, {validation_accuracy: 0.1}).verdict, "unsure");
  assert.equal(withDoubt(reading, {validation_accuracy: 0.1}).label, 3);
  assert.equal(withDoubt(reading, {validation_accuracy: 0.5}).verdict, "digit");
  assert.equal(withDoubt(reading, {validation_accuracy: null}).verdict, "digit");
  assert.equal(withDoubt({verdict: "empty"}, {validation_accuracy: 0.1}).verdict, "empty");
  assert.equal(withDoubt(null, {validation_accuracy: 0.1}), null);
});

test("a run at rest says from where it would go on", () => {
  const words = {...WORDS, seen: "{seen}/{total}", speed: "{speed} a second"};
  Object.assign(words, {resumes: "goes on after {digits}", begins_again: "begins again"});
  const rest = {state: "interrupted", digits: 5000, total: 9000, seconds: 5, pulses: [], speed: 9};
  assert.ok(factsOf({...rest, resumes: 4500}, words).includes("goes on after 4,500"));
  assert.ok(factsOf({...rest, resumes: 0}, words).includes("begins again"));
  assert.equal(factsOf({...rest, resumes: null}, words).length, 2);
});

test("stateKey() changes with place and reason, not with the digits seen", () => {
  const run = {state: "running", place: null, device: {}, pulses: [1], reason: null, digits: 5};
  assert.equal(stateKey(run), stateKey({...run, digits: 500}));
  const waiting = {...run, state: "queued", place: 3};
  assert.notEqual(stateKey(waiting), stateKey({...waiting, place: 2}));
  assert.notEqual(stateKey(run), stateKey({...run, reason: {code: "not_saved"}}));
});

test("interval() is Wilson's, which never leaves 0 to 1 and narrows with the digits", () => {
  const near = (found, expected) =>
    found.forEach((bound, i) => assert.ok(Math.abs(bound - expected[i]) < 5e-4, `${found}`));
  near(interval(0.5, 100), [0.4038, 0.5962]);
  near(interval(0.99, 300), [0.971, 0.9966]);
  near(interval(1, 2000), [0.9981, 1]);
});
