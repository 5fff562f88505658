"""Explore every layer of a network on one digit: the stage, an opened map, an opened cell."""

from collections.abc import Callable

from assets.components import register

_mount = register("layer_explorer")


def layer_explorer(
    frame: bytes,
    *,
    key: str,
    on_change: Callable[[], None],
    on_question: Callable[[], None],
) -> None:
    """Mount the explorer; `frame` is what layer_explorer.mjs asks for.

    `on_change` finds "view", "extent" and "other" under `key`, `on_question` the "question".
    """
    _mount(
        key=key,
        data=frame,
        on_view_change=on_change,
        on_extent_change=on_change,
        on_other_change=on_change,
        on_question_change=on_question,
    )
