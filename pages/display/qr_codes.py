"""QR codes, as rows of modules for the browser to draw, and as pictures."""

import numpy as np
import segno

from model.base.errors import N_, UserError

_QUIET = 4  # modules of paper around a code, without which scanners do not find it
_MODULE = 6  # pixels
_MOST_BYTES = 2900  # a little less than the largest code holds


def qr_code(text: str) -> list[str]:
    """Return the QR code of a text without its quiet zone: a row a string, "1" for dark.

    A short text gets more error correction, which makes no code larger. Raises UserError where the
    text is longer than any code can be.
    """
    if len(text.encode()) > _MOST_BYTES:
        raise UserError(N_("This link is too long for a QR code: copy it instead."))
    code = segno.make_qr(text, error="l", boost_error=True)
    return ["".join("1" if module else "0" for module in row) for row in code.matrix]


def qr_picture(text: str) -> np.ndarray:
    """Return the QR code of a text with its quiet zone, `(side, side)` uint8, 0 for dark."""
    dark = np.array([[int(module) for module in row] for row in qr_code(text)])
    paper = np.pad(255 * (1 - dark), _QUIET, constant_values=255).astype(np.uint8)
    return np.kron(paper, np.ones((_MODULE, _MODULE), np.uint8))
