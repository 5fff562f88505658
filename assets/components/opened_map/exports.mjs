/** What each panel has to take along: its picture, its table, its tensors. */

import {layerOf} from "../shared/arithmetic/network.mjs";
import {channelsLast} from "../shared/export/npz.mjs";
import {tensorRows} from "../shared/export/csv.mjs";
import {cellOfSpot} from "./graph.mjs";
import {productRows} from "./cell/sums.mjs";
import {exportButtons} from "../shared/export/export_buttons.mjs";

const AXES = ["row", "column", "channel"];

/** Offer an opened map: as a table; with its kernel, its steps and its layer as tensors. */
export function mapExport(view) {
  return exportButtons(() => {
    const {spot, derivation} = view.map;
    const {map} = derivation.stages.findLast(({layer}) => layer === spot.layer);
    return {
      name: `${spot.layer}-${spot.channel}`,
      picture: () => view.map.root,
      rows: () => tensorRows({shape: [map.height, map.width], values: map.values}, AXES),
      tensors: () => tensorsOf(view.viewModel, spot.layer, derivation),
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
  const groups = () => view.cell.told[0].cell.groups;
  return exportButtons(() => {
    const {spot} = view.cell;
    return {
      name: [spot.layer, ...cellOfSpot(view.viewModel.network, spot)].join("-"),
      picture: () => view.cell.root,
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
