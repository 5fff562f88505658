/** What the network would say after each step, were it the last. */

import {createEngine} from "../shared/engine/engine.mjs";
import {predictionOf} from "../shared/engine/prediction.mjs";
import {stepInput} from "../shared/pen/network_input.mjs";

/**
 * @typedef {import("../shared/engine/engine.mjs").Engine} Engine
 * @typedef {import("../shared/live/readings.mjs").Reading} Reading
 * @typedef {import("../shared/pen/preprocessing.mjs").Step & {label: number | null,
 *   probability: number}} GuessedStep
 */

/**
 * Return what reads the steps of a reading; it has an engine of its own, for that of the page
 * holds what is shown.
 *
 * @returns {(reading: Reading) => GuessedStep[]}
 */
export function guesses() {
  /** @type {{network: Reading["network"], engine: Engine} | null} */
  let kept = null;
  return (reading) => {
    const {network, pixels} = reading;
    const steps = reading.steps();
    if (!pixels) return steps.map((step) => ({...step, label: null, probability: 0}));
    if (kept?.network !== network) kept = {network, engine: createEngine(network)};
    const {engine} = kept;
    return steps.map((step, place) => {
      if (place === steps.length - 1) return {...step, ...said(reading)};
      engine.run(stepInput(network, step));
      const {energy_threshold: unsureBelow, output} = network;
      return {...step, ...said(predictionOf(engine.logits, unsureBelow, output))};
    });
  };
}

const said = ({label, probability}) => ({label, probability});
