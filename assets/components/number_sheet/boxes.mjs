/**
 * Boxes around digits, as one changes them by hand: in pixels of the picture, whole numbers.
 *
 * Nothing is changed in place: each function returns other marks.
 *
 * @typedef {[number, number, number, number]} Box x, y, width, height
 * @typedef {{id: number, box: Box, correction: number | null}} Mark
 * @typedef {[number, number]} Size of the picture: width, height
 * @typedef {{left?: number, top?: number, right?: number, bottom?: number}} Edges how far each is moved
 */

export const LEAST = 4; // pixels a side

const whole = Math.round;
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** Return the box between two corners, inside of the picture. @returns {Box} */
export function boxBetween([x0, y0], [x1, y1], [width, height]) {
  const [left, right] = [x0, x1].map((x) => clamp(whole(x), 0, width)).sort((a, b) => a - b);
  const [top, bottom] = [y0, y1].map((y) => clamp(whole(y), 0, height)).sort((a, b) => a - b);
  const [wide, high] = [Math.max(LEAST, right - left), Math.max(LEAST, bottom - top)];
  return [Math.min(left, width - wide), Math.min(top, height - high), wide, high];
}

/** Return a box moved, as far as the picture goes. @returns {Box} */
export function movedBox([x, y, wide, high], [right, down], [width, height]) {
  return [
    clamp(whole(x + right), 0, width - wide),
    clamp(whole(y + down), 0, height - high),
    wide,
    high,
  ];
}

/** Return a box with its edges moved; none passes the one across. @returns {Box} */
export function resizedBox([x, y, wide, high], {left = 0, top = 0, right = 0, bottom = 0}, size) {
  const [west, east] = [x + Math.min(left, wide - LEAST), x + Math.max(LEAST, wide + right)];
  const [north, south] = [y + Math.min(top, high - LEAST), y + Math.max(LEAST, high + bottom)];
  return boxBetween([west, north], [east, south], size);
}

/** Return the marks with another box for one of them; its digit is no longer the visitor's. */
export function withBox(marks, id, box) {
  return marks.map((mark) =>
    mark.id === id && String(mark.box) !== String(box) ? {id, box, correction: null} : mark,
  );
}

/** Return the marks with what the visitor says that one of them is; null takes it back. */
export const corrected = (marks, id, correction) =>
  marks.map((mark) => (mark.id === id ? {...mark, correction} : mark));

/** Return the marks without one of them. */
export const without = (marks, id) => marks.filter((mark) => mark.id !== id);

/** Return the marks with one more; it comes last. */
export const withNew = (marks, box) => [...marks, {id: nextId(marks), box, correction: null}];

/**
 * Return a name that no mark has.
 *
 * @param {readonly Mark[]} marks
 */
export const nextId = (marks) => 1 + marks.reduce((most, {id}) => Math.max(most, id), -1);

/**
 * Return the marks with one parted at a column of the picture; the left part keeps its name.
 *
 * @param {readonly Mark[]} marks
 * @param {number} id
 * @param {number} column
 */
export function split(marks, id, column) {
  const mark = marks.find((each) => each.id === id);
  if (!mark || mark.box[2] < 2 * LEAST) return marks;
  const [x, y, wide, high] = mark.box;
  const at = clamp(whole(column), x + LEAST, x + wide - LEAST);
  const [left, right] = [
    [x, y, at - x, high],
    [at, y, x + wide - at, high],
  ];
  const parted = marks.map((each) => (each === mark ? {id, box: left, correction: null} : each));
  return withNew(parted, right);
}

/** Return the marks with two of them as one box around both; the first keeps its name. */
export function joined(marks, id, other) {
  const [one, two] = [id, other].map((name) => marks.find((mark) => mark.id === name));
  if (!one || !two || one === two) return marks;
  return without(marks, other).map((mark) =>
    mark === one ? {id, box: around(one.box, two.box), correction: null} : mark,
  );
}

/** @returns {Box} */
function around([x0, y0, w0, h0], [x1, y1, w1, h1]) {
  const [x, y] = [Math.min(x0, x1), Math.min(y0, y1)];
  return [x, y, Math.max(x0 + w0, x1 + w1) - x, Math.max(y0 + h0, y1 + h1) - y];
}

/**
 * Find the column with the least ink in the middle of a box: there two digits that touch part.
 *
 * @param {Box} box
 * @param {(box: Box) => number[]} inkOf counts the ink in each column of a box
 */
export function thinnestColumn([x, y, wide, high], inkOf) {
  const [from, to] = [x + Math.floor(wide * 0.25), x + Math.ceil(wide * 0.75)];
  const ink = inkOf([from, y, Math.max(1, to - from), high]);
  const middle = x + wide / 2;
  let best = from;
  ink.forEach((amount, i) => {
    const [here, there] = [from + i, best];
    const least = ink[there - from];
    if (amount < least || (amount === least && Math.abs(here - middle) < Math.abs(there - middle)))
      best = here;
  });
  return best;
}
