import assert from "node:assert/strict";
import {test} from "node:test";

import {pixelsCode, strokesCode} from "../../assets/components/digit_canvas/digit_code.mjs";
import {
  keepInAddress,
  releaseAddress,
  withKept,
} from "../../assets/components/shared/live/address.mjs";

/** A scribble of many points, which no address has room for. */
const long = (count) => ({
  width: 16,
  points: Array.from({length: 2 * count}, (_, i) => 140 + 120 * Math.sin(1.7 * i * i)),
});

test("a digit's code fits into an address; what no address has room for has none", async () => {
  assert.equal(await strokesCode([long(9000)]), "");
  for (const count of [1, 50, 700]) {
    const {length} = await strokesCode([long(count), long(3)]);
    assert.ok(length > 1 && length <= 4000, `${count}: ${length}`);
  }
  const pixels = Float32Array.from({length: 784}, (_, i) => (i % 256) / 255);
  assert.ok((await pixelsCode(pixels)).length <= 1500);
});

test("a browser that cannot compress writes a longer code, which is read alike", async () => {
  const {CompressionStream} = globalThis;
  const line = {width: 16, points: Array.from({length: 40}, (_, i) => 7 * i)};
  const whole = await strokesCode([line]);
  delete globalThis.CompressionStream;
  try {
    const plain = await strokesCode([line]);
    assert.ok(plain.length > whole.length);
    assert.match(plain, /^s[A-Za-z0-9_-]+$/);
  } finally {
    globalThis.CompressionStream = CompressionStream;
  }
});

test("what the browser keeps in a page's address wins over what the server says of it", () => {
  const place = (path) => new URL(path, "http://convscope.test");
  const replaced = [];
  Object.assign(globalThis, {
    location: place("/?network=a"),
    history: {state: null, replaceState: (_state, _title, url) => replaced.push(url.href)},
  });
  keepInAddress("digit", "sNEW");
  assert.deepEqual(replaced, ["http://convscope.test/?network=a&digit=sNEW"]);
  assert.equal(withKept(place("/?digit=sOLD")).search, "?digit=sNEW");
  assert.equal(withKept(place("/train?run=r")).search, "?run=r"); // another page's is its own
  keepInAddress("digit", "");
  assert.equal(withKept(place("/?digit=sOLD&lang=zh")).search, "?lang=zh");
  releaseAddress("digit");
  assert.equal(withKept(place("/?digit=sOLD")).search, "?digit=sOLD");
});

test("an address that may not change for now does not break the page", () => {
  globalThis.history.replaceState = () => {
    throw new DOMException("too often", "SecurityError");
  };
  keepInAddress("digit", "sNEWER");
  releaseAddress("digit");
});
