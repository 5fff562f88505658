"""Bytes from outside, as a small gray picture: five formats, everything bounded, nothing trusted.

Pillow does the decoding: it can be held to one format, and it knows the size before it makes the
pixels. OpenCV only ever sees the arrays that leave here.
"""

import io
import re
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

import numpy as np
from PIL import ExifTags, Image, ImageChops

from model.base.errors import N_, UserError
from model.pixels.no_pictures import no_picture

MAX_BYTES = 10 * 2**20
MIN_SIDE = 8  # pixels
MAX_SIDE = 10_000  # pixels
MAX_PIXELS = 25_000_000
MAX_WEBP_PIXELS = 8_000_000  # Pillow takes 15 bytes for each pixel of a WebP
MAX_SCANS = 64  # of a JPEG; each one is a walk over all pixels, however few bytes it has
LONGER_SIDE = 1000  # pixels; a session keeps the picture
WAIT = 5.0  # seconds for one of the two seats

# Pillow's headers are read by loops in Python: a file of a million tiny parts, each a few bytes,
# would keep them busy for half a minute. Real files of 10 MB need half of these reads at most.
_MAX_READS = {"PNG": 100_000, "JPEG": 1_000, "WebP": 100, "GIF": 100_000, "BMP": 1_000}
_BEGINS = {
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "JPEG": rb"\xff\xd8\xff",
    "WebP": rb"RIFF.{4}WEBP",
    "GIF": rb"GIF8[79]a",
    "BMP": rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0{3}",  # "BM" alone begins many a text
}
_ANIMATED = ("PNG", "WebP", "GIF")
_SCAN = re.compile(rb"\xff\xda\x00(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)")
_BMP_RLE = (1, 2)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_seats = threading.BoundedSemaphore(2)
# Set once for the process: `catch_warnings` in each call would not be safe from several threads.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


_Read = TypeVar("_Read")
COLOR_SIDE = 256  # pixels; the longer side of a picture in color


@dataclass(frozen=True)
class Picture:
    """A decoded file: its gray pixels, upright, and what the file was."""

    gray: np.ndarray  # (h, w) uint8, 0 = black, 255 = white, longer side at most LONGER_SIDE
    format: str  # "PNG", "JPEG", "WebP", "GIF" or "BMP"
    width: int  # of the file, upright, pixels
    height: int
    animated: bool  # only the first frame was read


def decode(data: bytes) -> Picture:
    """Read a picture out of a file's bytes, whatever they are.

    Larger pictures are shrunk by area averaging. What is transparent becomes the ground on which
    the rest can be seen. Raises `UserError` for everything that is not a whole picture in PNG,
    JPEG, WebP, GIF or BMP within the limits above, and when two others are being read for `WAIT`
    seconds. Nothing else is raised, no process started and no file opened.
    """
    return _read(data, _decode)


def decode_color(data: bytes) -> np.ndarray:
    """Read a picture in its colors, `(h, w, 3)` uint8, its longer side at most `COLOR_SIDE`.

    What is transparent becomes white. Refuses what `decode` refuses.
    """
    return _read(data, _decode_color)


def _read(data: bytes, decode_as: Callable[[bytes, str], _Read]) -> _Read:
    """Decode a file's bytes in one of the seats, in one sentence where that fails."""
    kind = _kind_of(data)
    if kind == "JPEG":
        _check_scans(data)
    if not _seats.acquire(timeout=WAIT):
        raise UserError(N_("The server is processing two other images. Try again in a moment."))
    try:
        return decode_as(data, kind)
    except UserError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UserError(
            N_(
                "This image has far more than the limit of {pixels} million pixels. Make it "
                "smaller and try again."
            ),
            pixels=MAX_PIXELS // 1_000_000,
        ) from error
    except Exception as error:  # Pillow has no error of its own: damage shows as any of a dozen
        raise UserError(
            N_("This {format} file is damaged or cut off. Save or export the image again."),
            format=kind,
        ) from error
    finally:
        _seats.release()


def _decode(data: bytes, kind: str) -> Picture:
    _check(data, kind)
    with _open(data, kind) as opened:
        animated = kind in _ANIMATED and getattr(opened, "is_animated", False)
        width, height = opened.size
        opened.draft("L", (1024, 1024))  # JPEG only: an eighth of the work for a photo
        opened.load()
        turn = _orientation(opened)
        gray = _upright(_on_ground(opened), turn)
    if turn >= 5:
        width, height = height, width
    return Picture(gray, kind, width, height, animated)


def _decode_color(data: bytes, kind: str) -> np.ndarray:
    _check(data, kind)
    with _open(data, kind) as opened:
        opened.draft("RGB", (2 * COLOR_SIDE, 2 * COLOR_SIDE))
        opened.load()
        turn = _orientation(opened)
        opened.thumbnail((COLOR_SIDE, COLOR_SIDE), Image.Resampling.BOX)
        colored = opened.convert("RGBA")
    white = Image.new("RGBA", colored.size, "white")
    return _upright(np.array(Image.alpha_composite(white, colored).convert("RGB")), turn)


def _check(data: bytes, kind: str) -> None:
    """Refuse a file whose header or checksums are wrong."""
    with _open(data, kind) as opened:
        _check_header(opened, kind)
        if kind == "PNG":
            opened.verify()  # loading does not look at the checksums; and it needs a fresh start


# What kind of file it is, and whether it may be opened


def _kind_of(data: bytes) -> str:
    """Return the format by its first bytes; refuse what is empty, too long or anything else."""
    if not data:
        raise UserError(N_("This file is empty (0 bytes). Choose another image."))
    if len(data) > MAX_BYTES:
        raise UserError(
            N_(
                "This file has {size} bytes; the limit is {most}. Make the image smaller and try "
                "again."
            ),
            size=f"{len(data):,}",
            most=f"{MAX_BYTES:,}",
        )
    for kind, pattern in _BEGINS.items():
        if re.match(pattern, data, re.DOTALL):
            return kind
    raise no_picture(data)


