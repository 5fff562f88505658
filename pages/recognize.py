"""Draw or bring a digit; see what the network says, and how each of its layers came to it."""

import streamlit as st

from assets.components.film_strip import film_strip
from assets.components.prediction import prediction
from assets.components.stage import stage
from model.base.errors import UserError
from pages import services
from pages.display import film_texts, texts
from pages.display.errors import show_error
from pages.drawing import digit_state
from pages.drawing.panel import input_panel
from pages.explorer import view_state
from pages.explorer.class_panel import class_panel
from pages.explorer.panel import opened_panel
from pages.visitor import network_choice
from pages.visitor.language import _

network = services.network(network_choice.network_id())

with st.container(key="unseen_title"):  # the stage says what this page is; the ear needs it said
    title = _("Draw a digit and look inside the network that recognizes it")
    st.title(title, anchor=False)  # a link that nobody sees would be one stop more for the keys
with st.container():  # always there: were its place another, the stage would be mounted anew
    try:
        view_state.open_link(st.query_params)
    except UserError as error:
        show_error(error)
with st.container(key="stage"):
    with st.container(key="stage_input"):
        input_panel(view_state.keep_address)
    with st.container(key="stage_maps"):
        stage(
            {
                "words": texts.maps(),
                "layers": texts.layers(
                    network.layers,
                    () if network.reads_digits else network.class_names,
                    network.output,
                ),
                "color_scope": digit_state.color_scope(),
                "every_layer": digit_state.every_layer(),
                "sorted_by_strength": digit_state.sorted_by_strength(),
            },
            key="maps",
            on_color_scope=digit_state.take_color_scope,
            on_every_layer=digit_state.take_every_layer,
            on_sorted_by_strength=digit_state.take_sorted_by_strength,
        )
    with st.container(key="stage_prediction"):
        words = texts.prediction(reads_digits=network.reads_digits)
        prediction({"words": words}, key="prediction")
    with st.container(key="stage_opened"):
        opened_panel()
    with st.container(key="stage_film"):
        if network.input_shape[2] == 1:  # a colored picture takes no steps: it is fitted
            film_strip(
                {
                    "words": film_texts.film(network.input_shape[0]),
                    "skip": digit_state.skipped_steps(),
                },
                key="film",
                on_skip=digit_state.take_skipped_steps,
            )
with st.container(key="stage_class"):
    class_panel()
