/** What each panel has to take along: its picture, its table, its tensors. */

import {layerOf} from "../../shared/arithmetic/network.mjs";
import {channelsLast} from "./npz.mjs";
import {tensorRows} from "./csv.mjs";
import {cellOfSpot} from "../graph.mjs";
import {productRows} from "../cell/sums.mjs";
import {exportButtons} from "./export_buttons.mjs";

const AXES = {1: ["unit"], 2: ["position", "channel"], 3: ["row", "column", "channel"]};

/** Offer the stage: every layer's activation, as Keras has it. */
export function stageExport(view) {
  return exportButtons(() => ({
    name: "stage",
    picture: () => view.stage.sheet,
    rows: () => {
      const tables = [...view.viewModel.exploration.activations].map(([name, each]) =>
        rowsOf(each)
          .slice(1)
          .map((row) => padded(name, row)),
      );
      return [["layer", "row", "column", "channel or unit", "value"], ...tables.flat()];
    },
    tensors: () =>
      Object.fromEntries(
        [...view.viewModel.exploration.activations].map(([name, each]) => [
          name,
          channelsLast(each),
        ]),
      ),
  }));
}

/** Write an index of one to three sides into three columns. */
function padded(name, row) {
  const index = row.slice(0, -1);
  return [name, ...Array(3 - index.length).fill(""), ...index, row.at(-1)];
}

/** Offer an opened map: as a table; with its kernel, its steps and its layer as tensors. */
export function mapExport(view) {
  return exportButtons(() => {
    const {spot, derivation} = view.map;
    const {map} = derivation.stages.findLast(({layer}) => layer === spot.layer);
    return {
      name: `${spot.layer}-${spot.channel}`,
      picture: () => view.map.root,
      rows: () => tensorRows({shape: [map.height, map.width], values: map.values}, AXES[3]),
      tensors: () => tensorsOf(view.inner, spot.layer, derivation),
    };
  });
}

function tensorsOf({network, exploration}, name, derivation) {
  const tensors = {activation: channelsLast(exploration.activations.get(name))};
  for (const [weight, {shape, values}] of Object.entries(
    layerOf(network, derivation.first).weights,
  )) {
    tensors[weight] = {shape, values};
  }
  derivation.stages.forEach(({kind, map: {values, height, width}}, i) => {
    tensors[`step_${i}_${kind}`] = {shape: [height, width], values};
  });
  derivation.sources.forEach(({result, channel}) => {
    if (result)
      tensors[`input_${channel}_convolved`] = {
        shape: [result.height, result.width],
        values: result.values,
      };
  });
  return tensors;
}

/** Offer an opened cell: every product of its sum. */
export function cellExport(view) {
  const groups = () => view.cell_panel.told[0].cell.groups;
  return exportButtons(() => {
    const {spot} = view.cell_panel;
    return {
      name: [spot.layer, ...cellOfSpot(view.inner.network, spot)].join("-"),
      picture: () => view.cell_panel.root,
      rows: () => productRows(groups()),
      tensors: () => productTensors(groups()),
    };
  });
}

function productTensors(groups) {
  const terms = groups.flatMap(({terms: each}) => each);
  const column = (key) => ({
    shape: [terms.length],
    values: Float32Array.from(terms, (term) => term[key]),
  });
  return {input: column("input"), weight: column("weight"), product: column("product")};
}

function rowsOf(activation) {
  const shown = channelsLast(activation);
  return tensorRows(shown, AXES[shown.shape.length]);
}
