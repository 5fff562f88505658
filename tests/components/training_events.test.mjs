import assert from "node:assert/strict";
import {test} from "node:test";

import {eventSentence} from "../../assets/components/training_watch/curves/event_list.mjs";
import {pollRun} from "../../assets/components/training_watch/status/polling.mjs";
import {troubles} from "../../assets/components/training_watch/status/status_panel.mjs";

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
