/**
 * The memory of one network: its weights, its activations and all that lies between.
 *
 * It is one block, because WebAssembly reads and writes one. Every layer reserves what it needs
 * while a network is planned, and the block is made once its size is known; after that nothing is
 * allocated any more.
 */

import {memoryWithProducts} from "./products.mjs";

const BEGIN = 1024; // bytes before the first tensor: the stack of the WebAssembly module
const ALIGNMENT = 16; // bytes that SIMD reads at once

/**
 * Numbers in memory, channels running fastest.
 *
 * @typedef {object} Tensor
 * @property {number[]} shape [height, width, channels] of an activation, Keras's of a weight
 * @property {number} address in bytes
 * @property {Float32Array} values a view into the memory; empty until it is allocated
 */

/** @typedef {ReturnType<typeof createMemory>} Memory */

/** Create a memory in which to reserve tensors. */
export function createMemory() {
  /** @type {Tensor[]} */
  const tensors = [];
  let end = BEGIN;
  let floats = new Float32Array(0);
  /** @type {import("./products.mjs").Products} */
  let products = {convolve() {}, depthwise() {}};

  return {
    /**
     * Reserve room for a tensor; it begins as zeros.
     *
     * @param {number[]} shape
     * @returns {Tensor}
     */
    reserve(shape) {
      const tensor = {shape, address: end, values: floats};
      tensors.push(tensor);
      end += Math.ceil((4 * lengthOf(shape)) / ALIGNMENT) * ALIGNMENT;
      return tensor;
    },

    /** Allocate all that has been reserved; throws an Error where there is not enough memory. */
    allocate() {
      const made = allocated(end);
      floats = new Float32Array(made.buffer);
      products = made.products;
      for (const tensor of tensors) {
        tensor.values = new Float32Array(made.buffer, tensor.address, lengthOf(tensor.shape));
      }
    },

    /**
     * Copy `length` numbers of one tensor to another, from one place in them to another.
     *
     * @param {Tensor} source
     * @param {number} from
     * @param {Tensor} target
     * @param {number} to
     * @param {number} length
     */
    copy(source, from, target, to, length) {
      const begin = source.address / 4 + from;
      floats.copyWithin(target.address / 4 + to, begin, begin + length);
    },

    /** What computes sums of products in it. */
    get products() {
      return products;
    },
  };
}

/** @param {number} bytes */
function allocated(bytes) {
  try {
    return memoryWithProducts(bytes);
  } catch (cause) {
    const size = Math.ceil(bytes / 1e6);
    throw new Error(`This network needs ${size} MB of memory, more than there is.`, {cause});
  }
}

/** @param {number[]} shape */
export function lengthOf(shape) {
  return shape.reduce((product, side) => product * side, 1);
}
