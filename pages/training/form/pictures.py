"""Pictures of digits for the pages, in the colors of the components."""

from collections.abc import Sequence

import numpy as np

_SIDE = 28
_GAP = 2  # pixels between two digits, see-through
_STOPS = np.array([[2, 16, 62], [99, 106, 114], [255, 208, 82]], np.float64)  # paper to ink


def mosaic(rows: Sequence[np.ndarray], enlarged: int = 2) -> np.ndarray:
    """Lay out rows of digits, each `(n, 28, 28)` uint8, as one picture `(h, w, 4)` uint8."""
    step = _SIDE + _GAP
    picture = np.zeros((step * len(rows) - _GAP, step * len(rows[0]) - _GAP, 4), np.uint8)
    for row, digits in enumerate(rows):
        for column, digit in enumerate(digits):
            top, left = row * step, column * step
            picture[top : top + _SIDE, left : left + _SIDE] = _colored(digit)
    return picture.repeat(enlarged, axis=0).repeat(enlarged, axis=1)


def _colored(digit: np.ndarray) -> np.ndarray:
    place = digit / 255 * (len(_STOPS) - 1)
    channels = [np.interp(place, range(len(_STOPS)), stops) for stops in _STOPS.T]
    return np.stack([*channels, np.full(digit.shape, 255.0)], axis=-1).round().astype(np.uint8)
