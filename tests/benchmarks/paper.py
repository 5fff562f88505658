"""Digits on paper, made with fixed seeds: singles as people bring them (pages: sheets.py).

The strokes are those of the file that CONVSCOPE_PEN_STROKES names, else our synthesizer's. What
is true of a picture is known from how it was made: each digit's value and the box of its ink.
"""

import io
import json
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from model.handwriting import write

_FINE = 4  # bits of a pixel's fraction in which OpenCV takes points


@dataclass(frozen=True)
class Written:
    """One digit: its value, and its strokes in a box of 1 by the longer side, y downward."""

    label: int
    strokes: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Made:
    """A made picture and the truth about it."""

    data: bytes  # the file
    labels: str  # in reading order
    boxes: np.ndarray  # (n, 4): x, y, width, height of each digit's ink, pixels of the file


@cache
def digits() -> tuple[Written, ...]:
    """Return 1,000 digits, 100 of each, in a fixed order."""
    source = os.environ.get("CONVSCOPE_PEN_STROKES")
    if source:
        told = json.loads(Path(source).read_text("utf-8"))
        written = [(each["label"], [np.array(s, float) for s in each["strokes"]]) for each in told]
    else:
        rng = np.random.default_rng(77)
        written = [(n % 10, [s.astype(float) for s in write(n % 10, rng)]) for n in range(1000)]
    return tuple(Written(label, _in_one(strokes)) for label, strokes in written)


