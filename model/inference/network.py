"""One forward pass, kept whole: the prediction and the activation of every layer.

The export of a network has one output for each layer, named like the layer, and one for each
weight ("conv1/kernel"); a pass asks for those it needs. Inside the export a picture's channels
come first, as ONNX has them; here they come last, as in Keras.
"""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnxruntime

from model.base.errors import N_, UserError
from model.inference.layers import (
    INPUT,
    Layer,
    class_names,
    input_shape,
    reads_digits,
    weight_name,
)
from model.inference.logits import Output, probabilities_of


@dataclass(frozen=True)
class Trace:
    """What one network computed from one picture."""

    logits: np.ndarray  # (classes,) float32
    probabilities: np.ndarray  # (classes,) float32; their sum is 1 where classes exclude each other
    activations: Mapping[str, np.ndarray]  # every layer in order: (height, width, channels) or (n,)


class Network:
    """A network that runs, from any number of threads at once.

    Opening one raises UserError where its export lacks a layer of its card.
    """

    def __init__(
        self,
        export: bytes,
        layers: tuple[Layer, ...],
        energy_threshold: float | None,
        labels: tuple[str, ...] = (),
        output: Output = "softmax",
    ) -> None:
        self.layers = layers  # in graph order, the input first
        self.input_shape = input_shape(layers)
        self.class_names = class_names(layers, labels)
        self.reads_digits = reads_digits(layers, labels)
        self.output: Output = output  # how logits become probabilities
        self.is_calibrated = energy_threshold is not None
        # Of its card (confidence.py); nothing is below that of a network without one.
        self.energy_threshold = -math.inf if energy_threshold is None else energy_threshold
        self.names = tuple(layer.name for layer in layers if layer.kind != INPUT)
        self._session = onnxruntime.InferenceSession(
            export, _options(), providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        self._weights: Mapping[str, np.ndarray] = {}  # that take the place of the export's own
        known = {output.name for output in self._session.get_outputs()}
        if missing := [name for name in self.names if name not in known]:
            raise UserError(
                N_("The export has no output for layer {layer} of its model card."),
                layer=missing[0],
            )

    def run(self, names: list[str], batch: np.ndarray) -> list[np.ndarray]:
        """Return the named outputs, channels first, for a batch of pixels in [0, 1].

        The batch is `(n, height, width, channels)`; `(n, height, width)` will do for one channel.
        """
        pixels = np.asarray(batch, np.float32).reshape(-1, *self.input_shape)
        return self._session.run(names, {self._input: pixels, **self._weights})

    def with_weights(self, weights: Mapping[str, np.ndarray]) -> "Network":
        """Return the same network with other weights, "conv1/kernel" and all others by name.

        Its export must take weights as inputs; both share it, so that this costs nothing.
        """
        other = copy.copy(self)
        other._weights = dict(weights)
        return other

    def weights(self, name: str) -> dict[str, np.ndarray]:
        """Return a layer's weights as Keras holds them: "kernel" -> (5, 5, 1, 16) float32.

        Raises UserError where there is no such layer.
        """
        layer = next((layer for layer in self.layers if layer.name == name), None)
        if layer is None:
            raise UserError(N_("This network has no layer {layer}."), layer=name)
        if not layer.weights:
            return {}
        outputs = [weight_name(name, weight) for weight in layer.weights]
        if self._weights:
            return dict(zip(layer.weights, map(self._weights.__getitem__, outputs), strict=True))
        blank = np.zeros((1, *self.input_shape), np.float32)
        return dict(zip(layer.weights, self.run(outputs, blank), strict=True))


def trace(network: Network, pixels: np.ndarray) -> Trace:
    """Classify one picture in [0, 1], and keep the activation of every layer.

    It is `(height, width, channels)`; `(height, width)` will do for one channel.
    """
    return traces(network, pixels[np.newaxis])[0]


def traces(network: Network, batch: np.ndarray) -> list[Trace]:
    """Classify a batch of pictures in one pass, and keep every activation."""
    answers = network.run(list(network.names), batch)
    found = []
    for number in range(len(batch)):
        activations = {
            name: np.moveaxis(answer[number], 0, -1)
            for name, answer in zip(network.names, answers, strict=True)
        }
        logits = activations[network.names[-1]]
        probabilities = probabilities_of(logits, network.output)
        found.append(Trace(logits, probabilities, activations))
    return found


def logits_of(network: Network, batch: np.ndarray) -> np.ndarray:
    """Classify a batch of pictures in [0, 1], and return their logits `(n, classes)` float32."""
    return network.run([network.names[-1]], batch)[0]


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # one digit is too small to share; visitors share the cores
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors come as exceptions
    return options
