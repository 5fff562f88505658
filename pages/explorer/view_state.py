"""What is open in the layer explorer, what the digit is compared with, and what Keras answered."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from assets.components.layer_explorer import ExplorerSide, KerasAnswer
from model.base.errors import UserError
from model.inference.catalogue import Card
from model.inference.frames import Body
from model.keras_checks.questions import cell_value, effective_field
from model.pixels.decoding import decode
from pages.drawing.digit_state import (
    COLOR_SCOPES,
    Digit,
    Picture,
    digit,
    read_digit,
    set_color_scope,
    set_picture,
    set_skipped_steps,
    set_strokes,
    skipped_steps,
)
from pages.explorer.payload import Answer
from pages.services import SAMPLES, card, engine, network_address, samples
from pages.visitor import links
from pages.visitor.identity import sent_value
from pages.visitor.links import View
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
    set_skipped_steps(link.get("skip", "").split(","))
    if isinstance(content, np.ndarray):
        set_picture(content, ready=True)
    else:
        set_strokes(content)
    st.session_state["asked_view"] = st.session_state["view"] = links.view_of(link)


def link_parameters() -> dict[str, str]:
    """Return the address's parameters that open the same view in another browser.

    A parameter that is "" is left out of the address.
    """
    now = _explored_digit()
    if now.picture is None:
        code = links.encode_strokes(now.sent)
    else:
        code = links.encode_pixels(_pixels(network_id(), now))
    st.session_state["linked"] = code
    parameters = {"digit": code, "network": network_id(), "skip": ",".join(skipped_steps())}
    return parameters | links.view_parameters(open_view())


def _explored_digit() -> Digit:
    """Return the visitor's digit; the page shows the explorer only where there is one."""
    now = digit()
    assert now is not None
    return now


def _pixels(network_id: str, digit: Digit) -> np.ndarray:
    """Return what a network reads of a digit with ink, `(28, 28)`."""
    pixels = read_digit(network_id, digit).preprocessed.pixels
    assert pixels is not None
    return pixels


def open_view() -> View:
    """Return what is open in the explorer."""
    return st.session_state.get("view") or View()


def linked_view() -> View:
    """Return what the link opens, as long as its digit is explored."""
    return st.session_state.get("asked_view") or View()


def comparison() -> str:
    """Return what the digit is compared with: "before", "sample:NAME", "network:ID", or ""."""
    return st.session_state.get("other", "")


def previous_digit() -> Digit | None:
    """Return the digit that was explored before this one, None where there was none."""
    last, previous = st.session_state.get("explored", (None, None))
    now = _explored_digit()
    if last is None or last.revision != now.revision:
        last, previous = now, last
        st.session_state["explored"] = (last, previous)
    return previous


def take_explored_map() -> None:
    """Take the map that is to be explored; a callback of the feature maps."""
    view = links.view_of(sent_value("maps", "explored") or {})
    st.session_state["asked_view"] = st.session_state["view"] = view
    st.session_state["explorer_asked"] = True


def explorer_asked() -> bool:
    """Return whether a map is to be explored, once."""
    return st.session_state.pop("explorer_asked", False)


def take_view() -> None:
    """Take what the explorer was switched to: the open cell, the scale, the comparison."""
    state = st.session_state["explorer"]
    st.session_state["view"] = links.view_of(state.get("view") or {})
    if state.get("color_scope") in COLOR_SCOPES:
        set_color_scope(state.get("color_scope"))
    if state.get("other") is not None:
        st.session_state["other"] = str(state.get("other"))


def _compared() -> list[tuple[str, Digit]]:
    """Return each side's network and digit: the visitor's, and what it is compared with."""
    now, before = _explored_digit(), previous_digit()
    mine = (network_id(), now)
    kind, _, name = comparison().partition(":")
    if kind == "network" and name in comparable_networks():
        return [mine, (name, now)]
    if kind == "sample" and name in samples():
        gray = decode((SAMPLES / f"{name}.png").read_bytes()).gray
        return [mine, (network_id(), Digit(0, picture=Picture(name, gray, "")))]
    if kind == "before" and before is not None:
        return [mine, (network_id(), before)]
    return [mine]


def explored_sides(body: Body) -> list[ExplorerSide]:
    """Return what is explored: the visitor's digit, and what it is compared with, if anything.

    The pixels of pictures are added to `body`.
    """
    return [_side(*each, body) for each in _compared()]


def _side(network_id: str, digit: Digit, body: Body) -> ExplorerSide:
    picture = digit.picture is not None
    pixels = read_digit(network_id, digit).preprocessed.pixels if picture else None
    return {
        "network": network_address(network_id),
        "revision": digit.revision,
        "skip": skipped_steps(),
        "strokes": None if picture else digit.sent,
        "pixels": None if pixels is None else body.add(pixels),
    }


def comparable_networks() -> dict[str, str]:
    """Return the other networks whose layers have the same shapes: id -> title."""
    mine = _shapes(card(network_id()))
    return {
        each.id: each.title
        for each in networks()
        if each.id != network_id() and _shapes(each) == mine
    }


def _shapes(card: Card) -> list[tuple[str, tuple[int, ...]]]:
    return [(layer.kind, layer.output_shape) for layer in card.layers]


def keras_answer() -> Answer | None:
    """Return the Keras engine's last answer, None before the first question."""
    return st.session_state.get("answer")


def take_question() -> None:
    """Ask the Keras engine what the explorer wants to know of a cell."""
    asked: Any = sent_value("explorer", "question")
    try:
        question: KerasAnswer = {
            "kind": asked["kind"],
            "side": asked["side"],
            "revision": asked["revision"],
            "layer": asked["layer"],
            "index": asked["index"],
        }
        name, function = _QUESTIONS[asked["kind"]]
        network_id, digit = _compared()[int(asked["side"])]
        cell = [int(place) for place in asked["index"]]
    except (TypeError, KeyError, ValueError, IndexError, OverflowError):
        return  # nothing that the explorer would ask
    pixels = read_digit(network_id, digit).preprocessed.pixels
    try:
        found: Any = {name: engine().ask(function, network_id, pixels, str(asked["layer"]), cell)}
        answer = Answer(question, found)
    except UserError as error:
        answer = Answer(question, {}, error)
    st.session_state["answer"] = answer
