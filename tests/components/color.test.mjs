import assert from "node:assert/strict";
import {test} from "node:test";

import {
  colorOf,
  colorsOf,
  css,
  diverging,
  gradient,
  scaleOf,
  sequential,
} from "../../assets/components/shared/color.mjs";

const channels = (color) => [color & 255, (color >> 8) & 255, (color >> 16) & 255];

/** CIE lightness L* of an sRGB color, 0 to 100. */
function lightness(color) {
  const [red, green, blue] = channels(color).map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

/**
 * A color as it looks to a protanope or a deuteranope: F. Viénot, H. Brettel and J. Mollon,
 * "Digital video colormaps for checking the legibility of displays by dichromats" (1999).
 */
function asSeen(color, [red, green, blue]) {
  const linear = channels(color).map((value) => (value / 255) ** 2.2);
  const mix = (row) => row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2];
  return [red, green, blue].map((row) => 255 * Math.max(0, mix(row)) ** (1 / 2.2));
}
const PROTAN = [
  [0.11238, 0.88762, 0],
  [0.11238, 0.88762, 0],
  [0.00401, -0.00401, 1],
];
const DEUTAN = [
  [0.29275, 0.70725, 0],
  [0.29275, 0.70725, 0],
  [-0.02234, 0.02234, 1],
];

test("every color of both scales is opaque", () => {
  for (const scale of [sequential, diverging]) {
    assert.equal(scale.length, 256);
    for (const color of scale) assert.equal(color >>> 24, 255);
  }
});

test("more is brighter, evenly, from dark to bright", () => {
  const levels = [...sequential].map(lightness);
  const steps = levels.slice(1).map((level, i) => level - levels[i]);
  assert.ok(levels[0] < 15 && levels[255] > 75);
  assert.ok(steps.every((step) => step > -0.2));
  // Over any sixteenth of the scale the lightness rises by at least a third of its share.
  const share = (levels[255] - levels[0]) / 16;
  for (let i = 16; i < 256; i++) assert.ok(levels[i] - levels[i - 16] > share / 3, `at ${i}`);
});

test("zero is the brightest of the diverging scale and both ends are dark", () => {
  const levels = [...diverging].map(lightness);
  const middle = (levels[127] + levels[128]) / 2;
  assert.ok(middle > 90);
  assert.ok(levels[0] < 60 && levels[255] < 60);
});

test("below zero is bluer and above redder, for color-blind eyes as well", () => {
  for (const eye of [PROTAN, DEUTAN]) {
    for (const distance of [40, 80, 127]) {
      const [below, above] = [127 - distance, 128 + distance].map((i) => asSeen(diverging[i], eye));
      assert.ok(below[2] - below[0] > above[2] - above[0] + 25, `${distance}`);
    }
  }
});

test("activations from zero up are told from zero to the highest", () => {
  assert.deepEqual(scaleOf([0, 3.5]), {colors: sequential, ends: [0, 3.5]});
  assert.deepEqual(scaleOf([1, 3.5]).ends, [0, 3.5]);
});

test("the scale of nothing but zero ends at zero, and zero keeps the color that it always has", () => {
  for (const [signed, zero] of [
    [false, colorOf(0, scaleOf([0, 5]))],
    [true, colorOf(0, scaleOf([-5, 5]))],
  ]) {
    const scale = scaleOf([0, 0], signed);
    assert.deepEqual(scale.ends, [0, 0]);
    assert.equal(colorOf(0, scale), zero);
    assert.deepEqual(new Set([...scale.colors, ...colorsOf([0, 0], scale)]), new Set([zero]));
  }
});

test("zero has the middle of the scale where values have a sign, even where none is below it", () => {
  assert.deepEqual(scaleOf([-1, 3], true), {colors: diverging, ends: [-3, 3]});
  assert.deepEqual(scaleOf([1, 3], true), {colors: diverging, ends: [-3, 3]});
});

test("activations on both sides of zero have zero in the middle", () => {
  assert.deepEqual(scaleOf([-2, 5]), {colors: diverging, ends: [-5, 5]});
  assert.deepEqual(scaleOf([-7, 5]).ends, [-7, 7]);
  assert.deepEqual(scaleOf([-7, -5]).ends, [-7, 7]);
});

test("a byte gets the color of the activation it stands for", () => {
  const scale = scaleOf([0, 10]);
  const colors = colorsOf([0, 5], scale); // half as strong as the strongest of the scale
  assert.equal(colors[0], sequential[0]);
  assert.equal(colors[255], sequential[128]);
  assert.equal(colorsOf([0, 10], scale)[255], sequential[255]);
});

test("zero has the same color whatever the rest of the map is", () => {
  const scale = scaleOf([-4, 4]);
  for (const domain of [
    [-4, 4],
    [-1, 1],
    [-2, 2],
  ]) {
    const middle = colorsOf(domain, scale)[127];
    assert.ok([diverging[126], diverging[127], diverging[128]].includes(middle));
  }
});

test("what lies beyond the scale has the color of its end", () => {
  const colors = colorsOf([0, 20], scaleOf([0, 10]));
  assert.equal(colors[255], sequential[255]);
  assert.equal(colors[200], sequential[255]);
});

test("a flat map is one color", () => {
  const colors = colorsOf([3, 3], scaleOf([0, 6]));
  assert.deepEqual(new Set(colors).size, 1);
});

test("colors are written for CSS with red first", () => {
  assert.equal(css(0xff030201), "rgb(1 2 3)");
});

test("a gradient runs through its scale from left to right", () => {
  const written = gradient({colors: sequential});
  const stops = written.match(/rgb\([^)]*\)/g);
  assert.match(written, /^linear-gradient\(to right/);
  assert.equal(stops[0], css(sequential[0]));
  assert.equal(stops.at(-1), css(sequential[255]));
});
