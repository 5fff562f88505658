"""What belongs to one visitor, and what all of them share: every session state and every cache.

A visitor has a language, a network, a digit (strokes or a picture), and the steps of
preprocessing that are switched off. What all share are the opened networks; they never change.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import streamlit as st

from model.learning.questions import cell_value, effective_field
from model.serving import links
from model.serving.answering import Reading, read
from model.serving.decoding import decode
from model.serving.engine import Engine
from model.serving.exploring import explore
from model.serving.networks import (
    DEFAULT,
    Card,
    Listing,
    card_file,
    card_files,
    listing,
    open_network,
    version,
)
from model.serving.preprocessing import PICTURE_STEPS
from model.serving.sentences import N_, Refusal
from model.serving.strokes import Stroke, strokes_from
from model.serving.tracing import Network
from pages.common import visitors

SCALES = ("map", "layer", "network")
SAMPLES = Path(__file__).parents[2] / "assets" / "samples"
_QUESTIONS = {"check": ("value", cell_value), "effective": ("field", effective_field)}
_PREVIEW = 280  # pixels; what the canvas shows of a picture
_THUMBNAIL = 88  # pixels; what the gallery shows of a sample


@dataclass(frozen=True)
class Picture:
    """A picture that came in, as the canvas shows it and as the network reads it."""

    id: str
    grey: np.ndarray  # (h, w) uint8
    source: str  # a PNG as data URL, at most 280 pixels a side
    ready: bool = False  # these are pixels that were preprocessed before, as a link brings them

    @classmethod
    def of(cls, grey: np.ndarray, *, ready: bool = False) -> "Picture":
        """Keep a grey picture under an id of its own."""
        return cls(secrets.token_urlsafe(8), grey, _data_url(grey, _PREVIEW), ready)


@dataclass(frozen=True)
class Digit:
    """What is on the visitor's canvas."""

    revision: int  # grows with each change
    strokes: tuple[Stroke, ...] = ()
    sent: Sequence[dict] = ()  # the same strokes, as the browser sent them
    picture: Picture | None = None

    @property
    def source(self) -> Sequence[Stroke] | np.ndarray:
        """What is read: the picture where there is one, else the strokes."""
        return self.strokes if self.picture is None else self.picture.grey


# --- what all visitors share ---


def network(network_id: str) -> Network:
    """Open a network, once for all visitors; raises Refusal where there is none of that id."""
    return _opened(network_id, version(card_file(network_id)))


@lru_cache(maxsize=16)
def _opened(network_id: str, _version: tuple) -> Network:
    return open_network(network_id)


def card(network_id: str) -> Card:
    """Give the card of a network; raises Refusal where there is none, or a damaged one."""
    found = _listed(card_file(network_id))
    if found.damage:
        raise found.damage
    return found.card


def networks() -> list[Card]:
    """List the cards of the networks that can be opened, the default one first."""
    return [each.card for each in map(_listed, card_files()) if each.card]


def damages() -> list[Refusal]:
    """Say what is wrong with the networks that cannot be opened."""
    return [each.damage for each in map(_listed, card_files()) if each.damage]


def _listed(card_file: Path) -> Listing:
    return _checked(card_file, version(card_file))


@lru_cache(maxsize=1000)
def _checked(card_file: Path, _version: tuple) -> Listing:
    return listing(card_file)


@cache
def samples() -> dict[str, str]:
    """Give the samples that a visitor can start with: their names, and thumbnails as data URLs."""
    return {
        path.stem: _data_url(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), _THUMBNAIL)
        for path in sorted(SAMPLES.glob("*.png"))
    }


