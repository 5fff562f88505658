import assert from "node:assert/strict";
import {test} from "node:test";

import {alike, channelsRead} from "../../assets/components/opened_map/graph.mjs";
import {withSoftmax} from "../../assets/components/shared/arithmetic/network.mjs";
import {
  linkedOpening,
  openingWithin,
  turned,
} from "../../assets/components/opened_map/openings.mjs";
import {branching, layer} from "./networks.mjs";

test("logits are followed by a softmax that is ours; a network that has one keeps its own", () => {
  const {layers} = withSoftmax(branching());
  assert.deepEqual(
    [layers.at(-1).kind, layers.at(-1).inbound, layers.at(-1).ours],
    ["Softmax", ["logits"], true],
  );
  const own = {layers: [...branching().layers, layer("softmax", "Softmax", [10], ["logits"])]};
  assert.equal(withSoftmax(own), own);
});

test("networks are alike when kinds and shapes are, whatever the names", () => {
  const other = branching();
  other.layers = other.layers.map((each) => ({...each, name: `${each.name}_2`}));
  assert.ok(alike(branching(), other));
  other.layers[1].output_shape = [28, 28, 5];
  assert.ok(!alike(branching(), other));
});

test("a map of a convolution reads all maps, of a pool its own, of a concatenation the one in its place", () => {
  const network = branching();
  const named = (name) => network.layers.find((each) => each.name === name);
  const read = (reader, channel, source) => channelsRead(network, named(reader), channel, source);
  assert.deepEqual(read("left", 2, "a"), [0, 3]);
  assert.deepEqual(read("pool", 2, "join"), [2, 2]);
  assert.deepEqual(read("join", 5, "right"), [1, 1]);
  assert.deepEqual(read("join", 5, "left2"), [0, -1]);
});

const opening = (name, channel, row, column, isCell = false) => ({
  layer: name,
  channel,
  row,
  column,
  isCell,
});

test("a link opens a map, or a cell of it; one that names no layer opens nothing", () => {
  const network = branching();
  const at = {layer: "b", channel: 3};
  assert.deepEqual(linkedOpening({...at, cell: null}, network), opening("b", 3, 0, 0));
  assert.deepEqual(linkedOpening({...at, cell: [5, 6]}, network), opening("b", 3, 5, 6, true));
  assert.equal(linkedOpening({}, network), null);
  assert.equal(linkedOpening({layer: "conv99"}, network), null);
});

test("what another network has not as large is opened at its edge, and what it has not is closed", () => {
  const network = branching();
  assert.deepEqual(openingWithin(opening("b", 31, 20, 3), network), opening("b", 5, 13, 3));
  assert.equal(openingWithin(opening("gone", 0, 0, 0), network), null);
  assert.equal(openingWithin(null, network), null);
});

test("a unit of a vector is opened with its sum, for it has no map", () => {
  assert.deepEqual(
    openingWithin(opening("logits", 7, 0, 0), branching()),
    opening("logits", 7, 0, 0, true),
  );
});

test("after the last map comes the first, and before the first the last", () => {
  const network = branching();
  assert.equal(turned(opening("b", 5, 0, 0), network, 1).channel, 0);
  assert.equal(turned(opening("b", 0, 0, 0), network, -1).channel, 5);
});
