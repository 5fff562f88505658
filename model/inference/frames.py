"""A frame, the form in which numbers travel to the browser.

Four bytes hold the length of a JSON head (little endian); then come the head, spaces up to a
multiple of four, and a body of numbers. The head says where in the body each part begins.
"""

import json
import struct

import numpy as np


def frame(head: object, body: bytes = b"") -> bytes:
    """Join a JSON head and a body of numbers that starts at a multiple of four bytes."""
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + body


class Body:
    """Collects the numbers of a frame, one array after the other."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, array: np.ndarray) -> int:
        """Append an array's values as float32; returns where they begin, in bytes."""
        begin = self._length
        part = np.ascontiguousarray(array, "<f4").tobytes()
        self._parts.append(part)
        self._length += len(part)
        return begin

    def joined(self) -> bytes:
        """Return all of them."""
        return b"".join(self._parts)
