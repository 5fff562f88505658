import assert from "node:assert/strict";
import {test} from "node:test";

import {decodeExploration} from "../../assets/components/shared/live/explorations.mjs";

/** Write a frame whose bytes begin `offset` bytes into their buffer. */
function frame(head, values, offset = 0) {
  const text = Buffer.from(JSON.stringify(head));
  const padded = Buffer.concat([text, Buffer.alloc(3 - ((text.length + 3) % 4), " ")]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  const bytes = Buffer.concat([length, padded, Buffer.from(Float32Array.from(values).buffer)]);
  const shifted = new Uint8Array(bytes.length + offset);
  shifted.set(bytes, offset);
  return shifted.subarray(offset);
}

const HEAD = {
  revision: 3,
  label: 7,
  layers: [
    {name: "digit", shape: [1, 2, 1], begin: 0},
    {name: "logits", shape: [3], begin: 8},
  ],
};

for (const offset of [0, 1, 2, 3]) {
  test(`an exploration that begins at byte ${offset} is read`, () => {
    const {activations, ...head} = decodeExploration(frame(HEAD, [1, 2, 30, 40, 50], offset));
    assert.deepEqual(head, {revision: 3, label: 7});
    assert.deepEqual([...activations.keys()], ["digit", "logits"]);
    assert.deepEqual(activations.get("digit"), {shape: [1, 2, 1], values: Float32Array.of(1, 2)});
    assert.deepEqual(activations.get("logits"), {shape: [3], values: Float32Array.of(30, 40, 50)});
  });
}

test("where nothing is drawn there are no activations", () => {
  const {label, activations} = decodeExploration(frame({revision: 1, label: null, layers: []}, []));
  assert.equal(label, null);
  assert.equal(activations.size, 0);
});
