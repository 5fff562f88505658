/** Fetches moments of a training: the one that is wanted first, those around it after. */

import {asker} from "../../shared/live/ask.mjs";
import {loadNetwork, loadedNetwork} from "../../shared/live/networks.mjs";
import {RequestError, get} from "../../shared/live/requests.mjs";
import {recent} from "./snapshots.mjs";

/**
 * @typedef {import("../../shared/engine/kinds.mjs").Network} Network
 *
 * A run after so many digits; a resumed run may come to the same number with another version.
 *
 * @typedef {{run: string, digits: number, version: string}} Place
 *
 * What is asked for: a moment, and the moments of other runs that read the digit beside it.
 *
 * @typedef {Place & {beside: Place[]}} Asked
 *
 * @typedef {object} Moment
 * @property {{digits: number, pulse: object, confusion: number[][]}} snapshot
 * @property {Network} network
 * @property {(Network | null)[]} beside the others', null where one is gone
 */

const MOST = 150; // snapshots that are kept, without their networks: more than a run has

/**
 * Make a source of moments.
 *
 * `arrived(asked, moment)` gets what was wanted last, at once where it is known. `failed(why)` gets
 * "away" when the server was not reached (it is asked again) and "gone" when there is no such
 * moment any more.
 */
export function snapshotSource({arrived, failed, loader = momentLoader(), wait = undefined}) {
  let wanted = null;
  let around = [];
  let here = false; // whether what is wanted has arrived

  const ask = asker({
    send: async (asked) => {
      try {
        return {bytes: {asked, moment: await loader.fetchMoment(asked)}};
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        return {error: {asked, why: error.passing ? "away" : "gone"}, retry: error.passing};
      }
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
    const next = around.find((asked) => !loader.known(asked));
    around = around.filter((asked) => asked !== next);
    if (next) ask(next);
  }

  return {
    /** Want a moment, and after it those in `nearby`, the likeliest first. */
    want(asked, nearby = []) {
      [wanted, around, here] = [asked, [...nearby], false];
      const known = loader.known(asked);
      if (!known) return void ask(asked);
      deliver(known);
      return askAround();
    },
  };
}

/** Make a loader of moments, which keeps those of late; the others ask the server. */
export function momentLoader({
  fetchSnapshot = getSnapshot,
  load = loadNetwork,
  loaded = loadedNetwork,
} = {}) {
  const snapshots = recent(MOST);

  async function snapshotOf(asked) {
    const snapshot = snapshots.get(keyOf(asked)) ?? (await fetchSnapshot(asked));
    snapshots.set(keyOf(asked), snapshot);
    return snapshot;
  }

  function known(asked) {
    const snapshot = snapshots.get(keyOf(asked));
    const [network, ...beside] = [asked, ...asked.beside].map((each) => loaded(addressOf(each)));
    const whole = snapshot && network && !beside.includes(undefined);
    return whole ? {snapshot, network, beside} : undefined;
  }

  async function fetchMoment(asked) {
    const [snapshot, network, ...beside] = await Promise.all([
      snapshotOf(asked),
      load(addressOf(asked)),
      ...asked.beside.map((other) => load(addressOf(other)).catch(nullWhereGone)),
    ]);
    return {snapshot, network, beside};
  }

  return {known, fetchMoment};
}

const keyOf = ({run, digits, version}) => `${run}@${digits}/${version}`;

const addressOf = ({run, digits, version}) => ({id: `${run}@${digits}`, version});

function nullWhereGone(error) {
  if (error instanceof RequestError && !error.passing) return null;
  throw error;
}

async function getSnapshot({run, digits, version}) {
  const response = await get("runs", run, "snapshots", digits, version);
  return response.json().catch(() => {
    throw new RequestError("", true); // it broke off on the way
  });
}
