"""The visitor's page of numbers: its picture, the boxes around its digits, what each reads."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import streamlit as st

from model.base.errors import N_, UserError
from model.inference.catalogue import DEFAULT
from model.inference.confidence import DIGIT, EMPTY, Verdict, verdict
from model.inference.finding import DigitFound, read_digits
from model.inference.logits import probabilities_of
from model.inference.network import Network, logits_of
from model.pixels.preprocessing import SIDE
from model.pixels.segmentation import Box
from model.sheets.boxes import read_boxes
from pages.services import network
from pages.visitor.network_choice import network_id

MOST_MARKS = 400  # on one page
_MOST_REVISION = 2**53


@dataclass(frozen=True)
class Mark:
    """A box around a digit, and which digit the visitor says it is."""

    id: int
    box: Box  # pixels of the picture
    correction: int | None = None


@dataclass(frozen=True)
class Prediction:
    """What a network reads in a box."""

    label: int | None  # None where there is no ink
    probabilities: Sequence[float]  # () where there is no ink
    verdict: Verdict


@dataclass(frozen=True)
class Cut:
    """A digit cut out of the picture."""

    gray: np.ndarray  # (h, w) uint8, on its paper
    pixels: np.ndarray | None  # (28, 28) float32 in [0, 1], None where there is no ink
    prediction: Prediction  # of the default network, which knows the others on the page as well


@dataclass(frozen=True)
class Sheet:
    """A page of numbers."""

    id: str
    gray: np.ndarray  # (h, w) uint8
    revision: int  # the browser's, grows with each change of the marks
    marks: tuple[Mark, ...]
    found: Mapping[Box, Cut]  # as the network found them
    read: Mapping[Box, Cut] = field(default_factory=dict)  # in boxes that the visitor drew

    def cut(self, mark: Mark) -> Cut:
        """Return what is in a mark's box."""
        found = self.found.get(mark.box)
        return self.read[mark.box] if found is None else found


def sheet() -> Sheet | None:
    """Return the visitor's page, None before there was one."""
    return st.session_state.get("sheet")


def set_sheet(gray: np.ndarray, digits: Sequence[DigitFound]) -> Sheet:
    """Make a picture `(h, w)` uint8, and the digits found in it, the visitor's page."""
    found = {digit.box: _cut_of(digit) for digit in _real(gray, digits)[:MOST_MARKS]}
    marks = tuple(Mark(number, box) for number, box in enumerate(found))
    made = Sheet(secrets.token_urlsafe(8), gray, 0, marks, found)
    st.session_state["sheet"] = made
    st.session_state["sheet_opened"] = None
    return made


def find_sheet(gray: np.ndarray) -> Sheet:
    """Find the digits in a picture and make it the visitor's page.

    What is a digit is settled by the default network, whichever the visitor looks at.
    """
    return set_sheet(gray, read_digits(network(DEFAULT), gray))


def _real(gray: np.ndarray, digits: Sequence[DigitFound]) -> Sequence[DigitFound]:
    """Leave out the whole picture, which is read where no digit was found in it."""
    whole = Box(0, 0, gray.shape[1], gray.shape[0])
    return [digit for digit in digits if digit.box != whole or digit.reading.verdict == DIGIT]


def _cut_of(digit: DigitFound) -> Cut:
    reading = digit.reading
    probabilities = () if reading.trace is None else reading.trace.probabilities.tolist()
    said = Prediction(reading.label, probabilities, reading.verdict)
    return Cut(digit.cut, reading.preprocessed.pixels, said)


def predictions(asked: Sequence[Cut]) -> list[Prediction]:
    """Return what the visitor's network reads in each of these, in one pass.

    One that reads other pictures than digits of 28 × 28 pixels leaves that to the default network.
    """
    reader = network(network_id())
    reads_pixels = reader.reads_digits and reader.input_shape == (SIDE, SIDE, 1)
    if network_id() == DEFAULT or not reads_pixels:
        return [cut.prediction for cut in asked]
    inked = [cut.pixels for cut in asked if cut.pixels is not None]
    logits = iter(logits_of(reader, np.stack(inked)) if inked else ())
    return [
        Prediction(None, (), EMPTY) if cut.pixels is None else _predicted(next(logits), reader)
        for cut in asked
    ]


def _predicted(logits: np.ndarray, reader: Network) -> Prediction:
    probabilities = probabilities_of(logits, reader.output).tolist()
    said = verdict(logits, reader.energy_threshold)
    return Prediction(int(logits.argmax()), probabilities, said)


# What the browser changes


