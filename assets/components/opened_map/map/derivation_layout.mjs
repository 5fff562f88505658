/**
 * How an opened map is laid out: each input map with its kernel and what they make together, and
 * the steps from their sum to the map. In CSS pixels; cells are whole device pixels.
 */

const GUTTER = 16; // between two inputs
const LABEL = 19; // above each picture
const SIGN = 16; // room for × and = between pictures
const STEP = 40; // between two steps

/**
 * Plan an opened map: {width, height, items: [{source, kernel, result}], stages}.
 *
 * `sources` are [{rows, columns}], `kernel` is {rows, columns} or null, `grid` the map's own
 * {rows, columns}, `steps` how many pictures lead from the sum to the map. Each picture that
 * comes back is {left, top, width, height, rows, columns, cell, zoom}.
 */
export function layOutDerivation({sources, kernel, grid, steps, space, ratio}) {
  const narrow = space < 640;
  const aim = aimFor(sources.length, narrow);
  const make = (size, side) => pictureOf(size, side, ratio);
  const stages = Array.from({length: steps}, () =>
    make(grid, sources.length > 4 && !narrow ? 112 : narrow ? 98 : 140),
  );
  const items = sources.map((size) => ({
    source: make(size, aim),
    kernel: kernel && make(kernel, Math.min(aim * 0.62, 84)),
    result: kernel && make(grid, aim),
  }));
  const side = stages[0].width + 8;
  if (narrow) {
    const high = placeAcross(stages, space);
    return {...placeItems(items, {left: 0, top: high + 26, space}), stages, narrow};
  }
  const placed = placeItems(items, {left: 0, top: 0, space: space - side - 44});
  const tall = stages.reduce((sum, {height}) => sum + height + STEP, 0);
  const left = placed.right + 44;
  placeDown(stages, left);
  return {...placed, stages, narrow, width: left + side, height: Math.max(placed.height, tall)};
}

function aimFor(count, narrow) {
  if (count === 1) return narrow ? 112 : 168;
  if (count <= 4) return narrow ? 70 : 112;
  if (count <= 16) return narrow ? 42 : 84;
  return narrow ? 42 : 56;
}

function pictureOf({rows, columns}, side, ratio) {
  const zoom = Math.max(1, Math.floor((side * ratio) / Math.max(rows, columns) + 1e-6));
  const cell = zoom / ratio;
  return {rows, columns, zoom, cell, width: columns * cell, height: rows * cell, left: 0, top: 0};
}

function placeItems(items, {left, top, space}) {
  const first = items[0] ?? {source: {width: 0, height: 0}};
  const parts = (item) => [item.source, item.kernel, item.result].filter(Boolean);
  const wide =
    parts(first).reduce((sum, {width}) => sum + width, 0) + SIGN * (parts(first).length - 1);
  const high = Math.max(...parts(first).map(({height}) => height)) + LABEL;
  const beside = Math.max(
    1,
    Math.min(items.length, Math.floor((space + GUTTER) / (wide + GUTTER))),
  );
  items.forEach((item, index) => {
    let x = left + (index % beside) * (wide + GUTTER);
    const y = top + Math.floor(index / beside) * (high + 7);
    for (const part of parts(item)) {
      Object.assign(part, {left: x, top: y + LABEL + (high - LABEL - part.height) / 2});
      x += part.width + SIGN;
    }
  });
  const right = left + beside * (wide + GUTTER) - GUTTER;
  return {items, right, width: right, height: top + Math.ceil(items.length / beside) * (high + 7)};
}

function placeDown(stages, left) {
  let top = 0;
  for (const stage of stages) {
    Object.assign(stage, {left, top: top + LABEL});
    top += stage.height + STEP;
  }
}

function placeAcross(stages, space) {
  let [left, top, high] = [0, 0, 0];
  for (const stage of stages) {
    if (left + stage.width > space) [left, top] = [0, top + high];
    Object.assign(stage, {left, top: top + LABEL});
    left += stage.width + 24;
    high = stage.height + LABEL + 8;
  }
  return top + high;
}

/** List all pictures of a plan with what they show: {part, index, picture}. */
export function picturesOf({items, stages}) {
  const listed = stages.map((picture, index) => ({part: "stage", index, picture}));
  items.forEach((item, index) => {
    for (const part of ["source", "kernel", "result"]) {
      if (item[part]) listed.push({part, index, picture: item[part]});
    }
  });
  return listed;
}

/** Find the picture and its cell at (x, y): {part, index, row, column}, or null. */
export function partAt(plan, x, y) {
  for (const {part, index, picture} of picturesOf(plan)) {
    const row = Math.floor((y - picture.top) / picture.cell);
    const column = Math.floor((x - picture.left) / picture.cell);
    if (row < 0 || column < 0 || row >= picture.rows || column >= picture.columns) continue;
    return {part, index, row, column};
  }
  return null;
}

/**
 * Find the cell whose window has its middle nearest to a cell of the input, in a grid of
 * `rows` × `columns`; `window` is that of cell [0, 0].
 */
export function cellWhoseWindow({row, column}, window, {rows, columns}) {
  const place = (at, begin, span, stride, count) =>
    Math.max(0, Math.min(count - 1, Math.round((at - begin - (span - 1) / 2) / (stride || 1))));
  return {
    row: place(row, window.top, window.height, window.stride[0], rows),
    column: place(column, window.left, window.width, window.stride[1], columns),
  };
}
