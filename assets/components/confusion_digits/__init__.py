"""A confusion matrix whose cells open the digits that they count."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("confusion_digits", "confusion_matrix")


class TestedDigit(TypedDict):
    """A test digit and its prediction."""

    index: int  # in the test set
    label: int
    prediction: int
    probability: float  # of the prediction, 0 to 1


class ConfusionHead(TypedDict):
    """The head of the frame; its body is 28 × 28 bytes for each of `digits`."""

    words: Words
    counts: list[list[int]]  # (10, 10): rows are labels, columns predictions
    cell: tuple[int, int] | None  # label and prediction; None for the hardest digits of all
    start: int  # place of the first digit shown among `total`
    page: int  # digits that are shown at a time
    total: int
    digits: Sequence[TestedDigit]


def confusion_digits(
    frame: bytes,
    *,
    key: str,
    on_opened: Callable[[], None],
    on_chosen: Callable[[], None],
) -> None:
    """Mount the matrix and its digits; `frame` has a `ConfusionHead`.

    `on_opened` finds `{"cell", "start"}`, `on_chosen` the index of a digit.
    """
    _mount(key=key, data=frame, on_opened_change=on_opened, on_chosen_change=on_chosen)
