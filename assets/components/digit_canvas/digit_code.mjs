/**
 * A digit as a few characters of an address, as pages/visitor/links.py reads them: strokes as
 * differences from point to point in variable-length integers, or the pixels of a picture;
 * deflated, in base64 for addresses.
 */

const MOST = 1500; // characters that a digit may take before its strokes are told more coarsely
const TOO_MANY = 4000; // that an address may not have
const COARSER = [0, 1, 2, 4, 8, 16]; // canvas units between two points
const [STROKES, PIXELS] = ["s", "p"]; // the first character

/**
 * Return strokes as a code: exact to a tenth of a unit unless that takes more than `MOST` characters,
 * and "" where an address has no room for them at all.
 *
 * @param {readonly import("./editor.mjs").Stroke[]} strokes
 */
export async function strokesCode(strokes) {
  let code = "";
  for (const gap of COARSER) {
    const numbers = [strokes.length, ...strokes.flatMap((stroke) => numbersOf(stroke, gap))];
    code = STROKES + (await packed(Uint8Array.from(numbers.flatMap(varint))));
    if (code.length <= MOST) return code;
  }
  return code.length <= TOO_MANY ? code : "";
}

/**
 * Return pixels as a code, to a 255th.
 *
 * @param {Float32Array} pixels 28 × 28 in [0, 1]
 */
export async function pixelsCode(pixels) {
  return PIXELS + (await packed(Uint8Array.from(pixels, (ink) => Math.floor(255 * ink + 0.5))));
}

/** Return a stroke as numbers that are not negative: its width, how many points, the way to each. */
function numbersOf({width, points}, gap) {
  const kept = thinned(points, gap);
  let before = [0, 0];
  const steps = kept.flatMap((point) => {
    const now = point.map((value) => Math.round(10 * value));
    const step = now.map((value, axis) => zigzag(value - before[axis]));
    before = now;
    return step;
  });
  return [Math.round(10 * width), kept.length, ...steps];
}

/** Leave out points nearer than `gap` to the last one kept, never the first or the last. */
function thinned(flat, gap) {
  const kept = [];
  for (let i = 0; i < flat.length; i += 2) {
    const point = [flat[i], flat[i + 1]];
    const [x, y] = kept.at(-1) ?? [Infinity, Infinity];
    const isLast = i + 2 === flat.length;
    if (isLast || Math.hypot(point[0] - x, point[1] - y) >= gap) kept.push(point);
  }
  return kept;
}

const zigzag = (number) => (number >= 0 ? 2 * number : -2 * number - 1);

/** Write a number as LEB128: seven bits a byte, the lowest first. */
function varint(number) {
  const bytes = [];
  for (; number > 127; number = Math.floor(number / 128)) bytes.push((number & 127) | 128);
  return [...bytes, number];
}

async function packed(bytes) {
  const deflated = String.fromCharCode(...(await deflate(bytes)));
  return btoa(deflated).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function deflate(bytes) {
  if (!("CompressionStream" in globalThis)) return stored(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Write bytes as the one block that deflate leaves as it is; at most 65,535 of them. */
function stored(bytes) {
  const {length} = bytes;
  const [low, high] = [length & 255, length >> 8];
  return [1, low, high, ~low & 255, ~high & 255, ...bytes];
}
