"""What is open of the network, below the stage."""

import streamlit as st

from assets.components.opened_map import opened_map
from model.inference.frames import Body
from pages import services
from pages.drawing import digit_state
from pages.explorer import explorer_texts, view_state
from pages.explorer.payload import opened_frame
from pages.visitor import network_choice


@st.fragment
def opened_panel() -> None:
    """Show an opened map or cell; opening another runs this and nothing else of the page."""
    digit_state.settle_digit()
    body, network = Body(), services.network(network_choice.network_id())
    opened_map(
        opened_frame(
            {
                "words": explorer_texts.opened_map(reads_digits=network.reads_digits),
                "view": view_state.linked_view(),
                "before": view_state.before_activation(),
                "choices": explorer_texts.choices(
                    services.samples(), view_state.comparable_networks()
                ),
                "other": view_state.comparison(),
                "shown": view_state.compared_sides(),
                "against": view_state.compared_side(body),
                "samples": view_state.compared_samples(body),
                "answer": explorer_texts.answer(view_state.keras_answer()),
            },
            body,
        ),
        key="opened",
        on_change=view_state.take_view,
        on_question=view_state.take_question,
    )
    view_state.keep_address()
