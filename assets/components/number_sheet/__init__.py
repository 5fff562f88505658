"""A page of numbers: the picture, a box around each digit, and the numbers as text."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from assets.components import Refusal, Words, register

_mount = register("number_sheet", "bringing")


class SheetReading(TypedDict):
    """What a network reads in a box."""

    label: int | None  # None where there is no ink
    probabilities: Sequence[float]
    verdict: str
    pixels: int | None  # where 28 × 28 bytes begin in the body; None where there is no ink


class SheetMark(TypedDict):
    """A box around a digit."""

    id: int
    box: tuple[int, int, int, int]  # x, y, width, height in pixels of the picture
    correction: int | None  # the digit that the visitor says it is
    reading: SheetReading | None  # None where the browser has it


class SheetPictures(TypedDict):
    """The picture at each step on the way to its boxes, as data URLs."""

    photo: str
    paper: str
    ink: str
    pieces: str


class ShownSheet(TypedDict):
    """What the session has of the page."""

    id: str
    revision: int  # the browser's, of the marks
    size: tuple[int, int]  # width, height
    opened: int | None  # the mark whose digit was opened last
    pictures: SheetPictures | None  # None where the browser has them
    marks: Sequence[SheetMark]


class SheetHead(TypedDict):
    """The head of the frame; its body is 28 × 28 bytes for each digit."""

    words: Words
    most_bytes: int  # of a picture
    most_marks: int
    sample: str  # a small picture of the page to try, a data URL
    refusal: Refusal | None
    sheet: ShownSheet | None


def number_sheet(
    frame: bytes,
    *,
    key: str,
    on_brought: Callable[[], None],
    on_edited: Callable[[], None],
    on_opened: Callable[[], None],
) -> None:
    """Mount the page; `frame` has a `SheetHead`.

    The callbacks find `brought`, `edited` and `opened` under `key` in the session state.
    """
    _mount(
        key=key,
        data=frame,
        on_brought_change=on_brought,
        on_edited_change=on_edited,
        on_opened_change=on_opened,
    )
