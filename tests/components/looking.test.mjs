import assert from "node:assert/strict";
import {test} from "node:test";

import {topic} from "../../assets/components/shared/live/looking.mjs";

test("whoever subscribes hears what is there, and what comes, until they leave", () => {
  const shared = topic(1);
  const heard = [];
  const leave = shared.subscribe((value) => heard.push(value));
  shared.publish(2);
  leave();
  shared.publish(3);
  assert.deepEqual(heard, [1, 2]);
  assert.equal(shared.value, 3);
});

test("the same again is no news", () => {
  const shared = topic(/** @type {any} */ (null));
  let times = 0;
  shared.subscribe(() => (times += 1));
  shared.publish({layer: "conv1", channel: 3});
  shared.publish({layer: "conv1", channel: 3});
  assert.equal(times, 2);
});

test("where a listener publishes in turn, nobody hears the older value after the newer", () => {
  const shared = topic(0);
  const heard = [];
  shared.subscribe((value) => value === 1 && shared.publish(2));
  shared.subscribe((value) => heard.push(value));
  shared.publish(1);
  assert.deepEqual(heard, [0, 2]);
});
