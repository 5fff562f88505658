"""The stage: the feature maps of every conv and pool layer, or what every layer answers."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from assets.components import Words, register

_mount = register("stage", "export", "glossary/glossary")


class _Named(TypedDict, total=False):
    names: Sequence[str]  # of its units, where they are classes with labels
    is_picture: bool  # whether its three maps are a picture in color


class LayerHeading(_Named):
    """What stands above the maps of a layer."""

    name: str
    kind: str
    facts: Sequence[str]  # one a line: its shape, how many parameters it has
    terms: Sequence[str]  # of the glossary: what explains the kind, and each of the facts; or ""
    parameters: str  # how they are counted
    shape: Sequence[int]  # height, width, channels; or units
    is_main: bool  # whether it is shown where not every layer is: a conv or pool layer


class StageData(TypedDict):
    """The layers whose maps are painted; the maps come with the canvas's readings."""

    words: Words
    layers: Sequence[LayerHeading]
    color_scope: str  # what shares one color scale: "map", "layer" or "network"
    every_layer: bool  # whether all of them are shown
    sorted_by_strength: bool  # whether the strongest map of each layer is its first


def stage(
    data: StageData,
    *,
    key: str,
    on_color_scope: Callable[[], None],
    on_every_layer: Callable[[], None],
    on_sorted_by_strength: Callable[[], None],
) -> None:
    """Mount the stage.

    The callbacks find "color_scope", "every_layer" and "sorted_by_strength" under `key`.
    """
    _mount(
        key=key,
        data=data,
        on_color_scope_change=on_color_scope,
        on_every_layer_change=on_every_layer,
        on_sorted_by_strength_change=on_sorted_by_strength,
    )
