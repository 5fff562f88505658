"""Explore every layer of a network on one digit: the stage, an opened map, an opened cell."""

from collections.abc import Callable, Mapping, Sequence

from assets.components import register
from model.serving.answering import frame

_mount = register("layer_explorer")


def layer_explorer(
    head: Mapping[str, object],
    sides: Sequence[Mapping[str, object]],
    *,
    key: str,
    on_change: Callable[[], None],
    on_question: Callable[[], None],
) -> None:
    """Mount the explorer; `head` is what layer_explorer.mjs asks for, without the sides.

    A side is `{"network", "revision", "skip", "strokes", "exploration"}`, with the exploration's
    bytes, or None where the browser is to ask for it. `on_change` finds "view", "extent" and
    "other" under `key`, `on_question` the "question".
    """
    body, placed = b"", []
    for side in sides:
        exploration = side["exploration"] or b""
        place = [len(body), len(exploration)] if exploration else None
        placed.append({**side, "exploration": None, "frame": place})
        body += exploration
    _mount(
        key=key,
        data=frame({**head, "sides": placed}, body),
        on_view_change=on_change,
        on_extent_change=on_change,
        on_other_change=on_change,
        on_question_change=on_question,
    )
