/** Maps of float32 values on a canvas, each cell a whole number of device pixels. */

/** Turn values into places in a table of 256 colors that spans `ends`. */
function placesOf(values, [low, high]) {
  const places = new Uint8Array(values.length);
  const stretch = 255 / (high - low || 1);
  for (let i = 0; i < values.length; i++) {
    const place = (values[i] - low) * stretch + 0.5;
    places[i] = place < 0 ? 0 : place > 255 ? 255 : place;
  }
  return places;
}

const images = new Map(); // "width/height" -> ImageData; a stage has few sizes of maps

/** Paint a map at (left, top), in device pixels, `zoom` device pixels a cell. */
export function drawMap(context, {values, width, height}, scale, left, top, zoom) {
  const [wide, high] = [width * zoom, height * zoom];
  const key = `${wide}/${high}`;
  if (images.size > 40) images.clear();
  if (!images.has(key)) images.set(key, new ImageData(wide, high));
  const image = images.get(key);
  const bytes = placesOf(values, scale.ends);
  paintMap(new Uint32Array(image.data.buffer), wide, 0, 0, {
    bytes,
    width,
    height,
    zoom,
    colors: scale.colors,
  });
  context.putImageData(image, left, top);
}

/** Tell whether dark or light ink reads better on a color (its relative luminance, WCAG 2.2). */
export function inkOn(color) {
  const linear = [color & 255, (color >> 8) & 255, (color >> 16) & 255].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return luminance > 0.179 ? "#000000" : "#ffffff"; // either way at least 4.5 to 1
}

/** Fit a canvas to a size in CSS pixels; tells the device pixels of one. Empties it. */
export function fit(canvas, width, height) {
  // Beyond this browsers give up on a canvas; a stage that long is painted a little coarser.
  const ratio = Math.min(devicePixelRatio, 16000 / Math.max(width, height, 1));
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  Object.assign(canvas.style, {width: `${width}px`, height: `${height}px`});
  return ratio;
}

/** Frame cells of a map: a line just inside the cells, over a dark one so that it shows anywhere. */
export function frameCells(context, {left, top, right, bottom}, color, width = 1.5) {
  context.lineWidth = width + 1.5;
  context.strokeStyle = "rgb(0 0 0 / 0.55)";
  context.strokeRect(left, top, right - left, bottom - top);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.strokeRect(left, top, right - left, bottom - top);
}

/** Paint one map of bytes into `pixels`, an image of `stride` pixels a row, from (left, top). */
export function paintMap(pixels, stride, left, top, {bytes, width, height, zoom, colors}) {
  for (let row = 0; row < height; row++) {
    const begin = (top + row * zoom) * stride + left;
    let place = begin;
    for (let column = 0; column < width; column++) {
      const color = colors[bytes[row * width + column]];
      for (let i = 0; i < zoom; i++) pixels[place++] = color;
    }
    for (let i = 1; i < zoom; i++) {
      pixels.copyWithin(begin + i * stride, begin, begin + zoom * width);
    }
  }
}
