"""The card of the network: what it is, how it was trained, and how far to trust it."""

import streamlit as st

from assets.components.confusion_matrix import confusion_matrix
from model.base.errors import UserError
from model.inference.catalogue import keras_file
from pages import services
from pages.display import texts
from pages.display.errors import show_error
from pages.display.glossary import explain
from pages.display.numbers import counted
from pages.drawing import digit_state
from pages.training import training_texts
from pages.training.runs import watch_state
from pages.visitor import network_choice
from pages.visitor.language import _, error_text

card = services.card(network_choice.network_id())
is_published = "@" not in card.id

st.title(_("The network that recognizes your digits"))
st.text(texts.network(card))
for damage in network_choice.network_errors():
    st.caption(error_text(damage))

reading = digit_state.reading()
if reading is not None and reading.label is not None:
    st.text(texts.reading(reading))

accuracy, size, depth = st.columns(3)
with accuracy:
    st.metric(
        training_texts.test(card.test_source),
        texts.accuracy(card),
        help=explain("accuracy", "test_set"),
    )
with size:
    st.metric(_("Parameters"), counted(card.parameters), help=explain("parameters"))
with depth:
    st.metric(_("Number of layers"), len(card.layers) - 1)

st.header(_("Layer by layer"))
st.markdown(texts.layer_table(card))

if card.test_confusion:
    st.header(_("Confusion matrix (test set)"), help=explain("confusion_matrix"))
    st.write(texts.errors(card))
    confusion_matrix({"words": texts.confusion(), "counts": card.test_confusion}, key="confusion")

st.header(_("How it was trained"))
if is_published:
    st.text(texts.training(card))
else:
    st.write(_("This is a snapshot of a run; it has not been evaluated."))
with st.expander(_("All training settings (JSON)")):
    st.json(dict(card.recipe))

if not is_published:
    st.stop()
st.header(_("Download"))
network_file = keras_file(card.id)
export_file = network_file.with_suffix(".onnx")
with st.container(horizontal=True):
    st.download_button(
        _("Keras model (.keras)"),
        network_file.read_bytes,
        network_file.name,
        icon=":material/download:",
    )
    st.download_button(
        _("ONNX model (.onnx)"),
        export_file.read_bytes,
        export_file.name,
        icon=":material/download:",
    )
st.caption(
    _("SHA-256 of the files: {keras} and {onnx}").format(
        keras=card.keras_sha256, onnx=card.onnx_sha256
    )
)

if not network_choice.is_own(card):
    st.stop()
st.header(_("Who can use it"))
st.write(_("Only you see it in the list of networks. Anyone with this link can open it too:"))
st.code(watch_state.share_address({"network": card.id}), language=None)
with st.popover(_("Delete"), icon=":material/delete:"):
    st.write(_("Deletes the network, also for those who have its link. Your runs stay."))
    if st.button(_("Delete for good"), type="primary"):
        try:
            network_choice.delete_network(card.id)
        except UserError as error:
            show_error(error)
        else:
            st.rerun()
