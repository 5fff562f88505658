"""What the visitor is about to add: the file they chose, and what was found in it."""

import hashlib
from dataclasses import dataclass
from typing import Any

import streamlit as st

from model.base.errors import UserError
from model.imports.adding import Trial
from pages.visitor.file_box import FileBox
from pages.visitor.identity import sent_value


@dataclass(frozen=True)
class Found:
    """What was found in one file: a network, or why it cannot be taken."""

    sha256: str
    trial: Trial | None
    refusal: UserError | None = None


def box() -> FileBox:
    """Return where the visitor's browser leaves a file."""
    return st.session_state.setdefault("own_box", FileBox())


def take_file() -> None:
    """Take note that a file has come; for the callback of the component that sends it."""
    name = sent_value("network_file", "sent")
    st.session_state["own_file"] = name if isinstance(name, str) else ""


def file() -> tuple[str, bytes] | None:
    """Return the name and the content of the file that the visitor sent, None without one."""
    name = st.session_state.get("own_file")
    return None if name is None else (name, box().content)


def forget_file() -> None:
    """Forget the file and what was found in it."""
    box().empty()
    for name in ("own_file", "own_found"):
        st.session_state.pop(name, None)


def found_in(data: bytes) -> Found | None:
    """Return what was found in this file, None where nobody has looked yet."""
    found = st.session_state.get("own_found")
    return found if found and found.sha256 == _digest(data) else None


def take_found(data: bytes, trial: Trial | None, refusal: UserError | None) -> Found:
    """Keep what was found in a file, so that it is looked into once."""
    found = Found(_digest(data), trial, refusal)
    st.session_state["own_found"] = found
    return found


def set_defaults(found: Found, **values: Any) -> None:
    """Set the initial values of the fields that belong to a file; what was typed before stays."""
    for name, value in values.items():
        st.session_state.setdefault(field(found, name), value)


def field(found: Found, name: str) -> str:
    """Return the key of a field that belongs to a file."""
    return f"own_{name}_{found.sha256[:16]}"


def field_value(found: Found, name: str) -> Any:
    """Return the value of a field that belongs to a file."""
    return st.session_state[field(found, name)]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
