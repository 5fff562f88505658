"""Watch trainings, and move through the history of one."""

from collections.abc import Callable, Mapping, Sequence

from assets.components import register

_mount = register("training_watch")


def training_watch(
    words: Mapping[str, object],
    runs: Sequence[Mapping[str, str]],
    digit: Mapping[str, object],
    *,
    key: str,
    on_change: Callable[[], None],
) -> None:
    """Mount the watch over one to three `runs`, each `{"id", "title"}`.

    `digit` is what every moment is asked to read, `{"revision", "skip", "strokes", "pixels"}`,
    with None for the one of the last two that it has not, or for both. `on_change` finds "open",
    the moment to be opened in the layer explorer as `{"run", "digits"}`, under `key`.
    """
    _mount(
        key=key,
        data={"words": words, "runs": list(runs), "digit": digit},
        on_open_change=on_change,
    )
