/**
 * A network at work in the browser: pixels in, the activation of every layer out.
 *
 *     const engine = createEngine(await describe("default"));
 *     const activations = engine.run(pixels); // Map: name of a layer -> Float32Array
 *     const {label, verdict} = predictionOf(engine.logits, unsureBelow); // prediction.mjs
 *     engine.load(await describe("a-run@12")); // the same layers with other weights
 *
 * An activation is row after row with channels running fastest, as in Keras: the number of a cell
 * is (row · width + column) · channels + channel. All arrays are views of the engine's memory, the
 * same ones each time: a run overwrites what the last one answered and allocates nothing, so copy
 * what is to be kept. Engines may live side by side, each with a memory of its own; for states of
 * one network `load` is quicker than another engine, and browsers reserve much address space for
 * every memory.
 *
 * To read: this file, kinds.mjs, convolution.mjs, products.mjs.
 */

import {gridOf} from "../arithmetic/network.mjs";
import {KINDS, NEEDED_WEIGHTS} from "./kinds.mjs";
import {createMemory} from "./memory.mjs";

/**
 * @typedef {import("./kinds.mjs").Layer} Layer
 * @typedef {import("./kinds.mjs").Network} Network
 * @typedef {import("./kinds.mjs").Pass} Pass
 * @typedef {import("./memory.mjs").Memory} Memory
 * @typedef {import("./memory.mjs").Tensor} Tensor
 */

/**
 * A layer as it is computed, all it reads computed before.
 *
 * @typedef {object} LayerStep
 * @property {Layer} layer
 * @property {Tensor[]} inputs
 * @property {Tensor} output
 * @property {Record<string, Tensor>} weights
 *
 * @typedef {LayerStep & Pass} Step
 */

/**
 * @typedef {object} Engine
 * @property {Step[]} steps all layers but the input, in the order in which they are computed
 * @property {Map<string, Float32Array>} activations of all layers, the input's among them
 * @property {Float32Array} logits the activation of the last layer
 * @property {(pixels: ArrayLike<number>) => Map<string, Float32Array>} run compute all layers
 * @property {(network: Network) => void} load take the weights of a network with the same layers
 */

/**
 * Create an engine for a network.
 *
 * Throws an Error that says what is missing where a layer is of an unknown kind, or lacks a weight,
 * or where memory does not suffice.
 *
 * @param {Network} network as `describe` of live.mjs gives it
 * @returns {Engine}
 */
export function createEngine(network) {
  const memory = createMemory();
  /** @type {Map<string, Tensor>} */
  const outputs = new Map();
  for (const layer of network.layers) outputs.set(layer.name, memory.reserve(gridOf(layer)));
  const [input, ...layers] = network.layers;
  const steps = layers.map((layer) => stepOf(network, layer, outputs, memory));
  memory.allocate();

  const pixelsRead = tensorOf(outputs, input.name).values;
  const activations = new Map([...outputs].map(([name, {values}]) => [name, values]));
  const engine = {
    steps,
    activations,
    logits: tensorOf(outputs, network.layers[network.layers.length - 1].name).values,

    /** @param {ArrayLike<number>} pixels in [0, 1], row after row */
    run(pixels) {
      if (pixels.length !== pixelsRead.length) {
        throw new RangeError(
          `The network reads ${pixelsRead.length} pixels, not ${pixels.length}.`,
        );
      }
      pixelsRead.set(pixels);
      for (const step of steps) step.forward();
      return activations;
    },

    /** @param {Network} other */
    load(other) {
      loadWeights(steps, other);
    },
  };
  engine.load(network);
  return engine;
}

/**
 * Plan how one layer is computed: reserve memory for its weights and ask its kind for the pass.
 *
 * @param {Network} network
 * @param {Layer} layer
 * @param {Map<string, Tensor>} outputs
 * @param {Memory} memory
 * @returns {Step}
 */
function stepOf(network, layer, outputs, memory) {
  const {name, kind} = layer;
  if (!Object.hasOwn(KINDS, kind)) {
    throw new Error(`The layer ${name} is of the kind ${kind}, which is unknown here.`);
  }
  for (const needed of NEEDED_WEIGHTS[kind] ?? []) {
    if (!layer.weights[needed]) throw new Error(`The network lacks the weight ${name}/${needed}.`);
  }
  const weights = Object.fromEntries(
    Object.entries(layer.weights).map(([each, {shape}]) => [each, memory.reserve(shape)]),
  );
  const inputs = layer.inbound.map((source) => tensorOf(outputs, source));
  const output = tensorOf(outputs, name);
  const pass = KINDS[kind]({network, layer, inputs, output, weights, memory});
  return {layer, inputs, output, weights, ...pass};
}

/**
 * @param {Map<string, Tensor>} outputs
 * @param {string} name
 * @returns {Tensor}
 */
function tensorOf(outputs, name) {
  const tensor = outputs.get(name);
  if (!tensor) throw new Error(`There is no layer ${name} in this network.`);
  return tensor;
}

/**
 * Copy the weights of a network, all of them or none.
 *
 * @param {Step[]} steps
 * @param {Network} network
 */
function loadWeights(steps, network) {
  const layers = new Map(network.layers.map((layer) => [layer.name, layer]));
  const pairs = steps.flatMap(({layer, weights}) =>
    Object.entries(weights).map(([name, tensor]) => ({
      tensor,
      values: valuesOf(layers.get(layer.name), `${layer.name}/${name}`, name, tensor.values.length),
    })),
  );
  for (const {tensor, values} of pairs) tensor.values.set(values);
  for (const {prepare} of steps) prepare?.();
}

/**
 * Return the numbers of a weight; throws an Error where they are missing or too many or too few.
 *
 * @param {Layer | undefined} layer
 * @param {string} fullName
 * @param {string} name
 * @param {number} length
 */
function valuesOf(layer, fullName, name, length) {
  const values = layer?.weights[name]?.values;
  if (!values) throw new Error(`The network lacks the weight ${fullName}.`);
  if (values.length !== length) {
    throw new Error(`The weight ${fullName} has ${values.length} numbers, not ${length}.`);
  }
  return values;
}
