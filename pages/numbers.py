"""Bring a page of numbers: each digit is found and read, and opens in the network."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from assets.components.number_sheet import SheetHead, number_sheet
from model.base.errors import UserError
from model.pixels.decoding import MAX_BYTES, decode
from pages import services
from pages.drawing import digit_state
from pages.sheet import payload, sheet_state, sheet_texts
from pages.visitor import identity
from pages.visitor.language import _, error_text


@st.fragment
def sheet_panel() -> None:
    """Show the page with its boxes: what happens there runs nothing else."""
    number_sheet(
        _frame(),
        key="number_sheet",
        on_brought=lambda: _attempt(_take_picture, "brought"),
        on_edited=lambda: _attempt(sheet_state.take_marks, "edited"),
        on_opened=lambda: _attempt(_open_digit, "opened"),
    )
    if sheet_state.is_digit_asked():
        st.switch_page("recognize.py")


def _frame() -> bytes:
    number, error = sheet_state.sheet_error()
    opened = sheet_state.opened()
    head: SheetHead = {
        "words": sheet_texts.sheet(),
        "most_bytes": MAX_BYTES,
        "most_marks": sheet_state.MOST_MARKS,
        "sample": services.sample_page_thumbnail(),
        "refusal": None if error is None else {"number": number, "sentence": error_text(error)},
        "sheet": None,
    }
    return payload.sheet_frame(head, sheet_state.sheet(), opened and opened[1])


def _attempt(take: Callable[[dict[str, Any]], None], trigger: str) -> None:
    """Take what the page sent; where that cannot be, keep the reason to be shown."""
    sent = identity.sent_value("number_sheet", trigger)
    try:
        take(sent if isinstance(sent, dict) else {})
        sheet_state.set_sheet_error(None)
    except UserError as error:
        sheet_state.set_sheet_error(error)


def _take_picture(sent: dict[str, Any]) -> None:
    """Find the digits in a picture: `{"file", "state": "raw"}`, the sample, or one kept before."""
    state = sent.get("state")
    data = services.sample_page() if state == "sample" else identity.sent_file(sent.get("file"))
    sheet_state.find_sheet(decode(data).gray)
    if state == "kept":
        sheet_state.restore_marks(sent)


def _open_digit(sent: dict[str, Any]) -> None:
    """Put a digit of the page on the canvas, to be looked at: the marks, and the id of one."""
    sheet_state.take_marks(sent)
    mark = sheet_state.mark(sent.get("id"))
    if mark is None:
        return
    picture = digit_state.set_picture(sheet_state.cut(mark).gray)
    sheet_state.set_opened(picture.id, mark.id)
    sheet_state.ask_for_digit()


with st.container(key="unseen_title"):  # the picture says what this page is; the ear needs it said
    st.title(_("A page of numbers"), anchor=False)
with st.container(key="sheet_page"):
    sheet_panel()
