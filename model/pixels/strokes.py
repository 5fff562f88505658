"""A drawing as pen strokes, and the curves they are drawn as: the canvas, in numbers.

A stroke is a float array `(points, 2)` of x, y in canvas units: the canvas is a square of side
`CANVAS` with y downward. The browser keeps the same strokes and paints the same curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.base.errors import N_, UserError

CANVAS = 280  # canvas units a side: ten for each pixel of a digit
MOST_STROKES = 400
MOST_POINTS = 10_000
_THINNEST, _THICKEST = 1, 80  # canvas units
_PIECES = 4  # line segments for each quadratic piece of the curve: below a tenth of a unit off


@dataclass(frozen=True)
class Stroke:
    """One move of the pen, from touching the paper to leaving it."""

    points: np.ndarray  # (n, 2) float32, n >= 1, canvas units
    width: float  # of the pen, canvas units


def smooth(points: np.ndarray) -> np.ndarray:
    """Round a polyline as the canvas does: quadratic curves from midpoint to midpoint.

    Takes `(n, 2)` points and returns `(m, 2)` float64 points of the curve, from the first point to
    the last; each inner point is the control point of one quadratic Bézier curve.
    """
    points = points.astype(np.float64)
    if len(points) < 3:
        return points
    control = points[1:-1]
    middles = (points[:-1] + points[1:]) / 2
    start = np.concatenate([points[:1], middles[1:-1]])
    end = np.concatenate([middles[1:-1], points[-1:]])
    t = (np.arange(1, _PIECES + 1) / _PIECES)[None, :, None]
    curve = (1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * control[:, None] + t**2 * end[:, None]
    return np.concatenate([points[:1], curve.reshape(-1, 2)])


def extent(strokes: Sequence[np.ndarray]) -> tuple[float, float, float, float]:
    """Return the box of all points: left, top, right, bottom, in their own units."""
    points = np.concatenate(strokes)
    return *points.min(axis=0).tolist(), *points.max(axis=0).tolist()


def strokes_from(data: object) -> tuple[Stroke, ...]:
    """Read the strokes that a browser sent: `[{"width": 16, "points": [x0, y0, x1, y1, …]}, …]`.

    Raises UserError for anything else, and for more than a hand draws.
    """
    if not isinstance(data, list) or len(data) > MOST_STROKES:
        raise UserError(N_("A drawing is a list of at most {most} strokes."), most=MOST_STROKES)
    strokes = tuple(_stroke_from(each) for each in data)
    if sum(len(stroke.points) for stroke in strokes) > MOST_POINTS:
        raise UserError(N_("A drawing may have at most {most} points."), most=MOST_POINTS)
    return strokes


def _stroke_from(data: Any) -> Stroke:
    try:
        points = np.array(data["points"], np.float64).reshape(-1, 2)
        width = float(data["width"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UserError(N_("A stroke has a width and points: x, y, x, y and so on.")) from error
    if not len(points) or not np.isfinite(points).all() or np.abs(points).max() > 4 * CANVAS:
        raise UserError(N_("The points of a stroke must lie on the canvas."))
    if not _THINNEST <= width <= _THICKEST:
        raise UserError(
            N_("The pen width must be between {thinnest} and {thickest}."),
            thinnest=_THINNEST,
            thickest=_THICKEST,
        )
    return Stroke(points.astype(np.float32), width)
