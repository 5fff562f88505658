"""Digits that touch: ways down through ink that hangs together, where it may be cut.

Over-segmentation, as it is common for handwriting (R. G. Casey and E. Lecolinet, "A survey of
methods and strategies in character segmentation", 1996): cut wherever little ink is crossed, and
let what can be read decide which cuts hold. A way is found as in seam carving (S. Avidan and
A. Shamir, 2007), by dynamic programming from row to row.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from model.pixels.ink import stroke_width
from model.pixels.segmentation import Box, FoundDigit, Ink

_STEP = 0.06  # of the height: how close ways are looked for
_WANDER = 0.3  # of the height: how far a way may lead aside
_ASIDE = 0.05  # pixels of ink that one step aside is worth
_STEPS = np.array([0, -1, 1], np.int8)
_CROSSED = 4.0  # times the line's width: so much ink is crossed at most
TALL = 1.5  # times the usual height: digits of two lines
_LEAST = 0.12  # of a square's ink lies on either side of a way, and
_ALIKE = 0.03  # between two of them
_MOST = 5  # ways through a square of ink


def cut_apart(
    ink: Ink, digits: Iterable[FoundDigit], usual: float
) -> tuple[Ink, dict[FoundDigit, tuple[int, ...]]]:
    """Cut digits where they may be several: in the ink they become pieces, from left to right.

    What is much higher than the `usual` digit becomes pieces from top to bottom. Returns the ink
    with the new pieces, and those of each digit that was cut.
    """
    labels, boxes, cut = ink.labels.copy(), list(ink.boxes), {}
    for digit in digits:
        x, y = digit.box.x, digit.box.y
        window = labels[y : digit.box.bottom, x : digit.box.right]
        own = np.isin(window, digit.pieces)
        most_ink = _CROSSED * stroke_width(own.astype(np.float32))
        if digit.box.height > TALL * usual:
            place = _places(own.T, most_ink).T
        else:
            place = _places(own, most_ink)
        if not place.any():
            continue
        pieces = []
        for part in (own & (place == number) for number in range(place.max() + 1)):
            if part.any():
                boxes.append(_box(part, x, y))
                window[part] = len(boxes)
                pieces.append(len(boxes))
        cut[digit] = tuple(pieces)
    return replace(ink, labels=labels, boxes=tuple(boxes)), cut


def _box(mask: np.ndarray, x: int, y: int) -> Box:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)
    return Box(x + int(columns[0]), y + int(rows[0]), width, height)


def _places(mask: np.ndarray, most_ink: float) -> np.ndarray:
    """Number `(h, w)` int what lies between the ways through ink, from left to right from 0 on."""
    place = np.zeros(mask.shape, int)
    for way in _ways(mask, most_ink):
        place += np.arange(mask.shape[1]) >= way[:, None]
    return place


def _ways(mask: np.ndarray, most_ink: float) -> list[np.ndarray]:
    """Find ways from top to bottom through ink `(h, w)` bool, the easiest first.

    Each is `(h,)`: the first column of every row that lies right of it.
    """
    height, width = mask.shape
    squares = max(1.0, width / height)
    middle, step, reach = (
        height // 2,
        max(1, round(_STEP * height)),
        max(2, round(_WANDER * height)),
    )
    starts = np.arange(step, width, step)
    if not len(starts):
        return []
    middle = height // 2
    beside = np.pad(mask, ((0, 0), (reach, reach)))
    up, down = (_cheapest(half, starts, reach) for half in (beside[middle::-1], beside[middle:]))
    ways = np.clip(np.hstack([up[0][:, :0:-1], down[0]]) - reach, 0, width)
    crossed = up[1] + down[1]
    left = np.pad(mask.cumsum(axis=1), ((0, 0), (1, 0)))[np.arange(height), ways].sum(axis=1)
    left = left / mask.sum() * squares
    chosen: list[int] = []
    for way in np.argsort(crossed, kind="stable"):
        is_new = all(abs(left[way] - left[other]) > _ALIKE for other in chosen)
        has_sides = _LEAST <= left[way] <= squares - _LEAST
        if is_new and has_sides and crossed[way] <= most_ink:
            chosen.append(int(way))
    return [ways[way] for way in chosen[: round(_MOST * squares)]]


def _cheapest(mask: np.ndarray, starts: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the cheapest way from each start in the first row to the last: `(n, h)`, `(n,)` ink.

    A step leads down, or down and one aside, at most `reach` columns from the start in all; there
    are `reach` columns more to the left than starts are counted from.
    """
    columns = np.minimum(starts[:, None] + np.arange(2 * reach + 1), mask.shape[1] - 1)
    inked = mask[:, columns]
    came = np.zeros(inked.shape, np.int8)
    cost = np.full(columns.shape, np.inf)
    cost[:, reach] = inked[0, :, reach]
    for row in range(1, len(mask)):
        beside = np.pad(cost, ((0, 0), (1, 1)), constant_values=np.inf)
        choices = np.stack([cost, beside[:, :-2] + _ASIDE, beside[:, 2:] + _ASIDE])
        came[row] = _STEPS[choices.argmin(axis=0)]
        cost = choices.min(axis=0) + inked[row]
    each, at = np.arange(len(starts)), cost.argmin(axis=1)
    ways, crossed = np.zeros((len(starts), len(mask)), int), np.zeros(len(starts))
    for row in range(len(mask) - 1, -1, -1):
        ways[:, row] = columns[each, at]
        crossed += inked[row, each, at]
        at = at + came[row, each, at]
    return ways, crossed
