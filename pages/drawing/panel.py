"""The input panel: the canvas, and the ways to bring a digit, on any page."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from assets.components import Refusal, Samples
from assets.components.digit_canvas import CanvasHead, CanvasPage, digit_canvas
from assets.components.sample_gallery import sample_gallery
from model.base.errors import UserError
from model.inference import finding
from model.inference.catalogue import DEFAULT
from model.pixels.decoding import MAX_BYTES, decode, decode_color
from pages import services
from pages.display import texts
from pages.drawing import digit_state, drawing_texts
from pages.drawing.payload import canvas_frame
from pages.sheet import sheet_state
from pages.visitor import identity, network_choice
from pages.visitor.language import _, error_text


@st.fragment
def input_panel(drawn: Callable[[], None]) -> None:
    """Show the canvas and all ways to bring a digit: what happens there runs nothing else.

    `drawn` runs after each digit that was brought.
    """
    digit_state.settle_digit()
    digit_canvas(
        _canvas_frame(),
        key="canvas",
        on_drawing=digit_state.take_drawing,
        on_brought=_take_picture,
        on_chosen=_take_sample,
        on_page=sheet_state.ask_for_page,
    )
    if sheet_state.is_page_asked():
        st.switch_page("numbers.py")
    drawn()


def samples() -> None:
    """Offer digits to start with, on a page without a canvas."""
    sample_gallery(
        _samples(),
        key="samples",
        on_chosen=lambda: _bring(
            lambda: digit_state.sample(identity.sent_value("samples", "chosen"))
        ),
    )


def _take_picture() -> None:
    """Take the file that was brought to the canvas: `{"file", "state", "revision"}`."""
    sent = _sent("brought")
    _bring(lambda: identity.sent_file(sent.get("file")), str(sent.get("state")), _revision(sent))


def _take_sample() -> None:
    """Take the sample that was chosen beside the canvas: `{"name", "revision"}`."""
    sent = _sent("chosen")
    _bring(lambda: digit_state.sample(sent.get("name")), replaces=_revision(sent))


def _bring(read: Callable[[], bytes | None], state: str = "raw", replaces: int = 0) -> None:
    """Put a picture on the canvas; where it cannot be read, say why and leave the digit alone.

    Of one that was there before nothing is to be cut out ("cut"), and one of which a link had the
    pixels is read as it is ("ready"). It replaces what has at most that revision.
    """
    try:
        data = read()
        if data is None:
            return
        gray = decode(data).gray
        if not services.network(network_choice.network_id()).reads_digits:
            color = decode_color(data)  # nothing is cut out of it: it is the picture that is read
            digit_state.set_picture(gray, replaces=replaces, color=color)
        elif state in ("cut", "ready"):
            digit_state.set_picture(gray, ready=state == "ready", replaces=replaces)
        else:
            _take_largest(gray, replaces)
        digit_state.set_drawing_error(None)
    except UserError as error:
        digit_state.set_drawing_error(error)


def _take_largest(gray: np.ndarray, replaces: int) -> None:
    """Put the largest digit of a picture on the canvas; one of several is of a page of numbers."""
    digits = digit_state.digits_in(gray)
    taken = finding.largest(digits)
    picture = digit_state.set_picture(taken.cut, replaces=replaces)
    if sheet_state.is_page(digits):
        sheet_state.set_sheet(gray, digits)
        sheet_state.set_opened(picture.id, sheet_state.mark_of(taken.box))


def empty_canvas() -> bytes:
    """Return the frame of a canvas that belongs to nobody's session yet."""
    return canvas_frame(_canvas_head("", DEFAULT), None, None)


def _canvas_frame() -> bytes:
    digit = digit_state.digit()
    reading = digit_state.reading() if digit and digit.picture else None
    head = _canvas_head(digit_state.mailbox().address, network_choice.network_id())
    head["skip"], head["refusal"] = digit_state.skipped_steps(), _refusal()
    head["page"] = _page()
    network = services.network(network_choice.network_id())
    return canvas_frame(head, digit, reading.preprocessed if reading else None, network)


def _canvas_head(mailbox: str, network_id: str) -> CanvasHead:
    reads_digits = services.network(network_id).reads_digits
    return {
        "words": drawing_texts.canvas(reads_digits=reads_digits),
        "mailbox": mailbox,
        "samples": _samples() if reads_digits else _samples() | {"samples": []},
        "network": services.network_address(network_id),
        "skip": (),
        "page": None,
        "refusal": None,
        "most_bytes": MAX_BYTES,
        "digit": None,
    }


def _samples() -> Samples:
    return {
        "label": _("Examples"),
        "sheet": services.sample_sheet_address(),
        "samples": [{"name": name, "title": texts.sample(name)} for name in services.samples()],
    }


def _refusal() -> Refusal | None:
    number, error = digit_state.drawing_error()
    return None if error is None else {"number": number, "sentence": error_text(error)}


def _page() -> CanvasPage | None:
    sheet, opened = sheet_state.sheet(), sheet_state.opened()
    if sheet is None or opened is None:
        return None
    picture, mark = opened
    ids = [each.id for each in sheet.marks]
    if mark not in ids:
        return None  # its box was deleted since
    return {"picture": picture, **drawing_texts.page(len(ids), ids.index(mark) + 1)}


def _sent(trigger: str) -> dict[str, object]:
    sent = identity.sent_value("canvas", trigger)
    return sent if isinstance(sent, dict) else {}


def _revision(sent: dict[str, object]) -> int:
    revision = sent.get("revision")
    return revision if isinstance(revision, int) else 0
