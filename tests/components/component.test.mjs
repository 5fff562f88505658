import assert from "node:assert/strict";
import {test} from "node:test";

import {mountOnce} from "../../assets/components/shared/component.mjs";

/** A component that notes what happens to it, and a place to show it in. */
function mounting() {
  const done = [];
  const component = mountOnce({
    build: () => (done.push("built"), {root: {remove: () => done.push("removed")}}),
    update: (view, {data}) => done.push(data),
    leave: () => done.push("left"),
  });
  const parentElement = {append: () => done.push("shown")};
  const call = (data, setTriggerValue) => component({parentElement, data, setTriggerValue});
  return {done, component, call};
}

test("a component is built and shown once, and updated with every call", () => {
  const {done, call} = mounting();
  call("one");
  call("two");
  assert.deepEqual(done, ["built", "shown", "one", "two"]);
});

test("a component that is taken away leaves", () => {
  const {done, call} = mounting();
  call("one")();
  assert.deepEqual(done.slice(3), ["left", "removed"]);
});

test("a call that a later one has overtaken changes nothing when it is taken back", () => {
  const {done, call} = mounting();
  const early = call("one");
  const late = call("two");
  early();
  assert.deepEqual(done, ["built", "shown", "one", "two"]);
  late();
  assert.deepEqual(done.slice(4), ["left", "removed"]);
});

test("a component that was taken away is built anew when it comes again", () => {
  const {done, call} = mounting();
  call("one")();
  call("two");
  assert.deepEqual(done.slice(5), ["built", "shown", "two"]);
});

test("what was there before its page moves to the page's place as it is, and the page hears what it told", () => {
  const {done, call, component} = mounting();
  const page = {querySelector: () => null, remove: () => done.push("page removed")};
  const host = {remove: () => done.push("host removed"), closest: () => page};
  const parentElement = {append: () => done.push("shown early"), host};
  const triggers = [];
  component({parentElement, data: "early", triggers, setTriggerValue: () => {}});
  triggers.push(["chosen", "a seven"]);
  const heard = [];
  call("page", (...told) => heard.push(told));
  assert.deepEqual(done, [
    "built",
    "shown early",
    "early",
    "shown",
    "page",
    "host removed",
    "page removed",
  ]);
  assert.deepEqual(heard, [["chosen", "a seven"]]);
  call("page again", assert.fail);
  assert.deepEqual(done.slice(7), ["page again"]);
});
