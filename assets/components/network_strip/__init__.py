"""Networks at a glance, one below the other."""

from collections.abc import Sequence
from typing import Any, TypedDict

from assets.components import register

_mount = register("network_strip")


class StripLayer(TypedDict):
    """A layer of a network at a glance."""

    title: str
    look: Any  # what silhouette.mjs draws
    shape: Sequence[int] | None


class StripNetwork(TypedDict):
    """A network, its layers in order."""

    title: str
    facts: str
    layers: Sequence[StripLayer]


class NetworkStripData(TypedDict):
    """The networks, from top to bottom."""

    networks: Sequence[StripNetwork]


def network_strip(data: NetworkStripData, *, key: str) -> None:
    """Mount the networks."""
    _mount(key=key, data=data)
