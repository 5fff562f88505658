/** Reads what is on the canvas as it changes, in the frame in which its ink appears. */

import {loadNetwork} from "../shared/live/networks.mjs";
import {createReader, publish} from "../shared/live/readings.mjs";
import {severalDigits} from "./several.mjs";

/**
 * @typedef {import("../shared/live/networks.mjs").NetworkAddress} NetworkAddress
 * @typedef {import("../shared/live/readings.mjs").Digit} Digit
 * @typedef {import("../shared/live/readings.mjs").Reader} Reader
 *
 * How the network is coming: the share that is there, from 0 to 1, or that it could not be had.
 *
 * @typedef {{share: number} | {failed: true} | {ready: true}} Progress
 */

/**
 * Keep the newest digit read and published.
 *
 * @param {(progress: Progress) => void} progressed
 * @param {ReturnType<typeof severalDigits>} several tells digits apart
 */
export function liveReading(progressed, several = severalDigits()) {
  /** @type {Reader | null} */
  let reader = null;
  let key = "";
  /** @type {readonly string[]} */
  let skip = [];
  /** @type {Digit | null} */
  let digit = null;
  let frame = 0; // in which one reading has been shown already
  let late = false; // whether the digit has changed since

  function read() {
    late = false;
    if (reader && digit) publish(reader(several.only(digit, skip), skip));
  }

  async function load(address) {
    reader = null;
    key = keyOf(address);
    const here = key;
    try {
      const network = await loadNetwork(address, (share) => here === key && progressed({share}));
      if (here !== key) return; // another one has been asked for meanwhile
      reader = createReader(network);
      several.load(network);
      progressed({ready: true});
      read();
    } catch {
      if (here !== key) return;
      key = ""; // the next call tries again
      progressed({failed: true});
    }
  }

  return {
    /** Read with this network and without these steps from now on; what is there, anew. */
    use(address, steps) {
      const moved = skip.join() !== steps.join();
      skip = steps;
      if (keyOf(address) !== key) load(address);
      else if (moved) read();
    },
    /** Take the newest digit: it is read at once, or in the next frame where this one is full. */
    show(newest, atOnce = false) {
      digit = newest;
      if (frame && !atOnce) {
        late = true;
        return;
      }
      read();
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        if (late) read();
      });
    },
  };
}

const keyOf = ({id, version}) => `${id}/${version}`;
