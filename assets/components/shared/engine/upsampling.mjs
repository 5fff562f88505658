/** UpSampling2D: a cell becomes several alike, or what lies between it and its neighbors. */

import {tapsOf, windowOf} from "../arithmetic/windows.mjs";

/**
 * @param {import("./kinds.mjs").Place} at
 * @returns {import("./kinds.mjs").Pass}
 */
export function upsampling2d({network, layer, inputs: [input], output}) {
  const [rows, columns, channels] = output.shape;
  const width = input.shape[1];
  const windows = Array.from({length: rows * columns}, (_, cell) => {
    const place = [Math.floor(cell / columns), cell % columns];
    return tapsOf(windowOf(network, layer.name, place)).map(({row, column, share}) => ({
      from: (row * width + column) * channels,
      share,
    }));
  });
  return {
    forward() {
      const read = input.values;
      const written = output.values;
      written.fill(0);
      for (let cell = 0; cell < windows.length; cell++) {
        const to = cell * channels;
        for (const {from, share} of windows[cell]) {
          for (let channel = 0; channel < channels; channel++)
            written[to + channel] += read[from + channel] * share;
        }
      }
    },
  };
}
