"""What a network reads that was made for other pictures than digits: the picture itself, fitted.

Nothing is looked for in it, and nothing made of it: the square in its middle is shrunk by area
averaging to the network's size, in color or as gray levels. A drawing becomes what one sees: black
lines on white paper. The browser does the same with strokes:
`assets/components/shared/pen/network_input.mjs`.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from model.pixels.drawings import DRAWING_STEPS, preprocess_drawing
from model.pixels.preprocessing import Placement, Preprocessed, Step, as_pixels
from model.pixels.strokes import Stroke

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue, as in JPEG


def fit_picture(picture: np.ndarray, side: int, channels: int) -> Preprocessed:
    """Fit a picture, `(h, w, 3)` or gray `(h, w)`, uint8, into `(side, side, channels)`."""
    colored = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    square, placement = _middle(colored)
    method = cv2.INTER_AREA if len(square) >= side else cv2.INTER_LINEAR
    shrunk = cv2.resize(square, (side, side), interpolation=method).astype(np.float32) / 255
    pixels = shrunk if channels == 3 else (shrunk @ _LUMA)[..., None]
    gray = (square.astype(np.float32) @ _LUMA / 255).astype(np.float32)
    return Preprocessed(pixels, (Step("source", gray, placement=placement),))


def _middle(picture: np.ndarray) -> tuple[np.ndarray, Placement]:
    """Cut the square out of the middle of a picture, and return where the picture lies in it."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    cut = np.ascontiguousarray(picture[top : top + side, left : left + side])
    return cut, Placement(1, -left, -top)


def fit_drawing(strokes: Sequence[Stroke], side: int) -> Preprocessed:
    """Return a drawing as a colored picture `(side, side, 3)`: black lines on white paper."""
    drawn = preprocess_drawing(strokes, DRAWING_STEPS, side)
    if drawn.pixels is None:
        return drawn
    source = drawn.steps[0]
    paper = 1 - as_pixels(source.picture, side)
    return Preprocessed(np.repeat(paper[..., None], 3, axis=2), (source,))
