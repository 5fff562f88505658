"""Which trainings the visitor watches, and what could not be done to them."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.elements.arrow import DataframeStateInput

from assets.components.training_watch import WatchedDigit
from model.base.errors import UserError
from model.runs import store
from model.runs.store import Damaged, Run
from pages.drawing.digit_state import digit, reading, skipped_steps
from pages.services import race
from pages.visitor.identity import owner, sent_value
from pages.visitor.network_choice import leave_for_stage

ADJUST = "adjust"  # key of the form in which a run is adjusted
MOST_BESIDE = 3  # runs side by side


def shown_runs() -> list[Run]:
    """Return the runs that the link names: one with those of its experiment, or several.

    Raises UserError where the first is missing; another that is missing is left out, with an error.
    """
    first = st.query_params.get("run")
    if not first:
        return []
    beside = [each for each in st.query_params.get("beside", "").split(",") if each]
    shown = [store.find(first)]
    for run_id in dict.fromkeys(beside or race(shown[0])):
        if run_id == first or len(shown) == MOST_BESIDE:
            continue
        try:
            shown.append(store.find(run_id))
        except UserError as error:
            set_control_error(error)
    return shown


def show_runs(ids: Sequence[str]) -> None:
    """Make the link show these runs side by side, or the training room without any."""
    for name, value in (("run", ids[:1]), ("beside", ids[1:])):
        st.query_params.pop(name, None)
        if value:
            st.query_params[name] = ",".join(value)


def are_shown() -> bool:
    """Return whether the link names any runs."""
    return "run" in st.query_params


def own_runs() -> list[Run | Damaged]:
    """Return the visitor's runs, newest first, the damaged ones included."""
    return store.listings(owner())


def table_key(ids: Sequence[str]) -> str:
    """Return the key of the table of these runs: another list of runs is another table.

    The browser keeps the ticks of a table by the number of their row, which in another list is
    another run's.
    """
    return f"runs_{hashlib.sha256(','.join(ids).encode()).hexdigest()[:16]}"


def default_selection(ids: Sequence[str]) -> DataframeStateInput:
    """Return the selection with which a table of these runs begins: the runs chosen before."""
    before = st.session_state.get("chosen_runs", ())
    return {"selection": {"rows": [row for row, run_id in enumerate(ids) if run_id in before]}}


def set_chosen_runs(ids: Sequence[str]) -> None:
    """Keep which runs are chosen in the table."""
    st.session_state["chosen_runs"] = tuple(ids)


def share_address(parameters: Mapping[str, str]) -> str:
    """Return the address under which this page shows the same to somebody else.

    A parameter that is "" is left out.
    """
    given = urlencode({name: value for name, value in parameters.items() if value})
    return f"{(st.context.url or '').partition('?')[0]}?{given}"


def set_control_error(error: UserError | None) -> None:
    """Keep why a run could not be changed, until the next change."""
    st.session_state["control_error"] = error


def control_error() -> UserError | None:
    """Return why the last change to a run failed, None where it did not."""
    return st.session_state.get("control_error")


def close_steering(rate: float, strength: str | None) -> None:
    """Close the form in which a run is adjusted, and keep what was applied; in callbacks only."""
    st.session_state[ADJUST] = False
    st.session_state["applied"] = (rate, strength)


def applied() -> tuple[float, str | None] | None:
    """Return the learning rate and augmentation that were applied just now, once."""
    return st.session_state.pop("applied", None)


def take_focus() -> None:
    """Take which of several runs the watch is turned to; a callback of it."""
    st.session_state["focus"] = str(sent_value("watch", "focus"))
    st.session_state["focus_changed"] = True


def focus_has_changed() -> bool:
    """Return whether the watch was turned to another run, once."""
    return st.session_state.pop("focus_changed", False)


def focused(runs: Sequence[Run]) -> Run:
    """Return the run among these that the watch is turned to, else the first."""
    asked = st.session_state.get("focus")
    return next((run for run in runs if run.id == asked), runs[0])


def digit_to_read() -> WatchedDigit:
    """Return the visitor's digit as it is read at every snapshot of a run."""
    now = digit()
    asked: WatchedDigit = {
        "revision": now.revision if now else 0,
        "skip": skipped_steps(),
        "strokes": None,
        "pixels": None,
    }
    if now is None:
        return asked
    if now.picture is None:
        return {**asked, "strokes": now.sent}
    seen = reading()
    if seen is None or seen.preprocessed.pixels is None:
        return asked
    return {**asked, "pixels": seen.preprocessed.pixels.ravel().tolist()}


def take_snapshot() -> None:
    """Put the snapshot that the watch asked for on the stage; a callback of it."""
    asked: Any = sent_value("watch", "open")
    try:
        leave_for_stage(f"{store.find(str(asked['run'])).id}@{int(asked['digits'])}")
    except (TypeError, KeyError, ValueError, OverflowError):  # a UserError too: nothing to open
        return
