"""Draw or bring a digit; see what the network says and what each of its layers made of it."""

import streamlit as st

from assets.components.feature_maps import feature_maps
from assets.components.film_strip import film_strip
from assets.components.prediction import prediction
from model.serving.answering import MAPPED
from pages.common import language, session, words
from pages.common.desk import desk

_ = language.words()
network = session.network(session.network_id())

st.title(_("Draw a digit, and look inside the network that reads it"))
left, right = st.columns([10, 11], gap="large")
with left:
    desk()
with right:
    prediction(words.prediction(_), key="prediction")

st.header(_("From your drawing to 28 × 28 pixels"))
film_strip(words.film(_), session.skip(), key="film", on_skip=session.take_skip)

st.header(_("What each layer makes of it"))
feature_maps(
    words.maps(_),
    session.network_id(),
    words.layers(_, [layer for layer in network.layers if layer.kind in MAPPED]),
    session.scale(),
    key="maps",
    on_scale=session.take_scale,
)