def _in_one(strokes: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return tuple((stroke - low) / max(*(high - low), 1e-6) for stroke in strokes)


def seeded(*names: object) -> np.random.Generator:
    """Return numbers that depend on these names and on nothing else."""
    return np.random.default_rng(zlib.crc32(repr(names).encode()))


# Ink, paper, camera


def ink(strokes: Sequence[np.ndarray], pen: float, shape: tuple[int, int]) -> np.ndarray:
    """Draw polylines with a round pen: `(h, w)` float32 in [0, 1], anti-aliased."""
    drawn = np.zeros((2 * shape[0], 2 * shape[1]), np.uint8)
    for stroke in strokes:
        points = np.rint((2 * stroke - 0.5) * 2**_FINE).astype(np.int32)
        if len(points) == 1:
            points = np.repeat(points, 2, axis=0)
        cv2.polylines(drawn, [points], False, 255, max(1, round(2 * pen)), cv2.LINE_AA, _FINE)
    return cv2.resize(drawn, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def light(shape: tuple[int, int], rng: np.random.Generator, kind: str) -> np.ndarray:
    """Return how bright the light is everywhere, `(h, w)` in (0, 1]."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    along = (along - along.min()) / np.ptp(along)
    if kind == "gradient":
        return 1 - rng.uniform(0.2, 0.6) * along
    if kind == "shadow":
        soft = rng.uniform(0.005, 0.06)
        return 1 - rng.uniform(0.2, 0.5) / (1 + np.exp(-(along - rng.uniform(0.3, 0.7)) / soft))
    return np.ones(shape, np.float32)


def noisy(picture: np.ndarray, rng: np.random.Generator, deviation: float) -> np.ndarray:
    """Add grain, half of it of single pixels and half of paper fibers."""
    shape = picture.shape
    fibers = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), 1.2)
    return picture + deviation * (0.7 * rng.normal(0, 1, shape) + 2 * fibers)


def file_of(picture: np.ndarray, kind: str = "PNG", quality: int = 85) -> bytes:
    """Save gray `(h, w)` or color `(h, w, 3)` levels 0 to 255 as a file."""
    target = io.BytesIO()
    levels = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    options = {"quality": quality} if kind in ("JPEG", "WEBP") else {}
    Image.fromarray(levels).save(target, kind, **options)
    return target.getvalue()


# Singles: one digit, the faults of each kind


def _cut(written: Written, high: float, pen: float, margins: Sequence[float]) -> np.ndarray:
    """Draw a digit and cut it with these margins around its ink: left, top, right, bottom."""
    scale = high - pen
    points = np.concatenate(written.strokes) * scale
    size = np.ptp(points, axis=0) + pen
    left, top, right, bottom = margins
    shape = max(8, round(size[1] + top + bottom)), max(8, round(size[0] + left + right))
    place = np.array([left, top]) + pen / 2
    return ink([stroke * scale + place for stroke in written.strokes], pen, shape)


def _gray(drawn: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    paper, black = rng.uniform(200, 255), rng.uniform(0, 60)
    return paper + (black - paper) * drawn


def _formats(picture: np.ndarray, rng: np.random.Generator) -> bytes:
    kind = str(rng.choice(["PNG", "JPEG", "WEBP"]))
    return file_of(picture, kind, int(rng.integers(70, 96)))


def tight(written: Written, rng: np.random.Generator) -> bytes:
    """Cut to the ink with 0 to 8 pixels around it, small, in every format."""
    high = rng.uniform(20, 64)
    drawn = _cut(written, high, high * rng.uniform(0.06, 0.16), [rng.integers(0, 9)] * 4)
    return _formats(_gray(drawn, rng), rng)


def flush(written: Written, rng: np.random.Generator) -> bytes:
    """Cut to the ink exactly, up to large sizes."""
    high = rng.uniform(20, 300)
    drawn = _cut(written, high, high * rng.uniform(0.05, 0.2), [0] * 4)
    return _formats(_gray(drawn, rng), rng)


def beheaded(written: Written, rng: np.random.Generator) -> bytes:
    """Let the frame cut up to 6 % off one or two sides."""
    high = rng.uniform(24, 300)
    margins = rng.uniform(0, 0.3, 4) * high
    for side in rng.choice(4, int(rng.integers(1, 3)), replace=False):
        margins[side] = -high * rng.uniform(0, 0.06)
    drawn = _cut(written, high, high * rng.uniform(0.05, 0.12), margins)
    return _formats(_gray(drawn, rng), rng)


def small(written: Written, rng: np.random.Generator) -> bytes:
    """Leave the digit small on a large sheet with grain and uneven light."""
    shape = 420, 560
    high = rng.uniform(20, 70)
    drawn = np.zeros(shape, np.float32)
    own = _cut(written, high, max(1.5, high * rng.uniform(0.05, 0.1)), [2] * 4)
    top, left = (int(rng.integers(20, shape[i] - own.shape[i] - 20)) for i in (0, 1))
    drawn[top : top + own.shape[0], left : left + own.shape[1]] = own
    paper = rng.uniform(180, 240) * light(shape, rng, "gradient")
    picture = paper * (1 - rng.uniform(0.35, 0.8) * drawn)
    return _formats(noisy(picture, rng, rng.uniform(0, 4)), rng)


def share(written: Written, rng: np.random.Generator) -> bytes:
    """Cover anything from 0.1 to 20 % of the picture with ink."""
    part = np.exp(rng.uniform(np.log(0.001), np.log(0.2)))
    own = _cut(written, 140, rng.uniform(9, 20), [0] * 4)
    area = own.sum() / part
    aspect = rng.uniform(0.75, 1.33)
    shape = tuple(int(max(np.sqrt(area * each), 4 + own.shape[i]))
                  for i, each in enumerate((aspect, 1 / aspect)))  # fmt: skip
    drawn = np.zeros(shape, np.float32)
    top, left = (int(rng.integers(0, shape[i] - own.shape[i] + 1)) for i in (0, 1))
    drawn[top : top + own.shape[0], left : left + own.shape[1]] = own
    return _formats(noisy(_gray(drawn, rng), rng, rng.uniform(0, 3)), rng)


def faint(written: Written, rng: np.random.Generator) -> bytes:
    """Let the contrast fall along the line, down to a third, somewhat out of focus."""
    high = rng.uniform(60, 240)
    pen = high * rng.uniform(0.06, 0.12)
    margins = rng.uniform(0.1, 0.5, 4) * high
    drawn = _cut(written, high, pen, margins)
    y, x = np.mgrid[: drawn.shape[0], : drawn.shape[1]].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    pressed = 1 - rng.uniform(0.3, 0.67) * (along - along.min()) / np.ptp(along)
    drawn = cv2.GaussianBlur(drawn * pressed, (0, 0), pen * rng.uniform(0.1, 0.4))
    paper = rng.uniform(160, 240)
    picture = paper * (1 - rng.uniform(0.4, 0.9) * drawn)
    return _formats(noisy(picture, rng, rng.uniform(0, 2)), rng)


def fat(pen: int) -> Callable[[Written, np.random.Generator], bytes]:
    """Draw with a pen of so many of 280 pixels, to the edge of the picture."""

    def made(written: Written, rng: np.random.Generator) -> bytes:
        points = np.concatenate(written.strokes)
        low, size = points.min(axis=0), np.ptp(points, axis=0)
        scale = (280 - pen) / max(size)
        place = 140 - scale * (low + size / 2)
        drawn = ink([stroke * scale + place for stroke in written.strokes], pen, (280, 280))
        return file_of(255 - 255 * drawn, str(rng.choice(["PNG", "JPEG"])))

    return made


def inverted(written: Written, rng: np.random.Generator) -> bytes:
    """Write bright on dark, with margins from none to wide."""
    high = rng.uniform(20, 200)
    drawn = _cut(written, high, high * rng.uniform(0.06, 0.18), [high * rng.uniform(0, 0.5)] * 4)
    return _formats(255 - _gray(drawn, rng), rng)


def pieces(written: Written, rng: np.random.Generator) -> bytes:
    """Leave out short parts of the line, as a pen that skips, near the frame."""
    high = rng.uniform(28, 240)
    pen = high * rng.uniform(0.05, 0.1)
    gap = pen + high * rng.uniform(0.02, 0.07)
    parts: list[np.ndarray] = []
    for stroke in written.strokes:
        if len(stroke) < 8:
            parts.append(stroke)
            continue
        steps = np.linalg.norm(np.diff(stroke, axis=0), axis=1) * (high - pen)
        at = np.concatenate([[0], np.cumsum(steps)])
        middle = at[-1] * rng.uniform(0.35, 0.65)
        first, second = stroke[at < middle - gap / 2], stroke[at > middle + gap / 2]
        parts += [part for part in (first, second) if len(part) > 1]
    drawn = _cut(replace(written, strokes=tuple(parts)), high, pen,
                 rng.uniform(0, 0.2, 4) * high)  # fmt: skip
    return _formats(_gray(drawn, rng), rng)


def desk_edge(written: Written, rng: np.random.Generator) -> bytes:
    """Show a strip of a dark desk at one or two sides of the sheet."""
    high = rng.uniform(80, 260)
    drawn = _cut(written, high, high * rng.uniform(0.05, 0.1), rng.uniform(0.3, 0.9, 4) * high)
    picture = rng.uniform(190, 240) * light(drawn.shape, rng, "gradient")
    picture *= 1 - rng.uniform(0.5, 0.85) * drawn
    width = drawn.shape[1]
    strip = int(rng.uniform(0.03, 0.15) * high)
    turned = np.zeros(drawn.shape, np.uint8)
    slope = rng.uniform(-0.05, 0.05)
    corners = np.array([[0, strip], [width, strip + slope * width], [width, -99], [0, -99]])
    cv2.fillPoly(turned, [np.rint(corners).astype(np.int32)], 1)
    if rng.random() < 0.5:
        turned = turned[::-1]
    picture = np.where(turned > 0, rng.uniform(20, 80), picture)
    return _formats(noisy(picture, rng, 2), rng)


SINGLES: dict[str, Callable[[Written, np.random.Generator], bytes]] = {
    "tight": tight,
    "flush": flush,
    "beheaded": beheaded,
    "small": small,
    "share": share,
    "faint": faint,
    "fat 12": fat(12),
    "fat 20": fat(20),
    "fat 28": fat(28),
    "inverted": inverted,
    "pieces": pieces,
    "desk edge": desk_edge,
}


def single(kind: str, number: int) -> Made:
    """Make the single of a kind with this number, from 0 on."""
    written = digits()[(number * 37 + 11) % len(digits())]
    data = SINGLES[kind](written, seeded(kind, number))
    return Made(data, str(written.label), np.zeros((0, 4)))
