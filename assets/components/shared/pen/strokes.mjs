/** What is a drawing: model/pixels/strokes.py takes the same from a browser, and refuses the rest. */

export const CANVAS = 280; // units a side: ten for each pixel of a digit
const MOST_STROKES = 400;
const MOST_POINTS = 10_000;
const THINNEST = 1; // units of the canvas
const THICKEST = 80;

/**
 * Tell whether strokes are a drawing, that is whether the session takes them too.
 *
 * @param {readonly import("./pen.mjs").Stroke[]} strokes
 */
export function isDrawing(strokes) {
  const points = strokes.reduce((sum, stroke) => sum + stroke.points.length / 2, 0);
  return strokes.length <= MOST_STROKES && points <= MOST_POINTS && strokes.every(isStroke);
}

function isStroke({width, points}) {
  const isPlaced = (value) => Math.abs(value) <= 4 * CANVAS; // NaN is not
  const isPen = width >= THINNEST && width <= THICKEST;
  return isPen && points.length > 0 && points.length % 2 === 0 && points.every(isPlaced);
}
