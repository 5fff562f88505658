"""What is on the visitor's canvas, the samples to put there, and what the network reads in it."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from model.base.errors import UserError
from model.inference.catalogue import DEFAULT
from model.inference.finding import DigitFound, read_digits
from model.inference.reading import Reading, read
from model.pixels.preprocessing import PICTURE_STEPS
from model.pixels.strokes import Stroke, strokes_from
from pages.services import SAMPLES, data_url, network, samples, tag
from pages.visitor.identity import sent_value
from pages.visitor.links import SentStroke
from pages.visitor.mailbox import Drawing, Mailbox, drawing_from
from pages.visitor.network_choice import network_id

COLOR_SCOPES = ("map", "layer", "network")
_MOST_REVISION = 2**50  # of a browser: beyond it JavaScript cannot count on for long


@dataclass(frozen=True)
class Picture:
    """A picture that came in, as the canvas shows it and as the network reads it."""

    id: str
    gray: np.ndarray  # (h, w) uint8
    source: str  # the same as a PNG in a data URL
    ready: bool = False  # these are pixels that were preprocessed before, as a link brings them
    color: np.ndarray | None = None  # (h, w, 3) uint8, brought for a network that reads no digits

    @classmethod
    def of(
        cls, gray: np.ndarray, *, ready: bool = False, color: np.ndarray | None = None
    ) -> "Picture":
        """Return a picture under a new id."""
        shown = data_url(gray if color is None else color)
        return cls(secrets.token_urlsafe(8), gray, shown, ready, color)


@dataclass(frozen=True)
class Digit:
    """What is on the visitor's canvas."""

    revision: int  # grows with each change
    strokes: tuple[Stroke, ...] = ()  # that are read; of several digits those of one
    sent: Sequence[SentStroke] = ()  # all strokes, as the browser sent them
    picture: Picture | None = None

    def source(self, *, in_color: bool) -> Sequence[Stroke] | np.ndarray:
        """Return what is read: the picture where there is one, else the strokes."""
        if self.picture is None:
            return self.strokes
        color = self.picture.color if in_color else None
        return self.picture.gray if color is None else color


def digit() -> Digit | None:
    """Return what is on the visitor's canvas, None before anything was."""
    return st.session_state.get("digit")


def settle_digit() -> None:
    """Take what the browser left since the last run; the digit of this run is settled then."""
    left = mailbox().newest
    if left is not None:
        _take(left)


def mailbox() -> Mailbox:
    """Return where the browser leaves its drawings for this session."""
    if "mailbox" not in st.session_state:
        st.session_state["mailbox"] = Mailbox()
    return st.session_state["mailbox"]


def skipped_steps() -> tuple[str, ...]:
    """Return the steps of preprocessing that the visitor switched off."""
    return st.session_state.get("skip", ())


def color_scope() -> str:
    """Return what shares one color scale: "map", "layer" or "network"."""
    return st.session_state.get("color_scope", COLOR_SCOPES[0])


def every_layer() -> bool:
    """Return whether every layer is on the stage, and not the conv and pool layers alone."""
    return st.session_state.get("every_layer", False)


def set_every_layer(shown: bool) -> None:
    """Set whether every layer is on the stage."""
    st.session_state["every_layer"] = shown


def take_every_layer() -> None:
    """Take whether every layer is to be on the stage; a callback of it."""
    set_every_layer(bool(sent_value("maps", "every_layer")))


def sorted_by_strength() -> bool:
    """Return whether the maps of each layer are in the order of their strength."""
    return st.session_state.get("sorted_by_strength", False)


def set_sorted_by_strength(is_sorted: bool) -> None:
    """Set whether the maps of each layer are in the order of their strength, or of their number."""
    st.session_state["sorted_by_strength"] = is_sorted


def take_sorted_by_strength() -> None:
    """Take whether maps are to be sorted by their strength; a callback of the stage."""
    set_sorted_by_strength(bool(sent_value("maps", "sorted_by_strength")))


def reading() -> Reading | None:
    """Return the prediction for the visitor's digit; cached until digit or network changes."""
    now = digit()
    if now is None:
        return None
    asked = (now.revision, network_id(), tag(network_id()), skipped_steps())
    kept = st.session_state.get("reading")
    if kept is None or kept[0] != asked:
        kept = (asked, read_digit(network_id(), now))
        st.session_state["reading"] = kept
    return kept[1]


