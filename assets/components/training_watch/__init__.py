"""Watch trainings, and move through the history of one."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("training_watch", "glossary/glossary", "kernels/kernels")


class WatchedRun(TypedDict):
    """A run; how it gets on comes from the live route."""

    id: str
    title: str


class WatchedDigit(TypedDict):
    """The visitor's digit, which is read at every snapshot: strokes, or pixels, or neither."""

    revision: int
    skip: Sequence[str]  # steps of preprocessing that are switched off, for strokes
    strokes: Sequence[Mapping[str, object]] | None
    pixels: Sequence[float] | None  # of a picture: 784 in [0, 1], row after row


class TrainingWatchData(TypedDict):
    """One to three runs, and the digit that they read."""

    words: Words
    runs: Sequence[WatchedRun]
    digit: WatchedDigit


def training_watch(
    data: TrainingWatchData,
    *,
    key: str,
    on_change: Callable[[], None],
    on_focus: Callable[[], None],
) -> None:
    """Mount the watch.

    `on_change` finds "open", the snapshot to be opened in the layer explorer as
    `{"run", "digits"}`, under `key`; `on_focus` finds "focus", the id of the run that the visitor
    turned to.
    """
    _mount(key=key, data=data, on_open_change=on_change, on_focus_change=on_focus)
