"""What is open of the network: a map and how it is made, a cell and its whole sum."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from assets.components import NetworkAddress, Words, register

_mount = register("opened_map", "export", "glossary/glossary")


class ComparedSide(TypedDict):
    """What the visitor's digit is compared with: another digit, or another network's reading."""

    network: NetworkAddress
    live: bool  # whether that network reads the visitor's digit as it is drawn, and no other
    skip: Sequence[str]  # steps of preprocessing that are switched off
    strokes: Sequence[Mapping[str, object]] | None  # None for a picture
    pixels: int | None  # where a picture's 28 × 28 float32 begin in the body; None without ink


class SamplePixels(TypedDict):
    """An example of a digit, as a network reads it."""

    label: str  # its digit
    pixels: int  # where its 28 × 28 float32 begin in the body


class KerasAnswer(TypedDict, total=False):
    """A question about a cell, and one of what Keras computed or why it could not."""

    kind: str  # "check" or "effective"
    side: int
    revision: int
    layer: str
    index: Sequence[int]
    value: float
    field: Sequence[Sequence[float]]  # (28, 28)
    error: str


class OpenedHead(TypedDict):
    """The head of the frame; its body holds the pixels that `against` points to."""

    words: Words
    view: Mapping[str, object]  # what a link opens, {"layer", "channel", "cell"}, or {}
    before: bool  # whether maps are shown as they are before their activation
    choices: Sequence[tuple[str, str]]  # what can be compared: value and label
    other: str  # the value that is chosen
    shown: str  # "both", "a", "b" or "difference": which of the two the stage shows
    against: ComparedSide | None  # what that is
    samples: Sequence[SamplePixels] | None  # by which distances are measured, if any are
    answer: KerasAnswer | None


def opened_map(
    frame: bytes,
    *,
    key: str,
    on_change: Callable[[], None],
    on_question: Callable[[], None],
) -> None:
    """Mount what shows an opened map or cell; `frame` has an `OpenedHead`.

    `on_change` finds "view", "before", "other" and "shown" under `key`, `on_question` the
    "question".
    """
    _mount(
        key=key,
        data=frame,
        on_view_change=on_change,
        on_before_change=on_change,
        on_other_change=on_change,
        on_shown_change=on_change,
        on_question_change=on_question,
    )
