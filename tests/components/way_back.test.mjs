import assert from "node:assert/strict";
import {test} from "node:test";

import WayBack, {isElsewhere, kept} from "../../assets/components/way_back/way_back.mjs";

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

/** A browser's history, as far as the way back writes it: its entries are addresses. */
class History {
  entries = [address("/").href];
  pushState(state, title, url) {
    this.entries.push(new URL(url, this.entries.at(-1)).href);
  }
  replaceState(state, title, url) {
    this.entries[this.entries.length - 1] = new URL(url, this.entries.at(-1)).href;
  }
}

/** Give the addresses that are stepped through, when pages write these into the history. */
function steps(...written) {
  const history = new History();
  const location = {
    get href() {
      return history.entries.at(-1);
    },
  };
  const document = {baseURI: address("/").href, documentElement: {}};
  const before = {};
  const page = {History, window: {history}, location, document, addEventListener: () => {}};
  for (const [name, value] of Object.entries(page)) {
    before[name] = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, {value, configurable: true});
  }
  try {
    WayBack({data: {language: "en"}});
    for (const path of written) history.pushState(null, "", address(path).href);
  } finally {
    for (const [name, descriptor] of Object.entries(before)) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete globalThis[name];
    }
  }
  return history.entries.map((entry) => entry.replace("http://convscope.test", ""));
}

test("whoever is led from a training to another page comes back to that training", () => {
  assert.deepEqual(steps("/train?run=a", "/train", "/"), [
    "/",
    "/train?run=a",
    "/train?run=a",
    "/",
  ]);
});

test("they do so also where the page changes its address several times before", () => {
  const entries = steps("/train?run=a", "/train", "/train?digit=x", "/train?digit=x&layer=l", "/");
  assert.equal(entries.at(-1), "/");
  assert.equal(entries.at(-2), "/train?run=a");
});
