"""Several digits in one picture: where each stands, and each by itself.

Ink that hangs together is a piece. Tall pieces are digits; short ones are loose strokes, the roof
of a 5 or the bar of a 7, and belong to the digit whose ink is nearest, or to none.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from model.serving.ink import flatten_light, is_dark_ground, separate

_INKED = 0.4  # of full ink; keeps thin lines whole where they run between pixels
_SMALLEST = 0.02  # of the picture's longer side: below this a digit has no shape
_TALL = 0.62  # of the usual height: a digit by itself, however it stands
_ALONE = 0.4  # of the usual height: a small digit, where no other is near
_SPECK = 0.12  # of the usual height
_REACH = 0.22  # of the usual height: how far a loose stroke may be from its digit
_MARGIN = 0.3  # of a digit's longer side: paper around it in a crop
_SOFT = 2  # pixels: the grey edge of ink around what counts as inked


@dataclass(frozen=True)
class Box:
    """Where a digit stands, in pixels of the picture: its ink and nothing around it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def holds(self, other: "Box") -> bool:
        """Tell whether `other` lies wholly inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True)
class _Pieces:
    labels: np.ndarray  # (h, w) int32; 0 is paper, i + 1 the piece i
    boxes: list[Box]
    areas: np.ndarray  # pixels


def find_digits(grey: np.ndarray) -> list[Box]:
    """Find the digits in a picture, in the order in which one reads them.

    `grey` is `(h, w)` uint8, 0 = black, 255 = white, darker or brighter than its ground. Digits
    that touch each other are found as one. Gives `[]` where there is nothing but paper.
    """
    pieces = _pieces_of(grey)
    kept = _without_frames(pieces, grey.shape)
    if not kept:
        return []
    usual = _usual_height([pieces.boxes[piece] for piece in kept])
    if usual < max(6.0, _SMALLEST * max(grey.shape)):
        return []
    groups = _grouped(pieces, kept, usual)
    return _in_reading_order([_around([pieces.boxes[piece] for piece in group]) for group in groups])
