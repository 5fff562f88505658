"""Digits on paper, made with fixed seeds: singles and pages as people bring them.

The strokes are those of the file that CONVSCOPE_PEN_STROKES names, else our synthesizer's. What
is true of a picture is known from how it was made: each digit's value and the box of its ink.
"""

import io
import json
import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
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


# Pages: lines of digits


@dataclass(frozen=True)
class Style:
    """How a page was written and photographed."""

    light: str = "even"
    noise: float = 0.0  # gray levels
    rules: str = ""  # "", "lines" or "squares"
    rule_depth: tuple[float, float] = (0.12, 0.35)  # of the paper's brightness
    blur: float = 0.0  # of the pen's width
    quality: int = 0  # of the JPEG; 0 is a PNG
    turn: float = 0.0  # degrees at most
    perspective: float = 0.0  # of the picture's width, at most
    depth: tuple[float, float] = (0.65, 0.9)  # how much darker ink is than its paper
    color: tuple[int, int, int] | None = None  # of the ink
    board: bool = False  # bright on dark
    desk: str = ""  # "", "dark", "mid"
    uneven: float = 0.12  # how much heights vary
    zeros: float = 1.0  # height of zeros beside the others
    gap: tuple[float, float] = (0.15, 0.6)  # of the height, between the boxes
    letters: bool = False
    pen: tuple[float, float] = (0.05, 0.13)  # of the height
    marks: dict[str, float] = field(default_factory=dict)


STYLES: dict[str, Style] = {
    "plain": Style(),
    "gradient": Style(light="gradient", noise=2, quality=85),
    "shadow": Style(light="shadow", noise=2, quality=85),
    "grain": Style(noise=6, quality=90),
    "ruled": Style(rules="lines", noise=1.5, quality=85),
    "ruled dark": Style(rules="lines", rule_depth=(0.4, 0.65), noise=1.5, quality=88),
    "squared": Style(rules="squares", noise=1.5, quality=85),
    "blur": Style(blur=0.35, noise=2, quality=80),
    "jpeg": Style(quality=35, noise=1),
    "turned": Style(turn=10, noise=1.5, quality=85),
    "perspective": Style(turn=4, perspective=0.12, noise=2, quality=85, light="gradient"),
    "pencil": Style(depth=(0.22, 0.4), noise=2, quality=88, pen=(0.045, 0.08)),
    "blue": Style(color=(40, 60, 170), noise=2, quality=85, rules="squares"),
    "red": Style(color=(200, 50, 60), noise=2, quality=85, light="gradient"),
    "board": Style(board=True, noise=3, quality=85, light="gradient"),
    "screenshot": Style(depth=(0.9, 1.0), uneven=0.05),
    "desk": Style(desk="dark", turn=6, perspective=0.05, noise=2, quality=85, light="gradient"),
    "desk mid": Style(desk="mid", turn=8, noise=2, quality=85),
    "mixed sizes": Style(uneven=0.35, gap=(0.2, 0.6)),
    "small zeros": Style(zeros=0.42, uneven=0.06),
    "close": Style(gap=(0.04, 0.15)),
    "fat": Style(pen=(0.14, 0.2), gap=(0.2, 0.5)),
}


def page(kind: str, number: int) -> Made:
    """Make the page of a kind with this number, from 0 on."""
    rng, style = seeded("page", kind, number), STYLES[kind]
    high, shape, lines = _plan(style, rng)
    chosen = [rng.integers(0, len(digits()), count) for count in lines]
    placed, labels = _placed(style, rng, chosen, high)
    low, far = _extent(placed)
    room = far - low + high * rng.uniform(0.8, 2.4, 2)
    shape = (round(room[1]), round(room[0]))
    offset = (room - (far - low)) / 2 - low
    placed = [[stroke + offset for stroke in digit] for digit in placed]
    return _photographed(style, rng, placed, labels, high, shape)


def _plan(style: Style, rng: np.random.Generator) -> tuple[float, tuple[int, int], list[int]]:
    rows = int(rng.integers(1, 6))
    return rng.uniform(40, 110), (0, 0), [int(rng.integers(2, 9)) for _ in range(rows)]


def _placed(
    style: Style, rng: np.random.Generator, chosen: Sequence[np.ndarray], high: float
) -> tuple[list[list[np.ndarray]], str]:
    """Lay digits on lines, each stroke in pixels of the sheet."""
    placed, labels = [], ""
    for row, indices in enumerate(chosen):
        left, base = rng.uniform(0, 1.2) * high, row * high * rng.uniform(1.6, 1.9) + high
        for index in indices:
            written = digits()[index]
            labels += str(written.label)
            size = high * (1 + style.uneven * rng.uniform(-1, 1))
            size *= style.zeros if written.label == 0 else 1.0
            points = np.concatenate(written.strokes)
            foot = points[:, 1].max() * size + rng.uniform(-0.06, 0.06) * high
            corner = np.array([left, base - foot])
            placed.append([stroke * size + corner for stroke in written.strokes])
            pen = style.pen[1] * high
            left += points[:, 0].max() * size + pen + high * rng.uniform(*style.gap)
    return placed, labels


