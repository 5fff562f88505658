/** Layers that move numbers and change none: copies, padding, cropping and Concatenate. */

/**
 * @typedef {import("./kinds.mjs").Place} Place
 * @typedef {import("./kinds.mjs").Pass} Pass
 * @typedef {import("./memory.mjs").Memory} Memory
 * @typedef {import("./memory.mjs").Tensor} Tensor
 */

/**
 * Hand on the input, perhaps in another shape: Flatten, Reshape, and Dropout and noise at rest.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function copy({inputs: [input], output}) {
  return {
    forward() {
      output.values.set(input.values);
    },
  };
}

/**
 * Surround the input with zeros, which nothing overwrites: they are written once, with the memory.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function zeroPadding2d({memory, layer, inputs: [input], output}) {
  const [[top], [left]] = layer.config.padding;
  return {
    forward() {
      place(memory, input, output, top, left);
    },
  };
}

/**
 * Cut rows and columns off at the edges.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function cropping2d({memory, layer, inputs: [input], output}) {
  const [[top], [left]] = layer.config.cropping;
  const [rows, columns, channels] = output.shape;
  const length = columns * channels;
  return {
    forward() {
      for (let row = 0; row < rows; row++) {
        const from = ((top + row) * input.shape[1] + left) * channels;
        memory.copy(input, from, output, row * length, length);
      }
    },
  };
}

/**
 * Join the channels of all inputs.
 *
 * @param {Place} at
 * @returns {Pass}
 */
export function concatenate({inputs, output}) {
  const allChannels = output.shape[2];
  return {
    forward() {
      let begin = 0;
      for (const {values, shape} of inputs) {
        const channels = shape[2];
        for (let from = 0, to = begin; from < values.length; to += allChannels) {
          for (let channel = 0; channel < channels; channel++) {
            output.values[to + channel] = values[from++];
          }
        }
        begin += channels;
      }
    },
  };
}

/**
 * Return a picture with zeros around its input, and what copies the input into it.
 *
 * It reaches `before` cells above and to the left, and `reach` cells in all, [rows, columns]. An
 * input that reaches so far by itself is the picture, and nothing needs to be copied.
 *
 * @param {Memory} memory
 * @param {Tensor} input
 * @param {number[]} before
 * @param {number[]} reach
 * @returns {{picture: Tensor, pad: () => void}}
 */
export function padded(memory, input, [top, left], reach) {
  const [height, width, channels] = input.shape;
  const rows = Math.max(top + height, reach[0]);
  const columns = Math.max(left + width, reach[1]);
  if (rows === height && columns === width) return {picture: input, pad() {}};
  const picture = memory.reserve([rows, columns, channels]);
  return {picture, pad: () => place(memory, input, picture, top, left)};
}

/**
 * Copy a picture into a larger one, row by row.
 *
 * @param {Memory} memory
 * @param {Tensor} input
 * @param {Tensor} output
 * @param {number} top
 * @param {number} left
 */
function place(memory, input, output, top, left) {
  const [height, width, channels] = input.shape;
  const length = width * channels;
  for (let row = 0; row < height; row++) {
    const to = ((top + row) * output.shape[1] + left) * channels;
    memory.copy(input, row * length, output, to, length);
  }
}
