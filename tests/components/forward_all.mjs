/**
 * Run many networks on pixels with the browser's engine, for tests that know the answers.
 *
 * node forward_all.mjs FOLDER does for each folder in it what forward.mjs does for one.
 */

import {readFileSync, readdirSync, writeFileSync} from "node:fs";

import {createEngine} from "../../assets/components/shared/engine/engine.mjs";
import {loadNetwork} from "../../assets/components/shared/live/networks.mjs";

const folder = process.argv[2];
let described = new Uint8Array();
globalThis.document = {baseURI: "http://here/"};
globalThis.fetch = async () =>
  new Response(described, {headers: {"content-length": described.length}});

for (const id of readdirSync(folder)) {
  const read = (name) => new Uint8Array(readFileSync(`${folder}/${id}/${name}`));
  described = read("description");
  const engine = createEngine(await loadNetwork({id, version: "1"}));
  const pixels = new Float32Array(read("pixels").buffer);
  const size = [...engine.activations.values()][0].length;
  const answers = [];
  for (let begin = 0; begin < pixels.length; begin += size) {
    const activations = engine.run(pixels.subarray(begin, begin + size));
    for (const values of activations.values()) answers.push(Buffer.from(values.slice().buffer));
  }
  writeFileSync(`${folder}/${id}/activations`, Buffer.concat(answers));
}
