import assert from "node:assert/strict";
import {test} from "node:test";

import {branchesOf, lanesOf} from "../../assets/components/stage/branches.mjs";
import {shownGraph} from "../../assets/components/stage/shown_graph.mjs";
import {convolution, layer, pool, weight} from "./networks.mjs";

const kernel = (inputs, filters) => weight([3, 3, inputs, filters]);
const activation = (name, source, shape) => layer(name, "ReLU", shape, [source]);

/** A convolution, then two blocks with a way around them, each of two convolutions. */
function residual() {
  const shape = [14, 14, 4];
  const layers = [layer("digit", "InputLayer", [14, 14, 1])];
  layers.push(
    convolution("conv1", shape, "digit", kernel(1, 4)),
    activation("relu1", "conv1", shape),
  );
  for (const [block, before] of [
    [1, "relu1"],
    [2, "out1"],
  ]) {
    const [first, second] = [2 * block, 2 * block + 1];
    layers.push(
      convolution(`conv${first}`, shape, before, kernel(4, 4)),
      activation(`relu${first}`, `conv${first}`, shape),
      convolution(`conv${second}`, shape, `relu${first}`, kernel(4, 4)),
      layer(`add${block}`, "Add", shape, [`conv${second}`, before]),
      activation(`out${block}`, `add${block}`, shape),
    );
  }
  layers.push(pool("pool", "MaxPooling2D", [7, 7, 4], "out2"));
  return {id: "residual", layers};
}

const CONVOLUTIONS = ["conv1", "conv2", "conv3", "conv4", "conv5", "pool"];
const spot = (name, channel = 0) => ({layer: name, channel, row: 3, column: 4});

test("a map is fed by the maps on the stage that it reads through layers that are not on it", () => {
  const graph = shownGraph(residual(), CONVOLUTIONS);
  assert.deepEqual([...graph.around(spot("conv3")).feeding], [["conv2", [0, 3]]]);
  assert.deepEqual([...graph.around(spot("conv1")).feeding], []);
});

test("where branches are joined off the stage both feed the next map, as far as the joint before", () => {
  const graph = shownGraph(residual(), CONVOLUTIONS);
  assert.deepEqual(Object.fromEntries(graph.around(spot("conv4")).feeding), {
    conv3: [0, 3],
    conv1: [0, 3],
  });
  assert.deepEqual(Object.fromEntries(graph.around(spot("pool", 2)).feeding), {conv5: [2, 2]});
});

test("the maps that read a map are those that it feeds", () => {
  const graph = shownGraph(residual(), CONVOLUTIONS);
  const reading = Object.fromEntries(graph.around(spot("conv5", 1)).reading);
  assert.deepEqual(reading, {pool: new Set([1])});
  const next = Object.fromEntries(graph.around(spot("conv2", 1)).reading);
  assert.deepEqual(next, {conv3: new Set([0, 1, 2, 3])});
});

test("the field of a cell grows by two cells with each convolution of 3 × 3, along the longest way", () => {
  const {fields} = shownGraph(residual(), CONVOLUTIONS).around(spot("conv3"));
  const size = (name) => fields.get(name).right - fields.get(name).left + 1;
  assert.deepEqual(["conv2", "conv1", "digit"].map(size), [3, 5, 7]);
});

test("with every layer on the stage each is fed by what it reads itself", () => {
  const network = residual();
  const graph = shownGraph(
    network,
    network.layers.map(({name}) => name),
  );
  assert.deepEqual(Object.fromEntries(graph.around(spot("add1", 3)).feeding), {
    conv3: [3, 3],
    relu1: [3, 3],
  });
});

test("a plain chain has no branches to draw", () => {
  const layers = residual().layers.slice(0, 6);
  const shown = ["conv1", "conv2", "conv3"];
  assert.deepEqual(branchesOf({id: "chain", layers}, shown), {nodes: [], edges: []});
});

test("joints that are not on the stage stand before the layer that reads them", () => {
  const {nodes, edges} = branchesOf(residual(), CONVOLUTIONS);
  const joints = nodes.filter(({sign}) => sign === "+");
  assert.deepEqual(
    joints.map(({name, column}) => [name, column]),
    [
      ["add1", 3],
      ["add2", 5],
    ],
  );
  const into = (name) => edges.filter(({to}) => to === name).map(({from}) => from);
  assert.deepEqual(into("add1"), ["conv3", "conv1"]);
  assert.deepEqual(into("add2"), ["conv5", "add1"]);
  assert.deepEqual(into("conv2"), ["conv1"]);
});

test("no line of a branch lies over another", () => {
  const spans = [
    [0, 90],
    [0, 30],
    [30, 60],
    [10, 20],
  ];
  assert.deepEqual(lanesOf(spans), [2, 1, 0, 0]);
});
