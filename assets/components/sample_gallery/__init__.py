"""Offer digits to start with."""

from collections.abc import Callable

from assets.components import register

_mount = register("sample_gallery")


def sample_gallery(
    words: dict[str, str],
    samples: list[dict[str, str]],
    *,
    key: str,
    on_chosen: Callable[[], None],
) -> None:
    """Mount the samples, each `{"name", "title", "source"}`; `on_chosen` finds a name."""
    _mount(key=key, data={"words": words, "samples": samples}, on_chosen_change=on_chosen)
