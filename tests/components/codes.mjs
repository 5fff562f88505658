/** Write digits as codes: JSON lines of {strokes} or {pixels} in, one code a line out. */

import {createInterface} from "node:readline";

import {pixelsCode, strokesCode} from "../../assets/components/digit_canvas/digit_code.mjs";

if (process.argv[2] === "plain") delete globalThis.CompressionStream;
for await (const line of createInterface({input: process.stdin})) {
  const {strokes, pixels} = JSON.parse(line);
  console.log(await (strokes ? strokesCode(strokes) : pixelsCode(Float32Array.from(pixels))));
}
