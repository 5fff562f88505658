"""What belongs to one visitor, and what all of them share: every session state and every cache.

A visitor has a language, a network, a digit (strokes or a picture), and the steps of
preprocessing that are switched off. What all share are the opened networks; they never change.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import streamlit as st

from model.serving.answering import Reading, read
from model.serving.networks import DEFAULT, Card, networks, open_network
from model.serving.preprocessing import PICTURE_STEPS
from model.serving.sentences import N_, Refusal
from model.serving.strokes import Stroke, strokes_from
from model.serving.tracing import Network

SCALES = ("map", "layer", "network")
_PREVIEW = 280  # pixels; what the canvas shows of a picture


@dataclass(frozen=True)
class Picture:
    """A picture that came in, as the canvas shows it and as the network reads it."""

    id: str
    grey: np.ndarray  # (h, w) uint8
    source: str  # a PNG as data URL, at most 280 pixels a side

    @classmethod
    def of(cls, grey: np.ndarray) -> "Picture":
        """Keep a grey picture under an id of its own."""
        scale = min(1, _PREVIEW / max(grey.shape))
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        png = cv2.imencode(".png", small)[1].tobytes()
        source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
        return cls(secrets.token_urlsafe(8), grey, source)


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


@lru_cache(maxsize=16)
def network(network_id: str) -> Network:
    """Open a network, once for all visitors; raises Refusal where there is none of that id."""
    return open_network(network_id)


@lru_cache(maxsize=16)
def card(network_id: str) -> Card:
    """Give the card of a network; raises Refusal where there is none of that id."""
    for each in networks():
        if each.id == network_id:
            return each
    raise Refusal(N_("There is no network {id} here."), id=repr(network_id)[:80])


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


def network_id() -> str:
    """Tell which network the visitor looks through."""
    return st.session_state.get("network", DEFAULT)


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
        kept = (asked, read(network(network_id()), now.source, skip()))
        st.session_state["reading"] = kept
    return kept[1]


def set_picture(grey: np.ndarray) -> None:
    """Put a picture on the canvas; undo there brings back what it replaces."""
    before = digit()
    picture = Picture.of(grey)
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
    except (TypeError, KeyError, ValueError, AttributeError):
        return set_notice(Refusal(N_("That was no drawing: the canvas sent something else.")))
    kept = st.session_state.get("picture")
    picture = kept if kept is not None and kept.id == picture_id else None
    if digit() is None or revision > digit().revision:
        st.session_state["digit"] = Digit(revision, strokes, sent["strokes"], picture)
    return None


def take_skip() -> None:
    """Take the steps that the film strip switched off; a callback of it."""
    sent = st.session_state["film"].get("skip") or []
    st.session_state["skip"] = tuple(step for step in PICTURE_STEPS if step in sent)


def take_scale() -> None:
    """Take the scale that the feature maps were switched to; a callback of them."""
    sent = st.session_state["maps"].get("scale")
    st.session_state["scale"] = sent if sent in SCALES else SCALES[0]


def sent(key: str, name: str) -> object:
    """Give what a component under `key` sent as `name`, or a widget as its value; else None."""
    state = st.session_state.get(key)
    return state.get(name) if isinstance(state, dict) or hasattr(state, "get") else state


def set_notice(refusal: Refusal | None) -> None:
    """Keep a sentence to be shown until the next thing comes in."""
    st.session_state["notice"] = refusal


def notice() -> Refusal | None:
    """Give the sentence that is to be shown, if any."""
    return st.session_state.get("notice")
