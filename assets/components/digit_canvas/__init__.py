"""Draw a digit, and have it read while it is drawn."""

from collections.abc import Callable

from assets.components import register

_mount = register("digit_canvas")


def digit_canvas(
    frame: bytes,
    *,
    key: str,
    on_drawing: Callable[[], None],
    on_pasted: Callable[[], None],
) -> None:
    """Mount the canvas.

    `frame` is a JSON head and a body as `digit_canvas.mjs` describes them. The callbacks find
    `drawing` and `pasted` under `key` in the session state.
    """
    _mount(key=key, data=frame, on_drawing_change=on_drawing, on_pasted_change=on_pasted)
