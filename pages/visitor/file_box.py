"""Where a browser leaves a file for its session, without Streamlit, which would keep any number.

A box holds one file and lives as long as the session that opened it; only the page of that session
knows its address. All boxes together hold only so much.
"""

import secrets
import threading
from weakref import WeakValueDictionary

from model.base.errors import N_, UserError

MOST_BYTES = 200_000_000  # in all boxes together


class FileBox:
    """Holds the newest file that a browser left; routes and scripts share it."""

    def __init__(self) -> None:
        self.address = secrets.token_urlsafe(16)
        self.content = b""
        with _lock:
            _open[self.address] = self

    def put(self, content: bytes) -> None:
        """Leave a file in place of the one before. Raises UserError where all boxes are full."""
        with _lock:
            others = sum(len(box.content) for box in _open.values() if box is not self)
            if others + len(content) > MOST_BYTES:
                raise UserError(N_("Too many files are looked into just now; try again soon."))
            self.content = content

    def empty(self) -> None:
        """Forget the file."""
        self.content = b""


_open: WeakValueDictionary[str, FileBox] = WeakValueDictionary()
_lock = threading.Lock()


def find(address: str) -> FileBox | None:
    """Return the box of this address, None where its session is gone."""
    return _open.get(address)
