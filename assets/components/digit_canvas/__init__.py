"""Draw a digit or bring a picture of one, and have it read at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from assets.components import NetworkAddress, Refusal, Samples, Words, register

_mount = register("digit_canvas", "bringing", "samples")


class CanvasStep(TypedDict):
    """One step from a picture to pixels; says where in the body its numbers begin."""

    name: str
    applied: bool
    numbers: Mapping[str, float]
    shape: Sequence[int]  # of the picture: height, width
    picture: int  # float32 in [0, 1], 0 = paper
    pixels: int  # the same as large as the network reads it, gray


class CanvasPlacement(TypedDict):
    """Where the canvas lies among the pixels: x in canvas units is `scale` · x + `right` there."""

    scale: float
    right: float
    down: float


class CanvasPicture(TypedDict):
    """A picture under the ink, and what preprocessing made of it."""

    id: str
    source: str  # a data URL
    ready: bool  # whether it is what the network reads, as it is
    pixels: int | None  # where float32 begin in the body; None where there is no ink
    input_shape: Sequence[int]  # of these: height, width, channels
    steps: Sequence[CanvasStep]
    placement: CanvasPlacement


class CanvasDigit(TypedDict):
    """What the server has on the canvas."""

    revision: int
    strokes: Sequence[Mapping[str, object]]
    picture: CanvasPicture | None


class CanvasPage(TypedDict):
    """The page of numbers that a picture on the canvas is a digit of."""

    picture: str  # its id
    sentence: str  # how many digits there are, and which this is
    all: str  # on the button that leads to them


class CanvasHead(TypedDict):
    """The head of the frame; its body holds the numbers of a picture."""

    words: Words
    mailbox: str  # where drawings are left for the session: `live/drawings/ADDRESS`
    samples: Samples
    network: NetworkAddress
    skip: Sequence[str]  # steps of preprocessing that are switched off
    digit: CanvasDigit | None
    page: CanvasPage | None
    refusal: Refusal | None  # the last one, None where something was taken since
    most_bytes: int  # of a picture


def digit_canvas(
    frame: bytes,
    *,
    key: str,
    on_drawing: Callable[[], None],
    on_brought: Callable[[], None],
    on_chosen: Callable[[], None],
    on_page: Callable[[], None],
) -> None:
    """Mount the canvas; `frame` has a `CanvasHead`.

    The callbacks find `drawing`, `brought`, `chosen` and `page` under `key` in the session state.
    """
    _mount(
        key=key,
        data=frame,
        on_drawing_change=on_drawing,
        on_brought_change=on_brought,
        on_chosen_change=on_chosen,
        on_page_change=on_page,
    )
