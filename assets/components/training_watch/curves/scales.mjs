/**
 * From numbers to places between 0 and 1, and the ticks of an axis: digits seen, loss, accuracy.
 *
 * Stretched axes give room to where something happens: time to the first digits, loss to its
 * small values, accuracy to the last errors. Even ones are as a ruler is.
 */

const EARLY = 500; // digits; the stretched time axis is nearly even up to here
const LEAST_LOSS = 1e-6;
const LEAST_ERRORS = 5e-4; // of a share: finer than any validation part can tell

/** Place digits seen between 0 and `total`: {place(digits), digits(place), ticks(most)}. */
export function timeScale(total, stretched) {
  const end = Math.max(1, total);
  if (!stretched) {
    const ticks = (most) => evenTicks(0, end, most);
    return {place: (digits) => digits / end, digits: (place) => place * end, ticks};
  }
  const width = Math.log1p(end / EARLY);
  const place = (digits) => Math.log1p(digits / EARLY) / width;
  return {
    place,
    digits: (at) => EARLY * Math.expm1(at * width),
    ticks: (most) => apart([0, ...decades(100, end, [1])], place, most),
  };
}

/** Place losses, given all that are to be shown: {place, ticks(most)}; 0 is the lowest. */
export function lossScale(losses, stretched) {
  const shown = losses.filter((loss) => Number.isFinite(loss));
  const high = shown.reduce((most, loss) => Math.max(most, loss), LEAST_LOSS) || 1;
  if (!stretched) return evenScale(0, high * 1.05);
  const low = shown.reduce((least, loss) => Math.min(least, loss), high);
  const [bottom, top] = [Math.max(LEAST_LOSS, low) / 1.25, high * 1.25].map(Math.log);
  return {
    place: (loss) => clamp((Math.log(Math.max(loss, LEAST_LOSS)) - bottom) / (top - bottom)),
    ticks: (most) => logTicks(Math.exp(bottom), Math.exp(top), most),
  };
}

/** Place shares of digits read right, given the highest of them: {place, ticks(most)}. */
export function accuracyScale(highest, stretched) {
  if (!stretched) return evenScale(0, 1);
  const least = Math.max(LEAST_ERRORS, Math.min(0.5, (1 - highest) / 1.3));
  const height = Math.log(least);
  const known = [0, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999];
  const place = (share) => clamp(Math.log(Math.max(1 - share, least)) / height);
  return {
    place,
    ticks: (most) =>
      apart(
        known.filter((share) => 1 - share >= least),
        place,
        most,
      ),
  };
}

/** Place norms and ratios between powers of ten: {place, low, high}. */
export function powerScale(values) {
  const shown = values.filter((value) => Number.isFinite(value) && value > 0);
  const low = Math.floor(Math.log10(shown.reduce((least, value) => Math.min(least, value), 0.1)));
  const high = Math.ceil(Math.log10(shown.reduce((most, value) => Math.max(most, value), 1)));
  return {
    low: 10 ** low,
    high: 10 ** high,
    place: (value) => (value > 0 ? clamp((Math.log10(value) - low) / (high - low)) : 0),
  };
}

/** Move places apart until each is `gap` from its neighbor, all between `low` and `high`. */
export function spread(places, gap, [low, high]) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const moved = [...places];
  let least = low;
  for (const i of order) {
    moved[i] = Math.max(moved[i], least);
    least = moved[i] + gap;
  }
  let most = high;
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i], most);
    most = moved[i] - gap;
  }
  return moved;
}

function evenScale(low, high) {
  return {
    place: (value) => clamp((value - low) / (high - low)),
    ticks: (most) => evenTicks(low, high, most),
  };
}

function evenTicks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 2.5, 5, 10].map((by) => by * power).find((by) => by >= rough * 0.999) ?? rough;
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high * 1.0001; tick += step) {
    ticks.push(Number(tick.toPrecision(6)));
  }
  return ticks;
}

function logTicks(low, high, most) {
  const fine = decades(low, high, [1, 2, 5]);
  return fine.length <= most ? fine : thinned(decades(low, high, [1]), most);
}

function decades(low, high, steps) {
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    found.push(...steps.map((step) => Number((step * 10 ** power).toPrecision(6))));
  }
  return found.filter((value) => value >= low && value <= high);
}

/** Leave out every second, third … value, counted from the last, until at most `most` are left. */
function thinned(values, most) {
  const every = Math.ceil(values.length / Math.max(1, most));
  return values.filter((_, i) => (values.length - 1 - i) % every === 0);
}

/** Leave out what lies too close to the value before, so that at most `most` are left. */
function apart(values, place, most) {
  const kept = [];
  for (const value of values) {
    if (!kept.length || place(value) - place(kept.at(-1)) >= 1 / most) kept.push(value);
  }
  return kept;
}

function clamp(place) {
  return Math.max(0, Math.min(1, place));
}
