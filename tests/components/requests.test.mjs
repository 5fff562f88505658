import assert from "node:assert/strict";
import {test} from "node:test";

import {loadNetwork, loadedNetwork} from "../../assets/components/shared/live/networks.mjs";
import {RequestError, get} from "../../assets/components/shared/live/requests.mjs";
import {framed} from "./frames.mjs";

globalThis.document = {baseURI: "http://here/below/"};

/** Let the server answer so; gives the addresses that it is asked for. */
function serve(answer) {
  const asked = [];
  globalThis.fetch = async (address) => {
    asked.push(address);
    return answer();
  };
  return asked;
}

const failure = (request) => request.then(assert.fail, (error) => error);

test("what is asked for lies beside the pages, wherever they are, and no part leaves its place", async () => {
  const asked = serve(() => new Response("here"));
  assert.equal(await (await get("runs", "a/../b", "snapshots", 50)).text(), "here");
  assert.deepEqual(asked, ["http://here/below/live/runs/a%2F..%2Fb/snapshots/50"]);
});

test("a request that the server refuses is told in its words, and need not be sent again", async () => {
  serve(() => Response.json({error: "There is no such run."}, {status: 404}));
  const error = await failure(get("runs", "x"));
  assert.ok(error instanceof RequestError);
  assert.deepEqual([error.message, error.passing], ["There is no such run.", false]);
});

test("what was there once and is no more need not be sent again, and is no error of the page", async () => {
  serve(() => new Response(null, {status: 204}));
  const error = await failure(get("runs", "x", "snapshots", 50));
  assert.ok(error instanceof RequestError);
  assert.equal(error.passing, false);
});

test("a server that is away, busy or broken may answer later", async () => {
  const page = "<html>Bad gateway</html>";
  for (const [answer, sentence] of [
    [() => Promise.reject(new TypeError("Failed to fetch")), ""],
    [() => Response.json({error: "Wait a moment."}, {status: 429}), "Wait a moment."],
    [() => new Response(page, {status: 502}), ""],
  ]) {
    serve(answer);
    const error = await failure(get("runs", "x"));
    assert.deepEqual([error.message, error.passing], [sentence, true]);
  }
});

/** A network's frame, with the values of one weight. */
function network(values) {
  const weights = {kernel: {shape: [values.length], begin: 0}};
  return framed(
    {layers: [{name: "conv1", weights}]},
    new Uint8Array(new Float32Array(values).buffer),
  );
}

test("a network is asked for once, and at hand as soon as it has come", async () => {
  const address = {id: "run@50", version: "once"};
  const asked = serve(() => new Response(network([1, 2])));
  assert.equal(loadedNetwork(address), undefined);
  const coming = loadNetwork(address);
  assert.equal(loadedNetwork(address), undefined);
  const came = await coming;
  assert.equal(loadedNetwork(address), came);
  assert.equal(await loadNetwork(address), came);
  assert.deepEqual(asked, ["http://here/below/live/networks/run%4050/once"]);
  assert.deepEqual([...came.layers[0].weights.kernel.values], [1, 2]);
});

test("of many networks the two dozen that were used last stay at hand", async () => {
  const addresses = Array.from({length: 25}, (_, i) => ({id: `many@${i}`, version: "v"}));
  serve(() => new Response(network([1])));
  for (const address of addresses.slice(0, 24)) await loadNetwork(address);
  assert.ok(loadedNetwork(addresses[0])); // used again
  await loadNetwork(addresses[24]);
  assert.deepEqual(
    addresses.filter((address) => !loadedNetwork(address)),
    [addresses[1]],
  );
});

test("a network that could not be had is asked for again", async () => {
  const address = {id: "run@50", version: "again"};
  serve(() => Promise.reject(new TypeError("Failed to fetch")));
  assert.ok((await failure(loadNetwork(address))).passing);
  serve(() => new Response(network([3])));
  assert.deepEqual([...(await loadNetwork(address)).layers[0].weights.kernel.values], [3]);
});

test("how far a network has come is told where the server says how long it is", async () => {
  const bytes = network([1, 2, 3]);
  for (const [headers, expected] of [
    [{"content-length": String(bytes.length)}, [1]],
    [{}, []],
  ]) {
    const shares = [];
    serve(() => new Response(bytes, {headers}));
    const version = JSON.stringify(headers);
    await loadNetwork({id: "far", version}, (share) => shares.push(share));
    assert.deepEqual(shares, expected);
  }
});
