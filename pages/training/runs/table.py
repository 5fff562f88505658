"""The visitor's trainings in a table: to open, compare, rename and delete."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypedDict

import streamlit as st

from model.base.errors import UserError
from model.runs import results, trash
from model.runs.owners import owner_hash
from model.runs.quota import bytes_in, bytes_of, share_of_visitor
from model.runs.store import Damaged, Run
from pages import services
from pages.display.errors import show_error
from pages.display.phrases import titled
from pages.display.texts import plain
from pages.training import training_texts
from pages.training.runs import watch_state
from pages.visitor import identity
from pages.visitor.language import _, error_text

_ROW = 65  # pixels: the least for which Streamlit breaks a long name into lines


class RunRow(TypedDict, total=False):
    """A run in the table; a damaged one has a title, a state and a time."""

    title: str
    state: str
    test: float | None  # accuracy, 0 to 1
    validation: float | None  # the best of all epochs
    lessons: str
    network: str
    when: datetime | None


@st.fragment
def run_table(found: Sequence[Run | Damaged]) -> None:
    """Show trainings, newest first, and what can be done with those that are chosen."""
    show_error(watch_state.control_error())
    ids = [each.id for each in found]
    table = st.dataframe(
        [_row(each) for each in found],
        hide_index=True,
        key=watch_state.table_key(ids),
        on_select="rerun",
        selection_mode="multi-row",
        selection_default=watch_state.default_selection(ids),
        column_config=_columns(),
        row_height=_ROW,
        height="content",
        placeholder="–",
        alt=_("Your runs, newest first."),
    )
    chosen = [found[row] for row in table.selection.rows]
    watch_state.set_chosen_runs([each.id for each in chosen])
    if not chosen:
        st.caption(_("Select one run to open it, two or three to compare them."))
        return
    for each in chosen:
        if trouble := _trouble(each):
            st.caption(trouble)
    with st.container(horizontal=True):
        _actions(chosen)


def _row(each: Run | Damaged) -> RunRow:
    if isinstance(each, Damaged):
        return {
            "title": each.title or each.id,
            "state": _("damaged"),
            "when": _when(each.created),
        }
    measured = [epoch.get("validation_accuracy") for epoch in each.status.history]
    return {
        "title": each.title,
        "state": _(training_texts.STATES[each.status.state]),
        "test": results.test_accuracy(each.folder),
        "validation": max((share for share in measured if share is not None), default=None),
        "lessons": training_texts.lessons(each.request.recipe),
        "network": training_texts.network(each.request.design.architecture),
        "when": _when(each.created),
    }


def _trouble(each: Run | Damaged) -> str:
    """Return what is wrong with a run, for which no column has room; "" where nothing is."""
    if isinstance(each, Damaged):
        said = _("damaged: {reason}").format(reason=error_text(each.reason))
    elif each.status.reason:
        said = training_texts.state(each)
    else:
        return ""
    return titled(plain(each.title or each.id), plain(said))


def _when(created: str) -> datetime | None:
    return datetime.fromisoformat(created) if created else None


def _columns() -> dict[str, Any]:
    """Return the columns with their widths in pixels: the first three fill a phone's screen.

    Where there is more room, Streamlit shares it among all.
    """
    column = st.column_config
    return {
        "title": column.TextColumn(_("Name"), width=150),
        "state": column.TextColumn(_("Status"), width=96),
        "test": column.NumberColumn(_("Test accuracy"), format="percent", width=78),
        "validation": column.NumberColumn(
            _("Best validation accuracy"), format="percent", width=118
        ),
        "lessons": column.TextColumn(_("Training data"), width=170),
        "network": column.TextColumn(_("Network"), width=210),
        "when": column.DatetimeColumn(
            _("Started"), format="YYYY-MM-DD HH:mm", timezone=st.context.timezone, width=145
        ),
    }


def _actions(chosen: Sequence[Run | Damaged]) -> None:
    whole = [each for each in chosen if isinstance(each, Run)]
    if len(whole) == len(chosen) <= watch_state.MOST_BESIDE:
        label = _("Open") if len(chosen) == 1 else _("Compare")
        if st.button(label, type="primary", icon=":material/open_in_full:"):
            first, *beside = whole
            watch_state.show_runs([first.id, *(each.id for each in beside)])
            st.rerun()
    if len(whole) == len(chosen) == 1:
        with st.popover(_("Rename"), icon=":material/edit:"):
            title = st.text_input(
                _("Name"), whole[0].title, max_chars=60, key=f"name_{whole[0].id}"
            )
            if st.button(_("Save name")):
                _change(partial(services.dispatcher().rename, whole[0].id, identity.owner(), title))
                st.rerun()
    with st.popover(_("Delete"), icon=":material/delete:"):
        st.write(training_texts.deletion(len(chosen)))
        if st.button(_("Delete"), type="primary", key="delete_chosen"):
            for each in chosen:
                _change(partial(services.dispatcher().delete, each.id, identity.owner()))
            st.rerun()


def run_limits() -> None:
    """Show how much of their share of the disk a visitor uses, and when runs are deleted."""
    try:
        used, most = bytes_of(owner_hash(identity.owner())), share_of_visitor()
    except UserError as error:
        show_error(error)
        return
    st.caption(f"{training_texts.share(used, most)} {training_texts.expiry()}")


@st.fragment
def deleted_runs_view() -> None:
    """Show the visitor's deleted runs, which can still be restored."""
    deleted = trash.deleted_runs(identity.owner())
    if not deleted:
        return
    with st.expander(training_texts.deleted(len(deleted)), icon=":material/restore_from_trash:"):
        st.caption(training_texts.deleted_size(sum(bytes_in(each.folder) for each in deleted)))
        for each in deleted:
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(_("Restore"), icon=":material/undo:", key=f"restore_{each.id}"):
                    _change(partial(services.dispatcher().restore, each.id, identity.owner()))
                    st.rerun()
                st.write(plain(each.title or each.id))
        if st.button(_("Remove all for good"), icon=":material/delete_forever:"):
            for each in deleted:
                trash.remove(each)
            st.rerun()


def _change(change: Callable[[], object]) -> None:
    watch_state.set_control_error(None)
    try:
        change()
    except UserError as error:
        watch_state.set_control_error(error)
