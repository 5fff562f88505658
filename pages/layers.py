"""Every layer of the network on the visitor's digit: the stage, its maps, every cell's sum."""

import streamlit as st

from assets.components.layer_explorer import layer_explorer
from model.base.errors import UserError
from model.inference.frames import Body
from pages import services
from pages.display.errors import show_error
from pages.display.glossary import explain
from pages.drawing import digit_state
from pages.drawing.panel import samples
from pages.explorer import explorer_texts, view_state
from pages.explorer.payload import explorer_frame
from pages.visitor.language import _

st.title(_("Explore every layer"), help=explain("feature_map", "receptive_field"))
with st.container():  # always there: were its place another, the explorer would be mounted anew
    try:
        view_state.open_link(st.query_params)
    except UserError as error:
        show_error(error)

reading = digit_state.reading()
if reading is None or reading.trace is None:
    st.write(_("There is no digit to explore yet: draw one, or choose one of these examples."))
    st.page_link("recognize.py", label=_("Draw a digit"), icon=":material/draw:")
    samples()
    st.stop()

st.write(
    _(
        "Point at a feature map to see its inputs and its receptive field. Click it to see how it "
        "is computed; click a cell to see its full sum."
    )
)
body = Body()
layer_explorer(
    explorer_frame(
        {
            "words": explorer_texts.explorer(),
            "color_scope": digit_state.color_scope(),
            "sides": view_state.explored_sides(body),
            "choices": explorer_texts.choices(
                view_state.previous_digit(), services.samples(), view_state.comparable_networks()
            ),
            "other": view_state.comparison(),
            "view": view_state.linked_view(),
            "answer": explorer_texts.answer(view_state.keras_answer()),
        },
        body,
    ),
    key="explorer",
    on_change=view_state.take_view,
    on_question=view_state.take_question,
)
address = {**st.query_params.to_dict(), **view_state.link_parameters()}
st.query_params.from_dict({name: value for name, value in address.items() if value})
