/** Fetches moments of a training: the one that is wanted first, those around it after. */

import {decode} from "../../shared/live/answers.mjs";
import {unframe} from "../../shared/live/frames.mjs";
import {asker, beside, post as postDrawing} from "../../shared/live/ask.mjs";
import {recent} from "./snapshots.mjs";

const MOST = 150; // moments that are kept: more than a run has

/**
 * Make a source of moments. What is asked for is {run, digits, layer, digit, beside}: a run's
 * network after so many digits, the layer whose kernel is wanted, the visitor's digit or null, and
 * the moments of other runs, [{run, digits}], that are to read it too.
 *
 * `arrived(asked, moment)` gets what was wanted last, at once where it is known: {snapshot, answer,
 * beside}, the last the others' answers without layers. `failed(why)` tells "away" when the server
 * was not reached (it is asked again) and "gone" when there is no such moment any more.
 */
export function snapshotSource({arrived, failed, load = snapshotLoader(), wait = undefined}) {
  let wanted = null;
  let around = [];
  let here = false; // whether what is wanted has arrived

  const ask = asker({
    send: async (asked) => {
      const {moment, retry} = await load(asked);
      return moment
        ? {bytes: {asked, moment}}
        : {error: {asked, why: retry ? "away" : "gone"}, retry};
    },
    answered: ({asked, moment}) => {
      if (asked === wanted) deliver(moment);
      if (here) askAround();
    },
    failed: ({asked, why}) => {
      if (asked === wanted) failed(why);
    },
    wait,
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

/** @typedef {{bytes?: Uint8Array, error?: string, retry?: boolean}} Reply */

/** @type {Reply} */
const KNOWN = {}; // in place of a reply to what need not be asked

/** Make a loader of moments, which keeps those of late; `get` and `post` ask the server. */
export function snapshotLoader({get = getSnapshot, post = postDrawing} = {}) {
  const snapshots = recent(MOST);
  const answers = recent(3 * MOST);

  function known(asked) {
    const snapshot = snapshots.get(snapshotKey(asked));
    const read = drawingsOf(asked).map((drawing) => answers.get(answerKey(drawing)));
    return snapshot && !read.includes(undefined) ? momentOf(snapshot, read) : undefined;
  }

  async function load(asked) {
    const drawings = drawingsOf(asked);
    const [gotten, ...answered] = await Promise.all([
      snapshots.has(snapshotKey(asked)) ? KNOWN : get(asked),
      ...drawings.map((drawing) => (answers.has(answerKey(drawing)) ? KNOWN : post(drawing))),
    ]);
    if (gotten.bytes) snapshots.set(snapshotKey(asked), decodeSnapshot(gotten.bytes));
    answered.forEach(({bytes}, i) => bytes && answers.set(answerKey(drawings[i]), decode(bytes)));
    const snapshot = snapshots.get(snapshotKey(asked));
    const retry = answered.some((each) => each.retry);
    if (!snapshot || retry) return {retry: Boolean(gotten.retry || retry)};
    const refused = (i) => ({verdict: "empty", layers: [], refused: answered[i].error});
    return {
      moment: momentOf(
        snapshot,
        drawings.map((drawing, i) => answers.get(answerKey(drawing)) ?? refused(i)),
      ),
    };
  }

  return Object.assign(load, {known});
}

/**
 * @typedef {object} Snapshot one moment of a training
 * @property {number} digits after how many it was taken
 * @property {import("../record.mjs").Pulse} pulse
 * @property {number[][]} confusion of validation digits: rows are labels, columns predictions
 * @property {string} layer whose kernel was asked for
 * @property {{shape: number[], values: Float32Array} | null} kernel in Keras's order; null for none
 */

/**
 * Unpack a snapshot's frame.
 *
 * @param {Uint8Array} frame
 * @returns {Snapshot}
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

function answerKey({network, revision, skip, layers}) {
  return `${network}/${revision}/${skip}/${layers}`;
}

/** List what is to be read: the digit in the moment's network, then in those of the others. */
function drawingsOf({digit, beside: others, ...moment}) {
  if (!digit) return [];
  const {revision, skip, strokes, pixels} = digit;
  const source = pixels ? {pixels} : {strokes};
  return [moment, ...others].map(({run, digits}, other) => ({
    network: `${run}@${digits}`,
    revision,
    skip,
    ...source,
    film: false,
    layers: other ? "none" : "all",
  }));
}

function momentOf(snapshot, [answer = null, ...others]) {
  return {snapshot, answer, beside: others};
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
