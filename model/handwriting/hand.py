"""Digits as hands write them: a form is drawn, bent and sampled as a tablet delivers it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.handwriting import scribbles
from model.handwriting.drawing import Form, Track
from model.handwriting.forms import FORMS
from model.pixels.drawings import pixels_of
from model.pixels.preprocessing import PEN, SIDE
from model.pixels.strokes import smooth

_HEIGHT = 200.0  # canvas units: how high a digit is drawn on the canvas of 280
_PEN_SPREAD = 0.12  # standard deviation of the logarithm of the pen's width, around PEN


@dataclass(frozen=True)
class Hand:
    """One writer's habits: lengths in heights of a digit, angles in radians."""

    slant: float  # shear: how far the top leans to the right
    turn: float  # rotation of the whole digit
    width: float  # times the natural width
    carelessness: float  # of where the control points fall, standard deviation
    flatness: float  # 0 the smooth curve, 1 straight lines between control points, < 0 rounder
    warp: float  # strength of the smooth distortion
    tremor: float  # of each point
    speed: float  # points of the tablet for a stroke as long as the digit is high


def any_hand(rng: np.random.Generator) -> Hand:
    """Draw a writer."""
    flatness = rng.choice([rng.normal(0, 0.15), rng.uniform(0.2, 1)], p=[0.9, 0.1])
    return Hand(
        slant=0.08 + 0.15 * np.clip(rng.standard_t(5), -3, 3),
        turn=rng.normal(0, 0.07),
        width=np.exp(rng.normal(0, 0.2)),
        carelessness=0.028 * np.exp(rng.normal(0, 0.4)),
        flatness=flatness,
        warp=0.05 * np.exp(rng.normal(0, 0.5)),
        tremor=0.004 * np.exp(rng.normal(0, 0.8)),
        speed=np.exp(rng.normal(2.6, 0.45)),
    )


def forms_of(digit: int) -> tuple[str, ...]:
    """List the names of the forms in which `write` knows a digit."""
    return tuple(form.name for form in FORMS[digit])


def write(
    digit: int, rng: np.random.Generator, form: str | None = None, hand: Hand | None = None
) -> list[np.ndarray]:
    """Write a digit: strokes `(points, 2)` float32, about one unit high, y downward.

    `form` is one of `forms_of(digit)`, by default any, as often as people write it; `hand` is by
    default somebody new each time. Strokes are as the pen left them, not yet smoothed.
    """
    return write_form(_chosen(FORMS[digit], form, rng), rng, hand)


def write_form(form: Form, rng: np.random.Generator, hand: Hand | None = None) -> list[np.ndarray]:
    """Write one form in one hand."""
    hand = hand or any_hand(rng)
    controls = _between(form.drawings, rng)
    lines = [
        _line(track, points, hand, rng) for track, points in zip(form.tracks, controls, strict=True)
    ]
    lines = [_with_ends(line, rng) for line in _lifted_or_joined(lines, rng)]
    return [_sampled(line, hand, rng) for line in _bent(lines, hand, rng)]


def _chosen(forms: tuple[Form, ...], name: str | None, rng: np.random.Generator) -> Form:
    if name is None:
        weights = np.array([form.weight for form in forms])
        return forms[rng.choice(len(forms), p=weights / weights.sum())]
    for form in forms:
        if form.name == name:
            return form
    raise ValueError(f"No form {name!r}; there are {[form.name for form in forms]}.")


def _between(
    drawings: tuple[tuple[np.ndarray, ...], ...], rng: np.random.Generator
) -> list[np.ndarray]:
    """Blend the drawings of a form: mostly near one of them, sometimes in the middle."""
    shares = rng.dirichlet(np.full(len(drawings), 0.6))
    return [
        sum(share * points for share, points in zip(shares, stroke, strict=True))
        for stroke in zip(*drawings, strict=True)
    ]


