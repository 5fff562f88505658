/**
 * The numbers on a page as one reads them: line by line, with the spaces between them.
 *
 * A line may climb or fall: a digit goes to the line whose last digit it stands beside, as the
 * server puts them in order (model/pixels/segmentation.py).
 *
 * @typedef {import("./boxes.mjs").Box} Box
 * @typedef {{id: number, box: Box}} Placed
 */

const BESIDE = 0.4; // of the lower box's height that stands beside the last one of a line
// How far apart two digits of two numbers are, in heights of their line: as far as WIDE, or farther
// than NARROW where most gaps on the page are UNUSUAL times as small.
const WIDE = 1.2;
const NARROW = 0.5;
const UNUSUAL = 1.8;
const SLIM = 0.5; // the width of a digit at least, in its height

/**
 * Put marks into lines, top to bottom, each from left to right.
 *
 * @template {Placed} Mark
 * @param {readonly Mark[]} marks
 * @returns {Mark[][]}
 */
export function linesOf(marks) {
  /** @type {Mark[][]} */
  const lines = [];
  for (const mark of [...marks].sort((a, b) => a.box[0] - b.box[0])) {
    const levels = lines.map((line) => level(line[line.length - 1].box, mark.box));
    const most = Math.max(...levels);
    if (most >= BESIDE) lines[levels.indexOf(most)].push(mark);
    else lines.push([mark]);
  }
  return lines.sort((a, b) => middleOf(a) - middleOf(b));
}

function level([, y0, , h0], [, y1, , h1]) {
  return (Math.min(y0 + h0, y1 + h1) - Math.max(y0, y1)) / Math.min(h0, h1);
}

const middleOf = (line) =>
  line.reduce((sum, {box: [, y, , high]}) => sum + y + high / 2, 0) / line.length;

/**
 * Part each line into its numbers: the digits of one stand closer together than two numbers do.
 *
 * @template {Placed} Mark
 * @param {readonly Mark[]} marks
 * @returns {Mark[][][]}
 */
export function numbersOf(marks) {
  const lines = linesOf(marks);
  const gaps = lines.map(gapsOf);
  const usual = medianOf(gaps.flat());
  return lines.map((line, row) => {
    const numbers = [[line[0]]];
    gaps[row].forEach((gap, i) => {
      const isApart = gap > WIDE || (gap > NARROW && gap > UNUSUAL * usual);
      if (isApart) numbers.push([line[i + 1]]);
      else numbers[numbers.length - 1].push(line[i + 1]);
    });
    return numbers;
  });
}

/** Measure the gaps between the digits of a line, in heights; a 1 is taken to be as wide as others. */
function gapsOf(line) {
  const high = medianOf(line.map(({box}) => box[3]));
  return line.slice(1).map(({box: [x, , wide]}, i) => {
    const [before, , width] = line[i].box;
    const between = x + wide / 2 - (before + width / 2);
    return between / high - (Math.max(width / high, SLIM) + Math.max(wide / high, SLIM)) / 2;
  });
}

function medianOf(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/**
 * Write what stands on a page; `signOf(mark)` says what stands for one.
 *
 * @param {readonly Placed[]} marks
 * @param {(mark: any) => string} signOf
 */
export const textOf = (marks, signOf) =>
  numbersOf(marks)
    .map((line) => line.map((number) => number.map(signOf).join("")).join(" "))
    .join("\n");

/**
 * Find the mark that an arrow key leads to; undefined where there is none.
 *
 * @param {readonly Placed[]} marks
 * @param {number} id
 * @param {string} key
 */
export function neighborOf(marks, id, key) {
  const lines = linesOf(marks);
  const flat = lines.flat();
  const place = flat.findIndex((mark) => mark.id === id);
  if (place < 0) return flat[0];
  const along = {ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: flat.length - 1}[key];
  if (along !== undefined) return flat[along];
  const row = lines.findIndex((line) => line.includes(flat[place]));
  const beside = lines[row + (key === "ArrowDown" ? 1 : -1)];
  const column = (/** @type {Box} */ [x, , wide]) => x + wide / 2;
  const here = column(flat[place].box);
  return beside?.reduce((best, mark) =>
    Math.abs(column(mark.box) - here) < Math.abs(column(best.box) - here) ? mark : best,
  );
}
