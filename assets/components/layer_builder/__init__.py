"""The layers of a network, one below the other, to look at or to put together."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict

from assets.components import Words, register

_mount = register("layer_builder")

Spec = Mapping[str, Any]  # of a layer: {"kind": "conv", "filters": 16, …}


class Setting(TypedDict):
    """A setting of a layer, and what can be chosen for it."""

    name: str
    label: str
    options: Sequence[tuple[Any, str]]  # value and text
    otherwise: Any  # what holds where a spec has no such setting


class BuilderKind(TypedDict):
    """A kind of layer that can be added."""

    title: str
    begin: Spec  # its settings when it is added
    settings: Sequence[Setting]


class LayerRow(TypedDict):
    """A layer as it is shown."""

    name: str
    look: Any  # what silhouette.mjs draws
    title: str
    shape: Sequence[int] | None
    settings: str
    facts: str


class BuilderRow(LayerRow):
    """A layer of the list, and the spec that it comes from."""

    spec: int | None  # its place among the specs; None for a layer that is added by itself
    refused: bool  # it cannot be built


class LayerBuilderData(TypedDict):
    """A network to look at, or to change where it is `editable`."""

    words: Words
    editable: bool
    layers: Sequence[Spec]
    kinds: Mapping[str, BuilderKind]
    rows: Sequence[BuilderRow]


def layer_builder(data: LayerBuilderData, *, key: str, on_layers: Callable[[], None]) -> None:
    """Mount the builder; `on_layers` finds the specs as "layers" under `key`."""
    _mount(key=key, data=data, on_layers_change=on_layers)
