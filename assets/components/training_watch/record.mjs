/**
 * What is known of a run: its newest listing, and all its pulses so far.
 *
 * @typedef {object} RunRecord as the run route answers (pages/server/routes/runs.py: RunView)
 * @property {string} id
 * @property {string} title
 * @property {"queued" | "running" | "paused" | "done" | "failed" | "interrupted"} state
 * @property {Reason | null} reason why it failed or ended early
 * @property {number | null} place in the queue, from 1; null where it does not wait
 * @property {number | null} wait seconds until it is likely to begin; null where it does not wait
 * @property {number} digits seen so far, each once an epoch
 * @property {number} total digits that the whole training shows
 * @property {number} epochs
 * @property {Device | null} device null before Keras is loaded
 * @property {number} speed digits per second
 * @property {number} seconds of training
 * @property {Pulse[]} pulses
 * @property {number} count of all pulses
 * @property {number | null} resumes digits after which it would go on; null while it trains
 * @property {{pulses: boolean, snapshots: number}} damage what cannot be read of it
 * @property {TrainingEvent[]} events what happened to it so far
 * @property {SnapshotPlace[]} snapshots in order; the last is the newest
 * @property {import("../shared/live/networks.mjs").Layer[]} layers without their weights
 * @property {string[]} group the runs that race against each other
 *
 * @typedef {object} TrainingEvent (model/experiments/events.py)
 * @property {"learning_rate" | "augmentation" | "resumed" | "stopped" | "time_limit"} kind
 * @property {number} digits seen until then
 * @property {number} epoch epochs that were over
 * @property {number} [learning_rate] the highest of the schedule from then on
 * @property {string | null} strength of the augmentation from then on; null for none of them
 *
 * @typedef {object} SnapshotPlace where a snapshot and its network are found
 * @property {number} digits after how many it was taken
 * @property {string} version another one where a resumed training wrote it again
 *
 * @typedef {object} Reason (model/runs/reasons.py)
 * @property {string} code of the sentence in `words.reasons`; "" for a reason without one
 * @property {string} template the sentence in English
 * @property {Record<string, any>} values what fills the sentence's braces
 *
 * @typedef {object} Device (model/inference/origin.py)
 * @property {"cpu" | "gpu"} kind
 * @property {number} [cores] of a CPU
 * @property {string} [name] of a GPU
 * @property {number} [count] GPUs that share each batch; 1 where it is missing
 *
 * @typedef {object} Pulse how a training was doing at one moment (model/runs/pulses.py); null for
 *   what was not measured then
 * @property {number} step batches that are over
 * @property {number} digits seen so far
 * @property {number} epoch epochs that are over, with the share of the present one
 * @property {number} seconds of training, without its pauses
 * @property {number | null} loss mean cross-entropy of the batches since the pulse before, in nats
 * @property {number | null} accuracy from 0 to 1
 * @property {number | null} validation_loss
 * @property {number | null} validation_accuracy
 * @property {number | null} [validated] how many digits validation stands on
 * @property {number} learning_rate of the next step
 * @property {number} speed digits per second since the pulse before
 * @property {Record<string, LayerHealth>} layers by name
 *
 * @typedef {object} LayerHealth
 * @property {number | null} gradient L2 norm of the last step's gradient
 * @property {number | null} dead share of the units that answer every digit alike, from 0 to 1
 * @property {number | null} update L2 norm of the last step's change, as a share of the weights'
 */

/**
 * Extend what was known of a run by what was heard now; the server's `pulses` begin where
 * `record.count` ended. Null when it knows fewer than we do: then all are wanted again.
 */
export function extended(record, run) {
  if (!record) return run;
  if (run.count < record.count) return null;
  const [first] = run.pulses;
  // A resumed training repeats what came after its checkpoint.
  const known = first ? record.pulses.filter(({digits}) => digits < first.digits) : record.pulses;
  return {...run, pulses: [...known, ...run.pulses]};
}

/** Find the pulse nearest to a number of digits; undefined where there is none. */
export function pulseAt({pulses}, digits) {
  let best;
  for (const pulse of pulses) {
    if (!best || Math.abs(pulse.digits - digits) < Math.abs(best.digits - digits)) best = pulse;
  }
  return best;
}

/**
 * Find what a measure was when it was taken last up to so many digits: {digits, value}; undefined
 * where it was not taken by then.
 */
export function measuredBy({pulses}, digits, measure) {
  const pulse = pulses.findLast((each) => each.digits <= digits && Number.isFinite(each[measure]));
  return pulse && {digits: pulse.digits, value: pulse[measure]};
}

/**
 * Tell between which shares the accuracy of a network lies with 95 percent confidence, by what
 * `count` digits came to: [low, high]. After E. B. Wilson, 1927.
 */
export function interval(accuracy, count) {
  const z = 1.96;
  const middle = accuracy + z ** 2 / (2 * count);
  const reach = z * Math.sqrt((accuracy * (1 - accuracy)) / count + (z / (2 * count)) ** 2);
  return [middle - reach, middle + reach].map((bound) => bound / (1 + z ** 2 / count));
}

/** Take one measure out of all pulses: [[digits, value], …], null where it was not measured. */
export function seriesOf({pulses}, measure) {
  return pulses.map((pulse) => [pulse.digits, pulse[measure]]);
}

/** Tell a training's digits per second: of its last minute while it runs, else of all. */
export function speedOf(record) {
  const {state, digits, seconds, speed} = record;
  if (state !== "running") return seconds > 0 ? digits / seconds : speed;
  return steadySpeed(record) ?? speed;
}

/** Estimate the seconds that a training still takes; null before its speed is known. */
export function secondsLeft(record) {
  const speed = steadySpeed(record);
  return speed ? Math.max(0, record.total - record.digits) / speed : null;
}

/** Tell the speed over the last minute: it is calm, and yet follows a machine that gets busy. */
function steadySpeed({pulses}) {
  const now = pulses.at(-1);
  // The first batch says nothing: before it, the step is compiled.
  const then = pulses.find(({digits, seconds}) => digits > 0 && now.seconds - seconds <= 60);
  const passed = then ? now.seconds - then.seconds : 0;
  return passed < 2 ? null : (now.digits - then.digits) / passed;
}

/**
 * Give a moment's layers with the share of dead units that was measured last where, as now and
 * then, it was not measured at that moment.
 */
export function layersAt({pulses}, {digits, layers}) {
  const before = pulses.filter((pulse) => pulse.digits <= digits);
  const measured = (name) =>
    before.findLast((pulse) => Number.isFinite(pulse.layers?.[name]?.dead))?.layers[name].dead;
  return Object.fromEntries(
    Object.entries(layers ?? {}).map(([name, layer]) => [
      name,
      {...layer, dead: layer.dead ?? measured(name)},
    ]),
  );
}
