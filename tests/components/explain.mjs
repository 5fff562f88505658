/**
 * Answer questions about one exploration of one network, for tests that know the answers.
 *
 * node explain.mjs FOLDER reads `description` and `exploration`, as the server sends them, and
 * `questions`, {cells: [[layer, cell]], values: [[layer, cell]], fields: [[layer, cell]],
 * sizes: [layer]}, and prints the answers in the same order; `values` are cells without terms.
 */

import {readFileSync} from "node:fs";

import {cellOf} from "../../assets/components/shared/arithmetic/cells.mjs";
import {fieldSize, receptiveField} from "../../assets/components/shared/arithmetic/fields.mjs";
import {decodeExploration} from "../../assets/components/shared/live/explorations.mjs";
import {describe} from "../../assets/components/shared/live/networks.mjs";

const folder = process.argv[2];
const read = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));

globalThis.document = {baseURI: "http://here/"};
globalThis.fetch = async () => new Response(read("description"));

const network = await describe("network");
const exploration = decodeExploration(read("exploration"));
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
