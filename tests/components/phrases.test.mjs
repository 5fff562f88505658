import assert from "node:assert/strict";
import test from "node:test";

import {clauses, listed, titled} from "../../assets/components/shared/phrases.mjs";

const ENGLISH = {
  joints: {titled: "{title}: {text}", listed: "{list}, {next}", clauses: "{list}; {next}"},
};
const CHINESE = {
  joints: {titled: "{title}：{text}", listed: "{list}、{next}", clauses: "{list}；{next}"},
};

test("a list has its language's marks between its parts, and none for one or none", () => {
  assert.equal(listed(ENGLISH, ["a", 7, "c"]), "a, 7, c");
  assert.equal(listed(CHINESE, ["甲", "乙", "丙"]), "甲、乙、丙");
  assert.equal(listed(CHINESE, ["甲"]), "甲");
  assert.equal(listed(CHINESE, []), "");
  assert.equal(listed(CHINESE, [0, 1]), "0、1");
});

test("a title and a clause are joined as their language does it, braces and all", () => {
  assert.equal(titled(ENGLISH, "conv1", "silent"), "conv1: silent");
  assert.equal(titled(CHINESE, "{text}", "无响应"), "{text}：无响应");
  assert.equal(clauses(CHINESE, ["一", "二"]), "一；二");
});
