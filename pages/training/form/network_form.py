"""The part of the form in which a network is chosen, or put together layer by layer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from assets.components.layer_builder import BuilderRow, LayerRow, layer_builder
from model.base.errors import UserError
from model.experiments.designs import ACTIVATIONS, DESIGNS, OWN, Design
from model.experiments.shapes import PlacedLayer, layers_of, parameters
from model.inference.layer_kinds import layer_kind
from pages.display.errors import show_error
from pages.training import training_texts
from pages.training.form import builder_texts, form_state
from pages.visitor.language import _

BEGINNING = (  # what a visitor's own network begins as
    {"kind": "conv", "filters": 16, "kernel_size": 3, "padding": "same", "activation": "relu"},
    {"kind": "max_pool", "pool_size": 2},
    {"kind": "conv", "filters": 32, "kernel_size": 3, "padding": "same", "activation": "relu"},
    {"kind": "max_pool", "pool_size": 2},
    {"kind": "dense", "units": 64, "activation": "relu"},
)


def network_form(head: DeltaGenerator) -> tuple[Design, bool]:
    """Show the network and let it be changed; the design, and whether it can be built.

    What stays in view goes into `head`: which network it is, its size, and what about it cannot be.
    """
    with head:
        st.selectbox(
            _("Network"),
            [*DESIGNS, OWN],
            format_func=training_texts.network,
            **form_state.field("network"),
        )
        design = _chosen()
        shown, error = _laid_out(design)
        if error is None:
            _say_size(design)
        show_error(error)
    layer_builder(
        {
            "words": builder_texts.words(),
            "editable": design.architecture == OWN,
            "layers": [dict(spec) for spec in design.layers],
            "kinds": builder_texts.kinds(ACTIVATIONS),
            "rows": shown,
        },
        key="builder",
        on_layers=form_state.take_layers,
    )
    return design, error is None


def _say_size(design: Design) -> None:
    """Show how large the network is; one that the builder can show is offered to be edited."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(builder_texts.size(parameters(design)), width="content")
        if design.architecture != OWN and _can_be_own(design):
            st.button(
                _("Edit the layers"),
                type="tertiary",
                icon=":material/edit:",
                on_click=lambda: form_state.fill_form({"network": OWN}, layers=design.specs),
            )


def _chosen() -> Design:
    architecture = form_state.field_value("network")
    return Design(
        architecture,
        form_state.own_layers(BEGINNING) if architecture == OWN else (),
        form_state.field_value("activation"),
        form_state.field_value("initializer"),
        form_state.field_value("dropout"),
    )


def _can_be_own(design: Design) -> bool:
    """Return whether the builder can show all of it: one layer after the other, within limits."""
    if any(spec["kind"] in ("residual", "branches") for spec in design.specs):
        return False
    return _laid_out(Design(OWN, design.specs))[1] is None


def _laid_out(design: Design) -> tuple[list[BuilderRow], UserError | None]:
    """Return the layers for the builder, and the error of the first that cannot be built."""
    if design.architecture != OWN:
        return [
            {**builder_texts.row(row), "spec": None, "refused": False} for row in layers_of(design)
        ], None
    error = None
    for kept in range(len(design.layers), -1, -1):
        try:
            found = layers_of(replace(design, layers=design.layers[:kept]))
            break
        except UserError as reason:
            error = reason  # in the end that of the first layer which cannot be
    if error is None:
        return _with_specs(design.layers, found), None
    good = _with_specs(design.layers[:kept], found)
    rest: list[BuilderRow] = [
        {**_unknown(spec), "spec": kept + place, "refused": place == 0}
        for place, spec in enumerate(design.layers[kept:])
    ]
    return [row for row in good if row["spec"] is not None] + rest, error


def _with_specs(
    layers: tuple[Mapping[str, Any], ...], found: list[PlacedLayer]
) -> list[BuilderRow]:
    """Return each layer with the place of its spec; a layer added by itself has none."""
    shown: list[BuilderRow] = []
    waiting = list(enumerate(layers))
    for row in found:
        by_itself = not waiting or (row.kind == "Flatten" and waiting[0][1]["kind"] != "flatten")
        spec = None if by_itself else waiting.pop(0)[0]
        shown.append({**builder_texts.row(row), "spec": spec, "refused": False})
    return shown


def _unknown(spec: Mapping[str, Any]) -> LayerRow:
    kinds = builder_texts.kinds(ACTIVATIONS)
    kind = str(spec.get("kind"))
    title = kinds[kind]["title"] if kind in kinds else kind
    look = layer_kind("").facts
    return {"name": "", "look": look, "title": title, "shape": None, "settings": "", "facts": ""}
