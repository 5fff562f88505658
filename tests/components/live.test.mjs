import assert from "node:assert/strict";
import {test} from "node:test";

import {asker} from "../../assets/components/shared/live/ask.mjs";
import {describe} from "../../assets/components/shared/live/networks.mjs";

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

/** Answer for networks as the server does: each is a tag and the values of one weight. */
function serve(networks) {
  globalThis.document = {baseURI: "http://here/"};
  globalThis.fetch = async (address) => {
    const id = decodeURIComponent(address.slice("http://here/live/networks/".length));
    if (!networks[id])
      return Response.json({error: `Network ${id} does not exist.`}, {status: 404});
    const {tag, values} = networks[id];
    const weights = {kernel: {shape: [values.length], begin: 0}};
    const text = JSON.stringify({id, layers: [{name: "conv1", weights}]});
    const head = new TextEncoder().encode(text + " ".repeat((4 - (text.length % 4)) % 4));
    const size = new Uint8Array(new Uint32Array([head.length]).buffer);
    const body = new Uint8Array(new Float32Array(values).buffer);
    return new Response(new Blob([size, head, body]), {headers: {etag: tag}});
  };
}

const kernel = async (id) => [...(await describe(id)).layers[0].weights.kernel.values];

test("a network that was replaced is described anew, another is the same object again", async () => {
  const networks = {"run@50": {tag: '"a"', values: [1, 2]}};
  serve(networks);
  const first = await describe("run@50");
  assert.equal(await describe("run@50"), first);
  networks["run@50"] = {tag: '"b"', values: [3, 4]};
  assert.deepEqual(await kernel("run@50"), [3, 4]);
});

test("a network that is not there is told in the server's words, and found once it is", async () => {
  const networks = {};
  serve(networks);
  await assert.rejects(describe("later"), /Network later does not exist/);
  networks.later = {tag: '"a"', values: [5]};
  assert.deepEqual(await kernel("later"), [5]);
});

test("of many networks each is described as itself", async () => {
  const ids = Array.from({length: 30}, (_, number) => `n${number}`);
  serve(Object.fromEntries(ids.map((id, number) => [id, {tag: `"${number}"`, values: [number]}])));
  for (const round of [1, 2]) {
    for (const [number, id] of ids.entries())
      assert.deepEqual(await kernel(id), [number], `${round}`);
  }
});
