"""The card of the network: what it is, how it was trained, and how far to trust it."""

import streamlit as st

from model.serving.networks import keras_file
from model.serving.sentences import Refusal
from pages.common import figures, language, session, training_words, words

_ = language.words()
card = session.card(session.network_id())
is_published = "@" not in card.id

st.title(_("The network that reads your digits"))
st.text(words.network(_, card))
for damage in session.damages():
    st.caption(language.say(damage))

reading = session.reading()
if reading is not None and reading.label is not None:
    st.text(words.reading(_, reading))

accuracy, size, depth = st.columns(3)
with accuracy:
    st.metric(training_words.test(_, card.test_source), words.accuracy(_, card))
with size:
    st.metric(_("Parameters"), f"{card.parameters:,}")
with depth:
    st.metric(_("Layers"), len(card.layers) - 1)

st.header(_("Layer by layer"))
st.markdown(words.layer_table(_, card))

if card.test_confusion:
    st.header(_("Where it errs"))
    st.write(words.errors(_, card))
    st.plotly_chart(
        figures.confusion(_, card.test_confusion, dark=st.context.theme.type == "dark"),
        key="confusion",
        alt=words.errors(_, card),
        config={"displayModeBar": False},
    )

st.header(_("How it was trained"))
if is_published:
    st.text(words.training(_, card))
else:
    st.write(_("This is a moment of a training. Nothing has been measured of it."))
with st.expander(_("The recipe, number by number")):
    st.json(dict(card.recipe))

if not is_published:
    st.stop()
st.header(_("Take it along"))
network_file = keras_file(card.id)
export_file = network_file.with_suffix(".onnx")
with st.container(horizontal=True):
    st.download_button(
        _("For Keras (.keras)"),
        network_file.read_bytes,
        network_file.name,
        icon=":material/download:",
    )
    st.download_button(
        _("For ONNX Runtime (.onnx)"),
        export_file.read_bytes,
        export_file.name,
        icon=":material/download:",
    )
st.caption(
    _("SHA-256 of the files: {keras} and {onnx}").format(
        keras=card.keras_sha256, onnx=card.onnx_sha256
    )
)

if not session.is_own(card):
    st.stop()
st.header(_("Who can use it"))
st.write(_("Only you find it among the networks. Whoever has this link can look through it too:"))
st.code(session.address({"network": card.id}), language=None)
with st.popover(_("Delete"), icon=":material/delete:"):
    st.write(_("This deletes the network, also for those who have its link. Your trainings stay."))
    if st.button(_("Delete for good"), type="primary"):
        try:
            session.delete_network(card.id)
        except Refusal as refusal:
            st.error(language.say(refusal), icon=":material/error:")
        else:
            st.rerun()
