"""What the visitor is about to train: the form, the layers of a network of one's own, a guess."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from model.experiments.events import TrainingEvent
from pages.visitor.identity import sent_value

_MOST_LAYERS = 80  # that a builder may send; far fewer can be trained


def set_defaults(values: Mapping[str, Any]) -> None:
    """Set the form's initial values; what was typed before stays."""
    for name, value in values.items():
        st.session_state.setdefault(f"form_{name}", value)


def field(name: str) -> dict[str, Any]:
    """Return the arguments that make a widget the form's field of this name and keep its value."""
    return {"key": f"form_{name}", "persist_state": "session"}


def field_value(name: str) -> Any:
    """Return the value of a field of the form."""
    return st.session_state[f"form_{name}"]


def fill_form(values: Mapping[str, Any], layers: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write values into the form, and the layers of a network of one's own; in callbacks only."""
    st.session_state.update({f"form_{name}": value for name, value in values.items()})
    if layers:
        st.session_state["layers"] = tuple(layers)


def set_template(title: str, changes: Sequence[TrainingEvent]) -> None:
    """Keep which run the form was filled from, and what had been changed in it while it ran."""
    st.session_state["template"] = (title, tuple(changes))


def template() -> tuple[str, tuple[TrainingEvent, ...]]:
    """Return the title of the run that the form was filled from, and its changes; "" for none."""
    return st.session_state.get("template", ("", ()))


def guessed_answer(preset_id: str) -> int | None:
    """Return the visitor's guess at an experiment's outcome, None before they made one."""
    return st.session_state.get("guesses", {}).get(preset_id)


def take_guess(preset_id: str, answer: int) -> None:
    """Take what the visitor thinks will come of an experiment; the first guess counts."""
    st.session_state.setdefault("guesses", {}).setdefault(preset_id, answer)


def own_layers(beginning: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return the layers that the visitor put together, initially `beginning`."""
    return st.session_state.get("layers", tuple(beginning))


def take_layers() -> None:
    """Take the layers that the builder sent, as they are: laying them out refuses what is wrong."""
    sent_layers = sent_value("builder", "layers")
    if isinstance(sent_layers, list) and all(isinstance(each, dict) for each in sent_layers):
        st.session_state["layers"] = tuple(sent_layers[:_MOST_LAYERS])
