"""A frame, the form in which numbers travel to the browser.

Four bytes hold the length of a JSON head (little endian); then come the head, spaces up to a
multiple of four, and a body of numbers. The head says where in the body each part begins.
"""

import json
import struct


def frame(head: object, body: bytes = b"") -> bytes:
    """Join a JSON head and a body of numbers that starts at a multiple of four bytes."""
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + body
