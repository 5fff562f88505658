/**
 * Keeps what is on the canvas in the page's address, for a reload and for whoever gets the link.
 *
 * An address has room for strokes, if they are not too many, and of a picture for the pixels that
 * the network reads. All of it is kept beside the address, for the same tab.
 */

import {keepInAddress, releaseAddress} from "../shared/live/address.mjs";
import {SIDE} from "../shared/pen/preprocessing.mjs";
import {isDrawing} from "../shared/pen/strokes.mjs";
import {pixelsCode, strokesCode} from "./digit_code.mjs";

const PARAMETER = "digit";
const KEY = "convscope.canvas";
const EVERY = 350; // milliseconds between two changes: Safari allows a hundred in half a minute

// What the page was opened with: the server writes another code of the same digit soon.
const [{name: address}] = performance.getEntriesByType("navigation");
const opened = new URL(address).searchParams.get(PARAMETER) ?? "";

/**
 * @typedef {import("./editor.mjs").Content} Content
 * @typedef {Content & {pixels?: Float32Array | null}} Kept with those of its picture
 *
 * @param {() => Kept} current
 */
export function keeping(current) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  let last = -EVERY;
  let ended = false;

  async function keep() {
    waiting = undefined;
    last = performance.now();
    const kept = current();
    const code = await codeOf(kept);
    if (ended) return;
    keepInAddress(PARAMETER, code);
    keepBeside(kept, code);
  }

  return {
    /** Keep what is on the canvas now. */
    changed() {
      waiting ??= setTimeout(keep, Math.max(0, last + EVERY - performance.now()));
    },
    end() {
      ended = true;
      clearTimeout(waiting);
      releaseAddress(PARAMETER);
    },
  };
}

/** @param {Kept} kept */
async function codeOf({strokes, picture, pixels}) {
  if (picture) return pixels?.length === SIDE ** 2 ? pixelsCode(pixels) : ""; // a code has room for
  return strokes.length ? strokesCode(strokes) : "";
}

function keepBeside({strokes, picture}, code) {
  try {
    const isEmpty = !strokes.length && !picture;
    if (isEmpty) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({code, strokes, picture}));
  } catch {
    // A browser may keep nothing at all, or have no room; most of it is in the address.
  }
}

/**
 * Return what this tab had on the canvas when the page was opened anew, null for nothing.
 *
 * @returns {Content | null}
 */
export function contentBefore() {
  try {
    const {code, strokes, picture} = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return code === opened && isDrawing(strokes) ? {strokes, picture} : null;
  } catch {
    return null;
  }
}
