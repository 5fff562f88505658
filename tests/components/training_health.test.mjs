import assert from "node:assert/strict";
import {test} from "node:test";

import {judged, worst} from "../../assets/components/training_watch/snapshot/health.mjs";
import {ruleSentence} from "../../assets/components/training_watch/snapshot/health_panel.mjs";

const WELL = {gradient: 0.1, dead: 0, update: 1e-3};

function badges(layers) {
  return judged(layers).map(({badge, rule}) => [badge, rule]);
}

test("a layer whose gradient is a hundred times weaker than the last one's vanishes", () => {
  const layers = {
    conv1: {...WELL, gradient: 0.001},
    conv2: {...WELL, gradient: 0.0011},
    logits: WELL,
  };
  assert.deepEqual(badges(layers), [
    ["vanishing", "times"],
    ["", ""],
    ["", ""],
  ]);
});

test("a layer that no gradient comes through to vanishes, unless nothing has any", () => {
  assert.deepEqual(badges({conv1: {...WELL, gradient: 0}, logits: WELL})[0], ["vanishing", "none"]);
  const still = {...WELL, gradient: 0};
  assert.ok(badges({conv1: still, logits: still}).every(([, rule]) => rule !== "none"));
});

test("a norm above 1,000, a step of more than a tenth, and no number at all explode", () => {
  assert.deepEqual(badges({logits: {...WELL, gradient: 1001}}), [["exploding", "norm"]]);
  assert.deepEqual(badges({logits: {...WELL, update: 0.11}}), [["exploding", "update"]]);
  for (const gradient of [1e30, Infinity]) {
    assert.deepEqual(badges({logits: {...WELL, gradient}}), [["exploding", "number"]]);
  }
});

test("a network of zeros is not exploding: no gradient comes through to all layers but the last", () => {
  // As measured: only the bias of the last layer moves, from 0 on.
  const layers = {
    conv1: {gradient: 0, dead: 1, update: null},
    dense: {gradient: 0, dead: 1, update: null},
    logits: {gradient: 0.3, dead: null, update: 0.5},
  };
  const found = judged(layers);
  assert.deepEqual(badges(layers), [
    ["vanishing", "none"],
    ["vanishing", "none"],
    ["", ""],
  ]);
  assert.equal(worst(found).name, "conv1");
});

test("just below each limit a layer is well", () => {
  assert.deepEqual(badges({logits: {gradient: 1000, dead: 0.5, update: 0.1}}), [["", ""]]);
});

test("what was not measured is no fault, neither before the first step nor in a layer without weights", () => {
  const none = {gradient: null, dead: null, update: null};
  assert.deepEqual(badges({conv1: none, logits: none}), [
    ["", ""],
    ["", ""],
  ]);
  const layers = {conv1: {...WELL, gradient: 0.001}, logits: WELL, softmax: none};
  assert.deepEqual(
    badges(layers).map(([badge]) => badge),
    ["vanishing", "", ""],
  );
});

test("a layer more than half of which never answers is told", () => {
  assert.deepEqual(badges({conv1: {...WELL, dead: 0.6}, logits: WELL})[0], ["dead", "units"]);
});

test("layers keep the network's order, and a pulse without any has none to judge", () => {
  assert.deepEqual(
    judged({b: WELL, a: WELL}).map(({name}) => name),
    ["b", "a"],
  );
  assert.deepEqual(judged(undefined), []);
});

test("what says most is told first: what explodes, then the faintest gradient, then what is dead", () => {
  const exploding = {...WELL, gradient: 2000};
  const faint = (gradient) => ({...WELL, gradient});
  const dead = {...WELL, dead: 0.9};
  const told = (layers) => worst(judged(layers))?.name;
  assert.equal(told({a: dead, b: faint(1e-5), c: exploding, d: WELL}), "c");
  assert.equal(told({a: dead, b: faint(1e-5), c: faint(1e-7), d: WELL}), "c");
  assert.equal(told({a: dead, b: WELL}), "a");
  assert.equal(told({a: WELL, b: WELL}), undefined);
});

test("the rule is told with the layer and the number that broke it", () => {
  const rules = {
    healthy: "well",
    times: "{layer} {times} below {last}",
    norm: "{layer} {norm}",
    update: "{layer} {share}",
    units: "{layer} {share}",
  };
  const told = (layers) => {
    const judgements = judged(layers);
    return ruleSentence(worst(judgements), judgements, {rules, not_measured: "unknown"});
  };
  assert.equal(
    told({conv1: {...WELL, gradient: 0.0000499}, logits: WELL}),
    "conv1 2,000 below logits",
  );
  assert.equal(told({conv1: {...WELL, gradient: 2500}, logits: WELL}), "conv1 2500");
  assert.equal(told({conv1: {...WELL, update: 0.25}, logits: WELL}), "conv1 25%");
  assert.equal(told({conv1: WELL, logits: WELL}), "well");
  const none = {gradient: null, dead: null, update: null};
  assert.equal(told({conv1: {...none, dead: 0.75}, logits: none}), "conv1 75%");
  assert.equal(told({conv1: none, logits: none}), "unknown");
});
