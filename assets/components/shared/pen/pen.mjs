/**
 * The pen: strokes become ink, in the same numbers in the browser and in Python.
 *
 * A round pen goes along its curves, and a sample of the paper is inked by its distance to the
 * nearest place where the pen was: all of it within the radius, none beyond, and a share of it
 * within the half sample on either side of the edge, which is what anti-aliases the line.
 * model/pixels/pen.py is the same definition. Both use nothing but + − × ÷ √, floor and
 * comparisons in double precision, each of which rounds alike everywhere.
 *
 * A drawing is read at every frame: curves, places and paper are written into what the caller
 * keeps, and no memory is asked for once that is large enough.
 *
 * @typedef {object} Stroke one move of a pen, in units of the canvas
 * @property {number} width of the pen
 * @property {ArrayLike<number>} points x0, y0, x1, y1, … with y downward; at least one point
 */

const PIECES = 4; // line segments for each quadratic piece of a curve
const SPACING = 0.8; // samples between two places of the pen, which leaves no ripple that can be seen
const FAT = 6; // places a radius are enough, so that a fat pen takes no longer than it must
// How often each sample of the paper may be touched, on average. Whoever draws more has drawn over
// the same paper several times, so places farther apart ink it as well.
const MOST_TOUCHES = 40;

/** Places (x, y) of several curves, one curve after the other. */
class Places {
  x = new Float64Array(1024);
  y = new Float64Array(1024);
  count = 0;
  ends = []; // of each curve: one past its last place

  /** Forget all places, and make room for so many. */
  clear(room) {
    this.count = this.ends.length = 0;
    if (room <= this.x.length) return;
    [this.x, this.y] = [new Float64Array(2 * room), new Float64Array(2 * room)];
  }

  add(x, y) {
    this.x[this.count] = x;
    this.y[this.count] = y;
    this.count += 1;
  }
}

/** The ways of a pen over the paper, rounded as the canvas rounds them. */
export class Curves extends Places {
  traveled = new Float64Array(1024); // how far the pen had gone on paper; lifted, it goes no way

  /**
   * Take the strokes of a drawing in place of those before.
   *
   * @param {readonly Stroke[]} strokes
   */
  take(strokes) {
    this.clear(strokes.reduce((sum, {points}) => sum + (PIECES * points.length) / 2, 0));
    for (const {points} of strokes) {
      smooth(points, this);
      this.ends.push(this.count);
    }
    this.#measure();
  }

  #measure() {
    const {x, y, ends, count} = this;
    if (this.traveled.length < x.length) this.traveled = new Float64Array(x.length);
    for (let i = 1, curve = 0; i < count; i++) {
      const lifted = i === ends[curve];
      if (lifted) curve += 1;
      const [right, down] = [x[i] - x[i - 1], y[i] - y[i - 1]];
      this.traveled[i] =
        this.traveled[i - 1] + (lifted ? 0 : Math.sqrt(right * right + down * down));
    }
  }

  /** The length of one curve. */
  lengthOf(curve) {
    return this.traveled[this.ends[curve] - 1] - this.traveled[this.beginOf(curve)];
  }

  beginOf(curve) {
    return curve ? this.ends[curve - 1] : 0;
  }
}

/** Round a polyline: quadratic curves from midpoint to midpoint, each inner point the control of one. */
function smooth(points, curves) {
  const last = points.length - 2;
  const at = (i) => Math.fround(points[i]); // Python keeps a stroke in single precision
  let [fromX, fromY] = [at(0), at(1)];
  curves.add(fromX, fromY);
  if (last === 2) curves.add(at(2), at(3));
  for (let i = 2; i < last; i += 2) {
    const [x, y, nextX, nextY] = [at(i), at(i + 1), at(i + 2), at(i + 3)];
    const ends = i + 2 === last;
    const [toX, toY] = ends ? [nextX, nextY] : [(x + nextX) / 2, (y + nextY) / 2];
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const [before, control, after] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
      curves.add(
        before * fromX + control * x + after * toX,
        before * fromY + control * y + after * toY,
      );
    }
    [fromX, fromY] = [toX, toY];
  }
}

