"""The part of the page of networks that takes a network of the visitor's own."""

from pathlib import PurePath

import numpy as np
import streamlit as st

from assets.components.network_file import network_file
from model.base.errors import UserError
from model.imports import adding
from model.imports.adding import Trial
from model.imports.limits import MOST_BYTES
from model.imports.scaling import SCALINGS, Tried, guess
from model.runs.owners import owner_hash
from pages import services
from pages.display import texts
from pages.display.errors import show_error
from pages.importing import import_state, import_texts
from pages.importing.import_state import Found
from pages.visitor import identity, network_choice
from pages.visitor.language import _

_LONGEST_NAME = 60  # characters
_SHOWN_WIDTH = 56  # pixels of a known digit


def bring_network() -> None:
    """Take a file, show what was found in it, and add it once the visitor says so."""
    form = st.expander(
        _("Bring your own network"),
        icon=":material/upload_file:",
        key="own_network",
        on_change="rerun",
    )
    if not form.open:
        return
    adding.expect(services.builder())
    with form:
        for sentence in import_texts.limits_told():
            st.write(sentence)
        network_file(
            {
                "words": import_texts.chooser(),
                "address": f"live/files/{import_state.box().address}",
                "most": MOST_BYTES,
                "holds": import_state.file() is not None,
            },
            key="network_file",
            on_sent=import_state.take_file,
        )
        if file := import_state.file():
            _show(*file)


def _show(name: str, data: bytes) -> None:
    """Show what was found in a file, which is looked into once."""
    found = import_state.found_in(data) or _look_into(data)
    if found.trial is None:
        show_error(found.refusal)
        return
    st.text(import_texts.summary(found.trial.plan))
    _ask(found, found.trial, PurePath(name).stem[:_LONGEST_NAME])
    if st.button(_("Add this network"), type="primary", icon=":material/add:"):
        _add(found, data)


def _look_into(data: bytes) -> Found:
    try:
        with st.spinner(_("Keras rebuilds the network and reads a hundred digits with it.")):
            trial = adding.try_out(data, services.builder())
    except UserError as error:
        return import_state.take_found(data, None, error)
    return import_state.take_found(data, trial, None)


def _ask(found: Found, trial: Trial, name: str) -> None:
    """Let the visitor name the network, and confirm how its pixels were scaled."""
    tried = {each.scaling: each for each in trial.tried}
    scaling = guess(trial.tried, trial.plan)
    import_state.set_defaults(found, title=name, scaling=scaling, labels="")
    st.text_input(
        _("Name of the network"), key=import_state.field(found, "title"), max_chars=_LONGEST_NAME
    )
    st.text_area(
        _("Labels of its {count} classes, one a line; without any they are numbers").format(
            count=trial.plan.layers[-1].output_shape[0]
        ),
        key=import_state.field(found, "labels"),
        height=96,
    )
    st.radio(
        _("How were its pixels scaled when it was trained?"),
        list(SCALINGS),
        format_func=import_texts.scaling,
        captions=[import_texts.reads(each) for each in trial.tried] or None,
        key=import_state.field(found, "scaling"),
        horizontal=True,
    )
    if tried:
        _show_digits(trial, tried[import_state.field_value(found, "scaling")])


def _show_digits(trial: Trial, chosen: Tried) -> None:
    """Show some known digits, and what the network reads them as under a scaling."""
    st.caption(_("What it reads some known digits as, scaled like this:"))
    readings = zip(trial.digits, chosen.labels, chosen.probabilities, strict=False)
    with st.container(horizontal=True, key="known_digits"):
        for pixels, label, probability in readings:
            with st.container(width=_SHOWN_WIDTH, gap=None):
                st.image(255 - np.array(pixels, np.uint8), width=_SHOWN_WIDTH)
                st.caption(import_texts.reading(label, probability))


def _add(found: Found, data: bytes) -> None:
    try:
        with st.spinner(_("The network is rebuilt, compared layer by layer, and saved.")):
            card = adding.add(
                data,
                import_state.field_value(found, "title"),
                services.builder(),
                scaling=import_state.field_value(found, "scaling"),
                labels=adding.labels_from(import_state.field_value(found, "labels")),
                kept_by=owner_hash(identity.owner()),
            )
    except UserError as error:
        show_error(error)
        return
    import_state.forget_file()
    network_choice.set_network(card.id)
    st.toast(texts.plain(import_texts.added(card.title)), icon=":material/check:")
    st.rerun()
