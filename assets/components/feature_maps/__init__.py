"""Paint the feature maps of every conv and pool layer."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("feature_maps")


class LayerHeading(TypedDict):
    """What stands above the maps of a layer."""

    name: str
    title: str
    facts: str


class FeatureMapsData(TypedDict):
    """The layers whose maps are painted; the maps come with the canvas's readings."""

    words: Words
    layers: Sequence[LayerHeading]
    color_scope: str  # what shares one color scale: "map", "layer" or "network"


def feature_maps(data: FeatureMapsData, *, key: str, on_color_scope: Callable[[], None]) -> None:
    """Mount the maps; `on_color_scope` finds the chosen "color_scope" under `key`."""
    _mount(key=key, data=data, on_color_scope_change=on_color_scope)
