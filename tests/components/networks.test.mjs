import assert from "node:assert/strict";
import {test} from "node:test";

import {loadNetwork} from "../../assets/components/shared/live/networks.mjs";

/** Answer for networks as the server does; gives what was asked for. `networks`: path -> values. */
function serve(networks, {parts = 1} = {}) {
  const asked = [];
  globalThis.document = {baseURI: "http://here/app/"};
  globalThis.fetch = async (address) => {
    const path = address.slice("http://here/app/live/networks/".length);
    asked.push(path);
    if (networks[path] instanceof Error) throw networks[path];
    if (!networks[path]) return Response.json({error: `There is no ${path} here.`}, {status: 404});
    const bytes = described(networks[path]);
    const size = Math.ceil(bytes.length / parts);
    const body = new ReadableStream({
      start(stream) {
        for (let at = 0; at < bytes.length; at += size) stream.enqueue(bytes.slice(at, at + size));
        stream.close();
      },
    });
    return new Response(body, {headers: {"content-length": bytes.length}});
  };
  return asked;
}

function described(values) {
  const weights = {kernel: {shape: [values.length], begin: 0}};
  const text = JSON.stringify({layers: [{name: "conv1", weights}]});
  const head = Buffer.from(text + " ".repeat((4 - (text.length % 4)) % 4));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return new Uint8Array(Buffer.concat([size, head, Buffer.from(new Float32Array(values).buffer)]));
}

const kernel = ({layers}) => [...layers[0].weights.kernel.values];

test("a version of a network is fetched once, and is the same object again", async () => {
  const asked = serve({"once/1": [1, 2]});
  const both = [loadNetwork({id: "once", version: "1"}), loadNetwork({id: "once", version: "1"})];
  const [first, second] = await Promise.all(both);
  assert.deepEqual(kernel(first), [1, 2]);
  assert.equal(second, first);
  assert.equal(await loadNetwork({id: "once", version: "1"}), first);
  assert.deepEqual(asked, ["once/1"]);
});

test("another version is another network", async () => {
  serve({"run%4050/1": [1], "run%4050/2": [2]});
  assert.deepEqual(kernel(await loadNetwork({id: "run@50", version: "1"})), [1]);
  assert.deepEqual(kernel(await loadNetwork({id: "run@50", version: "2"})), [2]);
});

test("whoever waits is told how far it has come", async () => {
  serve({"slow/1": Array(400).fill(7)}, {parts: 4});
  const shares = [];
  const network = await loadNetwork({id: "slow", version: "1"}, (share) => shares.push(share));
  assert.deepEqual(kernel(network), Array(400).fill(7));
  assert.equal(shares.length, 4);
  assert.equal(shares.at(-1), 1);
  assert.deepEqual(shares, shares.toSorted());
});

test("a network that is not there is refused in the server's words, and found once it is", async () => {
  const networks = {};
  serve(networks);
  await assert.rejects(loadNetwork({id: "later", version: "1"}), {message: /no later.1 here/});
  networks["later/1"] = [5];
  assert.deepEqual(kernel(await loadNetwork({id: "later", version: "1"})), [5]);
});

test("a server that was not reached is asked again the next time", async () => {
  const networks = {"away/1": new TypeError("Failed to fetch")};
  const asked = serve(networks);
  await assert.rejects(loadNetwork({id: "away", version: "1"}), {message: ""});
  networks["away/1"] = [6];
  assert.deepEqual(kernel(await loadNetwork({id: "away", version: "1"})), [6]);
  assert.equal(asked.length, 2);
});

test("of many networks each is itself, and those of late are kept", async () => {
  const ids = Array.from({length: 40}, (_, number) => `n${number}`);
  const asked = serve(Object.fromEntries(ids.map((id, number) => [`${id}/1`, [number]])));
  for (const [number, id] of ids.entries()) {
    assert.deepEqual(kernel(await loadNetwork({id, version: "1"})), [number]);
  }
  await loadNetwork({id: "n39", version: "1"});
  assert.equal(asked.length, 40);
  await loadNetwork({id: "n0", version: "1"});
  assert.equal(asked.length, 41);
});
