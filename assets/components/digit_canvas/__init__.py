"""Draw a digit, and have it read while it is drawn."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("digit_canvas")


class CanvasPicture(TypedDict):
    """A picture under the ink."""

    id: str
    source: str  # a data URL


class CanvasDigit(TypedDict):
    """What the server has on the canvas."""

    revision: int
    strokes: Sequence[Mapping[str, object]]
    picture: CanvasPicture | None


class CanvasHead(TypedDict):
    """The head of the frame; its body is the answer to a picture, or empty."""

    words: Words
    network: str
    skip: Sequence[str]  # steps of preprocessing that are switched off
    digit: CanvasDigit | None
    most_bytes: int  # of a picture


def digit_canvas(
    frame: bytes,
    *,
    key: str,
    on_drawing: Callable[[], None],
    on_pasted: Callable[[], None],
) -> None:
    """Mount the canvas; `frame` has a `CanvasHead`.

    The callbacks find `drawing` and `pasted` under `key` in the session state.
    """
    _mount(key=key, data=frame, on_drawing_change=on_drawing, on_pasted_change=on_pasted)
