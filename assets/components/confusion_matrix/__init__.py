"""A confusion matrix: how many digits of each label got which prediction."""

from collections.abc import Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("confusion_matrix", "confusion_matrix")


class ConfusionMatrixData(TypedDict):
    """A matrix and what its axes and cells are called."""

    words: Words
    counts: Sequence[Sequence[int]]  # (10, 10): rows are labels, columns predictions


def confusion_matrix(data: ConfusionMatrixData, *, key: str) -> None:
    """Mount the matrix."""
    _mount(key=key, data=data)
