/** The lines between the blocks of a network's picture. */

const APART = 4; // pixels between a block and its lines
const LAST = 60; // pixels in which a line into another lane bends

/** @typedef {{column: number, lane: number}} Place */
/** @typedef {Place & {left: number, right: number, middle: number}} Box in pixels */

/**
 * Compute how many pixels the line from one block to its reader goes up, to pass over what stands
 * between them; 0 where nothing does.
 *
 * @param {Place} from
 * @param {Place} to
 */
export function rise(from, to) {
  const columns = to.column - from.column;
  return from.lane === to.lane && columns > 1 ? 44 + 6 * columns : 0;
}

/**
 * Write the SVG path from one block to its reader.
 *
 * @param {Box} from
 * @param {Box} to
 */
export function edgePath(from, to) {
  const [x, y] = [from.right + APART, from.middle];
  const [toX, toY] = [to.left - APART, to.middle];
  const up = rise(from, to);
  // Into another lane a line bends before its end alone, not over the blocks beside its way.
  const straight = from.lane === to.lane ? x : Math.max(x, toX - LAST);
  if (straight > x) {
    const half = (toX - straight) / 2;
    const bent = `C${straight + half} ${y} ${toX - half} ${toY} ${toX} ${toY}`;
    return `M${x} ${y}H${straight}${bent}`;
  }
  const bend = up ? 18 : (toX - x) / 2;
  // A cubic curve rises three quarters as far as its control points.
  const [high, toHigh] = [y - (4 * up) / 3, toY - (4 * up) / 3];
  return `M${x} ${y}C${x + bend} ${high} ${toX - bend} ${toHigh} ${toX} ${toY}`;
}
