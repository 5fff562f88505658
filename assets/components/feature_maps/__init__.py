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
    """The layers whose maps are painted; the maps come with the canvas's answers."""

    words: Words
    network: str
    layers: Sequence[LayerHeading]
    scale: str  # what shares one color scale: "map", "layer" or "network"


def feature_maps(data: FeatureMapsData, *, key: str, on_scale: Callable[[], None]) -> None:
    """Mount the maps; `on_scale` finds the chosen "scale" under `key`."""
    _mount(key=key, data=data, on_scale_change=on_scale)