def _line(track: Track, controls: np.ndarray, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Run through control points that a hand misses a little."""
    missed = controls + rng.normal(0, hand.carelessness, controls.shape)
    missed += rng.normal(0, hand.carelessness, 2)  # the stroke as a whole
    line = ((1 - hand.flatness) * track.curved + hand.flatness * track.straight) @ missed
    return _opened(line, rng) if track.closed else line


def _opened(ring: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Start a ring somewhere, and let its end miss the start: a gap, or some way written twice."""
    count = len(ring)
    start = rng.integers(count) if rng.random() < 0.3 else round(rng.normal(0, 0.06) * count)
    length = round(count * (1.03 + rng.normal(0, 0.06)))
    line = ring[(start + np.arange(length)) % count]
    missed = np.linspace(-0.5, 0.5, length)[:, None] * rng.normal(0, 0.05, 2)
    return line + missed


def _lifted_or_joined(lines: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """Forget to lift the pen between two strokes, or lift it within one."""
    chance = rng.random()
    if len(lines) > 1 and chance < 0.03:
        bow = rng.normal(0, 0.03, 2)
        t = np.linspace(0, 1, 10)[1:-1, None]
        bridge = (1 - t) * lines[0][-1] + t * lines[1][0] + t * (1 - t) * 4 * bow
        return [np.concatenate([lines[0], bridge, lines[1]]), *lines[2:]]
    if len(lines[0]) > 24 and chance > 0.96:
        cut = rng.integers(8, len(lines[0]) - 8)
        again = lines[0][cut - rng.integers(0, 3) :] + rng.normal(0, 0.02, 2)
        return [lines[0][:cut], again, *lines[1:]]
    return lines


def _with_ends(line: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Stop short or overshoot, and drag the pen a little in setting down and lifting it."""
    for _ in range(2):  # the end, then the start, which is the end of the line read backward
        chance = rng.random()
        if chance < 0.15 and len(line) > 16:
            line = line[: -rng.integers(1, 1 + len(line) // 12)]
        elif chance < 0.3:
            way = line[-1] - line[-3]
            way *= abs(rng.normal(0, 0.06)) / (np.hypot(*way) + 1e-6)
            line = np.concatenate([line, line[-1] + way * np.array([[0.5], [1.0]])])
        elif chance < 0.4:
            angle, length = rng.uniform(0, 2 * np.pi), abs(rng.normal(0, 0.05))
            hook = length * np.array([np.cos(angle), np.sin(angle)])
            line = np.concatenate([line, line[-1] + hook * np.array([[0.5], [1.0]])])
        line = line[::-1]
    return line


def _bent(lines: list[np.ndarray], hand: Hand, rng: np.random.Generator) -> list[np.ndarray]:
    """Bend the whole digit: proportions of its parts, a smooth distortion, slant and turn."""
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    centered = points - (low + high) / 2
    x, y = (centered / (high[1] - low[1] + 1e-6)).T  # y from -0.5 to 0.5
    stretch = rng.normal(0, hand.warp, 4)
    bends = rng.normal(0, hand.warp, (2, 3))
    turns = rng.uniform(0, 2 * np.pi, 6)
    bent_x = x + stretch[0] * np.sin(np.pi * y) * 0.5 + stretch[1] * x * y * 4
    bent_y = y + stretch[2] * np.cos(np.pi * y) + stretch[3] * x
    waves = np.pi * np.array([1.0, 1.5, 2.5])[:, None]
    bent_x += bends[0] @ np.sin(waves * y + turns[:3, None]) * 0.4
    bent_y += bends[1] @ np.sin(waves * x + turns[3:, None]) * 0.4
    bent_x = hand.width * bent_x - hand.slant * bent_y
    cos, sin = np.cos(hand.turn), np.sin(hand.turn)
    bent = np.stack([cos * bent_x - sin * bent_y, sin * bent_x + cos * bent_y], axis=1)
    return np.split(bent + 0.5, np.cumsum([len(line) for line in lines])[:-1])


def _sampled(line: np.ndarray, hand: Hand, rng: np.random.Generator) -> np.ndarray:
    """Take the points that a tablet delivers: evenly in time, with the hand's tremor.

    The pen slows down in curves: its speed goes with the radius of curvature to the power of 1/3
    (F. Lacquaniti, C. Terzuolo and P. Viviani, "The law relating the kinematic and figural
    aspects of drawing movements", 1983).
    """
    steps = np.diff(line, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1]) + 1e-6
    headings = np.arctan2(steps[:, 1], steps[:, 0])
    turns = np.abs((np.diff(headings, append=headings[-1:]) + np.pi) % (2 * np.pi) - np.pi)
    curvature = np.minimum(turns / lengths, 40)
    seconds = np.concatenate([[0], np.cumsum(lengths * np.cbrt(curvature + 1))])
    count = int(np.clip(hand.speed * lengths.sum(), 3, 80))
    moments = np.linspace(0, seconds[-1], count)
    points = np.stack([np.interp(moments, seconds, line[:, axis]) for axis in (0, 1)], axis=1)
    points += rng.normal(0, hand.tremor, points.shape)
    return points.astype(np.float32)


def scribble(rng: np.random.Generator) -> list[np.ndarray]:
    """Write no digit, but a scribble or a letter: strokes like those of `write`."""
    if rng.random() < 0.4:
        return write_form(_chosen(scribbles.LETTERS, None, rng), rng)
    return scribbles.scrawl(rng)


def digits(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Write `count` digits: pixels `(count, 28, 28)` uint8 and their labels `(count,)` uint8."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count, dtype=np.uint8) % 10)
    written = iter(labels)
    return _pictures(count, lambda: write(int(next(written)), rng), rng), labels


def outliers(count: int, seed: int) -> np.ndarray:
    """Write `count` scribbles and letters: pixels `(count, 28, 28)` uint8."""
    rng = np.random.default_rng(seed)
    return _pictures(count, lambda: scribble(rng), rng)


def _pictures(
    count: int, strokes: Callable[[], list[np.ndarray]], rng: np.random.Generator
) -> np.ndarray:
    """Draw what is written as the canvas would, with a pen of nearly its width."""
    pixels = np.empty((count, SIDE, SIDE), np.uint8)
    for picture in pixels:
        curves = [smooth(points * _HEIGHT) for points in strokes()]
        pen = PEN * np.exp(rng.normal(0, _PEN_SPREAD))
        picture[:] = np.rint(pixels_of(curves, pen) * 255)
    return pixels
