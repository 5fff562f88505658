"""An answer for the browser: verdict, feature maps and the way to the pixels, as few bytes.

An answer is one frame: four bytes with the length of a JSON head (little endian), the head,
spaces up to a multiple of four, and a body of numbers. The head says where in the body each
part begins. Feature maps travel as one byte a cell with the two activations that 0 and 255
stand for, so that a page can say the value under the pointer to half a percent of its range.
"""

from collections.abc import Collection, Sequence
from typing import NotRequired, TypedDict

import cv2
import numpy as np

from model.inference.confidence import Verdict
from model.inference.frames import frame
from model.inference.layer_kinds import WITH_MAPS, WITH_UNITS
from model.inference.layers import Layer
from model.inference.logits import softmax
from model.inference.network import Network, logits_of
from model.inference.reading import Reading
from model.pixels.preprocessing import Step, as_pixels

KINDS = {"maps": WITH_MAPS, "all": WITH_MAPS + WITH_UNITS, "none": ()}  # that an answer can hold
_LONGER_SIDE = 112  # pixels, the longer side of a picture in the film strip


class LayerMaps(TypedDict):
    """What one layer computed, as bytes; all places are in bytes of the frame's body."""

    name: str
    shape: tuple[int, ...]  # (height, width, channels); (1, 1, units) of a dense layer
    domains: int  # where its float32 begin: for each channel the activations of 0 and of 255
    bytes: int  # where its maps begin, channel after channel, each row by row


class FilmStep(TypedDict):
    """One step of preprocessing, and what the network would say were it the last."""

    name: str
    applied: bool  # False where the visitor has switched it off
    numbers: dict[str, float]  # what the step measured
    shape: tuple[int, ...]  # (height, width) of the picture
    picture: int  # where its bytes begin in the body; 0 = paper, 255 = ink
    label: int  # the most probable digit
    probability: float  # of that digit, in (0, 1)


class AnswerHead(TypedDict):
    """The head of an answer's frame; what is not required is missing where there is no ink."""

    revision: int  # of the drawing
    verdict: Verdict
    label: int | None
    probability: float  # of that label; 0 where there is none
    film: list[FilmStep] | None  # None where it was not asked for
    probabilities: NotRequired[list[float]]  # of the ten digits, each in (0, 1)
    pixels: NotRequired[int]  # where the 28 x 28 bytes that were read begin in the body
    layers: NotRequired[list[LayerMaps]]


def encode(
    network: Network,
    reading: Reading,
    revision: int,
    *,
    film: bool = True,
    kinds: Collection[str] = WITH_MAPS,
) -> bytes:
    """Pack a reading into the frame that the browser paints.

    `revision` is the drawing's and comes back unchanged. `film` adds the picture of every step
    of preprocessing and what the network would have said after it. Layers of these `kinds` come
    with what they answered; each unit of a dense one is a map of one cell.
    """
    body = _Body()
    head: AnswerHead = {
        "revision": revision,
        "verdict": reading.verdict,
        "label": reading.label,
        "probability": 0.0 if reading.trace is None else _rounded(reading.probability),
        "film": _film(network, reading.preprocessed.steps, body) if film else None,
    }
    traced, pixels = reading.trace, reading.preprocessed.pixels
    if traced is not None and pixels is not None:
        head["probabilities"] = [_rounded(each) for each in traced.probabilities]
        head["pixels"] = body.add(_bytes(pixels))
        head["layers"] = [
            _layer(layer, traced.activations[layer.name], body)
            for layer in network.layers
            if layer.kind in kinds
        ]
    return frame(head, body.joined())


class _Body:
    """The numbers of an answer, one after the other, each at a multiple of four bytes."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def add(self, array: np.ndarray) -> int:
        """Append an array's bytes and return where they begin."""
        begin = self._length
        part = array.tobytes()
        part += bytes(-len(part) % 4)
        self._parts.append(part)
        self._length += len(part)
        return begin

    def joined(self) -> bytes:
        return b"".join(self._parts)


def _layer(layer: Layer, activation: np.ndarray, body: _Body) -> LayerMaps:
    """Quantize each feature map of `(h, w, c)`, or unit of `(c,)`, over its own domain."""
    maps = np.moveaxis(activation, -1, 0).reshape(activation.shape[-1], -1)  # (c, h * w)
    low, high = maps.min(axis=1, keepdims=True), maps.max(axis=1, keepdims=True)
    span = np.where(high > low, high - low, 1)  # a flat map is all 0, not NaN
    return {
        "name": layer.name,
        "shape": (1,) * (3 - activation.ndim) + activation.shape,
        "domains": body.add(np.concatenate([low, high], axis=1).astype(np.float32)),
        "bytes": body.add(((maps - low) * (255 / span) + 0.5).astype(np.uint8)),
    }


def _film(network: Network, steps: Sequence[Step], body: _Body) -> list[FilmStep]:
    prefixes = np.stack([as_pixels(step.picture) for step in steps])
    probabilities = softmax(logits_of(network, prefixes))
    return [_film_step(step, row, body) for step, row in zip(steps, probabilities, strict=True)]


def _film_step(step: Step, probabilities: np.ndarray, body: _Body) -> FilmStep:
    picture = _small(step.picture)
    label = int(probabilities.argmax())
    return {
        "name": step.name,
        "applied": step.applied,
        "numbers": {name: round(value, 4) for name, value in step.numbers.items()},
        "shape": picture.shape,
        "picture": body.add(_bytes(picture)),
        "label": label,
        "probability": _rounded(probabilities[label]),
    }


def _rounded(probability: float) -> float:
    """Round to six decimals, but never to 0 or 1: no softmax is certain."""
    return min(max(round(float(probability), 6), 1e-6), 1 - 1e-6)


def _small(picture: np.ndarray) -> np.ndarray:
    longer = max(picture.shape)
    if longer <= _LONGER_SIDE:
        return picture
    height, width = (max(1, round(side * _LONGER_SIDE / longer)) for side in picture.shape)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def _bytes(picture: np.ndarray) -> np.ndarray:
    return (picture * 255 + 0.5).astype(np.uint8)
