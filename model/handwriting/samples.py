"""The samples that the app offers: `python -m model.handwriting.samples assets/samples`.

Each is a picture that this project draws itself, and each shows something: a form that people
write somewhere in the world, or a trouble that preprocessing takes away.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from model.handwriting.hand import Hand, write
from model.pixels.pen import render
from model.pixels.strokes import CANVAS, extent, smooth

Finish = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Sample:
    """One picture to be drawn."""

    name: str  # the file's, without its ending
    digit: int
    form: str
    pen: float = 15.0  # canvas units
    height: float = 190.0  # canvas units, of the longer side
    corner: bool = False  # in the lower right corner, else in the middle
    finish: Finish | None = None  # what happens to the ink (h, w) in [0, 1]; black on white if none


def _chalk(ink: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    return 0.12 + 0.8 * ink


def _photo(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Put the ink on paper under a lamp: bright on one side, in shadow on the other, with grain."""
    across, down = np.meshgrid(np.linspace(0, 1, CANVAS), np.linspace(0, 1, CANVAS))
    light = 0.95 - 0.5 * across - 0.15 * down
    return light * (1 - 0.75 * ink) + rng.normal(0, 0.015, ink.shape)


def _speckled(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    paper = 1 - ink
    for x, y in rng.integers(12, CANVAS - 12, (9, 2)).tolist():
        cv2.circle(paper, (x, y), int(rng.integers(1, 4)), 0.25, -1, cv2.LINE_AA)
    return paper


# A calm writer: the samples show forms and troubles, not carelessness.
_CALM = Hand(
    slant=0.1, turn=0, width=1, carelessness=0.014, flatness=0, warp=0.03, tremor=0.002, speed=40
)

SAMPLES = (
    Sample("0-slashed", 0, "slashed"),
    Sample("1-with-a-foot", 1, "flag and foot"),
    Sample("1-upstroke", 1, "upstroke", finish=_chalk),
    Sample("2-looped", 2, "looped"),
    Sample("3-flat-top", 3, "flat top", finish=_speckled),
    Sample("4-open", 4, "open"),
    Sample("4-closed", 4, "closed", pen=30),
    Sample("5-two-strokes", 5, "two strokes", finish=_photo),
    Sample("6-curly", 6, "curly", pen=6),
    Sample("7-crossed", 7, "crossed"),
    Sample("7-in-a-corner", 7, "plain", pen=8, height=85, corner=True),
    Sample("8-one-stroke", 8, "one stroke", finish=_chalk),
    Sample("9-curved-tail", 9, "curved"),
    Sample("9-tiny-loop", 9, "tiny loop", finish=_photo),
)


def draw(sample: Sample, seed: int = 7) -> np.ndarray:
    """Draw a sample: `(280, 280)` uint8, 0 = black."""
    rng = np.random.default_rng([seed, *sample.name.encode()])
    curves = [smooth(points) for points in write(sample.digit, rng, sample.form, _CALM)]
    left, top, right, bottom = extent(curves)
    scale = (sample.height - sample.pen) / max(right - left, bottom - top)
    size = scale * np.array([right - left, bottom - top])
    middle = CANVAS - 24 - sample.height / 2 if sample.corner else CANVAS / 2
    placed = [(points - (left, top)) * scale + middle - size / 2 for points in curves]
    ink = render(placed, [sample.pen] * len(placed), CANVAS)
    finished = sample.finish(ink, rng) if sample.finish else 1 - ink
    return np.rint(np.clip(finished, 0, 1) * 255).astype(np.uint8)


def main(folder: Path) -> None:
    """Draw all samples into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        cv2.imwrite(str(folder / f"{sample.name}.png"), draw(sample))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
