/** Whether a training is healthy, layer by layer, by rules that can be said in a sentence. */

const TIMES = 100; // a gradient so many times below that of the last layer has vanished
const LARGEST_NORM = 1e3;
const INFINITE = 1e30; // what the server tells of a number that JSON cannot hold
const LARGEST_UPDATE = 0.1; // of a layer's weights in one step
const MOST_DEAD = 0.5; // of a layer's units

/** The ratio of update to weight that a training goes well with (A. Karpathy's rule: about 1e-3). */
export const HEALTHY_UPDATE = [1e-4, 1e-2];

/**
 * Judge the layers of a pulse, {name: {gradient, dead, update}}, null where something was not
 * measured: [{name, gradient, dead, update, badge, rule}], in the network's order.
 *
 * `badge` is "vanishing", "exploding", "dead" or ""; `rule` names the rule behind it: "number",
 * "norm", "update", "none", "times" or "units".
 */
export function judged(layers) {
  const listed = Object.entries(layers ?? {}).map(([name, measured]) => ({name, ...measured}));
  const last = lastOf(listed)?.gradient ?? 0;
  const found = listed.map((layer) => ({...layer, ...judgement(layer, last)}));
  // Where no gradient comes through, the last layers learn from weights of 0: beside those any step
  // is large, and that is not what ails the network.
  const isStill = found.some(({rule}) => rule === "none");
  return found.map((each) =>
    isStill && each.rule === "update" ? {...each, badge: "", rule: ""} : each,
  );
}

/** Find the last layer whose gradient was measured: the one the others are compared with. */
export function lastOf(listed) {
  return listed.findLast(({gradient}) => known(gradient));
}

function judgement({gradient, dead, update}, last) {
  if (gradient >= INFINITE) return {badge: "exploding", rule: "number"};
  if (gradient > LARGEST_NORM) return {badge: "exploding", rule: "norm"};
  if (update > LARGEST_UPDATE) return {badge: "exploding", rule: "update"};
  if (gradient === 0 && last > 0) return {badge: "vanishing", rule: "none"};
  if (gradient > 0 && gradient * TIMES <= last) return {badge: "vanishing", rule: "times"};
  if (dead > MOST_DEAD) return {badge: "dead", rule: "units"};
  return {badge: "", rule: ""};
}

function known(value) {
  return value !== null && value !== undefined;
}

/** Find the layer that says most about the whole network; undefined where all are healthy. */
export function worst(judgements) {
  const [exploding, vanishing, dead] = ["exploding", "vanishing", "dead"].map((badge) =>
    judgements.filter((each) => each.badge === badge),
  );
  const faintest = vanishing.reduce(
    (least, each) => (each.gradient < (least?.gradient ?? Infinity) ? each : least),
    undefined,
  );
  return exploding[0] ?? faintest ?? dead[0];
}