def _extent(placed: Sequence[Sequence[np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    points = np.concatenate([stroke for digit in placed for stroke in digit])
    return points.min(axis=0), points.max(axis=0)


def _camera(
    style: Style, rng: np.random.Generator, shape: tuple[int, int]
) -> tuple[np.ndarray, tuple[int, int]]:
    """Return the homography from the sheet to the picture, and the picture's size."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    angle = np.deg2rad(rng.uniform(-style.turn, style.turn))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = corners @ turn.T + rng.uniform(-1, 1, (4, 2)) * style.perspective * width / 2
    border = np.array([0.0, 0.0])
    if style.desk:
        border = rng.uniform(0.15, 0.6, 2) * max(shape)
    seen = seen - seen.min(axis=0) + border
    room = seen.max(axis=0) + border
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    return matrix, (round(room[1]), round(room[0]))


def _moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0]


def _photographed(
    style: Style, rng: np.random.Generator, placed: list[list[np.ndarray]], labels: str,
    high: float, sheet: tuple[int, int],
) -> Made:  # fmt: skip
    matrix, shape = _camera(style, rng, sheet)
    pen = max(1.6, high * rng.uniform(*style.pen))
    seen = [[_moved(stroke, matrix) for stroke in digit] for digit in placed]
    drawn = ink([stroke for digit in seen for stroke in digit], pen, shape)
    if style.blur:
        drawn = cv2.GaussianBlur(drawn, (0, 0), pen * style.blur)
    rules = _rules(style, rng, matrix, sheet, shape, high)
    paper = rng.uniform(195, 245)
    depth = rng.uniform(*style.depth)
    lit = light(shape, rng, style.light)
    if style.board:
        picture = lit * (rng.uniform(25, 60) + rng.uniform(110, 170) * drawn)
    else:
        picture = paper * (1 - rules)
        if style.color:
            tint = np.array(style.color, np.float32) / 255
            picture = picture[..., None] * (1 - drawn[..., None] * (1 - tint))
            lit = lit[..., None]
        else:
            picture = picture * (1 - depth * drawn)
        picture = picture * lit
    if style.desk:
        corners = np.array([[0, 0], [sheet[1], 0], [sheet[1], sheet[0]], [0, sheet[0]]], float)
        mask = np.zeros(shape, np.uint8)
        quad = np.rint(_moved(corners, matrix) * 16).astype(np.int32)
        cv2.fillPoly(mask, [quad], 1, cv2.LINE_8, 4)
        wood = rng.uniform(20, 60) if style.desk == "dark" else rng.uniform(90, 140)
        desk = noisy(np.full(shape, wood, np.float32), rng, 5)
        picture = np.where(mask > 0, picture, desk)
    if style.noise:
        grain = noisy(np.zeros(shape, np.float32), rng, style.noise)
        picture = picture + (grain if picture.ndim == 2 else grain[..., None])
    data = file_of(picture, "JPEG" if style.quality else "PNG", style.quality or 85)
    boxes = np.array([_box(digit, pen) for digit in seen])
    return Made(data, labels, boxes)


def _box(digit: Sequence[np.ndarray], pen: float) -> tuple[float, float, float, float]:
    points = np.concatenate(digit)
    low, high = points.min(axis=0) - pen / 2, points.max(axis=0) + pen / 2
    return (*low, *(high - low))


def _rules(
    style: Style, rng: np.random.Generator, matrix: np.ndarray, sheet: tuple[int, int],
    shape: tuple[int, int], high: float,
) -> np.ndarray:  # fmt: skip
    if not style.rules:
        return np.zeros(shape, np.float32)
    height, width = sheet
    if style.rules == "lines":
        step = high * rng.uniform(1.0, 1.6)
        lines = [[[0, y], [width, y]] for y in np.arange(rng.uniform(0, step), height, step)]
    else:
        step = high * rng.uniform(0.35, 0.7)
        lines = [[[0, y], [width, y]] for y in np.arange(rng.uniform(0, step), height, step)]
        lines += [[[x, 0], [x, height]] for x in np.arange(rng.uniform(0, step), width, step)]
    thick = max(1.0, high * rng.uniform(0.01, 0.03))
    moved = [_moved(np.array(line, float), matrix) for line in lines]
    return ink(moved, thick, shape) * rng.uniform(*style.rule_depth)


# Pages without digits


_UNLIKE = "ACEFHKMNPRTVWXYacefhkmnprtvwxy@&%#?"  # letters and signs that resemble no digit


def letters(number: int) -> Made:
    """Write lines of letters and signs; `labels` are empty."""
    rng = seeded("letters", number)
    shape = 500, 900
    drawn = np.zeros((2 * shape[0], 2 * shape[1]), np.uint8)
    fonts = [cv2.FONT_HERSHEY_SCRIPT_COMPLEX, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
             cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX]  # fmt: skip
    for row in range(4):
        text = "".join(f"{rng.choice(list(_UNLIKE))} " for _ in range(8))
        font = fonts[int(rng.integers(len(fonts)))]
        place = (60 + int(rng.integers(0, 60)), 220 + 210 * row)
        cv2.putText(drawn, text, place, font, 3.4, 255, int(rng.integers(4, 12)), cv2.LINE_AA)
    drawn = cv2.resize(drawn, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    picture = rng.uniform(200, 240) * light(shape, rng, "gradient") * (1 - 0.75 * drawn)
    return Made(file_of(noisy(picture, rng, 2), "JPEG"), "", np.zeros((0, 4)))


def photo(number: int) -> Made:
    """Return a part of a photo without writing: scikit-learn's two, cut at random."""
    from sklearn.datasets import load_sample_images

    rng = seeded("photo", number)
    image = load_sample_images().images[number % 2]
    height, width = (int(side * rng.uniform(0.4, 1)) for side in image.shape[:2])
    top, left = (
        int(rng.integers(0, image.shape[i] - s + 1)) for i, s in enumerate((height, width))
    )
    part = image[top : top + height, left : left + width]
    return Made(file_of(part.astype(np.float32), "JPEG"), "", np.zeros((0, 4)))
