"""How a network does on what it never saw: the pens of strangers, and scribbles that are no digit.

Pen strokes come from a JSON file, `[{"label": 8, "strokes": [[[x, y], …], …]}, …]` with y downward,
in any unit. They are put on the canvas as a person fills it, and read as a drawing is.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.base.errors import N_, UserError
from model.inference.confidence import UNSURE
from model.inference.evaluation import Evaluation, evaluation_of
from model.inference.network import Network
from model.inference.reading import Reading, read
from model.pixels.strokes import CANVAS, Stroke, extent

SCRIBBLES = 300
_PEN = 16.0  # canvas units, the width that the canvas begins with
_HEIGHT = 200  # canvas units: the longer side of a digit's ink, as a person fills the canvas
_SEED = 20  # of the scribbles: they are the same for every network


@dataclass(frozen=True)
class PenDigit:
    """A digit as somebody's pen recorded it."""

    label: int  # 0 to 9
    strokes: tuple[np.ndarray, ...]  # each (points, 2) float32: x, y


@dataclass(frozen=True)
class Strangers:
    """What was measured, for a network's card; the shares are in [0, 1]."""

    digits: int  # pen digits
    accuracy: float  # share of them that was classified right
    unsure: float  # share of them that was called unsure
    scribbles: int
    scribbles_unsure: float  # share of them that was called unsure, as they should be

    @classmethod
    def from_json(cls, data: Any) -> "Strangers | None":
        """Read them back; KeyError, TypeError or ValueError where they are none."""
        if data is None:
            return None
        return cls(
            digits=int(data["digits"]),
            accuracy=float(data["accuracy"]),
            unsure=float(data["unsure"]),
            scribbles=int(data["scribbles"]),
            scribbles_unsure=float(data["scribbles_unsure"]),
        )


def read_pens(path: Path) -> list[PenDigit]:
    """Read pen digits from a file; raises UserError where it holds none."""
    try:
        digits = [_pen_digit(each) for each in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise UserError(N_("{path} is not a JSON file of pen strokes."), path=path) from error
    if not digits:
        raise UserError(N_("{path} holds no digit."), path=path)
    return digits


def _pen_digit(data: Any) -> PenDigit:
    strokes = tuple(np.array(stroke, np.float32).reshape(-1, 2) for stroke in data["strokes"])
    points = np.concatenate(strokes)
    if not len(points) or not np.isfinite(points).all() or data["label"] not in range(10):
        raise ValueError(data)
    return PenDigit(int(data["label"]), strokes)


def measure(
    network: Network,
    digits: Sequence[PenDigit],
    on_done: Callable[[int], object] = lambda count: None,
) -> tuple[Evaluation, Strangers]:
    """Measure a network on pen digits and on `SCRIBBLES` scribbles.

    `on_done` is called with the number of drawings that were read since its last call.
    """

    def reading(strokes: Sequence[np.ndarray]) -> Reading:
        on_done(1)
        return read(network, [Stroke(stroke, _PEN) for stroke in strokes])

    readings = [reading(on_canvas(digit.strokes, _PEN)) for digit in digits]
    labels = np.array([digit.label for digit in digits])
    found = evaluation_of(np.stack([_logits(each) for each in readings]), labels)
    rng = np.random.default_rng(_SEED)
    scribbles = [reading([scribble(rng)]) for _ in range(SCRIBBLES)]
    strangers = Strangers(found.n, found.accuracy, _unsure(readings), SCRIBBLES, _unsure(scribbles))
    return found, strangers


def _logits(reading: Reading) -> np.ndarray:
    assert reading.trace is not None  # where a pen has been there is ink
    return reading.trace.logits


def _unsure(readings: Sequence[Reading]) -> float:
    return float(np.mean([each.verdict == UNSURE for each in readings]))


def on_canvas(strokes: Sequence[np.ndarray], pen: float) -> list[np.ndarray]:
    """Place a digit on the canvas so that its ink measures 200 units on the longer side."""
    left, top, right, bottom = extent(strokes)
    scale = (_HEIGHT - pen) / max(right - left, bottom - top, 1)
    middle = np.array([left + right, top + bottom]) / 2
    return [((stroke - middle) * scale + CANVAS / 2).astype(np.float32) for stroke in strokes]


def scribble(rng: np.random.Generator) -> np.ndarray:
    """Draw a random polyline over the canvas: `(points, 2)` float32, 4 to 12 corners."""
    return rng.uniform(30, CANVAS - 30, (int(rng.integers(4, 13)), 2)).astype(np.float32)
