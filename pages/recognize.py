"""Draw or bring a digit; see what the network says and what each of its layers made of it."""

import streamlit as st

from assets.components.feature_maps import feature_maps
from assets.components.film_strip import film_strip
from assets.components.prediction import prediction
from model.inference.layer_kinds import WITH_MAPS
from pages import services
from pages.display import texts
from pages.display.glossary import explain
from pages.drawing import digit_state
from pages.drawing.panel import input_panel
from pages.visitor import network_choice
from pages.visitor.language import _

network = services.network(network_choice.network_id())

st.title(_("Draw a digit and look inside the network that recognizes it"))
left, right = st.columns([10, 11], gap="large")
with left:
    input_panel()
with right:
    prediction({"words": texts.prediction()}, key="prediction")

st.header(_("From your drawing to 28 × 28 pixels"))
film_strip(
    {"words": texts.film(), "skip": digit_state.skipped_steps()},
    key="film",
    on_skip=digit_state.take_skipped_steps,
)

st.header(
    _("Feature maps: what each layer computes"), help=explain("feature_map", "receptive_field")
)
feature_maps(
    {
        "words": texts.maps(),
        "layers": texts.layers([layer for layer in network.layers if layer.kind in WITH_MAPS]),
        "color_scope": digit_state.color_scope(),
    },
    key="maps",
    on_color_scope=digit_state.take_color_scope,
)
