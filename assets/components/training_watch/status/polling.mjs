/** Ask after a run as often as it is worth it: each second while it trains, not when it is done. */

import {beside} from "../../shared/live/requests.mjs";
import {extended} from "../record.mjs";

const MOVING = ["queued", "running"];

/**
 * Follow the run `id`: `told(record)` gets it whenever something was heard of it, `failed(why)`
 * "away" when the server was not reached and "gone" when there is no such run.
 *
 * Gives {ask, stop}: `ask()` asks at once, whatever the clock says.
 */
export function pollRun(
  id,
  {told, failed, send = fetchRun, later = setTimeout, hidden = () => document.hidden},
) {
  /** @type {import("../record.mjs").RunRecord | null} */
  let record = null;
  /** @type {any} */
  let timer = null;
  let asking = false;
  let stopped = false;
  let failures = 0;

  async function ask() {
    if (asking || stopped) return;
    asking = true;
    clearTimeout(timer);
    const {run, status} = await send(id, record?.count ?? 0);
    asking = false;
    if (stopped) return;
    if (run) heard(run);
    else missed(status);
  }

  function heard(run) {
    failures = 0;
    record = extended(record, run);
    if (!record) return void ask(); // what was known is no longer so: from the beginning
    told(record);
    rest();
  }

  function missed(status) {
    failures += 1;
    failed(status === 404 ? "gone" : "away");
    if (status !== 404) rest();
  }

  function rest() {
    const begins = record !== null && isBeginning(record);
    const pause = pauseAfter(record?.state, {failures, begins, hidden: hidden()});
    if (pause !== null) timer = later(ask, pause);
  }

  ask();
  return {
    ask,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Tell how long to wait before asking again, in milliseconds; null: not at all. */
export function pauseAfter(state, {failures = 0, begins = false, hidden = false}) {
  if (failures) return Math.min(8000, 500 * 2 ** failures);
  if (state === "done") return null;
  const moving = begins ? 300 : 1000; // somebody waits for the first number
  const pause = MOVING.includes(state) ? moving : 4000; // what rests may be resumed elsewhere
  return hidden ? 5 * pause : pause;
}

/** Tell whether a run is next in the queue, or has no first number yet. */
function isBeginning({state, place, device, pulses}) {
  if (state === "queued") return place === 1 || place === null;
  return device === null || (device && !pulses.length);
}

async function fetchRun(id, since) {
  try {
    const response = await fetch(beside(`live/runs/${encodeURIComponent(id)}?since=${since}`), {
      cache: "no-store",
    });
    return response.ok ? {run: await response.json()} : {status: response.status};
  } catch {
    return {status: 0};
  }
}
