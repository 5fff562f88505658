"""Offer digits to start with."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("sample_gallery")


class Sample(TypedDict):
    """A digit of the gallery."""

    name: str
    title: str
    source: str  # a data URL


class SampleGalleryData(TypedDict):
    """The samples, in order."""

    words: Words
    samples: Sequence[Sample]


def sample_gallery(data: SampleGalleryData, *, key: str, on_chosen: Callable[[], None]) -> None:
    """Mount the gallery; `on_chosen` finds the name that was "chosen" under `key`."""
    _mount(key=key, data=data, on_chosen_change=on_chosen)
