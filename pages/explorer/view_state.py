"""What is open of the network, what the digit is compared with, and what Keras answered."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from assets.components.opened_map import ComparedSide, KerasAnswer, SamplePixels
from model.base.errors import UserError
from model.inference.catalogue import Card
from model.inference.frames import Body
from model.keras_checks.questions import cell_value, effective_field, warm_up
from model.pixels.decoding import decode
from model.pixels.strokes import strokes_from
from pages.drawing.digit_state import (
    COLOR_SCOPES,
    Digit,
    Picture,
    color_scope,
    digit,
    every_layer,
    read_digit,
    set_color_scope,
    set_every_layer,
    set_picture,
    set_skipped_steps,
    set_sorted_by_strength,
    set_strokes,
    settle_digit,
    skipped_steps,
    sorted_by_strength,
)
from pages.explorer.payload import Answer
from pages.services import (
    SAMPLES,
    card,
    engine,
    network,
    network_address,
    sample_pixels,
    samples,
)
from pages.visitor import links
from pages.visitor.identity import sent_value
from pages.visitor.links import View
from pages.visitor.network_choice import network_id, networks

ALL_LAYERS = "all"  # what a link says where every layer is on the stage
BY_STRENGTH = "strength"  # what it says where maps are sorted by their strength
BEFORE = "before"  # what it says where maps are shown as they are before their activation
SIDES = ("both", "a", "b", "difference")  # of what is compared; the first is not in a link
KEPT = "kept"  # the visitor's digit as it was when it was chosen for comparison
_QUESTIONS = {"check": ("value", cell_value), "effective": ("field", effective_field)}


def open_link(link: Mapping[str, str]) -> None:
    """Take over what the session began with: the digit, and what is open of the network.

    Later the address follows what the visitor does, and may be behind it. Raises UserError where
    the link is damaged.
    """
    if st.session_state.get("link_opened"):
        return
    st.session_state["link_opened"] = True
    view = links.view_of(link)
    if view:
        st.session_state["asked_view"] = st.session_state["view"] = view
    if link.get("colors") in COLOR_SCOPES:
        set_color_scope(link["colors"])
    if link.get("layers") == ALL_LAYERS:
        set_every_layer(True)
    if link.get("order") == BY_STRENGTH:
        set_sorted_by_strength(True)
    if link.get("activation") == BEFORE:
        st.session_state["before_activation"] = True
    if link.get("shown") in SIDES:
        st.session_state["compared_sides"] = link["shown"]
    if link.get("compare"):
        _open_comparison(link["compare"])
    if link.get("digit"):
        _open_digit(link["digit"], link.get("skip", ""))


def _open_digit(code: str, skip: str) -> None:
    content = links.decode(code)
    set_skipped_steps(skip.split(","))
    if isinstance(content, np.ndarray):
        set_picture(content, ready=True)
    else:
        set_strokes(content)


def _open_comparison(other: str) -> None:
    kind, _, code = other.partition(":")
    st.session_state["other"] = KEPT if kind == KEPT else other
    if kind == KEPT:
        content = links.decode(code)
        if isinstance(content, np.ndarray):
            st.session_state["kept_digit"] = Digit(0, picture=Picture.of(content, ready=True))
        else:
            st.session_state["kept_digit"] = Digit(0, strokes_from(content), content)


def keep_address() -> None:
    """Make the page's address open the same in another browser: the digit, and what is open."""
    parameters = {**st.query_params.to_dict(), **_link_parameters()}
    kept = {name: value for name, value in parameters.items() if value}
    if kept != st.query_params.to_dict():
        st.query_params.from_dict(kept)


def _link_parameters() -> dict[str, str]:
    """Return the address's parameters; one that is "" is left out of it."""
    colors, now = color_scope(), digit()
    network = {"network": network_id()} if now or open_view() else {}
    return {
        **network,
        "digit": _code_of(now),
        "skip": ",".join(skipped_steps()),
        **links.view_parameters(open_view()),
        "colors": "" if colors == COLOR_SCOPES[0] else colors,
        "layers": ALL_LAYERS if every_layer() else "",
        "order": BY_STRENGTH if sorted_by_strength() else "",
        "activation": BEFORE if before_activation() else "",
        "compare": f"{KEPT}:{_code_of(_other_digit())}" if comparison() == KEPT else comparison(),
        "shown": "" if compared_sides() == SIDES[0] else compared_sides(),
    }