def _check_scans(data: bytes) -> None:
    scans = sum(1 for _ in _SCAN.finditer(data))
    if scans > MAX_SCANS:
        raise UserError(
            N_(
                "This JPEG file is stored in {scans} scans; the limit is {most}. Save it again as "
                "an ordinary JPEG or PNG."
            ),
            scans=scans,
            most=MAX_SCANS,
        )


def _check_header(opened: Image.Image, kind: str) -> None:
    width, height = opened.size
    if min(width, height) < MIN_SIDE:
        raise UserError(
            N_(
                "This image is {width} × {height} pixels, which is too small: each side needs at "
                "least {least}. Choose a larger one."
            ),
            width=width,
            height=height,
            least=MIN_SIDE,
        )
    most = MAX_WEBP_PIXELS if kind == "WebP" else MAX_PIXELS
    if max(width, height) > MAX_SIDE or width * height > most:
        raise UserError(
            N_(
                "This image is {width} × {height} pixels, which is too large: the limit for "
                "{format} is {side} a side and {pixels} million in all. Make it smaller and try "
                "again."
            ),
            width=width,
            height=height,
            format=kind,
            side=MAX_SIDE,
            pixels=most // 1_000_000,
        )
    if kind == "BMP" and opened.info.get("compression") in _BMP_RLE:
        # Pillow decodes these byte by byte in Python: 11 KB can take three seconds.
        raise UserError(
            N_("This BMP file is compressed, which Convscope cannot read. Save it as PNG or JPEG.")
        )


def _open(data: bytes, kind: str) -> Image.Image:
    return Image.open(_Source(data, kind), formats=[kind])


class _Source(io.BytesIO):
    """Bytes that can be read so many times and no more."""

    def __init__(self, data: bytes, kind: str) -> None:
        super().__init__(data)
        self._kind = kind
        self._left = _MAX_READS[kind]

    def read(self, size: int | None = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise UserError(
                N_(
                    "This {format} file is made of far too many small parts. Save the image again "
                    "as an ordinary PNG or JPEG."
                ),
                format=self._kind,
            )
        return super().read(size)


# From Pillow's many modes to gray on a ground


def _on_ground(loaded: Image.Image) -> np.ndarray:
    """Return gray levels `(h, w)` uint8, shrunk, with nothing transparent left."""
    key = loaded.info.pop("transparency", None)  # convert() would work on it in its own ways
    size = _small(loaded.size)
    alpha = _alpha_of(loaded, key)
    gray = _gray_of(loaded)
    if alpha is None:
        return np.array(gray.resize(size, Image.Resampling.BOX))
    seen = ImageChops.multiply(gray, alpha)  # what lies under full transparency must not bleed in
    light, cover = (
        np.asarray(layer.resize(size, Image.Resampling.BOX), np.float32) / 255
        for layer in (seen, alpha)
    )
    return np.rint(255 * (light + _ground(light, cover) * (1 - cover))).astype(np.uint8)


def _small(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, LONGER_SIDE / max(size))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _gray_of(loaded: Image.Image) -> Image.Image:
    if loaded.mode == "I;16":
        return Image.fromarray((np.asarray(loaded) >> 8).astype(np.uint8))
    return loaded.convert("L")


def _alpha_of(loaded: Image.Image, key: bytes | int | tuple[int, ...] | None) -> Image.Image | None:
    """Return how opaque each pixel is, 0 to 255, or None where all are.

    `key` is what a file says beside its pixels: the opacity of each color of a palette, or the
    one color that stands for nothing.
    """
    if loaded.mode in ("RGBA", "LA"):
        return loaded.getchannel("A")
    if key is None:
        return None
    if isinstance(key, bytes):
        return loaded.point([*key[:256], *[255] * (256 - len(key))], "L")
    if loaded.mode == "I;16":
        return Image.fromarray((np.asarray(loaded) != key).astype(np.uint8) * np.uint8(255))
    keys = key if isinstance(key, tuple) else (key,)
    differs = [
        band.point([255 * (level != hidden) for level in range(256)], "L")
        for band, hidden in zip(loaded.split(), keys, strict=True)
    ]
    return reduce(ImageChops.lighter, differs)


def _ground(light: np.ndarray, cover: np.ndarray) -> float:
    """Return the gray, 0 to 1, on which the opaque part can be seen.

    `light` is brightness times opacity and `cover` the opacity, both `(h, w)` in [0, 1]. Strokes
    on nothing get the opposite of their mean brightness: white under black ink, black under
    white. A sheet with ink on it, transparent only around (a window's round corners, a picture
    turned askew), gets the sheet's own gray.
    """
    opaque = cover > 0.5
    if opaque.mean() > 0.5:
        tones = light[opaque] / cover[opaque]
        dark, bright = np.percentile(tones, (0.5, 99.5))
        if bright - dark > 0.4:
            return float(np.median(tones))
    return 1.0 if light.sum() <= cover.sum() / 2 else 0.0


# Which way is up


def _orientation(loaded: Image.Image) -> int:
    """Read the EXIF orientation, 1 to 8; 1, as it lies, when there is none or it is damaged."""
    try:
        turn = loaded.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # damage in a note about a picture is no damage to the picture
        return 1
    return turn if turn in _UPRIGHT else 1


def _upright(gray: np.ndarray, turn: int) -> np.ndarray:
    if turn == 1:
        return gray
    return np.array(Image.fromarray(gray).transpose(_UPRIGHT[turn]))
