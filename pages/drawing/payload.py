"""What the page hands to the canvas: the visitor's digit, and where its network is found."""

import cv2
import numpy as np

from assets.components.digit_canvas import (
    CanvasHead,
    CanvasPicture,
    CanvasPlacement,
    CanvasStep,
)
from model.inference.frames import Body, frame
from model.inference.network import Network
from model.pixels.preprocessing import Placement, Preprocessed, Step, as_pixels
from model.pixels.strokes import CANVAS
from pages.drawing.digit_state import Digit

_SHOWN = 112  # pixels, the longer side of a step's picture on its way to the browser


def canvas_frame(
    head: CanvasHead,
    digit: Digit | None,
    preprocessed: Preprocessed | None,
    network: Network | None = None,
) -> bytes:
    """Return the canvas's frame; `preprocessed` is the digit's where that is a picture.

    It was preprocessed for `network`; None stands for any that reads digits as MNIST has them.
    """
    input_shape = network.input_shape if network else (28, 28, 1)
    in_color = network is not None and not network.reads_digits
    body = Body()
    if digit is not None:
        picture = None
        if digit.picture is not None and preprocessed is not None:
            pixels, source = preprocessed.pixels, digit.source(in_color=in_color)
            assert isinstance(source, np.ndarray)  # the digit is a picture
            picture = CanvasPicture(
                id=digit.picture.id,
                source=digit.picture.source,
                ready=digit.picture.ready,
                pixels=None if pixels is None else body.add(pixels),
                input_shape=input_shape,
                steps=[_step(step, body, input_shape[0]) for step in preprocessed.steps],
                placement=_placement(preprocessed.placement, source.shape[:2]),
            )
        head["digit"] = {"revision": digit.revision, "strokes": digit.sent, "picture": picture}
    return frame(head, body.joined())


def _placement(picture: Placement, shape: tuple[int, ...]) -> CanvasPlacement:
    """Return where the canvas lies among the pixels.

    A picture lies in its middle, as large as it fits.
    """
    height, width = shape
    unit = max(shape) / CANVAS  # pixels of the picture
    on_canvas = Placement(unit, (width - max(shape)) / 2, (height - max(shape)) / 2)
    placed = on_canvas.then(picture)
    return {"scale": placed.scale, "right": placed.right, "down": placed.down}


def _step(step: Step, body: Body, side: int) -> CanvasStep:
    picture = _shrunk(step.picture)
    return {
        "name": step.name,
        "applied": step.applied,
        "numbers": {name: round(value, 4) for name, value in step.numbers.items()},
        "shape": picture.shape,
        "picture": body.add(picture),
        "pixels": body.add(as_pixels(step.picture, side)),
    }


def _shrunk(picture: np.ndarray) -> np.ndarray:
    longer = max(picture.shape)
    if longer <= _SHOWN:
        return picture
    height, width = (max(1, round(side * _SHOWN / longer)) for side in picture.shape)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
