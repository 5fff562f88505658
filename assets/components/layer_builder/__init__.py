"""The layers of a network, one below the other, to look at or to put together."""

from collections.abc import Callable
from typing import Any

from assets.components import register

_mount = register("layer_builder")


def layer_builder(data: dict[str, Any], *, key: str, on_layers: Callable[[], None]) -> None:
    """Mount the builder (layer_builder.mjs says what `data` holds); `on_layers` finds the specs."""
    _mount(key=key, data=data, on_layers_change=on_layers)
