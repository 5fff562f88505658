"""Who the visitor is, in which language they read, and what their browser sent."""

import base64
import binascii
from typing import Any

import streamlit as st

from model.base.errors import N_, UserError
from pages.visitor import cookie


def language() -> str | None:
    """Return the visitor's language, None before it is settled."""
    return st.session_state.get("language")


def language_was_chosen() -> bool:
    """Return whether the visitor or the link chose the language."""
    return st.session_state.get("language_chosen", False)


def set_language(code: str, *, chosen: bool = False) -> None:
    """Set the visitor's language."""
    st.session_state["language"] = code
    st.session_state["language_chosen"] = chosen or language_was_chosen()


def owner() -> str:
    """Return the visitor's id, which nobody else knows: their runs are theirs by it.

    It comes with a cookie; a browser that refuses it has another id in each session.
    """
    return cookie.visitor_id(st.context.cookies) or st.session_state.setdefault(
        "owner", cookie.new_id(st.context.ip_address or "")
    )


def is_known_again() -> bool:
    """Return whether the browser sends the cookie that it got with its first page."""
    return cookie.visitor_id(st.context.cookies) is not None


def sent_value(component: str, name: str) -> Any:
    """Return what a component sent as `name`; for its callbacks."""
    return st.session_state[component].get(name)


def sent_file(data_url: object) -> bytes:
    """Return the content of a file that a component sent as a data URL; raises UserError."""
    try:
        return base64.b64decode(str(data_url).partition(",")[2], validate=True)
    except binascii.Error:
        raise UserError(N_("What was brought is not an image.")) from None


def widget_value(key: str) -> Any:
    """Return the value of a widget; for its callbacks."""
    return st.session_state[key]
