import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import {test} from "node:test";

import {
  alike,
  arithmetic,
  arrange,
  readingMaps,
  withSoftmax,
} from "../../assets/components/layer_explorer/graph.mjs";
import {
  neighbor,
  layOutStage,
  spotAt,
  spotPlace,
  tileAt,
} from "../../assets/components/layer_explorer/stage/stage_layout.mjs";
import {convolution, layer, pool, weight} from "./networks.mjs";

const kernel = (inputs, filters) => weight([3, 3, inputs, filters]);

/** Two branches of different length, joined, and a residual addition. */
function branching() {
  const layers = [
    layer("digit", "InputLayer", [28, 28, 1]),
    convolution("a", [28, 28, 4], "digit", kernel(1, 4)),
    convolution("left", [28, 28, 4], "a", kernel(4, 4)),
    convolution("left2", [28, 28, 4], "left", kernel(4, 4)),
    convolution("right", [28, 28, 2], "a", kernel(4, 2)),
    layer("join", "Concatenate", [28, 28, 6], ["left2", "right"], {axis: -1}),
    pool("pool", "MaxPooling2D", [14, 14, 6], "join"),
    convolution("b", [14, 14, 6], "pool", kernel(6, 6)),
    layer("add", "Add", [14, 14, 6], ["pool", "b"]),
    layer("flatten", "Flatten", [1176], ["add"]),
    layer(
      "logits",
      "Dense",
      [10],
      ["flatten"],
      {units: 10, activation: "linear"},
      {kernel: weight([1176, 10])},
    ),
  ];
  return {id: "branching", layers};
}

test("a layer stands in the column of its longest way from the pixels", () => {
  const {places, columns} = arrange(branching().layers);
  const column = (name) => places.get(name).column;
  assert.deepEqual(
    ["digit", "a", "left", "right", "left2", "join", "add"].map(column),
    [0, 1, 2, 2, 3, 4, 7],
  );
  assert.equal(columns, 10);
});

test("branches stand in lanes of their own, and what joins them in the first", () => {
  const {places, lanes} = arrange(branching().layers);
  const lane = (name) => places.get(name).lane;
  assert.equal(lane("left"), 0);
  assert.equal(lane("right"), 1);
  assert.deepEqual(["join", "add", "logits"].map(lane), [0, 0, 0]);
  assert.equal(lanes, 2);
});

test("no two layers stand in one place", () => {
  const {places} = arrange(branching().layers);
  const taken = [...places.values()].map(({column, lane}) => `${column}/${lane}`);
  assert.equal(new Set(taken).size, taken.length);
});

test("parameters are counted as one would on paper", () => {
  const conv = convolution("c", [28, 28, 32], "x", weight([3, 3, 16, 32]), {
    bias: Array(32).fill(0),
  });
  assert.equal(arithmetic(conv), "3·3·16·32 + 32 = 4,640");
  assert.equal(arithmetic(layer("p", "MaxPooling2D", [2, 2, 1])), "");
  const normalization = Object.fromEntries(
    ["gamma", "beta", "mean", "variance"].map((name) => [name, weight([8])]),
  );
  assert.equal(
    arithmetic(layer("n", "BatchNormalization", [2, 2, 8], ["x"], {}, normalization)),
    "8 + 8 + 8 + 8 = 32",
  );
});

test("a map is read by all maps of a convolution, by itself in a pool, by its place in a concatenation", () => {
  const network = branching();
  assert.deepEqual([...readingMaps(network, "a", 1).get("left")], [0, 1, 2, 3]);
  assert.deepEqual([...readingMaps(network, "join", 5).get("pool")], [5]);
  assert.deepEqual([...readingMaps(network, "right", 1).get("join")], [5]);
  assert.deepEqual([...readingMaps(network, "pool", 2).keys()], ["b", "add"]);
});

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

for (const [space, ratio] of [
  [980, 1],
  [360, 3],
  [1800, 1.5],
]) {
  test(`at ${space} pixels, ${ratio} device pixels each, maps lie apart and their cells are whole device pixels`, () => {
    const {layers} = withSoftmax(branching());
    const plan = layOutStage(layers, arrange(layers), {space, ratio});
    const tiles = [...plan.boxes.values()].flatMap((box) =>
      Array.from({length: box.count}, (_, index) => tileAt(box, index)),
    );
    for (const [i, one] of tiles.entries()) {
      assert.ok(
        one.left >= 0 &&
          one.left + one.width <= plan.width + 1e-6 &&
          one.top + one.height <= plan.height,
      );
      for (const other of tiles.slice(i + 1)) {
        const apart =
          one.left + one.width <= other.left + 1e-6 ||
          other.left + other.width <= one.left + 1e-6 ||
          one.top + one.height <= other.top + 1e-6 ||
          other.top + other.height <= one.top + 1e-6;
        assert.ok(apart);
      }
    }
    for (const box of plan.boxes.values())
      assert.ok(Math.abs(box.cell * ratio - Math.round(box.cell * ratio)) < 1e-9);
  });
}

test("a window of 1400 pixels shows all of the network that is shipped, its probabilities written out", () => {
  const card = JSON.parse(
    readFileSync(new URL("../../model/weights/default.json", import.meta.url)),
  );
  const {layers} = withSoftmax(card);
  const space = 1400 - 240 - 2 * 48; // beside the sidebar, within the page's margins
  const plan = layOutStage(layers, arrange(layers), {space, ratio: 1});
  assert.ok(plan.width <= space, `${plan.width}`);
  const last = plan.boxes.get(layers.at(-1).name);
  const written = 22 + 50; // from the unit's tile to its value, and "> 99.9%"
  assert.ok(last.left + last.tileWidth + written <= plan.width);
});

test("what lies under the pointer is what was put there", () => {
  const {layers} = withSoftmax(branching());
  const plan = layOutStage(layers, arrange(layers), {space: 980, ratio: 2});
  for (const spot of [
    {layer: "digit", channel: 0, row: 27, column: 0},
    {layer: "left2", channel: 3, row: 5, column: 27},
    {layer: "add", channel: 5, row: 13, column: 13},
    {layer: "flatten", channel: 1000, row: 0, column: 0},
    {layer: "logits", channel: 9, row: 0, column: 0},
  ]) {
    const {left, right, top, bottom} = spotPlace(plan.boxes.get(spot.layer), spot);
    assert.deepEqual(spotAt(plan, (left + right) / 2, (top + bottom) / 2), spot);
  }
  assert.equal(spotAt(plan, 1, 1), null);
});

test("arrow keys walk from map to map and stop at the ends", () => {
  const {layers} = branching();
  const plan = layOutStage(layers, arrange(layers), {space: 980, ratio: 1});
  const at = (name, channel) => ({layer: name, channel, row: 0, column: 0});
  assert.deepEqual(neighbor(plan, at("a", 1), "ArrowDown"), at("a", 2));
  assert.equal(neighbor(plan, at("a", 3), "ArrowDown"), null);
  assert.deepEqual(neighbor(plan, at("left2", 3), "ArrowRight"), at("right", 1));
  assert.equal(neighbor(plan, at("digit", 0), "ArrowLeft"), null);
  assert.deepEqual(neighbor(plan, at("a", 1), "End"), at("logits", 1));
});