def _code_of(digit: Digit | None) -> str:
    """Return a digit as a code, "" where there is none or it has no ink."""
    if digit is None:
        return ""
    if digit.picture is None:
        return links.encode_strokes(digit.sent) if digit.sent else ""
    pixels = read_digit(network_id(), digit).preprocessed.pixels
    is_code = pixels is not None and pixels.shape == (28, 28)  # a code has no room for others
    return links.encode_pixels(pixels) if is_code and pixels is not None else ""


def open_view() -> View:
    """Return what is open of the network."""
    return st.session_state.get("view") or View()


def linked_view() -> View:
    """Return what the last link opened."""
    return st.session_state.get("asked_view") or View()


def comparison() -> str:
    """Return what the digit is compared with: `KEPT`, "sample:NAME", "network:ID", or ""."""
    return st.session_state.get("other", "")


def before_activation() -> bool:
    """Return whether opened maps are shown as they are before their activation."""
    return st.session_state.get("before_activation", False)


def compared_sides() -> str:
    """Return which of two that are compared the stage shows: one of `SIDES`."""
    return st.session_state.get("compared_sides", SIDES[0])


def take_view() -> None:
    """Take what is open, how, and what it is compared with; a callback of the opened map."""
    settle_digit()
    state = st.session_state["opened"]
    st.session_state["view"] = links.view_of(state.get("view") or {})
    if state.get("before") is not None:
        st.session_state["before_activation"] = bool(state["before"])
    if state.get("shown") in SIDES:
        st.session_state["compared_sides"] = state["shown"]
    other = state.get("other")
    if other is not None and str(other) != comparison():
        st.session_state["other"] = str(other)
        st.session_state["kept_digit"] = digit()
    engine().expect(warm_up, network_id())  # who opens a map may want to check it against Keras


def _compared() -> list[tuple[str, Digit]]:
    """Return each side's network and digit: the visitor's, and what it is compared with."""
    now = digit()
    if now is None:
        return []
    mine = (network_id(), now)
    kind, _, name = comparison().partition(":")
    if kind == "network" and name in comparable_networks():
        return [mine, (name, now)]
    other = _other_digit()
    return [mine] if other is None else [mine, (network_id(), other)]


def _other_digit() -> Digit | None:
    """Return the other digit of two that are compared."""
    kind, _, name = comparison().partition(":")
    if kind == "sample" and name in samples():
        gray = decode((SAMPLES / f"{name}.png").read_bytes()).gray
        return Digit(0, picture=Picture(name, gray, ""))
    kept: Digit | None = st.session_state.get("kept_digit")
    return kept if kind == KEPT else None


def compared_side(body: Body) -> ComparedSide | None:
    """Return what the visitor's digit is compared with, None for nothing.

    The pixels of a picture are added to `body`.
    """
    kind, _, name = comparison().partition(":")
    if kind == "network" and name in comparable_networks():
        address = network_address(name)
        return {"network": address, "live": True, "skip": (), "strokes": None, "pixels": None}
    other = _other_digit()
    if other is None:
        return None
    picture = other.picture is not None
    pixels = read_digit(network_id(), other).preprocessed.pixels if picture else None
    return {
        "network": network_address(network_id()),
        "live": False,
        "skip": skipped_steps(),
        "strokes": None if picture else other.sent,
        "pixels": None if pixels is None else body.add(pixels),
    }


def compared_samples(body: Body) -> list[SamplePixels] | None:
    """Return the examples by which the distance of two digits is measured, None without a pair.

    Their pixels are added to `body`.
    """
    reader = network(network_id())
    reads_samples = reader.reads_digits and reader.input_shape == (28, 28, 1)
    if not reads_samples or compared_side(Body()) is None:
        return None
    return [{"label": name[0], "pixels": body.add(pixels)} for name, pixels in sample_pixels()]


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
    """Ask the Keras engine what the browser wants to know of a cell."""
    settle_digit()
    asked: Any = sent_value("opened", "question")
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
        return  # nothing that the browser would ask
    pixels = read_digit(network_id, digit).preprocessed.pixels
    try:
        found: Any = {name: engine().ask(function, network_id, pixels, str(asked["layer"]), cell)}
        answer = Answer(question, found)
    except UserError as error:
        answer = Answer(question, {}, error)
    st.session_state["answer"] = answer
