/**
 * Answer questions about one exploration of one network, for tests that know the answers.
 *
 * node explain.mjs FOLDER reads `description`, as the server sends it, `pixels`, 28 × 28 float32, and
 * `questions`, {cells: [[layer, cell]], values: [[layer, cell]], fields: [[layer, cell]],
 * sizes: [layer]}, and prints the answers in the same order; `values` are cells without terms.
 */

import {readFileSync} from "node:fs";

import {cellOf} from "../../assets/components/shared/arithmetic/cells.mjs";
import {fieldSize, receptiveField} from "../../assets/components/shared/arithmetic/fields.mjs";
import {explorationOf} from "../../assets/components/shared/live/explorations.mjs";
import {loadNetwork} from "../../assets/components/shared/live/networks.mjs";
import {createReader} from "../../assets/components/shared/live/readings.mjs";

const folder = process.argv[2];
const read = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));

globalThis.document = {baseURI: "http://here/"};
globalThis.fetch = async () => {
  const description = read("description");
  return new Response(description, {headers: {"content-length": description.length}});
};

const network = await loadNetwork({id: "network", version: "1"});
const pixels = new Float32Array(read("pixels").buffer);
const picture = {pixels, steps: []};
const exploration = explorationOf(createReader(network)({revision: 1, picture}));
const questions = JSON.parse(readFileSync(`${folder}/questions`, "utf8"));
const {cells = [], values = [], fields = [], sizes = []} = questions;

const answers = {
  cells: cells.map(([layer, cell]) => cellOf(network, exploration, layer, cell)),
  values: values.map(([layer, cell]) => ({
    ...cellOf(network, exploration, layer, cell),
    groups: [],
  })),
  fields: fields.map(([layer, cell]) => Object.fromEntries(receptiveField(network, layer, cell))),
  sizes: sizes.map((layer) => fieldSize(network, layer)),
};
process.stdout.write(JSON.stringify(answers));
