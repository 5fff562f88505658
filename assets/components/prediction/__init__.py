"""Say which digit the network reads, and how sure it is."""

from assets.components import register

_mount = register("prediction")


def prediction(words: dict[str, str], *, key: str) -> None:
    """Mount the verdict; it paints the answers that the canvas publishes."""
    _mount(key=key, data={"words": words})
