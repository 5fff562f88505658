/** The pictures that were on the canvas: what they show, and what the server made of them. */

/** By the picture's id, for good: undo may bring one back. */
const known = new Map(); // what preprocessing made of it: {pixels, steps, placement}
const images = new Map();

/** Keep what the server made of a picture, with the steps that are switched on now. */
export function keepPicture({id, pixels, input_shape: shape, steps, placement}, body) {
  const floats = (at, length) => new Float32Array(body.buffer, body.byteOffset + at, length);
  const [height, width, channels] = shape;
  known.set(id, {
    placement,
    pixels: pixels === null ? null : floats(pixels, height * width * channels),
    steps: steps.map((step) => ({
      ...step,
      picture: floats(step.picture, step.shape[0] * step.shape[1]),
      pixels: floats(step.pixels, height * width),
    })),
  });
}

/** Return what the server made of a picture: its pixels and the steps to them. */
export const readPicture = (id) => known.get(id);

/** Return a picture to be painted; `loaded()` is called once it has come. */
export function imageOf({id, source}, loaded) {
  const image = images.get(id) ?? Object.assign(new Image(), {src: source});
  if (!image.complete) image.onload = loaded;
  images.set(id, image);
  return image;
}
