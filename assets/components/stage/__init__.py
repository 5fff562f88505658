"""The stage: the feature maps of every conv and pool layer."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("stage", "export")


class LayerHeading(TypedDict):
    """What stands above the maps of a layer."""

    name: str
    kind: str
    facts: Sequence[str]  # one a line: its shape, how many parameters it has
    parameters: str  # how they are counted
    shape: Sequence[int]  # height, width, channels


class StageData(TypedDict):
    """The layers whose maps are painted; the maps come with the canvas's readings."""

    words: Words
    layers: Sequence[LayerHeading]
    color_scope: str  # what shares one color scale: "map", "layer" or "network"


def stage(
    data: StageData,
    *,
    key: str,
    on_color_scope: Callable[[], None],
) -> None:
    """Mount the stage; the callback finds the chosen "color_scope" under `key`."""
    _mount(key=key, data=data, on_color_scope_change=on_color_scope)
