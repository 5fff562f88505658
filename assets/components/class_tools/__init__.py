"""What a teacher needs before a class: guess first, play the forward pass, a link, the keys."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict

from assets.components import Words, register

_mount = register("class_tools")


class ClassLink(TypedDict):
    """A link to what is shown, or a sentence that says why there is none."""

    address: str
    rows: NotRequired[Sequence[str]]  # of its QR code: a row a string, "1" for dark
    error: NotRequired[str]


class ClassToolsData(TypedDict):
    """The words, whether predictions are hidden first, and the link that was asked for."""

    words: Words
    guess_first: bool
    link: ClassLink | None


def class_tools(
    data: ClassToolsData,
    *,
    key: str,
    on_guess_first: Callable[[], None],
    on_link_asked: Callable[[], None],
) -> None:
    """Mount the tools.

    The callbacks find whether predictions are hidden as "guess_first", and the page's address of
    which a link is wanted as "link_asked", under `key`.
    """
    _mount(
        key=key,
        data=data,
        on_guess_first_change=on_guess_first,
        on_link_asked_change=on_link_asked,
    )
