"""A page of numbers to try: `python -m model.handwriting.sheet assets/sheet.jpg`.

Drawn by this project: one calm writer, on ruled paper under a lamp.
"""

import sys
from pathlib import Path

import cv2
import numpy as np

from model.handwriting.hand import Hand, write
from model.pixels.pen import render
from model.pixels.strokes import smooth

LINES = ("2026 11 28", "314159", "27 18 28", "1024 768", "90210 7")

_SHAPE = (750, 1000)  # height, width in pixels
_DIGIT = 82.0  # pixels: how high one is written
_PITCH = 133.0  # pixels from line to line
_LEFT, _BASE = 84.0, 150.0  # pixels: where the first line begins
_PEN = 6.5  # pixels
_GAP, _SPACE = 0.24, 0.8  # heights of a digit: between two of them, and between two numbers
_PAPER, _RULE, _INK = 0.93, 0.07, 0.78  # brightness, and how much darker the others are
_QUALITY = 82  # of the JPEG

_WRITER = Hand(
    slant=0.08, turn=0, width=1, carelessness=0.014, flatness=0, warp=0.03, tremor=0.003, speed=30
)


def strokes(rng: np.random.Generator) -> list[np.ndarray]:
    """Write all lines: strokes `(points, 2)` float32 in pixels."""
    written: list[np.ndarray] = []
    for number, line in enumerate(LINES):
        right, base = _LEFT + rng.normal(0, 8), _BASE + number * _PITCH
        for sign in line:
            if sign == " ":
                right += _SPACE * _DIGIT
                continue
            digit = _placed(int(sign), right, base + rng.normal(0, 2.5), rng)
            written += digit
            right = max(float(points[:, 0].max()) for points in digit) + _GAP * _DIGIT
    return written


def _placed(digit: int, left: float, base: float, rng: np.random.Generator) -> list[np.ndarray]:
    curves = [smooth(points) for points in write(digit, rng, hand=_WRITER)]
    places = np.concatenate(curves)
    (least, _), (_, lowest) = places.min(axis=0), places.max(axis=0)
    height = np.ptp(places[:, 1])
    scale = _DIGIT * (1 + rng.normal(0, 0.04)) / height
    return [((points - (least, lowest)) * scale + (left, base)) for points in curves]


def draw(seed: int = 11) -> np.ndarray:
    """Draw the page: `(750, 1000)` uint8, 0 = black."""
    rng = np.random.default_rng(seed)
    lines = strokes(rng)
    ink = render(lines, [_PEN] * len(lines), max(_SHAPE))[: _SHAPE[0], : _SHAPE[1]]
    across, down = np.meshgrid(np.linspace(0, 1, _SHAPE[1]), np.linspace(0, 1, _SHAPE[0]))
    paper = np.full(_SHAPE, _PAPER)
    for number in range(len(LINES) + 1):
        rule = round(_BASE + 9 + number * _PITCH)
        paper[rule : rule + 2] -= _RULE
    light = 1.02 - 0.34 * across**2 - 0.12 * down
    grain = cv2.GaussianBlur(rng.normal(0, 0.03, _SHAPE), (0, 0), 0.8)
    page = light * paper * (1 - _INK * ink) + grain
    return np.rint(np.clip(page, 0, 1) * 255).astype(np.uint8)


def main(path: Path) -> None:
    """Draw the page into a file."""
    cv2.imwrite(str(path), draw(), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
