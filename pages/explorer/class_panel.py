"""The tools for the class, and the link that it opens."""

import streamlit as st

from assets.components.class_tools import ClassLink, class_tools
from model.base.errors import UserError
from pages.display.classroom_texts import class_tools as words
from pages.display.qr_codes import qr_code
from pages.drawing import digit_state
from pages.explorer import view_state
from pages.visitor import classroom, identity
from pages.visitor.language import error_text


@st.fragment
def class_panel() -> None:
    """Show the tools for the class: what they ask runs this and nothing else of the page."""
    digit_state.settle_digit()
    classroom.settle_guess_first()
    class_tools(
        {"words": words(), "guess_first": classroom.guess_first(), "link": _link()},
        key="class_tools",
        on_guess_first=classroom.take_guess_first,
        on_link_asked=classroom.take_asked_link,
    )


def _link() -> ClassLink | None:
    asked = classroom.asked_address()
    if not asked:
        return None
    address = classroom.link(asked, _parameters())
    try:
        return {"address": address, "rows": qr_code(address)}
    except UserError as error:
        return {"address": address, "error": error_text(error)}


def _parameters() -> dict[str, str]:
    """Return what opens the same view for somebody else, in the same language."""
    view_state.keep_address()
    return {**st.query_params.to_dict(), "lang": identity.language() or ""}
