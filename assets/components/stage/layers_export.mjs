/** What the stage has to take along: its picture, and every layer's activation as Keras has it. */

import {layerOf} from "../shared/arithmetic/network.mjs";
import {tensorRows} from "../shared/export/csv.mjs";
import {exportButtons} from "../shared/export/export_buttons.mjs";

const AXES = {1: ["unit"], 2: ["position", "channel"], 3: ["row", "column", "channel"]};
const HEADING = ["layer", "row", "column", "channel or unit", "value"];

/** Build the buttons; `shown()` is {picture, reading}: an element, and what it shows. */
export function layersExport(shown) {
  return exportButtons(() => {
    const {picture, reading} = shown();
    const tensors = () => Object.fromEntries(tensorsOf(reading));
    const rows = () => [HEADING, ...tensorsOf(reading).flatMap(rowsOf)];
    return {name: "layers", picture: () => picture, rows, tensors};
  });
}

function tensorsOf({network, activations}) {
  return [...activations].map(([name, values]) => {
    return [name, {shape: layerOf(network, name).output_shape, values}];
  });
}

/** Write a tensor's cells, an index of one to three sides in three columns. */
function rowsOf(/** @type {any[]} */ [name, tensor]) {
  const [, ...rows] = tensorRows(tensor, AXES[tensor.shape.length]);
  const padding = Array(3 - tensor.shape.length).fill("");
  return rows.map((row) => [name, ...padding, ...row]);
}
