/** Which moments of a training there are, which is chosen, and those that were fetched of late. */

/** Find the place of the kept number nearest to `digits`; null stands for the newest. */
export function placeOf(numbers, digits) {
  if (digits === null) return numbers.length - 1;
  let best = 0;
  numbers.forEach((number, place) => {
    if (Math.abs(number - digits) < Math.abs(numbers[best] - digits)) best = place;
  });
  return best;
}

/** Find the place of the kept number that lies nearest to `at`, 0 to 1, on a time axis. */
export function placeNear(numbers, time, at) {
  const distances = numbers.map((number) => Math.abs(time.place(number) - at));
  return distances.indexOf(Math.min(...distances));
}

/** List the snapshots around a place that will be wanted next, the likeliest first. */
export function neighbors(snapshots, place, onward = 1) {
  return [onward, -onward, 2 * onward, 3 * onward, -2 * onward]
    .map((step) => snapshots[place + step])
    .filter((snapshot) => snapshot !== undefined);
}

/** Tell whether two wishes are for the same moment, layer and digit, beside the same others. */
export function isSame(one, other) {
  const others = ({beside}) =>
    beside.map(({run, digits, version}) => `${run}@${digits}/${version}`).join();
  return (
    ["run", "digits", "version", "layer", "digit"].every((key) => one[key] === other[key]) &&
    others(one) === others(other)
  );
}

/** Keep the `most` entries that were used last. */
export function recent(most) {
  const kept = new Map(); // in the order of use
  return {
    get size() {
      return kept.size;
    },
    has: (key) => kept.has(key),
    get(key) {
      if (!kept.has(key)) return undefined;
      const value = kept.get(key);
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > most) kept.delete(kept.keys().next().value);
    },
  };
}
