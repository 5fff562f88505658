"""What a teacher has switched on for the class, the link that it opens, and its board of runs."""

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from pages.visitor.identity import sent_value

PARAMETER = "guess"
CLASS, BOARD = "class", "board"  # parameters: whose class one is in, and whose board one looks at
_CODE = re.compile(r"[a-z0-9]{6,20}")
_MOST = 8000  # characters of an address that are looked at


def guess_first() -> bool:
    """Return whether predictions are hidden until somebody asks for them."""
    return bool(st.session_state.get("guess_first", False))


def settle_guess_first() -> None:
    """Take over what a link says of guessing first, and keep the address up to date."""
    if "guess_first" not in st.session_state:
        st.session_state["guess_first"] = st.query_params.get(PARAMETER) == "1"
    if guess_first():
        st.query_params[PARAMETER] = "1"
    else:
        st.query_params.pop(PARAMETER, None)


def take_guess_first() -> None:
    """Take whether predictions are hidden first; a callback of the tools for the class."""
    st.session_state["guess_first"] = bool(sent_value("class_tools", "guess_first"))


def take_asked_link() -> None:
    """Take the address for which a link is wanted; a callback of the tools for the class."""
    st.session_state["link_asked"] = str(sent_value("class_tools", "link_asked") or "")


def asked_address() -> str:
    """Return the address of the page for which a link is wanted, once; "" for none."""
    return str(st.session_state.pop("link_asked", ""))


def link(address: str, parameters: Mapping[str, str]) -> str:
    """Return the address of a page with these parameters and no others; "" for no web address."""
    parts = urlsplit(address[:_MOST])
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


# --- the runs of a class on one board ---


def settle_class() -> None:
    """Take over whose class a link says that the visitor is in, and keep the address up to date."""
    code = _code(CLASS) or class_code()
    st.session_state["class"] = code
    if code:
        st.query_params[CLASS] = code


def class_code() -> str:
    """Return the code of the class that the visitor's runs belong to; "" for none."""
    return str(st.session_state.get("class", ""))


def leave_class() -> None:
    """Let the visitor's next runs belong to no class; a callback."""
    st.session_state["class"] = ""
    st.query_params.pop(CLASS, None)


def board_code() -> str:
    """Return the code of the class whose board the link opens; "" for none."""
    return _code(BOARD)


def open_new_board() -> None:
    """Make the link open the board of a new class; a callback."""
    st.query_params[BOARD] = secrets.token_hex(4)


def close_board() -> None:
    """Make the link open the training room again; a callback."""
    st.query_params.pop(BOARD, None)


def _code(parameter: str) -> str:
    given = st.query_params.get(parameter, "")
    return given if _CODE.fullmatch(given) else ""
