import assert from "node:assert/strict";
import {test} from "node:test";

import {contrastOf} from "../../assets/components/opened_map/cell/class_contrast.mjs";

const WORDS = {contrast_rest: "{count} others", contrast_bias: "bias", together: "total"};
const cell = (subtotals, bias) => ({
  groups: subtotals.map((subtotal, channel) => ({layer: "maps", channel, subtotal})),
  bias,
  preactivation: subtotals.reduce((sum, each) => sum + each, bias),
});

test("the maps that part two classes most come first, and the differences add up to the logits'", () => {
  const rows = contrastOf(cell([1, 5, 2], 0.5), cell([1.5, -1, 2], 1), WORDS);
  assert.deepEqual(
    rows.map(({name}) => name),
    ["maps · 1", "maps · 0", "maps · 2", "bias", "total"],
  );
  const gap = ({one, other}) => one - other;
  const parts = rows.slice(0, -1).reduce((sum, row) => sum + gap(row), 0);
  assert.equal(parts, gap(rows.at(-1)));
  assert.equal(gap(rows.at(-1)), 5);
});

test("of many maps the rest are told together", () => {
  const many = Array.from({length: 20}, (_, i) => i);
  const none = many.map(() => 0);
  const rows = contrastOf(cell(many, 0), cell(none, 0), WORDS);
  const rest = rows.find(({name}) => name === "12 others");
  assert.equal(rest?.one, 66); // 0 to 11
});