def _data_url(grey: np.ndarray, most: int) -> str:
    scale = min(1, most / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    png = cv2.imencode(".png", small)[1].tobytes()
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


@cache
def engine() -> Engine:
    """Give the process in which Keras answers; it starts with the first question."""
    return Engine()


# --- one visitor ---


def language() -> str | None:
    """Tell the visitor's language, None before it is settled."""
    return st.session_state.get("language")


def language_was_chosen() -> bool:
    """Tell whether the visitor chose the language, or the link did."""
    return st.session_state.get("language_chosen", False)


def set_language(code: str, *, chosen: bool = False) -> None:
    """Keep the visitor's language."""
    st.session_state["language"] = code
    st.session_state["language_chosen"] = chosen or language_was_chosen()


def owner() -> str:
    """Tell who the visitor is, so that their runs are theirs: an id that nobody else knows.

    It comes with a cookie; a browser that refuses it has another id in each session.
    """
    return visitors.of(st.context.cookies) or st.session_state.setdefault("owner", visitors.new())


def network_id() -> str:
    """Tell which network the visitor looks through: the chosen one, as long as it is there."""
    chosen = st.session_state.get("network", DEFAULT)
    return chosen if _is_whole(chosen) else DEFAULT


def _is_whole(network_id: str) -> bool:
    try:
        card(network_id)
    except Refusal:
        return False
    return True


def set_network(network_id: str) -> None:
    """Let the visitor look through another network; the link keeps it from now on."""
    st.session_state["network"] = st.query_params["network"] = network_id


def settle_network() -> None:
    """Take over the network that the link names, and keep the visitor's in the link.

    Where it is not there, or no more, the visitor looks through the default one and a Refusal
    says why.
    """
    asked = st.query_params.get("network", st.session_state.get("network", DEFAULT))
    found = asked if _is_whole(asked) else DEFAULT
    if found != DEFAULT or "network" in st.query_params:
        st.query_params["network"] = found
    st.session_state["network"] = st.session_state["network_switch"] = found
    card(asked)


def digit() -> Digit | None:
    """Give what is on the visitor's canvas, None before anything was."""
    return st.session_state.get("digit")


def skip() -> tuple[str, ...]:
    """Name the steps of preprocessing that the visitor switched off."""
    return st.session_state.get("skip", ())


def scale() -> str:
    """Tell what shares one scale of colours: "map", "layer" or "network"."""
    return st.session_state.get("scale", SCALES[0])


def reading() -> Reading | None:
    """Read the visitor's digit with their network; kept until one of them changes."""
    now = digit()
    if now is None:
        return None
    asked = (now.revision, network_id(), skip())
    kept = st.session_state.get("reading")
    if kept is None or kept[0] != asked:
        kept = (asked, _read(network_id(), now))
        st.session_state["reading"] = kept
    return kept[1]


def _read(network_id: str, digit: Digit) -> Reading:
    ready = digit.picture is not None and digit.picture.ready
    return read(network(network_id), digit.source, PICTURE_STEPS if ready else skip())


def set_picture(grey: np.ndarray, *, ready: bool = False) -> None:
    """Put a picture on the canvas; undo there brings back what it replaces."""
    before = digit()
    picture = Picture.of(grey, ready=ready)
    # The browser may have counted on while this run was on its way; a picture outruns it.
    revision = (before.revision if before else 0) + 1000
    st.session_state["picture"] = picture
    st.session_state["digit"] = Digit(revision, picture=picture)


def take_drawing() -> None:
    """Take the drawing that the canvas sent: `{"revision", "strokes", "picture"}`.

    A callback of the canvas. What is no drawing is left out, with a sentence for the visitor.
    """
    sent = st.session_state["canvas"].get("drawing")
    try:
        revision = int(sent["revision"])
        strokes, picture_id = strokes_from(sent["strokes"]), sent.get("picture")
    except Refusal as refusal:
        return set_notice(refusal)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return set_notice(Refusal(N_("That was no drawing: the canvas sent something else.")))
    set_notice(None)
    kept = st.session_state.get("picture")
    picture = kept if kept is not None and kept.id == picture_id else None
    if digit() is None or revision > digit().revision:
        st.session_state["digit"] = Digit(revision, strokes, sent["strokes"], picture)
    return None


def take_skip() -> None:
    """Take the steps that the film strip switched off; a callback of it."""
    sent = st.session_state["film"].get("skip")
    asked = sent if isinstance(sent, list) else []
    st.session_state["skip"] = tuple(step for step in PICTURE_STEPS if step in asked)


def take_scale() -> None:
    """Take the scale that the feature maps were switched to; a callback of them."""
    sent = st.session_state["maps"].get("scale")
    st.session_state["scale"] = sent if sent in SCALES else SCALES[0]


def sent(component: str, name: str) -> object:
    """Give what a component sent as `name`; for its callbacks."""
    return st.session_state[component].get(name)


def widget(key: str) -> Any:
    """Give the value of a widget; for its callbacks."""
    return st.session_state[key]


def set_notice(refusal: Refusal | None) -> None:
    """Keep a sentence to be shown until the next thing comes in."""
    st.session_state["notice"] = refusal


def notice() -> Refusal | None:
    """Give the sentence that is to be shown, if any."""
    return st.session_state.get("notice")


# --- the layer explorer ---


def open_link(link: Mapping[str, str]) -> None:
    """Take over what a link holds, once: the digit and which cell is open.

    Raises Refusal where the link is damaged.
    """
    code = link.get("digit")
    if not code or code == st.session_state.get("linked"):
        return
    st.session_state["linked"] = code
    content = links.decode(code)
    off = link.get("skip", "").split(",")
    st.session_state["skip"] = tuple(step for step in PICTURE_STEPS if step in off)
    if isinstance(content, np.ndarray):
        set_picture(content, ready=True)
    else:
        revision = (digit().revision if digit() else 0) + 1000
        st.session_state["digit"] = Digit(revision, strokes_from(content), content)
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
        st.session_state["scale"] = state.get("extent")
    if state.get("other") is not None:
        st.session_state["other"] = str(state.get("other"))


def chosen_sample() -> bytes | None:
    """Give the sample that was chosen in a gallery, for its callback."""
    name = sent("samples", "chosen")
    return (SAMPLES / f"{name}.png").read_bytes() if name in samples() else None


def _compared() -> list[tuple[str, Digit]]:
    """Give the network and the digit of each side: the visitor's, and what it is compared with."""
    mine = (network_id(), digit())
    kind, _, name = other().partition(":")
    if kind == "network" and name in rivals():
        return [mine, (name, digit())]
    if kind == "sample" and name in samples():
        grey = decode((SAMPLES / f"{name}.png").read_bytes()).grey
        return [mine, (network_id(), Digit(0, picture=Picture(name, grey, "")))]
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
    frame = explore(network(network_id), _read(network_id, digit), digit.revision)
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
    pixels = _read(network_id, digit).preprocessed.pixels
    try:
        found = {name: engine().ask(function, network_id, pixels, str(asked["layer"]), cell)}
    except Refusal as refusal:
        found = {"refusal": refusal}
    st.session_state["answer"] = {**question, **found}
