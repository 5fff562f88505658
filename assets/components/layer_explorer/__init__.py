"""Explore every layer of a network on one digit: the stage, an opened map, an opened cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from assets.components import NetworkAddress, Words, register

_mount = register("layer_explorer")


class ExplorerSide(TypedDict):
    """A network and the digit that it reads."""

    network: NetworkAddress
    revision: int
    skip: Sequence[str]  # steps of preprocessing that are switched off
    strokes: Sequence[Mapping[str, object]] | None  # None for a picture
    pixels: int | None  # where a picture's 28 × 28 float32 begin in the body; None without ink


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


class ExplorerHead(TypedDict):
    """The head of the frame; its body holds the pixels that the sides point to."""

    words: Words
    color_scope: str  # what shares one color scale: "map", "layer" or "network"
    sides: Sequence[ExplorerSide]  # one, or two that are compared
    choices: Sequence[tuple[str, str]]  # what can be compared: value and label
    other: str  # the value that is chosen
    view: Mapping[str, object]  # what a link opens, {"layer", "channel", "cell"}, or {}
    answer: KerasAnswer | None


def layer_explorer(
    frame: bytes,
    *,
    key: str,
    on_change: Callable[[], None],
    on_question: Callable[[], None],
) -> None:
    """Mount the explorer; `frame` has an `ExplorerHead`.

    `on_change` finds "view", "color_scope" and "other" under `key`, `on_question` the "question".
    """
    _mount(
        key=key,
        data=frame,
        on_view_change=on_change,
        on_color_scope_change=on_change,
        on_other_change=on_change,
        on_question_change=on_question,
    )
