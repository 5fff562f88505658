"""The board of a class: all its runs in one table, for the teacher and whoever has the link."""

from collections.abc import Sequence
from typing import Any, TypedDict

import streamlit as st

from model.runs import results
from model.runs.pulses import read_pulses
from model.runs.store import DONE, QUEUED, Run
from pages import services
from pages.display.qr_codes import qr_picture
from pages.training import training_texts
from pages.training.runs import watch_state
from pages.visitor import classroom, identity
from pages.visitor.language import _

_LOOKS_EVERY = 2.0  # seconds
_POINTS = 40  # of a small curve


class BoardRow(TypedDict):
    """A run of the class."""

    title: str
    state: str
    progress: float  # share of the training that is over, 0 to 1
    accuracy: float | None  # in the last validation, 0 to 1
    curve: list[float]  # of that
    test: float | None  # accuracy once it is over, 0 to 1
    network: str


def board_view(code: str) -> None:
    """Show the runs of a class as they go on, and the link by which the class joins."""
    st.title(_("The class on one board"))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Training room"), icon=":material/arrow_back:", on_click=classroom.close_board)
        with st.popover(_("Link for the class"), type="primary", icon=":material/qr_code_2:"):
            _invitation(code)
        with st.popover(_("Share the board"), icon=":material/link:"):
            st.write(_("Anyone with this link can see the board:"))
            st.code(watch_state.share_address({classroom.BOARD: code}), language=None)
    _runs(code)


def _invitation(code: str) -> None:
    """Show the link and its code; runs that are started behind it stand on the board."""
    parameters = {classroom.CLASS: code, "lang": identity.language() or ""}
    address = watch_state.share_address(parameters)
    st.write(_("Runs started from this link appear on this board:"))
    st.code(address, language=None)
    st.image(qr_picture(address), width=260, alt=_("QR code of the link"))


@st.fragment(run_every=_LOOKS_EVERY)
def _runs(code: str) -> None:
    runs = services.class_runs(code)
    if not runs:
        st.info(_("Nobody has started a run yet. Give the class its link."))
        return
    over = sum(run.status.state == DONE for run in runs)
    st.caption(training_texts.board(len(runs), over))
    table = st.dataframe(
        [_row(run) for run in runs],
        hide_index=True,
        key=watch_state.table_key([run.id for run in runs]),
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_columns(),
        height="content",
        placeholder="–",
        alt=_("All runs of the class, in the order in which they were started."),
    )
    _open([runs[row] for row in table.selection.rows])


def _row(run: Run) -> BoardRow:
    found = read_pulses(run.id)
    measured = [pulse.get("validation_accuracy") for pulse in found]
    shares = [share for share in measured if share is not None]
    seen, total = (found[-1].get("digits", 0) if found else 0), run.status.digits_total
    return {
        "title": run.title,
        "state": _state(run),
        "progress": min(1.0, seen / total) if total else 0.0,
        "accuracy": shares[-1] if shares else None,
        "curve": shares[:: max(1, len(shares) // _POINTS)],
        "test": results.test_accuracy(run.folder),
        "network": training_texts.network(run.request.design.architecture),
    }


def _state(run: Run) -> str:
    wait = services.dispatcher().wait_of(run.id)
    if run.status.state == QUEUED and wait is not None:
        return training_texts.waiting(wait)
    return _(training_texts.STATES[run.status.state])


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "title": column.TextColumn(_("Name"), width=170),
        "state": column.TextColumn(_("Status"), width=170),
        "progress": column.ProgressColumn(
            _("Progress"), format="percent", min_value=0, max_value=1, width=120
        ),
        "accuracy": column.NumberColumn(_("Validation accuracy"), format="percent", width=130),
        "curve": column.LineChartColumn(_("Its course"), y_min=0, y_max=1, width=150),
        "test": column.NumberColumn(_("Test accuracy"), format="percent", width=110),
        "network": column.TextColumn(_("Network"), width=220),
    }


def _open(chosen: Sequence[Run]) -> None:
    if not chosen:
        st.caption(_("Select one run to open it, two or three to compare them."))
    elif len(chosen) <= watch_state.MOST_BESIDE:
        label = _("Open") if len(chosen) == 1 else _("Compare")
        if st.button(label, type="primary", icon=":material/open_in_full:"):
            watch_state.show_runs([run.id for run in chosen])
            st.rerun()


def class_menu() -> None:
    """Offer a board to a teacher; whoever is in a class reads whose board their runs stand on."""
    if code := classroom.class_code():
        st.caption(
            _("Your runs stand on the board of class {code}.").format(code=code), width="content"
        )
        st.button(_("Leave the class"), type="tertiary", on_click=classroom.leave_class)
        return
    with st.popover(_("For the class"), icon=":material/groups:"):
        st.write(_("One board with all runs of a class: how far each is, and how accurate."))
        st.button(_("Open a board"), type="primary", on_click=classroom.open_new_board)
