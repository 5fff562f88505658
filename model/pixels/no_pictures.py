"""What else people choose in place of a picture, told by its first bytes."""

import re

from model.base.errors import N_, UserError

_HINTS: tuple[tuple[bytes, str], ...] = (
    (
        rb".{4}ftypavi[fs]",
        N_("This is an AVIF image, which Convscope cannot read. Save it as PNG or JPEG."),
    ),
    (
        rb".{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)",
        N_(
            "This is a HEIC photo, as iPhones take them, which Convscope cannot read. Take a "
            "screenshot of it, or choose JPEG when you export it."
        ),
    ),
    (
        rb".{4}ftyp|\x1aE\xdf\xa3",
        N_("This is a video, not an image. Take a screenshot of it."),
    ),
    (
        rb"II[*+]\0|MM\0[*+]",
        N_("This is a TIFF image, which Convscope cannot read. Save it as PNG or JPEG."),
    ),
    (
        rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51",
        N_("This is a JPEG 2000 image, which Convscope cannot read. Save it as PNG or JPEG."),
    ),
    (
        rb"%!PS|\xc5\xd0\xd3\xc6",
        N_("This is a PostScript (EPS) drawing, not an image made of pixels. Export it as PNG."),
    ),
    (
        rb".{0,1019}%PDF-",
        N_("This is a PDF document, not an image. Take a screenshot of the page."),
    ),
    (
        rb"PK[\x03\x05][\x04\x06]",
        N_("This is a ZIP archive, not an image. Unpack it and choose one of its images."),
    ),
    (
        rb".{0,4096}<svg",
        N_("This is an SVG drawing, not an image made of pixels. Export it as PNG."),
    ),
    (
        rb".{0,4096}<html",
        N_("This is a web page, not an image. Save the image itself, as PNG or JPEG."),
    ),
)
_TEXT = N_("This is a text file, not an image. Choose a PNG, JPEG, WebP, GIF or BMP file.")
_UNKNOWN = N_(
    "This is not an image that Convscope can read: it begins with the bytes {start}. Choose a PNG, "
    "JPEG, WebP, GIF or BMP file."
)


def no_picture(data: bytes) -> UserError:
    """Return the error that says what a file is, by its first bytes, and what to do instead."""
    for pattern, sentence in _HINTS:
        if re.match(pattern, data, re.DOTALL | re.IGNORECASE):
            return UserError(sentence)
    if _is_text(data[:4096]):
        return UserError(_TEXT)
    return UserError(_UNKNOWN, start=data[:4].hex(" "))


def _is_text(start: bytes) -> bool:
    try:
        # The last character may have been cut by the slice.
        text = start.decode("utf-8", "strict" if len(start) < 4096 else "ignore")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character.isspace() for character in text)
