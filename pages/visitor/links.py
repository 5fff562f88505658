"""A digit as a few characters of an address, so that a link opens it in another browser.

Strokes are kept as the browser sent them, to a tenth of a canvas unit: differences from point to
point as variable-length integers (LEB128, zigzag), deflated, in base64 for addresses. A picture
is kept as the pixels that the network reads.
"""

import base64
import binascii
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from model.base.errors import N_, UserError

MOST = 1500  # characters that a digit may take before its strokes are told more coarsely
_LONGEST = 20_000  # characters that are looked at
_MOST_BYTES = 200_000  # that a code may unfold to
_MOST_BITS = 35  # of a number: five bytes of seven; a canvas needs three
_SIDE = 28
_STROKES, _PIXELS = "s", "p"  # the first character
_COARSER = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0)  # canvas units between two points


class SentStroke(TypedDict):
    """A stroke as a browser sends it, in canvas units."""

    width: float
    points: list[float]  # x0, y0, x1, y1, …


class View(TypedDict, total=False):
    """What is open in the explorer; empty for nothing."""

    layer: str
    channel: int
    cell: list[int] | None  # row and column


def encode_strokes(strokes: Sequence[SentStroke]) -> str:
    """Return strokes, `[{"width", "points": [x0, y0, …]}, …]` in canvas units, as a code.

    Exact to a tenth of a unit unless that takes more than `MOST` characters: then points that
    lie close to the one before are left out.
    """
    for gap in _COARSER:
        numbers = [len(strokes)]
        for stroke in strokes:
            numbers.extend(_stroke_numbers(stroke, gap))
        code = _STROKES + _packed(_varints(numbers))
        if len(code) <= MOST:
            break
    return code


def encode_pixels(pixels: np.ndarray) -> str:
    """Return pixels `(28, 28)` from 0 to 1 as a code, to a 255th."""
    return _PIXELS + _packed((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8).tobytes())


def decode(code: str) -> list[SentStroke] | np.ndarray:
    """Return what a code holds: strokes as they were sent, or pixels `(28, 28)` uint8 of a picture.

    Raises UserError for anything that is neither.
    """
    error = UserError(N_("This link is damaged: it contains no digit."))
    if len(code) > _LONGEST:
        raise error
    try:
        data = _unpacked(code[1:])
        if code[0] == _STROKES:
            return _strokes(_numbers(data))
        if code[0] == _PIXELS:
            return np.frombuffer(data, np.uint8).reshape(_SIDE, _SIDE)
    except (ValueError, IndexError, StopIteration, zlib.error, binascii.Error):
        raise error from None
    raise error


def view_of(link: Mapping[str, Any]) -> View:
    """Return what is open.

    Takes an address's parameters, or what the explorer sent, and never complains: a view that
    cannot be read opens nothing.
    """
    try:
        cell = link.get("cell")
        if isinstance(cell, str):
            cell = cell.split(",")
        return {
            "layer": str(link["layer"])[:200],
            "channel": abs(int(link["channel"])),
            "cell": [abs(int(place)) for place in cell][:2] if cell else None,
        }
    except (KeyError, TypeError, ValueError, OverflowError):
        return {}


def view_parameters(view: View) -> dict[str, str]:
    """Return what is open as an address's parameters; what is not is ""."""
    if not view:
        return dict.fromkeys(("layer", "channel", "cell"), "")
    cell = ",".join(str(place) for place in view["cell"] or ())
    return {"layer": view["layer"], "channel": str(view["channel"]), "cell": cell}


def _stroke_numbers(stroke: SentStroke, gap: float) -> Iterator[int]:
    points = _thinned(stroke["points"], gap)
    yield round(stroke["width"] * 10)
    yield len(points)
    before = (0, 0)
    for x, y in points:
        now = (round(x * 10), round(y * 10))
        yield from (_zigzag(new - old) for new, old in zip(now, before, strict=True))
        before = now


def _thinned(flat: Sequence[float], gap: float) -> list[tuple[float, float]]:
    """Leave out points nearer than `gap` to the last one kept, never the first or the last."""
    points = list(zip(flat[::2], flat[1::2], strict=True))
    kept = points[:1]
    for point in points[1:-1]:
        if math.dist(point, kept[-1]) >= gap:
            kept.append(point)
    return kept + points[1:][-1:]


def _strokes(numbers: Iterator[int]) -> list[SentStroke]:
    strokes: list[SentStroke] = []
    for _ in range(next(numbers)):
        width, count = next(numbers) / 10, next(numbers)
        flat: list[float] = []
        place = [0, 0]
        for _ in range(count):
            place = [old + _unzigzag(next(numbers)) for old in place]
            flat.extend(value / 10 for value in place)
        strokes.append({"width": width, "points": flat})
    return strokes


def _zigzag(number: int) -> int:
    return 2 * number if number >= 0 else -2 * number - 1


def _unzigzag(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def _varints(numbers: Iterable[int]) -> bytes:
    data = bytearray()
    for number in numbers:
        while number > 127:
            data.append(number & 127 | 128)
            number >>= 7
        data.append(number)
    return bytes(data)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if shift > _MOST_BITS:
            raise ValueError("No stroke has a number of that size.")
        if byte < 128:
            yield number
            number = shift = 0


def _packed(data: bytes) -> str:
    deflated = zlib.compress(data, 9, -15)  # without a header: an address is short
    return base64.urlsafe_b64encode(deflated).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    deflated = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    return zlib.decompressobj(-15).decompress(deflated, _MOST_BYTES)
