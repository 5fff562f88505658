"""Draw or bring a digit; see what the network says and what each of its layers made of it."""

import streamlit as st

from assets.components.film_strip import film_strip
from assets.components.prediction import prediction
from assets.components.stage import stage
from model.inference.layer_kinds import WITH_MAPS
from pages import services
from pages.display import texts
from pages.drawing import digit_state
from pages.drawing.panel import input_panel
from pages.explorer import view_state
from pages.visitor import network_choice
from pages.visitor.language import _

if view_state.explorer_asked():
    st.switch_page("layers.py")
network = services.network(network_choice.network_id())
shown = [
    layer for layer in network.layers if layer.kind in WITH_MAPS and len(layer.output_shape) == 3
]

with st.container(key="unseen_title"):  # the stage says what this page is; the ear needs it said
    st.title(_("Draw a digit and look inside the network that recognizes it"))
with st.container(key="stage"):
    with st.container(key="stage_input"):
        input_panel()
    with st.container(key="stage_maps"):
        stage(
            {
                "words": texts.maps(),
                "layers": texts.layers(shown),
                "color_scope": digit_state.color_scope(),
            },
            key="maps",
            on_color_scope=digit_state.take_color_scope,
            on_explored=view_state.take_explored_map,
        )
    with st.container(key="stage_prediction"):
        prediction({"words": texts.prediction()}, key="prediction")
with st.container(key="stage_film"):
    film_strip(
        {"words": texts.film(), "skip": digit_state.skipped_steps()},
        key="film",
        on_skip=digit_state.take_skipped_steps,
    )
