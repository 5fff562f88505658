"""Paint the feature maps of every conv and pool layer."""

from collections.abc import Callable

from assets.components import register

_mount = register("feature_maps")


def feature_maps(
    words: dict[str, object],
    network: str,
    layers: list[dict[str, str]],
    scale: str,
    *,
    key: str,
    on_scale: Callable[[], None],
) -> None:
    """Mount the maps; `layers` gives a title and facts for each, `scale` how colours are shared."""
    data = {"words": words, "network": network, "layers": layers, "scale": scale}
    _mount(key=key, data=data, on_scale_change=on_scale)
