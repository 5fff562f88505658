"""What a training came to: its results, the digits it was measured on, and its network kept."""

import streamlit as st

from model.base.errors import UserError
from model.runs import snapshots
from model.runs.library import save
from model.scheduling.scheduler import own
from pages.drawing.digit_state import set_picture
from pages.services import is_whole, tested_digits, tested_network
from pages.visitor.identity import owner, sent_value, widget_value
from pages.visitor.network_choice import leave_for_stage


def open_cell(run_id: str) -> tuple[tuple[int, int] | None, int]:
    """Return the open cell of a run's confusion matrix, and the place of its first shown digit."""
    return st.session_state.get("opened", {}).get(run_id, (None, 0))


def take_open_cell(run_id: str) -> None:
    """Take the cell that was opened in a run's confusion matrix; a callback of it."""
    asked = sent_value(f"confusion_{run_id}", "opened") or {}
    try:
        cell = asked["cell"] and tuple(min(9, max(0, int(digit))) for digit in asked["cell"])
        start = max(0, int(asked["start"]))
    except (TypeError, KeyError, ValueError, OverflowError):
        return  # nothing that the matrix would ask
    if cell is None or len(cell) == 2:
        st.session_state.setdefault("opened", {})[run_id] = (cell, start)


def take_tested_digit(run_id: str) -> None:
    """Make a digit that a run was measured on the visitor's own; a callback of the matrix.

    The page then leaves for the stage, where the run's network reads it.
    """
    index = sent_value(f"confusion_{run_id}", "chosen")
    digits = tested_digits(run_id)
    if not isinstance(index, int) or not 0 <= index < len(digits):
        return  # nothing that the matrix would send
    set_picture(digits[index], ready=True)
    leave_for_stage(f"{run_id}@{snapshots.NOW}")


def take_test_digit(network_id: str) -> None:
    """Make a test digit of a network's card the visitor's own; a callback of its matrix.

    The page then leaves for the one on which it is drawn.
    """
    index, measured = sent_value(f"confusion_{network_id}", "chosen"), tested_network(network_id)
    if measured is None or not isinstance(index, int) or not 0 <= index < len(measured[1]):
        return  # nothing that the matrix would send
    set_picture(measured[1][index], ready=True)
    st.session_state["drawn"] = True


def test_digit_taken() -> bool:
    """Return, once, whether the visitor chose a test digit."""
    return st.session_state.pop("drawn", False)


def save_under_title(run_id: str) -> None:
    """Save the network of the visitor's own run under the title typed for it; a callback.

    Its form closes then, or it would lie over what the page shows next.
    """
    try:
        saved_id = save(own(run_id, owner()), widget_value(f"keep_{run_id}")).id
    except UserError as error:
        st.session_state["save_error"] = {run_id: error}
    else:
        st.session_state.setdefault("saved", {})[run_id] = saved_id
        st.session_state["save_error"] = {}
        st.session_state[f"keeping_{run_id}"] = False


def save_error(run_id: str) -> UserError | None:
    """Return why a run's network could not be saved just now, None where it was."""
    return st.session_state.get("save_error", {}).get(run_id)


def saved_network(run_id: str) -> str | None:
    """Return the id under which this run's network was just saved, or None."""
    network_id = st.session_state.get("saved", {}).get(run_id)
    return network_id if network_id and is_whole(network_id) else None
