import assert from "node:assert/strict";
import {test} from "node:test";

import {asker} from "../../assets/components/shared/live/ask.mjs";

/** A server whose answers are given by hand, and an asker that asks it. */
function conversation() {
  const [asked, answered, failed, pauses] = [[], [], [], []];
  const replies = [];
  const wakes = [];
  const ask = asker({
    answered: (bytes) => answered.push(bytes),
    failed: (sentence) => failed.push(sentence),
    send: (drawing) => {
      asked.push(drawing);
      return new Promise((resolve) => replies.push(resolve));
    },
    wait: (pause) => {
      pauses.push(pause);
      return new Promise((resolve) => wakes.push(resolve));
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ask,
    asked,
    answered,
    failed,
    pauses,
    reply: (what) => (replies.shift()(what), settle()),
    wake: () => (wakes.shift()(), settle()),
  };
}

test("one request is in flight, and the newest drawing is the next", async () => {
  const {ask, asked, answered, reply} = conversation();
  for (const drawing of [1, 2, 3, 4]) ask(drawing);
  assert.deepEqual(asked, [1]);
  await reply({bytes: "one"});
  assert.deepEqual(asked, [1, 4]);
  ask(5);
  assert.deepEqual(asked, [1, 4]);
  await reply({bytes: "four"});
  await reply({bytes: "five"});
  assert.deepEqual(asked, [1, 4, 5]);
  assert.deepEqual(answered, ["one", "four", "five"]);
});

test("nothing is asked twice when it was answered", async () => {
  const {ask, asked, reply} = conversation();
  ask(1);
  await reply({bytes: "one"});
  assert.deepEqual(asked, [1]);
  ask(2);
  assert.deepEqual(asked, [1, 2]);
});

test("when the server was not reached the drawing is sent again, each time later", async () => {
  const {ask, asked, failed, pauses, reply, wake} = conversation();
  ask(1);
  for (let round = 0; round < 7; round++) {
    await reply({error: "", retry: true});
    await wake();
  }
  assert.deepEqual(asked, Array(8).fill(1));
  assert.deepEqual(failed, Array(7).fill(""));
  assert.deepEqual(pauses, [250, 500, 1000, 2000, 4000, 4000, 4000]);
});

test("after a wait the newest drawing is sent, not the one that failed", async () => {
  const {ask, asked, answered, reply, wake} = conversation();
  ask(1);
  await reply({error: "", retry: true});
  ask(2);
  ask(3);
  assert.deepEqual(asked, [1]);
  await wake();
  assert.deepEqual(asked, [1, 3]);
  await reply({bytes: "three"});
  assert.deepEqual(answered, ["three"]);
});

test("a success makes the next failure wait briefly again", async () => {
  const {ask, pauses, reply, wake} = conversation();
  ask(1);
  await reply({error: "", retry: true});
  await wake();
  await reply({error: "", retry: true});
  ask(2);
  await wake();
  await reply({bytes: "two"});
  ask(3);
  await reply({error: "", retry: true});
  assert.deepEqual(pauses, [250, 500, 250]);
});

test("a drawing that the server refuses is told and not sent again", async () => {
  const {ask, asked, failed, pauses, reply} = conversation();
  ask(1);
  await reply({error: "That was no drawing.", retry: false});
  assert.deepEqual(failed, ["That was no drawing."]);
  assert.deepEqual(asked, [1]);
  assert.deepEqual(pauses, []);
  ask(2);
  assert.deepEqual(asked, [1, 2]);
});
