import assert from "node:assert/strict";
import {test} from "node:test";

import {unframe} from "../../assets/components/shared/live/frames.mjs";
import {framed} from "./frames.mjs";

// A fresh module each time: the newest answer lives in it.
const load = (() => {
  let count = 0;
  return () => import(`../../assets/components/shared/live/answers.mjs?${(count += 1)}`);
})();

/** The same bytes at an odd address, as Streamlit hands them over. */
function unaligned(bytes) {
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  return shifted.subarray(1);
}

test("a frame comes apart into its head and its body", async () => {
  for (const word of ["", "a", "ab", "abc", "数字"]) {
    const {head, body} = unframe(framed({word}, [1, 2, 3]));
    assert.deepEqual(head, {word});
    assert.deepEqual([...body], [1, 2, 3]);
  }
});

test("a frame comes apart wherever its bytes begin", async () => {
  const frame = unaligned(framed({a: 1}, [0, 0, 128, 63]));
  assert.equal(frame.byteOffset, 1);
  const {head, body} = unframe(frame);
  assert.deepEqual(head, {a: 1});
  assert.deepEqual([...new Float32Array(body.buffer, body.byteOffset, 1)], [1]);
});

test("an answer's layers, pixels and film are found in its body", async () => {
  const {decode} = await load();
  const domains = new Uint8Array(Float32Array.of(0, 2, -1, 3).buffer); // two maps
  const maps = [0, 255, 128, 7, 1, 2, 3, 4]; // 2 x 2 cells each
  const picture = [9, 8, 7, 6];
  const pixels = new Uint8Array(28 * 28).fill(5);
  const body = [...domains, ...maps, ...picture, ...pixels];
  const head = {
    revision: 4,
    pixels: domains.length + maps.length + picture.length,
    layers: [{name: "conv1", shape: [2, 2, 2], domains: 0, bytes: domains.length}],
    film: [{name: "source", shape: [1, 4], picture: domains.length + maps.length}],
  };
  const answer = decode(unaligned(framed(head, body)));
  assert.equal(answer.revision, 4);
  assert.deepEqual([...answer.layers[0].domains], [0, 2, -1, 3]);
  assert.deepEqual([...answer.layers[0].maps], maps);
  assert.deepEqual([...answer.film[0].picture], picture);
  assert.equal(answer.pixels.length, 784);
  assert.ok(answer.pixels.every((level) => level === 5));
});

test("an empty answer has no layers, no film and no pixels", async () => {
  const {decode} = await load();
  const answer = decode(framed({revision: 1, verdict: "empty", film: null}));
  assert.deepEqual(answer.layers, []);
  assert.equal(answer.film, null);
  assert.equal(answer.pixels, undefined);
});

test("an activation is read back from its byte", async () => {
  const {activationOf} = await load();
  assert.equal(activationOf(0, -2, 8), -2);
  assert.equal(activationOf(255, -2, 8), 8);
  assert.ok(Math.abs(activationOf(51, 0, 5) - 1) < 1e-12);
});

test("an older answer never replaces a newer one", async () => {
  const {publish, subscribe} = await load();
  const painted = [];
  subscribe(({revision}) => painted.push(revision));
  const taken = [1, 3, 2, 3, 0, 4].map((revision) => publish({revision}));
  assert.deepEqual(painted, [1, 3, 3, 4]);
  assert.deepEqual(taken, [true, true, false, true, false, true]);
});

test("whoever comes later gets the newest answer at once, and everybody the next", async () => {
  const {publish, subscribe} = await load();
  publish({revision: 1});
  publish({revision: 2});
  const [early, late] = [[], []];
  subscribe((answer) => early.push(answer.revision));
  publish({revision: 3});
  subscribe((answer) => late.push(answer.revision));
  publish({revision: 4});
  assert.deepEqual(early, [2, 3, 4]);
  assert.deepEqual(late, [3, 4]);
});

test("whoever leaves gets no more answers", async () => {
  const {publish, subscribe} = await load();
  const painted = [];
  const leave = subscribe(({revision}) => painted.push(revision));
  publish({revision: 1});
  leave();
  publish({revision: 2});
  assert.deepEqual(painted, [1]);
});
