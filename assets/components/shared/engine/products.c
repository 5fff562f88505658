/*
 * Sums of products: what convolutions and dense layers spend nearly all of their time on.
 *
 * `python -m tests.products` compiles this file into products_binary.mjs. products.mjs says the
 * same in JavaScript; both add up in the same order and round after every step, so that they
 * answer alike to the last bit.
 */

#include <wasm_simd128.h>

#define INLINED static inline __attribute__((always_inline))

enum { LANES = 4, CELLS = 4, VECTORS = 2 };

/* All distances are in floats. */
typedef struct {
  int right;                  /* from the window of a cell to that of the cell to its right */
  int tap_rows, tap_columns;  /* how many places of the picture a window reads */
  int tap_down, tap_right;    /* from one of them to the one below, or to its right */
  int channels;               /* how many numbers are read at each */
  int all_filters;            /* from a row of the kernel, or a cell of the output, to the next */
  float least;                /* a sum below it becomes it: 0 where a ReLU follows */
} Window;

/* Compute `cells` neighbors × `vectors` · 4 filters, each sum in a register of its own. */
INLINED void block(const Window *at, const float *window, const float *kernel, const float *bias,
                   float *output, const int cells, const int vectors) {
  v128_t sums[CELLS][VECTORS];
#pragma unroll
  for (int cell = 0; cell < cells; cell++)
#pragma unroll
    for (int v = 0; v < vectors; v++) sums[cell][v] = wasm_v128_load(bias + LANES * v);

  for (int row = 0; row < at->tap_rows; row++)
    for (int column = 0; column < at->tap_columns; column++) {
      const float *read = window + row * at->tap_down + column * at->tap_right;
      for (int channel = 0; channel < at->channels; channel++, read++, kernel += at->all_filters) {
        v128_t weights[VECTORS];
#pragma unroll
        for (int v = 0; v < vectors; v++) weights[v] = wasm_v128_load(kernel + LANES * v);
#pragma unroll
        for (int cell = 0; cell < cells; cell++) {
          const v128_t value = wasm_v128_load32_splat(read + cell * at->right);
#pragma unroll
          for (int v = 0; v < vectors; v++)
            sums[cell][v] = wasm_f32x4_add(sums[cell][v], wasm_f32x4_mul(value, weights[v]));
        }
      }
    }

  const v128_t least = wasm_f32x4_splat(at->least);
#pragma unroll
  for (int cell = 0; cell < cells; cell++)
#pragma unroll
    for (int v = 0; v < vectors; v++)
      wasm_v128_store(output + cell * at->all_filters + LANES * v,
                      wasm_f32x4_pmax(sums[cell][v], least));
}

/* Compute `cells` neighbors × one filter. */
INLINED void single(const Window *at, const float *window, const float *kernel, const float *bias,
                    float *output, const int cells) {
  float sums[CELLS];
#pragma unroll
  for (int cell = 0; cell < cells; cell++) sums[cell] = *bias;

  for (int row = 0; row < at->tap_rows; row++)
    for (int column = 0; column < at->tap_columns; column++) {
      const float *read = window + row * at->tap_down + column * at->tap_right;
      for (int channel = 0; channel < at->channels; channel++, read++, kernel += at->all_filters)
#pragma unroll
        for (int cell = 0; cell < cells; cell++) sums[cell] += read[cell * at->right] * *kernel;
    }

#pragma unroll
  for (int cell = 0; cell < cells; cell++)
    output[cell * at->all_filters] = sums[cell] < at->least ? at->least : sums[cell];
}

/* Compute all filters of `cells` neighbors: eight at a time, then four, then one. */
INLINED void neighbors(const Window *at, const float *window, const float *kernel,
                       const float *bias, float *output, int filters, const int cells) {
  int filter = 0;
  for (; filter + LANES * VECTORS <= filters; filter += LANES * VECTORS)
    block(at, window, kernel + filter, bias + filter, output + filter, cells, VECTORS);
  for (; filter + LANES <= filters; filter += LANES)
    block(at, window, kernel + filter, bias + filter, output + filter, cells, 1);
  for (; filter < filters; filter++)
    single(at, window, kernel + filter, bias + filter, output + filter, cells);
}

/*
 * Compute `rows` × `columns` cells of `filters` channels.
 *
 * The picture holds its own padding; `down` is the distance from the window of a cell to that of
 * the cell below. The kernel is (tap_rows, tap_columns, channels, all_filters), as in Keras, and
 * its first `filters` are computed. The arguments in `Window` are explained there.
 */
__attribute__((export_name("convolve"))) void convolve(
    const float *picture, const float *kernel, const float *bias, float *output, int rows,
    int columns, int down, int right, int tap_rows, int tap_columns, int tap_down, int tap_right,
    int channels, int filters, int all_filters, float least) {
  const Window at = {right,     tap_rows, tap_columns, tap_down,
                     tap_right, channels, all_filters, least};
  const int cells = columns < CELLS ? 1 : CELLS;
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column += cells) {
      /* Where the last ones are fewer than four, some before them are computed once more. */
      const int first = column + cells <= columns ? column : columns - cells;
      const float *window = picture + row * down + first * right;
      float *answer = output + (row * columns + first) * all_filters;
      if (cells == CELLS) neighbors(&at, window, kernel, bias, answer, filters, CELLS);
      else neighbors(&at, window, kernel, bias, answer, filters, 1);
    }
}

/*
 * Compute `rows` × `columns` cells of `channels` × `multiplier` channels, each from one channel.
 *
 * The kernel is (tap_rows, tap_columns, channels, multiplier), as in Keras; the rest is as above.
 */
__attribute__((export_name("depthwise"))) void depthwise(
    const float *picture, const float *kernel, const float *bias, float *output, int rows,
    int columns, int down, int right, int tap_rows, int tap_columns, int tap_down, int tap_right,
    int channels, int multiplier, float least) {
  const int filters = channels * multiplier;
  const int by_vectors = multiplier == 1 ? filters / LANES * LANES : 0;
  const v128_t leasts = wasm_f32x4_splat(least);
  for (int cell = 0; cell < rows * columns; cell++, output += filters) {
    const float *window = picture + cell / columns * down + cell % columns * right;

    for (int filter = 0; filter < by_vectors; filter += LANES) {
      v128_t sum = wasm_v128_load(bias + filter);
      const float *weights = kernel + filter;
      for (int row = 0; row < tap_rows; row++)
        for (int column = 0; column < tap_columns; column++, weights += filters) {
          const float *read = window + row * tap_down + column * tap_right + filter;
          sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(read), wasm_v128_load(weights)));
        }
      wasm_v128_store(output + filter, wasm_f32x4_pmax(sum, leasts));
    }

    for (int filter = by_vectors; filter < filters; filter++) {
      float sum = bias[filter];
      const float *weights = kernel + filter;
      for (int row = 0; row < tap_rows; row++)
        for (int column = 0; column < tap_columns; column++, weights += filters)
          sum += window[row * tap_down + column * tap_right + filter / multiplier] * *weights;
      output[filter] = sum < least ? least : sum;
    }
  }
}
