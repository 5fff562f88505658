"""Which trainings the visitor watches, and what could not be done to them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from model.base.errors import UserError
from model.runs import store
from model.runs.store import Damaged, Run
from pages.drawing.digit_state import digit, reading, skip
from pages.services import race
from pages.visitor import links
from pages.visitor.identity import owner, sent
from pages.visitor.network_choice import leave_for_layers

_MOST_BESIDE = 3  # runs side by side


def shown_runs() -> list[Run]:
    """Give the runs that the link asks to see: one with those it races with, or several.

    A UserError where the first is not here; where another is not, it is left out, and said why.
    """
    first = st.query_params.get("run")
    if not first:
        return []
    beside = [each for each in st.query_params.get("beside", "").split(",") if each]
    shown = [store.find(first)]
    for run_id in dict.fromkeys(beside or race(shown[0])):
        if run_id == first or len(shown) == _MOST_BESIDE:
            continue
        try:
            shown.append(store.find(run_id))
        except UserError as refusal:
            set_refusal(refusal)
    return shown


def show_runs(ids: Sequence[str]) -> None:
    """Let the link ask for these runs, side by side; for none of them without any."""
    for name, value in (("run", ids[:1]), ("beside", ids[1:])):
        st.query_params.pop(name, None)
        if value:
            st.query_params[name] = ",".join(value)


def own_runs() -> list[Run | Damaged]:
    """List the visitor's runs, newest first; the damaged ones too."""
    return store.listings(owner())


def address(parameters: Mapping[str, str]) -> str:
    """Write the address under which this page shows the same to somebody else.

    What is "" is not to stand in it.
    """
    given = urlencode({name: value for name, value in parameters.items() if value})
    return f"{(st.context.url or '').partition('?')[0]}?{given}"


def set_refusal(refusal: UserError | None) -> None:
    """Keep why something could not be done to a run, until the next thing is."""
    st.session_state["refusal"] = refusal


def refusal() -> UserError | None:
    """Give why the last thing could not be done to a run, None where it could."""
    return st.session_state.get("refusal")


def asked_digit() -> dict[str, Any]:
    """Give the visitor's digit as the watch asks every moment of a training to read it."""
    now = digit()
    asked = {"revision": 0, "skip": skip(), "strokes": None, "pixels": None}
    if now is None:
        return asked
    asked["revision"] = now.revision
    if now.picture is None:
        return {**asked, "strokes": now.sent}
    seen = reading()
    if seen.trace is None:
        return asked
    return {**asked, "pixels": links.encode_pixels(seen.preprocessed.pixels)}


def take_moment() -> None:
    """Take the moment of a training that the watch asked to open; a callback of it."""
    asked = sent("watch", "open")
    try:
        leave_for_layers(f"{store.find(str(asked['run'])).id}@{int(asked['digits'])}")
    except (TypeError, KeyError, ValueError, OverflowError):  # a UserError too: nothing to open
        return
