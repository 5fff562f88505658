import assert from "node:assert/strict";
import {test} from "node:test";

import {layoutOf, pathOf} from "../../assets/components/training_watch/curves/curve_painting.mjs";
import {
  accuracyScale,
  lossScale,
  powerScale,
  spread,
  timeScale,
} from "../../assets/components/training_watch/curves/scales.mjs";

const BOTH = [true, false];

function rises(places) {
  return places.every((place, i) => i === 0 || place > places[i - 1]);
}

test("time runs from 0 at the left to all digits at the right, on either axis", () => {
  for (const stretched of BOTH) {
    const time = timeScale(180_000, stretched);
    assert.equal(time.place(0), 0);
    assert.equal(time.place(180_000), 1);
    assert.ok(rises([0, 50, 120, 4000, 60_000, 180_000].map(time.place)));
  }
});

test("a place on the time axis leads back to its digits", () => {
  for (const stretched of BOTH) {
    const time = timeScale(180_000, stretched);
    for (const digits of [0, 50, 1000, 99_999, 180_000]) {
      assert.ok(Math.abs(time.digits(time.place(digits)) - digits) < 1e-6 * 180_000);
    }
  }
});

test("the stretched time axis keeps the first snapshots apart, the even one does not", () => {
  const [stretched, even] = BOTH.map((each) => timeScale(180_000, each));
  assert.ok(600 * (stretched.place(500) - stretched.place(120)) > 20); // of 600 CSS pixels
  assert.ok(600 * (even.place(500) - even.place(120)) < 2);
});

test("ticks of time begin at 0, are round, and do not crowd", () => {
  for (const stretched of BOTH) {
    for (const total of [1, 100, 1797, 60_000, 4_200_000]) {
      const time = timeScale(total, stretched);
      const ticks = time.ticks(8);
      assert.equal(ticks[0], 0);
      assert.ok(ticks.length <= 10 && ticks.every((tick) => tick <= total * 1.001));
      const places = ticks.map(time.place);
      assert.ok(
        places.slice(1).every((place, i) => place - places[i] > 0.09),
        `${ticks}`,
      );
    }
  }
});

test("a training of no digits at all has a time axis all the same", () => {
  for (const stretched of BOTH) assert.ok(Number.isFinite(timeScale(0, stretched).place(0)));
});

test("losses are placed between their lowest and their highest; nothing leaves the axis", () => {
  const stretched = lossScale([2.3, 0.5, 0.02, null, NaN, Infinity], true);
  assert.ok(rises([0.02, 0.5, 2.3].map(stretched.place)));
  for (const loss of [0, 0.02, 2.3, 1e9, Infinity]) {
    assert.ok(stretched.place(loss) >= 0 && stretched.place(loss) <= 1);
  }
  assert.equal(lossScale([2.3, 0.5], false).place(0), 0);
});

test("the stretched loss axis gives each halving the same height", () => {
  const {place} = lossScale([3, 0.01], true);
  assert.ok(Math.abs(place(2) - place(1) - (place(0.2) - place(0.1))) < 1e-9);
});

test("ticks of loss lie within the losses and are few, even when the loss has exploded", () => {
  for (const losses of [
    [2.3, 2.2],
    [2.3, 0.004],
    [1e12, 0.1],
  ]) {
    for (const stretched of BOTH) {
      const {place, ticks} = lossScale(losses, stretched);
      const shown = ticks(6);
      assert.ok(shown.length >= 1 && shown.length <= 8, `${losses}: ${shown}`);
      assert.ok(shown.every((tick) => place(tick) >= 0 && place(tick) <= 1));
    }
  }
});

test("losses that were never measured leave an axis that can be drawn", () => {
  for (const stretched of BOTH) assert.ok(Number.isFinite(lossScale([null], stretched).place(1)));
});

test("the stretched accuracy axis gives as much height from 90 to 99 % as from 0 to 90 %", () => {
  const {place} = accuracyScale(0.995, true);
  assert.equal(place(0), 0);
  assert.ok(Math.abs(place(0.99) - place(0.9) - place(0.9)) < 1e-9);
  assert.ok(place(0.995) < 1);
});

test("an accuracy of 100 % lies on the axis", () => {
  for (const stretched of BOTH) assert.equal(accuracyScale(1, stretched).place(1), 1);
});

test("ticks of accuracy stand apart", () => {
  for (const highest of [0.1, 0.5, 0.9, 0.987, 1]) {
    const {place, ticks} = accuracyScale(highest, true);
    const places = ticks(6).map(place);
    assert.ok(
      places.slice(1).every((each, i) => each - places[i] >= 1 / 6 - 1e-9),
      `${ticks(6)}`,
    );
  }
});

test("norms are placed by their powers of ten, and none, 0 and no number have a place too", () => {
  const {place, low, high} = powerScale([3e-7, 0.5, 20, NaN, 0, Infinity]);
  assert.deepEqual(
    [low, high].map((end) => Math.round(Math.log10(end))),
    [-7, 2],
  );
  assert.ok(Math.abs(place(1) - place(0.1) - 1 / 9) < 1e-9);
  assert.equal(place(0), 0);
  assert.equal(place(Infinity), 1);
});

test("labels that would lie over each other are moved apart, in their order and within bounds", () => {
  const places = [50, 52, 51, 0];
  const moved = spread(places, 15, [0, 100]);
  const order = (values) => values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  assert.deepEqual(order(moved), order(places));
  const sorted = [...moved].sort((a, b) => a - b);
  assert.ok(sorted.slice(1).every((place, i) => place - sorted[i] >= 15));
  assert.ok(sorted[0] >= 0 && sorted.at(-1) <= 100);
});

test("labels that are apart stay where they are", () => {
  assert.deepEqual(spread([80, 10], 15, [0, 100]), [80, 10]);
});

test("labels at the lower end are moved up instead of out", () => {
  assert.deepEqual(spread([99, 100], 15, [0, 100]), [85, 100]);
});

test("a line leaves out what was not measured", () => {
  assert.equal(
    pathOf([
      [0, 2.3, 10],
      [5, null, NaN],
      [9, NaN, NaN],
      [10, 1, 20],
    ]),
    "M0.0 10.0L10.0 20.0",
  );
  assert.equal(pathOf([]), "");
});

test("the chart fills the room beside it, within reason, and never on a telephone", () => {
  assert.ok(layoutOf(640, 480).height >= 470);
  assert.equal(layoutOf(640, 0).height, layoutOf(640, 200).height);
  assert.equal(layoutOf(640, 5000).height, layoutOf(640, 9000).height);
  assert.equal(layoutOf(358, 5000).height, layoutOf(358, 0).height);
});

test("the parts of the chart lie below each other, within its height, at any width", () => {
  for (const width of [260, 358, 640, 1200]) {
    const {parts, height, left, right} = layoutOf(width);
    const edges = [parts.loss, parts.accuracy, parts.rate].flatMap(({top, bottom}) => [
      top,
      bottom,
    ]);
    assert.ok(rises(edges) && edges.at(-1) < height);
    assert.ok(right - left > width / 2 && right < width);
  }
});
