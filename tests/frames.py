"""A frame taken apart, written from its description and not from the code."""

import json
import struct


def unframe(data: bytes) -> tuple[dict, bytes]:
    """Split four bytes of length, a JSON head of that length, and the body."""
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length]), data[4 + length :]
