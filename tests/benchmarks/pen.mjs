/**
 * Time the pen in Node: node pen.mjs FILE reads {name: [drawing, …]} and prints for each name the
 * least milliseconds a drawing, {pixels, film}.
 */

import {readFileSync} from "node:fs";

import {pixelsOf, preprocessDrawing} from "../../assets/components/shared/pen/preprocessing.mjs";

const ROUNDS = 9;
const cases = Object.entries(JSON.parse(readFileSync(process.argv[2], "utf8")));

function least(work, drawings) {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    for (const strokes of drawings) work(strokes);
    best = Math.min(best, performance.now() - begin);
  }
  return best / drawings.length;
}

const timed = cases.map(([name, drawings]) => [
  name,
  {
    pixels: least(pixelsOf, drawings),
    film: least((strokes) => preprocessDrawing(strokes), drawings),
  },
]);
process.stdout.write(JSON.stringify(Object.fromEntries(timed)));
