"""The digits that the cells of a confusion matrix count, as the component takes them."""

from collections.abc import Sequence

import numpy as np

from assets.components import Words
from assets.components.confusion_digits import ConfusionHead
from model.inference.frames import frame
from model.runs.results import Results

PAGE = 48  # digits that are shown at a time

Cell = tuple[int, int]  # label and prediction


def confusion_frame(
    counts: Sequence[Sequence[int]],
    words: Words,
    opened: tuple[Cell | None, int],
    inside: Sequence[int] | np.ndarray = (),
    measured: tuple[Results, np.ndarray] | None = None,
) -> bytes:
    """Return the frame of a matrix and of the digits of its open cell, from a place among them.

    `inside` are the indices of the digits to show in `measured`: what a network made of digits, and
    those digits, `(n, 28, 28)` uint8. Without it no digit is shown.
    """
    cell, start = opened
    shown = inside[start : start + PAGE]
    head: ConfusionHead = {
        "words": words,
        "counts": [list(row) for row in counts],
        "cell": cell,
        "start": start,
        "page": PAGE,
        "total": len(inside),
        "digits": [],
    }
    if measured is None:
        return frame(head, b"")
    found, pixels = measured
    head["digits"] = [
        {
            "index": int(index),
            "label": int(found.labels[index]),
            "prediction": int(found.predictions[index]),
            "probability": float(found.probabilities[index, found.predictions[index]]),
        }
        for index in shown
    ]
    return frame(head, np.ascontiguousarray(pixels[shown]).tobytes())
