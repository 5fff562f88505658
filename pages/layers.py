"""Every layer of the network on the visitor's digit: the stage, its maps, every cell's sum."""

import streamlit as st

from assets.components.layer_explorer import layer_explorer
from model.serving.sentences import Refusal
from pages.common import explorer_words, language, session
from pages.common.desk import samples

_ = language.words()

st.title(_("Every layer, every cell"))
with st.container():  # always there: were its place another, the explorer would be mounted anew
    try:
        session.open_link(st.query_params)
    except Refusal as refusal:
        st.error(language.say(refusal), icon=":material/error:")

if session.reading() is None or session.reading().trace is None:
    st.write(_("There is no digit to explore yet: draw one, or take one of these."))
    st.page_link("recognise.py", label=_("Draw a digit"), icon=":material/draw:")
    samples()
    st.stop()

st.write(
    _(
        "Point at a map to see what it reads and what it sees; click to see how it is made, and "
        "click a cell of it for its whole sum."
    )
)
layer_explorer(
    {
        "words": explorer_words.explorer(_),
        "extent": session.scale(),
        "choices": explorer_words.choices(_, session.before(), session.samples(), session.rivals()),
        "other": session.other(),
        "view": session.asked_view(),
        "answer": explorer_words.answer(language.say, session.answer()),
    },
    session.sides(),
    key="explorer",
    on_change=session.take_explorer,
    on_question=session.take_question,
)
address = {**st.query_params.to_dict(), **session.link()}
st.query_params.from_dict({name: value for name, value in address.items() if value})
