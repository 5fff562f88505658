"""The address keeps the visitor's network and language; the way back leads from place to place."""

from assets.components import register

_mount = register("way_back")


def way_back(*, key: str) -> None:
    """Mount what sees to that; it shows nothing."""
    _mount(key=key)
