"""The activation of every layer for one digit, exact, for the layer explorer.

The frame is that of answers.py. Its body holds float32 activations one layer after the other,
the pixels as those of the input; in each the channels come first.
"""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

import numpy as np

from model.inference.confidence import Verdict
from model.inference.frames import frame
from model.inference.layers import INPUT
from model.inference.network import Network, Trace
from model.inference.reading import Reading


class ActivationPlace(TypedDict):
    """Where a layer's activation lies in the frame's body."""

    name: str
    shape: tuple[int, ...]  # (height, width, channels) or (units,)
    begin: int  # in bytes; float32 from there on, channel after channel


class ExplorationHead(TypedDict):
    """The head of the frame; what is not required is missing where there is no ink."""

    revision: int  # of the drawing
    verdict: Verdict
    label: int | None
    probability: float  # of that label; 0 where there is none
    layers: list[ActivationPlace]  # in graph order, the input first
    probabilities: NotRequired[list[float]]  # of the ten digits
    logits: NotRequired[list[float]]


def explore(network: Network, reading: Reading, revision: int) -> bytes:
    """Pack a reading with the activations of all layers, the input first.

    `revision` is the drawing's and comes back unchanged. Without ink there are no layers.
    """
    head: ExplorationHead = {
        "revision": revision,
        "verdict": reading.verdict,
        "label": reading.label,
        "probability": reading.probability,
        "layers": [],
    }
    traced, pixels = reading.trace, reading.preprocessed.pixels
    if traced is None or pixels is None:
        return frame(head)
    head["probabilities"] = traced.probabilities.tolist()
    head["logits"] = traced.logits.tolist()
    body = []
    begin = 0
    for name, activation in _activations(network, pixels, traced).items():
        head["layers"].append({"name": name, "shape": activation.shape, "begin": begin})
        body.append(np.moveaxis(activation, -1, 0).astype(np.float32).tobytes())
        begin += len(body[-1])
    return frame(head, b"".join(body))


def _activations(network: Network, pixels: np.ndarray, traced: Trace) -> Mapping[str, np.ndarray]:
    digit = next(layer.name for layer in network.layers if layer.kind == INPUT)
    return {digit: pixels[..., np.newaxis], **traced.activations}
