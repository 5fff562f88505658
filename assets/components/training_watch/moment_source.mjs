/** Fetches moments of a training: the one that is wanted first, those around it after. */

import {decode, unframe} from "../shared/answers.mjs";
import {asker, beside, post as postDrawing} from "../shared/live.mjs";
import {recent} from "./moments.mjs";

const MOST = 150; // moments that are kept: more than a run has

/**
 * Make a source of moments. What is asked for is {run, digits, layer, digit}: a run's network after
 * so many digits, the layer whose kernel is wanted, and the visitor's digit or null.
 *
 * `arrived(asked, moment)` gets what was wanted last, at once where it is known: {answer,
 * snapshot}. `failed(why)` tells "away" when the server was not reached (it is asked again) and
 * "gone" when there is no such moment any more.
 */
export function momentSource({arrived, failed, load = loader(), wait}) {
  let wanted = null;
  let around = [];
  let here = false; // whether what is wanted has arrived

  const ask = asker({
    send: async (asked) => {
      const {moment, retry} = await load(asked);
      return moment ? {bytes: {asked, moment}} : {error: {asked, why: retry ? "away" : "gone"}, retry};
    },
    answered: ({asked, moment}) => {
      if (asked === wanted) deliver(moment);
      if (here) askAround();
    },
    failed: ({asked, why}) => {
      if (asked === wanted) failed(why);
    },
    ...(wait && {wait}),
  });

  function deliver(moment) {
    here = true;
    arrived(wanted, moment);
  }

  function askAround() {
    const next = around.find((asked) => !load.known(asked));
    around = around.filter((asked) => asked !== next);
    if (next) ask(next);
  }

  return {
    /** Want a moment, and after it those in `nearby`, the likeliest first. */
    want(asked, nearby = []) {
      [wanted, around, here] = [asked, [...nearby], false];
      const known = load.known(asked);
      if (!known) return void ask(asked);
      deliver(known);
      return askAround();
    },
  };
}

/** Make a loader of moments, which keeps those of late; `get` and `post` ask the server. */
export function loader({get = getSnapshot, post = postDrawing} = {}) {
  const snapshots = recent(MOST);
  const answers = recent(MOST);

  function known(asked) {
    const snapshot = snapshots.get(snapshotKey(asked));
    const answer = asked.digit ? answers.get(answerKey(asked)) : null;
    return snapshot && answer !== undefined ? {snapshot, answer} : undefined;
  }

  async function load(asked) {
    const [gotten, answered] = await Promise.all([
      snapshots.has(snapshotKey(asked)) || get(asked),
      !asked.digit || answers.has(answerKey(asked)) || post(drawingOf(asked)),
    ]);
    if (gotten.bytes) snapshots.set(snapshotKey(asked), decodeSnapshot(gotten.bytes));
    if (answered.bytes) answers.set(answerKey(asked), decode(answered.bytes));
    const moment = known(asked);
    if (moment) return {moment};
    const snapshot = snapshots.get(snapshotKey(asked));
    if (!snapshot || answered.retry) return {retry: Boolean(gotten.retry || answered.retry)};
    return {moment: {snapshot, answer: {verdict: "empty", layers: [], refused: answered.error}}};
  }

  return Object.assign(load, {known});
}

/**
 * Unpack a snapshot's frame: {digits, pulse, confusion, layer, kernel}; `kernel` is {shape, values}
 * in Keras's order, or null where the layer has none.
 */
export function decodeSnapshot(frame) {
  const {head, body} = unframe(frame);
  const {kernel} = head;
  if (!kernel) return head;
  const length = kernel.shape.reduce((product, side) => product * side, 1);
  const values = new Float32Array(body.buffer, body.byteOffset + kernel.begin, length);
  return {...head, kernel: {shape: kernel.shape, values}};
}

function snapshotKey({run, digits, layer}) {
  return `${run}@${digits}/${layer}`;
}

function answerKey({run, digits, digit}) {
  return `${run}@${digits}/${digit.revision}/${digit.skip}`;
}

function drawingOf({run, digits, digit}) {
  const {revision, skip, strokes, pixels} = digit;
  const source = pixels ? {pixels} : {strokes};
  return {network: `${run}@${digits}`, revision, skip, ...source, film: false};
}

async function getSnapshot({run, digits, layer}) {
  try {
    const address = `live/runs/${encodeURIComponent(run)}/snapshots/${digits}?layer=${encodeURIComponent(layer)}`;
    const response = await fetch(beside(address));
    if (response.ok) return {bytes: new Uint8Array(await response.arrayBuffer())};
    return {retry: response.status === 429 || response.status >= 500};
  } catch {
    return {retry: true};
  }
}
