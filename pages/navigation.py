"""Every page runs through here: its frame, the visitor's language, and the list of pages."""

from pathlib import Path

import streamlit as st

from assets.components.glossary import glossary
from assets.components.way_back import way_back
from model.base.errors import UserError
from model.runs.visits import note_visit
from pages.display import texts
from pages.display.errors import show_error
from pages.display.explanations import glossary_data
from pages.drawing import digit_state
from pages.visitor import identity, language, network_choice
from pages.visitor.language import _

ASSETS = Path(__file__).parents[1] / "assets"

st.set_page_config(
    page_title="Convscope",
    page_icon=str(ASSETS / "icon.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.html(ASSETS / "page.css")
language.settle()
if identity.is_known_again():
    note_visit(identity.owner())
digit_state.settle_digit()
with st.container(key="unseen"):
    way_back(language.tag(), key="way_back")
    glossary(glossary_data(), key="glossary")
with st.container():  # always there: components whose place shifted would be mounted anew
    try:
        network_choice.settle_network()
    except UserError as error:
        show_error(error)

pages = [
    st.Page("recognize.py", title=_("Recognize"), icon=":material/draw:", default=True),
    st.Page("numbers.py", title=_("A page of numbers"), icon=":material/document_scanner:"),
    st.Page("train.py", title=_("Training room"), icon=":material/model_training:"),
    st.Page("network.py", title=_("The network"), icon=":material/hub:"),
]
page = st.navigation(pages, position="top")
with st.container(key="links", horizontal=True):  # on a telephone, in place of Streamlit's menu
    for each in pages:
        with st.container(key="link_here" if each is page else None, width="content"):
            st.page_link(each)
networks = texts.networks(network_choice.selectable_networks())
with st.container(key="switches", horizontal=True):
    if len(networks) > 1:
        st.selectbox(
            _("Network"),
            list(networks),
            format_func=networks.__getitem__,
            key="network_switch",
            label_visibility="collapsed",
            on_change=lambda: network_choice.set_network(identity.widget_value("network_switch")),
        )
    st.segmented_control(
        _("Language"),
        list(language.LANGUAGES),
        default=identity.language(),
        format_func=language.LANGUAGES.__getitem__,
        required=True,
        key="language_switch",
        label_visibility="collapsed",
        on_change=lambda: language.choose(identity.widget_value("language_switch")),
    )
page.run()