def take_marks(sent: Any) -> None:
    """Take the boxes as the visitor has changed them: `{"sheet", "revision", "marks"}`.

    New boxes are read. Nothing that the browser may say of their digits is believed. Raises
    UserError where what came is no such thing.
    """
    now = sheet()
    if now is None or not isinstance(sent, dict) or sent.get("sheet") != now.id:
        return
    revision, marks = _revision(sent), marks_from(sent.get("marks"), now.gray.shape)
    if revision <= now.revision:
        return
    _note_known(sent)
    known = {**now.read, **now.found}
    new = list({mark.box: None for mark in marks if mark.box not in known})
    read = {digit.box: _cut_of(digit) for digit in read_boxes(network(DEFAULT), now.gray, new)}
    drawn = {mark.box for mark in marks} - set(now.found)
    kept = {box: cut for box, cut in {**now.read, **read}.items() if box in drawn}
    st.session_state["sheet"] = replace(now, revision=revision, marks=marks, read=kept)


def marks_from(sent: Any, shape: Sequence[int]) -> tuple[Mark, ...]:
    """Read the marks that a browser sent, `[{"id", "box", "correction"}]`; raises UserError."""
    try:
        marks = tuple(
            Mark(_whole(each["id"]), _box(each["box"], shape), _digit(each.get("correction")))
            for each in sent
        )
        if len(marks) > MOST_MARKS or len({mark.id for mark in marks}) < len(marks):
            raise ValueError(len(marks))
        return marks
    except (TypeError, KeyError, ValueError, AttributeError):
        raise UserError(N_("The page sent something that is not a list of boxes.")) from None


def restore_marks(sent: Any) -> None:
    """Take the marks that a browser kept of a page that its session did not: as `take_marks`."""
    now = sheet()
    if now is not None:
        take_marks({**sent, "sheet": now.id})


def _revision(sent: Mapping[str, Any]) -> int:
    revision = sent.get("revision")
    return revision if type(revision) is int and 0 <= revision < _MOST_REVISION else 0


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _MOST_REVISION:
        raise ValueError(value)
    return value


def _digit(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value <= 9:
        raise ValueError(value)
    return value


def _box(value: Any, shape: Sequence[int]) -> Box:
    box = Box(*map(_whole, value))
    if not box.width or not box.height or box.right > shape[1] or box.bottom > shape[0]:
        raise ValueError(value)
    return box


def browser_has() -> tuple[str, Sequence[int]]:
    """Return which page's picture the browser has, and which marks it knows the digits of.

    It said so with what it sent in this run; ("", ()) where it sent nothing.
    """
    sheet_id, known = st.session_state.pop("sheet_known", ("", ()))
    return sheet_id, known


def _note_known(sent: Mapping[str, Any]) -> None:
    known = sent.get("known")
    if isinstance(known, list):
        st.session_state["sheet_known"] = (
            str(sent["sheet"]),
            [each for each in known[:MOST_MARKS] if type(each) is int],
        )


# What is open on the first page


def opened() -> tuple[str, int] | None:
    """Return which picture on the canvas is a digit of the page: its id, and the mark's."""
    return st.session_state.get("sheet_opened")


def set_opened(picture_id: str, mark_id: int) -> None:
    """Keep that a picture on the canvas is the digit of a mark."""
    st.session_state["sheet_opened"] = picture_id, mark_id


def ask_for_digit() -> None:
    """Have this run end on the page of one digit."""
    st.session_state["sheet_asked"] = "digit"


def ask_for_page() -> None:
    """Have this run end on the page of numbers; a callback of the canvas."""
    st.session_state["sheet_asked"] = "page"


def is_digit_asked() -> bool:
    """Return whether this run is to end on the page of one digit; says so once."""
    return st.session_state.pop("sheet_asked", None) == "digit"


def is_page_asked() -> bool:
    """Return whether this run is to end on the page of numbers; says so once."""
    return st.session_state.pop("sheet_asked", None) == "page"


def is_page(digits: Sequence[DigitFound]) -> bool:
    """Return whether a picture shows several digits, and not one among specks."""
    return sum(digit.reading.verdict == DIGIT for digit in digits) > 1


def mark_of(box: Box) -> int:
    """Return the id of the mark around a digit that was found."""
    now = sheet()
    marks = now.marks if now else ()
    return next(mark.id for mark in marks if mark.box == box)


def mark(mark_id: object) -> Mark | None:
    """Return the mark of this id, None where there is none."""
    now = sheet()
    marks = now.marks if now else ()
    return next((each for each in marks if each.id == mark_id), None)


def cut(mark: Mark) -> Cut:
    """Return what is in the box of a mark of the visitor's page."""
    now = sheet()
    assert now is not None, "a mark is on a page"
    return now.cut(mark)


# What went wrong


def set_sheet_error(error: UserError | None) -> None:
    """Keep an error to be shown until the next picture."""
    number, _ = sheet_error()
    st.session_state["sheet_error"] = (number + (error is not None), error)


def sheet_error() -> tuple[int, UserError | None]:
    """Return how many errors there were, and the last one where it is to be shown."""
    return st.session_state.get("sheet_error", (0, None))
