"""Offer digits to start with."""

from collections.abc import Callable

from assets.components import Samples, register

_mount = register("sample_gallery", "samples")


def sample_gallery(data: Samples, *, key: str, on_chosen: Callable[[], None]) -> None:
    """Mount the gallery; `on_chosen` finds the name that was "chosen" under `key`."""
    _mount(key=key, data=data, on_chosen_change=on_chosen)
