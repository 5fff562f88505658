import assert from "node:assert/strict";
import {test} from "node:test";

import {isElsewhere, kept} from "../../assets/components/way_back/way_back.mjs";

const address = (path) => new URL(path, "http://convscope.test");

function elsewhere(to, from) {
  return isElsewhere(address(to), address(from));
}

test("another page is elsewhere, whatever else its address holds", () => {
  assert.ok(elsewhere("/layers", "/"));
  assert.ok(elsewhere("/layers?network=a", "/network?network=a"));
});

test("another training on the same page is elsewhere", () => {
  assert.ok(elsewhere("/train?run=a", "/train"));
  assert.ok(elsewhere("/train", "/train?run=a"));
  assert.ok(elsewhere("/train?run=a&beside=b", "/train?run=a"));
});

test("the same page with another network, language or digit is not elsewhere", () => {
  assert.ok(!elsewhere("/?network=a", "/"));
  assert.ok(!elsewhere("/?lang=zh&network=b", "/?network=a"));
  assert.ok(!elsewhere("/layers?digit=x&layer=conv1", "/layers?network=a"));
  assert.ok(!elsewhere("/train?network=a&run=b", "/train?run=b"));
});

test("an address keeps network and language of the last one unless it names its own", () => {
  const after = (to, last) =>
    kept(address(to), address(last)).href.replace("http://convscope.test", "");
  assert.equal(after("/layers", "/?network=a&lang=zh&digit=x"), "/layers?network=a&lang=zh");
  assert.equal(after("/layers?network=b", "/?network=a"), "/layers?network=b");
  assert.equal(after("/?lang=en", "/?lang=zh"), "/?lang=en");
  assert.equal(after("/train?run=r", "/network"), "/train?run=r");
});
