"""Every page runs through here: its frame, the visitor's language, and the list of pages."""

from pathlib import Path

import streamlit as st

from pages.common import language, session

ASSETS = Path(__file__).parents[1] / "assets"

st.set_page_config(page_title="Convscope", page_icon=str(ASSETS / "icon.svg"), layout="wide")
st.html(ASSETS / "page.css")
language.settle()
_ = language.words()

page = st.navigation(
    [
        st.Page(
            "recognise.py", title=_("Recognise"), icon=":material/draw:", default=True
        ),
        st.Page("network.py", title=_("The network"), icon=":material/hub:"),
    ]
)
with st.sidebar:
    st.segmented_control(
        _("Language"),
        list(language.LANGUAGES),
        default=session.language(),
        format_func=language.LANGUAGES.get,
        key="language_switch",
        on_change=lambda: language.choose(st.session_state["language_switch"]),
    )
page.run()
