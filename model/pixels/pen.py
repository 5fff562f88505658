"""The pen: strokes become ink, in the same numbers in Python and in the browser.

A round pen goes along its curves, and a sample of the paper is inked by its distance to the
nearest place where the pen was: all of it within the radius, none beyond, and a share of it
within the half sample on either side of the edge, which is what anti-aliases the line.
`assets/components/shared/pen/pen.mjs` is the same definition. Both use nothing but + − × ÷ √,
floor and comparisons in double precision, each of which rounds alike everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_SPACING = 0.8  # samples between two places of the pen, which leaves no ripple that can be seen
_FAT = 6  # places a radius are enough, so that a fat pen takes no longer than it must
# How often each sample of the paper may be touched, on average. Whoever draws more has drawn over
# the same paper several times, so places farther apart ink it as well.
_MOST_TOUCHES = 40


@dataclass(frozen=True)
class Curves:
    """The ways of a pen, one after the other, in any unit."""

    points: np.ndarray  # (n, 2) float64: x, y
    begins: np.ndarray  # (curves,) int: where in `points` each begins
    ends: np.ndarray  # (curves,) int: one past its last point
    traveled: np.ndarray  # (n,): how far the pen had gone on paper; lifted, it goes no way


def join(curves: Sequence[np.ndarray]) -> Curves:
    """Join curves, each `(n, 2)` with n >= 1, and measure along them."""
    points = np.concatenate(curves).astype(np.float64)
    sizes = np.array([len(curve) for curve in curves])
    ends = np.cumsum(sizes)
    steps = np.diff(points, axis=0)
    lengths = np.sqrt((steps * steps).sum(axis=1))
    lengths[ends[:-1] - 1] = 0
    traveled = np.concatenate([[0.0], np.cumsum(lengths)])
    return Curves(points, ends - sizes, ends, traveled)


@dataclass(frozen=True)
class Walk:
    """Where a pen was on its way along curves, in samples of the paper."""

    places: np.ndarray  # (2, n): x, y
    radii: np.ndarray  # (n,): of the pen at each place


def walk(
    curves: Curves, widths: Sequence[float] | np.ndarray, side: int, scale: float = 1.0
) -> Walk:
    """Go along the curves, on a paper of `side` samples a side.

    `widths` are the pens of the curves, in the curves' unit, which is `scale` samples long.
    """
    radii = np.asarray(widths, np.float64) / 2 * scale
    places, owners = _places(curves, _counts(curves, radii, side, scale))
    return Walk(places * scale, radii[owners])


def ink(walked: Walk, side: int, right: float = 0.0, down: float = 0.0) -> np.ndarray:
    """Return the ink of a pen on a paper of `(side, side)` samples, moved right and down.

    float64, 0 = paper, 1 = ink. Sample (row, column) is the place (column + ½, row + ½); what
    lies beyond the paper is cut off.
    """
    paper = np.zeros((side, side))
    places = walked.places + np.array([[right], [down]])
    reaches = _reach(walked.radii)
    for reach in np.unique(reaches):
        own = reaches == reach
        _stamp(paper, places[:, own], walked.radii[own], int(reach))
    return np.minimum(paper, 1)


def render(curves: Sequence[np.ndarray], widths: Sequence[float], side: int) -> np.ndarray:
    """Return the ink of curves and pens, both in samples: `(side, side)` float32."""
    return ink(walk(join(curves), widths, side), side).astype(np.float32)


def _counts(curves: Curves, radii: np.ndarray, side: int, scale: float) -> np.ndarray:
    """Count the steps that the pen takes along each curve: fewer where all would be too many."""
    lengths = (curves.traveled[curves.ends - 1] - curves.traveled[curves.begins]) * scale
    steps = lengths / np.maximum(_SPACING, radii / _FAT)
    touched = np.cumsum(steps * (2 * _reach(radii) + 1) ** 2)[-1]
    stretch = max(1.0, touched / (_MOST_TOUCHES * side**2))
    return np.maximum(1, np.floor(steps / stretch + 0.5)).astype(int)


def _reach(radius: float | np.ndarray) -> float | np.ndarray:
    """Return how many samples to each side of its own a pen may ink."""
    return np.ceil(radius)


def _places(curves: Curves, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Go along each curve in `counts` even steps: places `(2, n)`, and the curve of each."""
    stops = counts + 1
    owners = np.repeat(np.arange(len(counts)), stops)
    number = np.arange(len(owners)) - np.repeat(np.cumsum(stops) - stops, stops)
    begins, lasts, traveled = curves.begins[owners], curves.ends[owners] - 1, curves.traveled
    start = traveled[begins]
    at = start + (traveled[lasts] - start) * number / counts[owners]
    before = np.searchsorted(traveled, at, side="right") - 1
    before = np.minimum(np.maximum(before, begins), lasts)
    after = np.minimum(before + 1, lasts)
    gap = traveled[after] - traveled[before]
    share = (at - traveled[before]) / np.where(gap > 0, gap, 1)
    x, y = curves.points.T
    return np.stack(
        [each[before] + share * (each[after] - each[before]) for each in (x, y)]
    ), owners


def _stamp(paper: np.ndarray, places: np.ndarray, radii: np.ndarray, reach: int) -> None:
    """Ink what pens reach that are no thicker than `reach`; above 1 is inside of one."""
    side, window = len(paper), np.arange(-reach, reach + 1.0)[:, None]
    # Of a window that leaves the paper, the samples at the edge are inked several times.
    columns, rows = (np.clip(np.floor(each) + window, 0, side - 1) for each in places)
    across, high = (columns + 0.5 - places[0]) ** 2, (rows + 0.5 - places[1]) ** 2
    columns, rows = columns.astype(np.intp), rows.astype(np.intp) * side
    sample, edge, most = np.empty_like(columns), np.empty_like(across), radii + 0.5
    for begin, squared in zip(rows, high, strict=True):  # all at once they outgrow the cache
        np.add(columns, begin, out=sample)
        np.sqrt(np.add(across, squared, out=edge), out=edge)
        np.subtract(most, edge, out=edge)
        np.maximum.at(paper.reshape(-1), sample.ravel(), edge.ravel())
