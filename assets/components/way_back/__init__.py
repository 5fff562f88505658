"""The address keeps the visitor's network and language; the way back leads from place to place."""

from assets.components import register

_mount = register("way_back")


def way_back(language: str, *, key: str) -> None:
    """Mount what sees to that; it shows nothing.

    `language` is the page's as a BCP 47 tag: screen readers speak, and browsers hyphenate and
    choose glyphs, by what the page says it is.
    """
    _mount(data={"language": language}, key=key)
