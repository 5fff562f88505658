/** The last lines of a sum: from the products to the cell, one step after the other. */

import {fill} from "../../shared/format.mjs";
import {counted, decimal} from "./sums.mjs";

/** Tell the steps that make a layer's cell, as cells.mjs explains it: [{text, value}]. */
export function stepsOf(layer, cell, words, digits) {
  return (STEPS[cell.kind] ?? STEPS.unknown)(cell, {words, digits, layer});
}

const STEPS = {
  sum(cell, {words, digits}) {
    const {products, padded} = counted(cell.groups);
    const steps = [
      {text: fill(padded ? words.sum_padded : words.sum, {products, padded}), value: totalOf(cell)},
    ];
    if (cell.bias !== null) {
      steps.push({
        text: fill(words.bias, {bias: decimal(cell.bias, digits)}),
        value: cell.preactivation,
      });
    }
    return cell.activation === "linear"
      ? steps
      : [...steps, {text: cell.activation, value: cell.value}];
  },
  max: (cell, at) => winner(cell, at.words.largest),
  min: (cell, at) => winner(cell, at.words.smallest),
  mean(cell, {words}) {
    const {products, padded} = counted(cell.groups);
    return [{text: fill(words.mean, {cells: products - padded}), value: cell.value}];
  },
  add: (cell, {words}) => [
    {text: fill(words.added, {cells: cell.groups.length}), value: cell.value},
  ],
  multiply: (cell, {words}) => [
    {text: fill(words.multiplied, {cells: cell.groups.length}), value: cell.value},
  ],
  normalize({normalization, value, groups}, {words, digits, layer}) {
    const numbers = Object.entries({...normalization, x: groups[0].subtotal}).map(
      ([name, each]) => [name, decimal(each, digits)],
    );
    const epsilon = String(normalization.epsilon);
    const {cells, mean, variance} = normalization;
    const measured = cells && [
      {text: fill(words.mean_of, {cells}), value: mean},
      {text: fill(words.variance_of, {cells}), value: variance},
    ];
    return [
      ...(measured ?? []),
      {text: fill(words.normalized, {layer, ...Object.fromEntries(numbers), epsilon}), value},
    ];
  },
  activate({activation, slope, value}, {digits}) {
    const learned = slope === null ? "" : `, α = ${decimal(slope, digits)}`;
    return [{text: `${activation}(x)${learned}`, value}];
  },
  softmax: (cell, {words}) => [{text: words.quotient, value: cell.value}],
  copy: (cell, {words}) => [{text: words.copied, value: cell.value}],
  pad: (cell, {words}) => [
    {text: cell.groups[0]?.terms[0]?.padded ? words.padding : words.copied, value: cell.value},
  ],
  join: (cell, {words}) => [
    {
      text: fill(words.joined, {layer: cell.groups[0].layer, channel: cell.groups[0].channel}),
      value: cell.value,
    },
  ],
  input: (cell, {words}) => [{text: words.pixel, value: cell.value}],
  unknown: (cell, {words}) => [{text: words.unknown, value: cell.value}],
};

function totalOf({groups}) {
  return groups.reduce((sum, {subtotal}) => sum + subtotal, 0);
}

function winner(cell, sentence) {
  const {products, padded} = counted(cell.groups);
  const {row, column} = cell.winner;
  return [{text: fill(sentence, {cells: products - padded, row, column}), value: cell.value}];
}
