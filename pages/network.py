"""The card of the network: what it is, how it was trained, and how far to trust it."""

from functools import partial

import streamlit as st

from assets.components.architecture import architecture
from assets.components.confusion_digits import confusion_digits
from assets.components.confusion_matrix import confusion_matrix
from model.base.errors import UserError
from model.inference.catalogue import keras_file
from pages import services
from pages.display import texts
from pages.display.architectures import architecture_data, comparison_table
from pages.display.confusion import confusion_frame
from pages.display.errors import show_error
from pages.display.glossary import explain
from pages.display.numbers import counted, percent
from pages.drawing import digit_state
from pages.importing import import_texts
from pages.importing.import_form import bring_network
from pages.training import training_texts
from pages.training.runs import results_state, watch_state
from pages.visitor import network_choice
from pages.visitor.language import _, error_text


@st.fragment
def test_digits() -> None:
    """Show the confusion matrix; its cells open the digits that they count."""
    opened = results_state.open_cell(card.id)
    matrix = card.test_confusion or ()
    words = {
        **training_texts.confusion(),
        "hardest": _("The digits of a cell"),
        "begin": _("Click a cell of the matrix to see the digits that it counts."),
        "all": _("Close"),
        "order": _("Hardest first. Click one to put it on the canvas."),
    }
    shown = confusion_frame(matrix, words, opened)
    if opened[0] is not None:
        try:
            with st.spinner(_("The network reads all test images.")):
                found = services.tested_network(card.id)
            if found is not None:
                shown = confusion_frame(matrix, words, opened, found[0].cell(*opened[0]), found)
        except UserError as error:
            show_error(error)
    confusion_digits(
        shown,
        key=f"confusion_{card.id}",
        on_opened=partial(results_state.take_open_cell, card.id),
        on_chosen=partial(results_state.take_test_digit, card.id),
    )
    if results_state.test_digit_taken():
        st.switch_page("recognize.py")


@st.fragment
def compare() -> None:
    """Show another network beside this one: what they are, and their architectures."""
    others = {each.id: each for each in network_choice.networks() if each.id != card.id}
    if not others:
        return
    chosen = st.selectbox(
        _("Compare with another network"),
        list(others),
        index=None,
        format_func=lambda network_id: texts.network(others[network_id]),
        placeholder=_("Choose a network"),
    )
    if chosen is None:
        return
    both = (card, others[chosen])
    st.markdown(comparison_table(both))
    for place, each in zip(st.columns(2), both, strict=True):
        with place:
            st.subheader(texts.plain(texts.network(each)), anchor=False)
            architecture(architecture_data(each, []), key=f"compared_{each.id}")


card = services.card(network_choice.network_id())
is_published = "@" not in card.id

st.title(
    _("The network that recognizes your digits")
    if card.reads_digits
    else _("The network that recognizes your pictures")
)
st.text(texts.network(card))
for damage in network_choice.network_errors():
    st.caption(texts.plain(error_text(damage)))

bring_network()

reading = digit_state.reading()
if reading is not None and reading.label is not None:
    st.text(texts.reading(reading, services.network(card.id)))

columns = st.columns(4)
with columns[0]:
    st.metric(
        training_texts.test(card.test_source),
        texts.accuracy(card),
        help=explain("accuracy", "test_set"),
    )
if card.strangers:
    with columns[1]:
        st.metric(
            _("Accuracy on strangers' pens"),
            percent(card.strangers.accuracy),
            help=texts.strangers(card.strangers),
        )
    with columns[2]:
        st.metric(
            _("Scribbles it calls unsure"),
            percent(card.strangers.scribbles_unsure),
            help=texts.strangers(card.strangers),
        )
with columns[3 if card.strangers else 1]:
    st.metric(_("Parameters"), counted(card.parameters), help=explain("parameters"))

st.header(_("Layer by layer"))
architecture(architecture_data(card, digit_state.explained_pixels()), key="architecture")
with st.expander(_("All layers in a table")):
    st.markdown(texts.layer_table(card))
compare()

if card.test_confusion:
    st.header(_("Confusion matrix (test set)"), help=explain("confusion_matrix"))
    st.write(texts.errors(card))
    if card.test_source or services.mnist() is None:
        confusion_matrix(
            {"words": texts.confusion(), "counts": card.test_confusion}, key="confusion"
        )
        if not card.test_source:
            st.caption(
                _(
                    "MNIST is not on this computer. With it (CONVSCOPE_MNIST, or after a first "
                    "training) each cell opens the digits that it counts."
                )
            )
    else:
        test_digits()

st.header(_("How it was trained"))
if card.imported:
    for sentence in import_texts.origin(card.imported):
        st.text(sentence)
elif is_published:
    st.text(texts.training(card))
    for sentence in training_texts.happened(card.events):
        st.text(sentence)
else:
    st.write(_("This is a snapshot of a run; it has not been evaluated."))
if not card.imported:
    with st.expander(_("All training settings (JSON)")):
        st.json({**card.recipe, **({"events": list(card.events)} if card.events else {})})

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