/** Where a pen was on its way along curves, and how thick it is there. */
export class Walk extends Places {
  radii = []; // of the pen of each curve, in samples
  #counts = []; // steps along each curve

  /**
   * Go along curves.
   *
   * @param {Curves} curves
   * @param {ArrayLike<number>} widths of the pens of the curves, in the curves' unit
   * @param {number} side samples of the paper a side
   * @param {number} scale samples for the curves' unit
   */
  along(curves, widths, side, scale) {
    this.radii.length = 0;
    for (let curve = 0; curve < curves.ends.length; curve++)
      this.radii.push((widths[curve] / 2) * scale);
    this.clear(this.#count(curves, side, scale));
    curves.ends.forEach((_, curve) => {
      this.#follow(curves, curve, scale);
      this.ends.push(this.count);
    });
  }

  /** Count the steps along each curve, fewer where all would be too many, and the places of all. */
  #count(curves, side, scale) {
    let touched = 0;
    this.radii.forEach((radius, curve) => {
      const steps = (curves.lengthOf(curve) * scale) / Math.max(SPACING, radius / FAT);
      this.#counts[curve] = steps;
      touched += steps * (2 * reachOf(radius) + 1) ** 2;
    });
    const stretch = Math.max(1, touched / (MOST_TOUCHES * side ** 2));
    let places = 0;
    for (let curve = 0; curve < this.radii.length; curve++) {
      this.#counts[curve] = Math.max(1, Math.floor(this.#counts[curve] / stretch + 0.5));
      places += this.#counts[curve] + 1;
    }
    return places;
  }

  #follow(curves, curve, scale) {
    const {x, y, traveled} = curves;
    const last = curves.ends[curve] - 1;
    const [start, count] = [traveled[curves.beginOf(curve)], this.#counts[curve]];
    let before = curves.beginOf(curve);
    for (let number = 0; number <= count; number++) {
      const at = start + ((traveled[last] - start) * number) / count;
      while (before < last && traveled[before + 1] <= at) before += 1;
      const after = Math.min(before + 1, last);
      const gap = traveled[after] - traveled[before];
      const share = (at - traveled[before]) / (gap > 0 ? gap : 1);
      this.add(
        (x[before] + share * (x[after] - x[before])) * scale,
        (y[before] + share * (y[after] - y[before])) * scale,
      );
    }
  }
}

/** Return how many samples to each side of its own a pen may ink. */
const reachOf = (radius) => Math.ceil(radius);

/**
 * Ink a paper with the pens of a walk that is moved right and down.
 *
 * @param {Walk} walk
 * @param {number} side of the paper, in samples; what lies beyond it is cut off
 * @param {number} right samples
 * @param {number} down samples
 * @param {Float64Array} paper written: side × side, row by row, 0 = paper, 1 = ink; sample
 *   (row, column) is the place (column + ½, row + ½)
 */
export function ink(walk, side, right, down, paper) {
  paper.fill(0);
  walk.ends.forEach((end, curve) => {
    const radius = walk.radii[curve];
    for (let i = curve ? walk.ends[curve - 1] : 0; i < end; i++) {
      stamp(walk.x[i] + right, walk.y[i] + down, radius, side, paper);
    }
  });
  for (let i = 0; i < paper.length; i++) if (paper[i] > 1) paper[i] = 1;
}

/** Ink what a round pen at one place reaches; above 1 is inside of it. */
function stamp(x, y, radius, side, paper) {
  const [column, row, reach] = [Math.floor(x), Math.floor(y), reachOf(radius)];
  const [left, end] = [Math.max(column - reach, 0), Math.min(column + reach, side - 1)];
  const bottom = Math.min(row + reach, side - 1);
  for (let at = Math.max(row - reach, 0); at <= bottom; at++) {
    const below = at + 0.5 - y;
    const high = below * below; // `**` may round otherwise than × does
    for (let i = at * side + left, across = left + 0.5 - x; i <= at * side + end; i++, across++) {
      const edge = radius + 0.5 - Math.sqrt(across * across + high);
      if (edge > paper[i]) paper[i] = edge;
    }
  }
}
