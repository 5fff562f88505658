/** A digit that writes itself where nothing has been drawn yet; it is on a sheet of its own. */

const LASTS = 1500; // milliseconds
const PEN = 16; // canvas units

// A looped 2 of model/handwriting, [x0, y0, x1, y1, …] in canvas units.
const LINE = [
  114, 88, 124, 71, 133, 59, 146, 50, 160, 45, 172, 45, 183, 53, 192, 66, 195, 78, 192, 90, 180,
  106, 168, 123, 153, 142, 139, 159, 127, 176, 117, 188, 104, 196, 91, 199, 85, 195, 88, 180, 94,
  167, 102, 161, 115, 162, 133, 170, 147, 178, 160, 191, 170, 198, 176, 199,
];

/**
 * @typedef {import("../shared/pen/pen.mjs").Stroke} Stroke
 */

/**
 * Return the strokes of the demonstration as far as they have been written.
 *
 * @param {number} share of its length, from 0 to 1
 * @returns {Stroke[]}
 */
export function strokesUntil(share) {
  const lengths = stepLengths(LINE);
  let left = share * lengths.reduce((sum, each) => sum + each, 0);
  const points = LINE.slice(0, 2);
  for (let step = 0; step < lengths.length && left > 0; step++) {
    const part = Math.min(1, left / lengths[step]);
    const [x0, y0, x1, y1] = LINE.slice(2 * step, 2 * step + 4);
    points.push(x0 + part * (x1 - x0), y0 + part * (y1 - y0));
    left -= lengths[step];
  }
  return [{width: PEN, points}];
}

function stepLengths(points) {
  const lengths = [];
  for (let i = 2; i < points.length; i += 2)
    lengths.push(Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1]));
  return lengths;
}

/**
 * Return a demonstration; `written()` is called whenever there is more of it, and once it is gone.
 *
 * @param {() => void} written
 */
export function demonstration(written) {
  let frame = 0;
  /** @type {Stroke[] | null} */
  let strokes = null;
  let over = false;

  function write(begun, now) {
    const share = Math.min(1, (now - begun) / LASTS);
    strokes = strokesUntil(share);
    frame = share < 1 ? requestAnimationFrame((next) => write(begun, next)) : 0;
    written();
  }

  return {
    /** What has been written so far; null where nothing is shown. */
    get strokes() {
      return strokes;
    },
    /** Write it, unless it has been written or wiped before; whoever wants no motion sees it whole. */
    begin() {
      if (over || strokes) return;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        strokes = strokesUntil(1);
        return written();
      }
      const begun = performance.now();
      write(begun, begun);
    },
    /** Wipe it, for good. */
    end() {
      cancelAnimationFrame(frame);
      over = true;
      if (!strokes) return;
      strokes = null;
      written();
    },
  };
}
