/**
 * Preprocess drawings, for tests that know what comes out.
 *
 * node preprocess.mjs FOLDER reads `drawings`, [{strokes, skip}] as JSON, and writes `answers`,
 * all pixels and pictures of the steps one after the other as float32, and prints the rest:
 * [{isDrawing, hasPixels, steps: [{name, shape, numbers, applied}]}], of what is no drawing only that.
 */

import {readFileSync, writeFileSync} from "node:fs";

import {pixelsOf, preprocessDrawing} from "../../assets/components/shared/pen/preprocessing.mjs";
import {isDrawing} from "../../assets/components/shared/pen/strokes.mjs";

const folder = process.argv[2];
const drawings = JSON.parse(readFileSync(`${folder}/drawings`, "utf8"));

const arrays = [];
const heads = drawings.map(({strokes, skip}) => {
  if (!isDrawing(strokes)) return {isDrawing: false, hasPixels: false, steps: []};
  const {pixels, steps} = preprocessDrawing(strokes, skip);
  arrays.push(...steps.map(({picture}) => picture));
  if (pixels) arrays.push(pixels, pixelsOf(strokes, skip));
  return {
    isDrawing: true,
    hasPixels: pixels !== null,
    steps: steps.map(({picture, ...step}) => step),
  };
});
writeFileSync(`${folder}/answers`, Buffer.concat(arrays.map((each) => Buffer.from(each.buffer))));
process.stdout.write(JSON.stringify(heads));
