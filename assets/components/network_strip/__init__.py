"""Networks at a glance, one below the other."""

from typing import Any

from assets.components import register

_mount = register("network_strip")


def network_strip(networks: list[dict[str, Any]], *, key: str) -> None:
    """Mount networks, each `{"title", "facts", "layers": [{"title", "look", "shape"}]}`."""
    _mount(key=key, data={"networks": networks})
