"""The training room: ask a network a question, put one together, watch it learn, keep it."""

from functools import partial

import streamlit as st

from model.base.errors import UserError
from pages import services
from pages.display.errors import show_error
from pages.training import training_texts
from pages.training.form import form_state
from pages.training.form.experiments import experiments
from pages.training.form.form import form
from pages.training.runs import watch_state
from pages.training.runs.board import board_view, class_menu
from pages.training.runs.table import deleted_runs_view, run_limits, run_table
from pages.training.runs.watch import run_view
from pages.visitor import classroom
from pages.visitor.language import _

services.dispatcher().expect_runs()
classroom.settle_class()
with st.container():
    try:
        shown = watch_state.shown_runs()
    except UserError as error:
        shown = []
        show_error(error)
if shown:
    run_view(shown)
    st.stop()
if code := classroom.board_code():
    board_view(code)
    st.stop()

st.title(_("Train a network and watch it learn"))
mine = watch_state.own_runs()
if unfinished := training_texts.unfinished(mine):
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.write(training_texts.at_work(unfinished))
        st.button(
            _("Watch"),
            icon=":material/visibility:",
            on_click=partial(watch_state.show_runs, [unfinished[0].id]),
        )

form_state.set_defaults({"room": "experiments"})
with st.container(horizontal=True, vertical_alignment="center"):
    room = st.segmented_control(
        _("What to do"),
        ["experiments", "own", "mine"],
        format_func={
            "experiments": _("Experiments"),
            "own": _("Build your own"),
            "mine": _("My runs"),
        }.__getitem__,
        required=True,
        **form_state.field("room"),
        label_visibility="collapsed",
    )
    class_menu()
if room == "experiments":
    experiments()
elif room == "own":
    form()
else:
    if mine:
        run_table(mine)
        run_limits()
    else:
        st.info(_("You have no runs. Start with an experiment."))
    deleted_runs_view()