def read_digit(network_id: str, digit: Digit) -> Reading:
    """Return a network's prediction for a digit, without the steps that are switched off."""
    ready = digit.picture is not None and digit.picture.ready
    reader = network(network_id)
    source = digit.source(in_color=not reader.reads_digits)
    return read(reader, source, PICTURE_STEPS if ready else skipped_steps())


def digits_in(gray: np.ndarray) -> list[DigitFound]:
    """Return the digits in a picture `(h, w)` uint8, each cut out of it.

    What is a digit is settled by the default network, whichever the visitor looks at.
    """
    return read_digits(network(DEFAULT), gray)


def set_picture(
    gray: np.ndarray,
    *,
    ready: bool = False,
    replaces: int = 0,
    color: np.ndarray | None = None,
) -> Picture:
    """Put a picture on the canvas once it has been read; undo brings back what it replaces.

    `color` is the same for a network that reads no digits. `replaces` is the revision of what the
    browser has there, which may be on its way yet.
    """
    picture = Picture.of(gray, ready=ready, color=color)
    brought = Digit(_later(replaces), picture=picture)
    read_digit(network_id(), brought)  # a picture that cannot be read is not kept
    st.session_state["picture"] = picture
    st.session_state["digit"] = brought
    return picture


def set_strokes(drawn: list[SentStroke]) -> None:
    """Put strokes on the canvas, as a browser sent them; raises UserError where they are none."""
    st.session_state["digit"] = Digit(_later(), strokes_from(drawn), drawn)


def _later(known: int = 0) -> int:
    """Return a revision beyond the browser's, which may have counted on meanwhile."""
    settle_digit()
    now = digit()
    return max(now.revision if now else 0, min(known, _MOST_REVISION)) + 1000


def explained_pixels() -> list[float]:
    """Return the pixels of the visitor's digit, 784 in [0, 1]; none where there is no ink."""
    mine = reading()
    pixels = mine.preprocessed.pixels if mine else None
    return [] if pixels is None else [round(float(pixel), 3) for pixel in pixels.ravel()]


def set_skipped_steps(steps: Collection[str]) -> None:
    """Switch these steps of preprocessing off, and the others on."""
    st.session_state["skip"] = tuple(step for step in PICTURE_STEPS if step in steps)


def set_color_scope(scale: str) -> None:
    """Set what shares one color scale: one of `COLOR_SCOPES`."""
    st.session_state["color_scope"] = scale


def take_drawing() -> None:
    """Take the drawing that the canvas sent: `{"revision", "strokes", "picture"}`.

    A callback of the canvas. What is no drawing is left out, with a sentence for the visitor.
    """
    try:
        _take(drawing_from(sent_value("canvas", "drawing")))
    except UserError as error:
        return set_drawing_error(error)
    return set_drawing_error(None)


def _take(drawing: Drawing) -> None:
    """Put a browser's drawing in place of an older digit."""
    now = st.session_state.get("digit")
    if now is not None and drawing.revision <= now.revision:
        return
    kept = st.session_state.get("picture")
    picture = kept if kept is not None and kept.id == drawing.picture else None
    st.session_state["digit"] = Digit(drawing.revision, drawing.strokes, drawing.sent, picture)


def take_skipped_steps() -> None:
    """Take the steps that the film strip switched off; a callback of it."""
    asked = sent_value("film", "skip")
    set_skipped_steps(asked if isinstance(asked, list) else [])


def take_color_scope() -> None:
    """Take the scale that the feature maps were switched to; a callback of them."""
    asked = sent_value("maps", "color_scope")
    set_color_scope(asked if asked in COLOR_SCOPES else COLOR_SCOPES[0])


def sample(name: object) -> bytes | None:
    """Return the file of a sample, None where there is none of that name."""
    return (SAMPLES / f"{name}.png").read_bytes() if name in samples() else None


def set_drawing_error(error: UserError | None) -> None:
    """Keep an error to be shown until the next input."""
    number, _ = drawing_error()
    st.session_state["drawing_error"] = (number + (error is not None), error)


def drawing_error() -> tuple[int, UserError | None]:
    """Return how many errors there were, and the last one where it is to be shown."""
    return st.session_state.get("drawing_error", (0, None))
