"""Every page runs through here: its frame, the visitor's language, and the list of pages."""

from pathlib import Path

import streamlit as st

from pages.common import language, session

ASSETS = Path(__file__).parents[1] / "assets"

st.set_page_config(
    page_title="Convscope",
    page_icon=str(ASSETS / "icon.svg"),
    layout="wide",
    initial_sidebar_state=240,
)
st.html(ASSETS / "page.css")
language.settle()
_ = language.words()

page = st.navigation(
    [
        st.Page("recognise.py", title=_("Recognise"), icon=":material/draw:", default=True),
        st.Page("layers.py", title=_("Layers"), icon=":material/layers:", url_path="layers"),
        st.Page("network.py", title=_("The network"), icon=":material/hub:"),
    ]
)
with st.sidebar:
    st.segmented_control(
        _("Language"),
        list(language.LANGUAGES),
        default=session.language(),
        format_func=language.LANGUAGES.get,
        required=True,
        key="language_switch",
        on_change=lambda: language.choose(session.widget("language_switch")),
    )
page.run()
