/**
 * Run networks on pixels with the browser's engine, for tests that know the answers.
 *
 * node forward.mjs FOLDER [javascript] reads `description`, as the server sends it, and `pixels`,
 * float32 pictures one after the other; it writes `activations`: for each picture all layers in
 * order as float32, the input first. With `javascript` it does so as if a policy forbade
 * WebAssembly.
 */

import {readFileSync, writeFileSync} from "node:fs";

const [folder, how] = process.argv.slice(2);
if (how === "javascript") {
  WebAssembly.Module = function Forbidden() {
    throw new WebAssembly.CompileError("A policy forbids it.");
  };
}

const {createEngine} = await import("../../assets/components/shared/engine/engine.mjs");
const {loadNetwork} = await import("../../assets/components/shared/live/networks.mjs");

const read = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
globalThis.document = {baseURI: "http://here/"};
globalThis.fetch = async () => {
  const description = read("description");
  return new Response(description, {headers: {"content-length": description.length}});
};

const engine = createEngine(await loadNetwork({id: "network", version: "1"}));
const pixels = new Float32Array(read("pixels").buffer);
const size = [...engine.activations.values()][0].length;
const answers = [];
for (let begin = 0; begin < pixels.length; begin += size) {
  const activations = engine.run(pixels.subarray(begin, begin + size));
  for (const values of activations.values()) answers.push(Buffer.from(values.slice().buffer));
}
writeFileSync(`${folder}/activations`, Buffer.concat(answers));
