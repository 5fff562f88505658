"""The card of the network: what it is, how it was trained, and how far to trust it."""

import streamlit as st

from pages.common import language, session

_ = language.words()
card = session.card(session.network_id())

st.title(_("The network"))
st.write(card.title)
