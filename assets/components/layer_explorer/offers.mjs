/** What each panel has to take along: its picture, its table, its tensors. */

import {layerOf} from "../shared/arithmetic/network.mjs";
import {channelsLast, tensorRows} from "./archives.mjs";
import {cellOfSpot} from "./graph.mjs";
import {productRows} from "./sums.mjs";
import {takeAlong} from "./take_along.mjs";

const AXES = {1: ["unit"], 2: ["position", "channel"], 3: ["row", "column", "channel"]};

/** Offer the stage: every layer's activation, as Keras has it. */
export function alongStage(view) {
  return takeAlong(() => ({
    name: "stage",
    picture: () => view.stage.sheet,
    rows: () => {
      const tables = [...view.scene.exploration.activations].map(([name, each]) =>
        rowsOf(each)
          .slice(1)
          .map((row) => padded(name, row)),
      );
      return [["layer", "row", "column", "channel or unit", "value"], ...tables.flat()];
    },
    tensors: () =>
      Object.fromEntries(
        [...view.scene.exploration.activations].map(([name, each]) => [name, channelsLast(each)]),
      ),
  }));
}

/** Write an index of one to three sides into three columns. */
function padded(name, row) {
  const index = row.slice(0, -1);
  return [name, ...Array(3 - index.length).fill(""), ...index, row.at(-1)];
}

/** Offer an opened map: as a table; with its kernel, its steps and its layer as tensors. */
export function alongMap(view) {
  return takeAlong(() => {
    const {spot, making} = view.map;
    const {map} = making.stages.findLast(({layer}) => layer === spot.layer);
    return {
      name: `${spot.layer}-${spot.channel}`,
      picture: () => view.map.root,
      rows: () => tensorRows({shape: [map.height, map.width], values: map.values}, AXES[3]),
      tensors: () => tensorsOf(view.inner, spot.layer, making),
    };
  });
}

function tensorsOf({network, exploration}, name, making) {
  const tensors = {activation: channelsLast(exploration.activations.get(name))};
  for (const [weight, {shape, values}] of Object.entries(layerOf(network, making.first).weights)) {
    tensors[weight] = {shape, values};
  }
  making.stages.forEach(({kind, map: {values, height, width}}, i) => {
    tensors[`step_${i}_${kind}`] = {shape: [height, width], values};
  });
  making.sources.forEach(({result, channel}) => {
    if (result)
      tensors[`input_${channel}_convolved`] = {
        shape: [result.height, result.width],
        values: result.values,
      };
  });
  return tensors;
}

/** Offer an opened cell: every product of its sum. */
export function alongCell(view) {
  const groups = () => view.cell_panel.told[0].cell.groups;
  return takeAlong(() => {
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
