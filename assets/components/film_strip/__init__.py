"""Show every step from drawing or picture to pixels."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("film_strip", "glossary/glossary")


class FilmStripData(TypedDict):
    """The words of the steps, and those that are switched off."""

    words: Words
    skip: Sequence[str]


def film_strip(data: FilmStripData, *, key: str, on_skip: Callable[[], None]) -> None:
    """Mount the film strip; `on_skip` finds the names of switched-off steps under `key`."""
    _mount(key=key, data=data, on_skip_change=on_skip)
