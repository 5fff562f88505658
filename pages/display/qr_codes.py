"""QR codes as rows of modules, for the browser to draw."""

import segno

from model.base.errors import N_, UserError

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
