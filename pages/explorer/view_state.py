"""What is open in the layer explorer, what the digit is compared with, and what Keras answered."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from model.base.errors import UserError
from model.inference.catalogue import Card
from model.inference.explorations import explore
from model.keras_checks.questions import cell_value, effective_field
from model.pixels.decoding import decode
from pages.drawing.digit_state import (
    SCALES,
    Digit,
    Picture,
    digit,
    read_digit,
    reading,
    set_picture,
    set_scale,
    set_skip,
    set_strokes,
    skip,
)
from pages.services import SAMPLES, card, engine, network, samples
from pages.visitor import links
from pages.visitor.identity import sent
from pages.visitor.network_choice import network_id, networks

_QUESTIONS = {"check": ("value", cell_value), "effective": ("field", effective_field)}


def open_link(link: Mapping[str, str]) -> None:
    """Take over what a link holds, once: the digit and which cell is open.

    Raises UserError where the link is damaged.
    """
    code = link.get("digit")
    if not code or code == st.session_state.get("linked"):
        return
    st.session_state["linked"] = code
    content = links.decode(code)
    set_skip(link.get("skip", "").split(","))
    if isinstance(content, np.ndarray):
        set_picture(content, ready=True)
    else:
        set_strokes(content)
    st.session_state["asked_view"] = st.session_state["view"] = links.view_of(link)


def link() -> dict[str, str]:
    """Give what the address has to hold, so that it opens the same view in another browser.

    What is "" is not to stand in it.
    """
    now = digit()
    if now.picture is None:
        code = links.encode_strokes(now.sent)
    else:
        code = links.encode_pixels(reading().preprocessed.pixels)
    st.session_state["linked"] = code
    parameters = {"digit": code, "network": network_id(), "skip": ",".join(skip())}
    return parameters | links.view_parameters(view())


def view() -> dict[str, Any]:
    """Tell what is open in the explorer: {"layer", "channel", "cell"}, or nothing."""
    return st.session_state.get("view") or {}


def asked_view() -> dict[str, Any]:
    """Tell what a link asked to open, as long as its digit is explored."""
    return st.session_state.get("asked_view") or {}


def other() -> str:
    """Tell what the digit is compared with: "before", "sample:NAME", "network:ID" or nothing."""
    return st.session_state.get("other", "")


def before() -> Digit | None:
    """Give the digit that was explored before this one."""
    last, previous = st.session_state.get("explored", (None, None))
    if last is None or last.revision != digit().revision:
        last, previous = digit(), last
        st.session_state["explored"] = (last, previous)
    return previous


def take_explorer() -> None:
    """Take what the explorer was switched to: the open cell, the scale, the comparison."""
    state = st.session_state["explorer"]
    st.session_state["view"] = links.view_of(state.get("view") or {})
    if state.get("extent") in SCALES:
        set_scale(state.get("extent"))
    if state.get("other") is not None:
        st.session_state["other"] = str(state.get("other"))


def _compared() -> list[tuple[str, Digit]]:
    """Give the network and the digit of each side: the visitor's, and what it is compared with."""
    mine = (network_id(), digit())
    kind, _, name = other().partition(":")
    if kind == "network" and name in rivals():
        return [mine, (name, digit())]
    if kind == "sample" and name in samples():
        gray = decode((SAMPLES / f"{name}.png").read_bytes()).gray
        return [mine, (network_id(), Digit(0, picture=Picture(name, gray, "")))]
    if kind == "before" and before() is not None:
        return [mine, (network_id(), before())]
    return [mine]


def sides() -> list[dict[str, Any]]:
    """Give what is explored: the visitor's digit, and what it is compared with, if anything."""
    return [_side(*each) for each in _compared()]


def _side(network_id: str, digit: Digit) -> dict[str, Any]:
    side = {"network": network_id, "revision": digit.revision, "skip": skip()}
    if digit.picture is None:
        return {**side, "strokes": digit.sent, "exploration": None}
    frame = explore(network(network_id), read_digit(network_id, digit), digit.revision)
    return {**side, "picture": digit.picture.id, "strokes": None, "exploration": frame}


def rivals() -> dict[str, str]:
    """Name the other networks whose layers have the same shapes: id -> title."""
    mine = _shapes(card(network_id()))
    return {
        each.id: each.title
        for each in networks()
        if each.id != network_id() and _shapes(each) == mine
    }


def _shapes(card: Card) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.kind, layer.output_shape) for layer in card.layers]


def answer() -> dict[str, Any] | None:
    """Give the Keras engine's last answer: the question, and "value", "field" or "refusal"."""
    return st.session_state.get("answer")


def take_question() -> None:
    """Ask the Keras engine what the explorer wants to know of a cell."""
    asked = sent("explorer", "question")
    try:
        keys = ("kind", "side", "revision", "layer", "index")
        question = {key: asked[key] for key in keys}
        name, function = _QUESTIONS[asked["kind"]]
        network_id, digit = _compared()[int(asked["side"])]
        cell = [int(place) for place in asked["index"]]
    except (TypeError, KeyError, ValueError, IndexError, OverflowError):
        return  # nothing that the explorer would ask
    pixels = read_digit(network_id, digit).preprocessed.pixels
    try:
        found = {name: engine().ask(function, network_id, pixels, str(asked["layer"]), cell)}
    except UserError as refusal:
        found = {"refusal": refusal}
    st.session_state["answer"] = {**question, **found}
