"""Takes a file of a network, and sends it to the server beside the page."""

from collections.abc import Callable
from typing import TypedDict

from assets.components import Words, register

_mount = register("network_file")


class NetworkFileData(TypedDict):
    """What the component is given."""

    words: Words
    address: str  # where the file is sent
    most: int  # bytes that it may take
    holds: bool  # whether a file that was sent is still looked at


def network_file(data: NetworkFileData, *, key: str, on_sent: Callable[[], None]) -> None:
    """Mount it; `on_sent` finds the name of a file that was "sent" under `key`."""
    _mount(key=key, data=data, on_sent_change=on_sent)
