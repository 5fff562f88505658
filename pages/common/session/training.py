"""What the visitor is about to train: the form, the layers of a network of one's own, a guess."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from model.learning import datasets
from model.learning.dispatching import Dispatcher
from model.serving.decoding import decode
from model.serving.preprocessing import preprocess_picture
from model.serving.sentences import Refusal
from pages.common.session.canvas import SAMPLES
from pages.common.session.visitor import sent

_SHOWN = 8  # digits that show what augmentation does
_MOST_LAYERS = 80  # that a builder may send; far fewer can be trained


@cache
def dispatcher() -> Dispatcher:
    """Give the one that queues trainings and starts their processes."""
    return Dispatcher()


def begin_form(values: Mapping[str, Any]) -> None:
    """Let the form begin with these values; what was typed before stays."""
    for name, value in values.items():
        st.session_state.setdefault(f"form_{name}", value)


def field(name: str) -> dict[str, str]:
    """Give what makes a widget the form's field of this name, which keeps what was typed."""
    return {"key": f"form_{name}", "persist_state": "session"}


def form(name: str) -> Any:
    """Give what stands in the form under a name."""
    return st.session_state[f"form_{name}"]


def fill_form(values: Mapping[str, Any], layers: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write values into the form, and the layers of a network of one's own; in callbacks only."""
    st.session_state.update({f"form_{name}": value for name, value in values.items()})
    if layers:
        st.session_state["layers"] = tuple(layers)


def guess(preset_id: str) -> int | None:
    """Tell what the visitor thought would come of an experiment, None before they said."""
    return st.session_state.get("guesses", {}).get(preset_id)


def take_guess(preset_id: str, answer: int) -> None:
    """Take what the visitor thinks will come of an experiment; the first guess counts."""
    st.session_state.setdefault("guesses", {}).setdefault(preset_id, answer)


def layers(beginning: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Give the layers that the visitor put together, at first these."""
    return st.session_state.get("layers", tuple(beginning))


def take_layers() -> None:
    """Take the layers that the builder sent, as they are: laying them out refuses what is wrong."""
    sent_layers = sent("builder", "layers")
    if isinstance(sent_layers, list) and all(isinstance(each, dict) for each in sent_layers):
        st.session_state["layers"] = tuple(sent_layers[:_MOST_LAYERS])


def mnist() -> Path | None:
    """Tell where MNIST lies on this computer, None where it does not."""
    path = datasets.at_hand()
    return path if path is not None and path.is_file() else None


def some_digits() -> np.ndarray:
    """Give a few digits `(8, 28, 28)` uint8: of MNIST where it is here, else the samples."""
    path = mnist()
    return _some_digits(path, path and path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _some_digits(path: Path | None, _changed: int | None) -> np.ndarray:
    if path is not None:
        try:
            return datasets.load_test(str(path))[1].pixels[:_SHOWN].copy()
        except Refusal:
            pass  # whoever trains on it will say what is wrong with it
    files = sorted(SAMPLES.glob("*.png"))[:_SHOWN]
    read_samples = [preprocess_picture(decode(file.read_bytes()).grey) for file in files]
    return np.stack([np.rint(each.pixels * 255).astype(np.uint8) for each in read_samples])
