"""Show every step from drawing or picture to pixels."""

from collections.abc import Callable, Collection

from assets.components import register

_mount = register("film_strip")


def film_strip(
    words: dict[str, object], skip: Collection[str], *, key: str, on_skip: Callable[[], None]
) -> None:
    """Mount the film strip; `on_skip` finds the names of switched-off steps under `key`."""
    _mount(key=key, data={"words": words, "skip": list(skip)}, on_skip_change=on_skip)
