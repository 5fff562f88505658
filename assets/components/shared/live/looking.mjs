/**
 * How the visitor looks at the network: what they point at, what is open, what shares one color
 * scale. The components of a page share it, as they share the newest reading.
 *
 * @typedef {object} Spot one cell of a layer; of a vector, `channel` is the unit
 * @property {string} layer
 * @property {number} channel
 * @property {number} row
 * @property {number} column
 *
 * @typedef {Spot & {isCell: boolean, byKeys?: boolean}} Opening a map that is open at one of its
 *   cells; `isCell` where the whole sum of that cell is, `byKeys` where keys opened it, and the focus
 *   is to go along
 */

/**
 * Make a topic: a value that is published, and all who want to know it.
 *
 * @template T
 * @param {T} first
 */
export function topic(first) {
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  let value = first;
  let key = JSON.stringify(first);
  return {
    get value() {
      return value;
    },
    /** Call `listener` now and with each other value; returns what ends that. */
    subscribe(/** @type {(value: T) => void} */ listener) {
      listeners.add(listener);
      listener(value);
      return () => listeners.delete(listener);
    },
    /** Publish a value, unless it is the same as before. */
    publish(/** @type {T} */ next) {
      const name = JSON.stringify(next);
      if (name === key) return;
      [value, key] = [next, name];
      for (const listener of listeners) if (key === name) listener(next);
    },
  };
}

/** The cell under the pointer, in any component, or the one at which a window stands. */
export const pointed = topic(/** @type {Spot | null} */ (null));

/** What is open. */
export const opened = topic(/** @type {Opening | null} */ (null));

/** What shares one color scale. */
export const coloring = topic(/** @type {"map" | "layer" | "network"} */ ("map"));
