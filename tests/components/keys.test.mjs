import assert from "node:assert/strict";
import {test} from "node:test";

import {isWriting, keyHint} from "../../assets/components/shared/keys.mjs";

const MACS = [
  {platform: "MacIntel"},
  {platform: "iPad"},
  {platform: "", userAgentData: {platform: "macOS"}},
];
const OTHERS = [
  {platform: "Win32"},
  {platform: "Linux x86_64"},
  {platform: "MacIntel", userAgentData: {platform: "Windows"}},
  {},
];

test("a Mac's hints name Cmd, and for redo what a Mac's programs have", () => {
  for (const computer of MACS) {
    assert.equal(keyHint("Undo (Ctrl+Z)", computer), "Undo (⌘Z)");
    assert.equal(keyHint("重做（Ctrl+Y）", computer), "重做（⇧⌘Z）");
  }
});

test("everybody else's hints stay as they are", () => {
  for (const computer of OTHERS) assert.equal(keyHint("Undo (Ctrl+Z)", computer), "Undo (Ctrl+Z)");
});

test("keys are for a text only where one is written", () => {
  const at = (target) => ({composedPath: () => [target]});
  assert.ok(isWriting(at({matches: (selector) => selector.startsWith("input")})));
  assert.ok(!isWriting(at({matches: () => false})));
  assert.ok(!isWriting(at({}))); // the document itself
});
