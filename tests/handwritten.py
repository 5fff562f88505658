"""Digits of the project's own hand, on the canvas and as files."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from model.handwriting import forms_of, write
from model.pixels.decoding import decode
from model.pixels.pen import render
from model.pixels.strokes import CANVAS, Stroke, smooth

EVERY_FORM = [(digit, form) for digit in range(10) for form in forms_of(digit)]


def on_canvas(
    digit: int,
    form: str | None = None,
    *,
    seed: int = 1,
    high: float = 200,
    corner: tuple[float, float] | None = None,
) -> list[np.ndarray]:
    """Write a digit `high` canvas units high, in the middle or with its box at `corner`."""
    lines = write(digit, np.random.default_rng([seed, digit]), form)
    points = np.concatenate(lines)
    low, far = points.min(axis=0), points.max(axis=0)
    scale = high / (far - low).max()
    begin = np.array(corner or (CANVAS - scale * (far - low)) / 2)
    return [((line - low) * scale + begin).astype(np.float32) for line in lines]


def strokes(lines: Sequence[np.ndarray], width: float = 16) -> tuple[Stroke, ...]:
    """Draw lines with one pen."""
    return tuple(Stroke(line, width) for line in lines)


def ink(lines: Sequence[np.ndarray], width: float = 16) -> np.ndarray:
    """Paint lines as they look on the canvas: `(280, 280)` float32, 1 = ink."""
    return render([smooth(line) for line in lines], [width] * len(lines), CANVAS)


def as_sent(drawn: Sequence[Stroke]) -> list[dict[str, object]]:
    """Write strokes as the browser sends them."""
    return [{"width": each.width, "points": each.points.ravel().tolist()} for each in drawn]


def through_a_file(picture: np.ndarray) -> np.ndarray:
    """Save gray or RGBA levels 0 to 255 as PNG, and decode them again."""
    return decode(png(picture)).gray


def png(picture: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.rint(picture).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()
