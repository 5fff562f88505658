"""The training room: ask a network a question, put one together, watch it learn, keep it."""

from functools import partial

import streamlit as st

from model.serving.sentences import Refusal
from pages.common import language, session, training_words
from pages.common.experiments import experiments
from pages.common.run_table import run_table
from pages.common.run_view import run_view
from pages.common.training_form import form

_ = language.words()

with st.container():
    try:
        shown = session.shown_runs()
    except Refusal as refusal:
        shown = []
        st.error(language.say(refusal), icon=":material/error:")
if shown:
    run_view(shown)
    st.stop()

st.title(_("Train a network, and watch it learn to see"))
mine = session.own_runs()
if unfinished := training_words.unfinished(mine):
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.write(training_words.at_work(_, unfinished))
        st.button(
            _("Watch it"),
            icon=":material/visibility:",
            on_click=partial(session.show_runs, [unfinished[0].id]),
        )

session.begin_form({"room": "experiments"})
room = st.segmented_control(
    _("What to do"),
    ["experiments", "own", "mine"],
    format_func={
        "experiments": _("Experiments"),
        "own": _("Build your own"),
        "mine": _("My trainings"),
    }.get,
    required=True,
    **session.field("room"),
    label_visibility="collapsed",
)
if room == "experiments":
    experiments()
elif room == "own":
    form()
elif mine:
    run_table(mine)
else:
    st.info(_("You have not trained anything yet. Begin with an experiment."))
