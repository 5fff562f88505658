/**
 * A drawing in numbers: strokes {width, points: [x0, y0, x1, y1, …]} in canvas units. Nothing here
 * needs a document.
 */

/** Cut away whatever ink a round eraser touches; what is left of a stroke may be several. */
export function erased(strokes, x, y, radius) {
  return strokes.flatMap((stroke) => cutStroke(stroke, x, y, radius + stroke.width / 2));
}

function cutStroke(stroke, x, y, reach) {
  const {points} = stroke;
  if (!touches(points, x, y, reach)) return [stroke];
  const pieces = [];
  let piece = inside(points[0], points[1], x, y, reach) ? [] : [points[0], points[1]];
  for (let i = 2; i < points.length; i += 2) {
    const from = [points[i - 2], points[i - 1]];
    const to = [points[i], points[i + 1]];
    const [enter, leave] = crossings(from, to, x, y, reach);
    if (enter > 0 && enter < 1) {
      pieces.push([...piece, ...between(from, to, enter)]);
      piece = [];
    }
    if (leave > 0 && leave < 1) piece = between(from, to, leave);
    if (!inside(to[0], to[1], x, y, reach)) piece.push(to[0], to[1]);
  }
  pieces.push(piece);
  return pieces.filter((each) => each.length).map((each) => ({...stroke, points: each}));
}

function touches(points, x, y, reach) {
  if (inside(points[0], points[1], x, y, reach)) return true;
  for (let i = 2; i < points.length; i += 2) {
    const [enter, leave] = crossings(
      [points[i - 2], points[i - 1]],
      [points[i], points[i + 1]],
      x,
      y,
      reach,
    );
    if (enter < 1 && leave > 0) return true;
  }
  return false;
}

const inside = (px, py, x, y, reach) => Math.hypot(px - x, py - y) < reach;
/** @param {number[]} from @param {number[]} to @param {number} t */
const between = ([x0, y0], [x1, y1], t) => [x0 + t * (x1 - x0), y0 + t * (y1 - y0)];

/** Tell where the line from `from` (0) to `to` (1) enters and leaves a circle; never: [1, 0]. */
function crossings(from, to, x, y, reach) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const [fx, fy] = [from[0] - x, from[1] - y];
  const a = dx * dx + dy * dy;
  const b = fx * dx + fy * dy;
  const root = b * b - a * (fx * fx + fy * fy - reach * reach);
  if (a === 0 || root <= 0) return [1, 0];
  return [(-b - Math.sqrt(root)) / a, (-b + Math.sqrt(root)) / a];
}

/**
 * Trace a stroke as the server draws it (model/pixels/strokes.py): quadratic curves from
 * midpoint to midpoint. `path` is anything with moveTo, lineTo and quadraticCurveTo.
 */
export function tracePath(path, points) {
  path.moveTo(points[0], points[1]);
  const last = points.length - 2;
  if (last === 0) path.lineTo(points[0] + 0.01, points[1]); // a line of no length has no caps
  for (let i = 2; i < last; i += 2) {
    const [x, y] = [points[i], points[i + 1]];
    const ends = i + 2 === last;
    const endX = ends ? points[last] : (x + points[i + 2]) / 2;
    const endY = ends ? points[last + 1] : (y + points[i + 3]) / 2;
    path.quadraticCurveTo(x, y, endX, endY);
  }
  if (last === 2) path.lineTo(points[2], points[3]);
}
