"""A confusion matrix whose cells open the digits that they count."""

from collections.abc import Callable

from assets.components import register

_mount = register("confusion_digits")


def confusion_digits(
    frame: bytes,
    *,
    key: str,
    on_opened: Callable[[], None],
    on_chosen: Callable[[], None],
) -> None:
    """Mount the matrix and the digits of what is open (confusion_digits.mjs says what is in it).

    `on_opened` finds `{"cell", "start"}`, `on_chosen` the index of a digit.
    """
    _mount(key=key, data=frame, on_opened_change=on_opened, on_chosen_change=on_chosen)
