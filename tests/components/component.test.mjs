import assert from "node:assert/strict";
import {test} from "node:test";

import {leaving} from "../../assets/components/shared/component.mjs";

test("a component that is taken away leaves", () => {
  let left = 0;
  leaving({}, () => (left += 1))();
  assert.equal(left, 1);
});

test("a call that a later one has overtaken changes nothing when it is taken back", () => {
  const view = {};
  const left = [];
  const early = leaving(view, () => left.push("early"));
  const late = leaving(view, () => left.push("late"));
  early();
  assert.deepEqual(left, []);
  late();
  assert.deepEqual(left, ["late"]);
});
