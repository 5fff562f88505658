/** Paint a drawing on the canvas, as sharp as the screen is. */

import {CANVAS} from "../shared/pen/strokes.mjs";
import {tracePath} from "./drawing.mjs";

/**
 * Paint everything anew: `image` is null or an Image that may still be loading, `cursor` null or
 * {place: [x, y], radius, down} of the arrow keys. Ink has the canvas's text color.
 */
export function paintCanvas(canvas, {strokes, image, cursor}) {
  const side = Math.round(canvas.clientWidth * devicePixelRatio);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  const {color, outlineColor} = getComputedStyle(canvas);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, side, side);
  paintDrawing(context, side, {strokes, image, color});
  if (cursor) paintCursor(context, cursor, outlineColor);
}

/**
 * Paint a drawing over a square of `side` pixels, its ink in one color.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {object} drawing
 * @param {readonly import("./editor.mjs").Stroke[]} drawing.strokes
 * @param {HTMLImageElement | null} [drawing.image]
 * @param {string} drawing.color
 */
export function paintDrawing(context, side, {strokes, image = null, color}) {
  context.scale(side / CANVAS, side / CANVAS);
  if (image?.complete) paintImage(context, image);
  context.strokeStyle = color;
  for (const stroke of strokes) paintStroke(context, stroke);
}

function paintStroke(context, {width, points}) {
  context.lineCap = context.lineJoin = "round";
  context.lineWidth = width;
  context.beginPath();
  tracePath(context, points);
  context.stroke();
}

function paintImage(context, image) {
  const {naturalWidth, naturalHeight} = image;
  const scale = CANVAS / Math.max(naturalWidth, naturalHeight);
  const [width, height] = [naturalWidth * scale, naturalHeight * scale];
  context.imageSmoothingEnabled = scale < 4; // a tiny picture shows its pixels
  context.drawImage(image, (CANVAS - width) / 2, (CANVAS - height) / 2, width, height);
}

function paintCursor(context, {place: [x, y], radius, down}, color) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash(down ? [] : [4, 3]);
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.stroke();
  context.setLineDash([]);
}
