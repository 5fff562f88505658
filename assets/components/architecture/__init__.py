"""A network as a picture: its layers as blocks, and the facts and kernels of one of them."""

from collections.abc import Sequence
from typing import Any, TypedDict

from assets.components import NetworkAddress, Words, register

_mount = register("architecture", "kernels/kernels", "glossary/glossary")


class ArchitectureLayer(TypedDict):
    """One layer of the picture."""

    name: str
    title: str  # its kind in words
    look: Any  # what silhouette.mjs draws
    output_shape: Sequence[int]
    shape: str  # the same in words
    inbound: Sequence[str]
    facts: Sequence[tuple[str, str]]  # name and value


class ArchitectureData(TypedDict):
    """The layers in graph order; their kernels come with the network."""

    words: Words
    network: NetworkAddress
    layers: Sequence[ArchitectureLayer]
    digit: Sequence[float]  # 28 × 28 in [0, 1], on which terms are explained; [] for none


def architecture(data: ArchitectureData, *, key: str) -> None:
    """Mount the picture."""
    _mount(key=key, data=data)
