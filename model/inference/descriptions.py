"""A network for the browser: its layers and their weights, as one frame (frames.py)."""

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np

from model.inference.frames import frame
from model.inference.layer_kinds import KindFacts, layer_kind
from model.inference.layers import Layer
from model.inference.logits import Output
from model.inference.network import Network


class WeightPlace(TypedDict):
    """Where a weight lies in the frame's body."""

    shape: tuple[int, ...]  # Keras's: (height, width, channels, filters) of a convolution's kernel
    begin: int  # in bytes; float32 from there on


class LayerDescription(KindFacts):
    """One layer: what its card says of it, what there is to know of its kind, and its weights."""

    name: str
    kind: str  # the Keras class: "Conv2D"
    output_shape: tuple[int, ...]  # without the batch axis
    parameters: int
    config: Mapping[str, Any]  # Keras's settings that change a number or a shape
    inbound: tuple[str, ...]  # the layers it reads, in the order it reads them
    weights: dict[str, WeightPlace]  # by Keras's names


class NetworkDescription(TypedDict):
    """The head of the frame."""

    id: str
    title: str
    energy_threshold: (
        float | None
    )  # less confidence (confidence.py) is unsure; None: no calibration
    class_names: tuple[str, ...]  # in the order of the logits
    reads_digits: bool  # whether it reads gray pictures of the ten digits, and no others
    output: Output  # how its logits become probabilities
    layers: list[LayerDescription]  # in graph order, the input first


def describe(network_id: str, title: str, network: Network) -> bytes:
    """Return a network as the browser's modules take it, its weights as float32."""
    body: list[bytes] = []
    layers = [_describe(layer, network, body) for layer in network.layers]
    head: NetworkDescription = {
        "id": network_id,
        "title": title,
        "energy_threshold": network.energy_threshold if network.is_calibrated else None,
        "class_names": network.class_names,
        "reads_digits": network.reads_digits,
        "output": network.output,
        "layers": layers,
    }
    return frame(head, b"".join(body))


def _describe(layer: Layer, network: Network, body: list[bytes]) -> LayerDescription:
    weights: dict[str, WeightPlace] = {}
    for name, values in network.weights(layer.name).items():
        weights[name] = {"shape": values.shape, "begin": sum(map(len, body))}
        body.append(np.ascontiguousarray(values, np.float32).tobytes())
    return {
        "name": layer.name,
        "kind": layer.kind,
        "output_shape": layer.output_shape,
        "parameters": layer.parameters,
        "config": layer.config,
        "inbound": layer.inbound,
        "weights": weights,
        **layer_kind(layer.kind).facts,
    }
