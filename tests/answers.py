"""An answer's frame taken apart, written from its description and not from the code."""

import json
import struct

import numpy as np


def unframe(data: bytes) -> tuple[dict, bytes]:
    """Split four bytes of length, a JSON head of that length, and the body."""
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length]), data[4 + length :]


def feature_maps(layer: dict, body: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Read a layer's activation `(h, w, c)` back, and half a quantisation step of each map."""
    height, width, count = layer["shape"]
    domains = np.frombuffer(body, "<f4", 2 * count, layer["domains"]).reshape(count, 2)
    cells = np.frombuffer(body, np.uint8, height * width * count, layer["bytes"])
    low, high = domains.T.astype(np.float64)
    maps = np.moveaxis(cells.reshape(count, height, width), 0, -1)
    return low + maps / 255 * (high - low), (high - low) / 510


def picture(shape: list[int], begin: int, body: bytes) -> np.ndarray:
    """Read a picture back as `(h, w)` in [0, 1]."""
    height, width = shape
    levels = np.frombuffer(body, np.uint8, height * width, begin)
    return levels.reshape(height, width) / 255
