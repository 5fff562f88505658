"""The nodes of an ONNX graph as they are written, layer by layer.

Pictures are `(n, height, width, channels)` in Keras and `(n, channels, height, width)` in ONNX.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import onnx
from onnx import helper, numpy_helper

from model.base.errors import N_, UserError
from model.inference.layers import weight_name

LAST_TO_FIRST = (0, 3, 1, 2)
FIRST_TO_LAST = (0, 2, 3, 1)


def inbound(layer: keras.Layer) -> list[str]:
    """Return the names of the layers that a layer reads, in the order it reads them.

    Keras has no public way to ask: `_inbound_nodes` and `_keras_history` are what its own
    `Functional` and `Functional.get_config` use. Tests pin the answer for every kind.
    """
    (node,) = layer._inbound_nodes
    return [tensor._keras_history.operation.name for tensor in node.input_tensors]


def weights_of(layer: keras.Layer) -> dict[str, np.ndarray]:
    """Return a layer's numbers by Keras's names, float32: those that its answers depend on.

    A Normalization may hold its mean and variance as settings, and counts what it has seen.
    """
    if isinstance(layer, keras.layers.Normalization):
        return {name: _per_channel(layer, name) for name in ("mean", "variance")}
    return {weight.name: _value(weight) for weight in layer.weights}


def _per_channel(layer: keras.Layer, name: str) -> np.ndarray:
    """Return a number for each channel, or for each number of a picture where they differ."""
    value, shape = _value(getattr(layer, name))[0], layer.input.shape[1:]
    if value.size == value.shape[-1]:
        return np.ascontiguousarray(np.broadcast_to(value.reshape(-1), shape[-1:]))
    return np.ascontiguousarray(np.broadcast_to(value, shape))


def _value(weight: Any) -> np.ndarray:
    return keras.ops.convert_to_numpy(weight).astype(np.float32)


class Graph:
    """The nodes and constants written so far."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def node(self, operation: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Write an operation and return the name of its output."""
        name = f"{output}:{operation}"
        self.nodes.append(helper.make_node(operation, inputs, [output], name=name, **attributes))
        return output

    def constant(self, name: str, value: Any) -> str:
        """Write a constant and return its name."""
        self.initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def transpose(self, source: str, output: str, order: tuple[int, ...]) -> str:
        """Write a change of the order of axes."""
        return self.node("Transpose", [source], output, perm=order)

    def weight(self, layer: keras.Layer, name: str) -> str:
        """Write a weight of a layer, in Keras's shape."""
        return self.constant(weight_name(layer.name, name), weights_of(layer)[name])

    def spread(self, layer: keras.Layer, name: str, axes: Sequence[int]) -> str:
        """Write a weight so that it meets each picture: `axes` are Keras's, which it runs along."""
        weight, rank = self.weight(layer, name), len(layer.input.shape) - 1
        if rank == 1:
            return weight
        sides = [layer.input.shape[axis] if axis in axes else 1 for axis in range(1, rank + 1)]
        shape = self.constant(f"{layer.name}:{name}:sides", sides)
        shaped = self.node("Reshape", [weight, shape], f"{layer.name}:{name}:shaped")
        return self.transpose(shaped, f"{layer.name}:{name}:first", (2, 0, 1))


Writer = Callable[[Graph, keras.Layer, list[str]], None]  # its layer, and what that reads


def positive_axes(layer: keras.Layer, axes: int | Sequence[int]) -> tuple[int, ...]:
    """Return Keras's axes of a layer's input as they count from the batch, which is 0."""
    rank = len(layer.input.shape)
    given = [axes] if isinstance(axes, int) else axes
    return tuple(sorted(axis % rank for axis in given))


def refuse_unless_last(layer: keras.Layer, axes: int | Sequence[int]) -> None:
    """Raise a UserError where a layer does not work along the channels, the last axis."""
    if positive_axes(layer, axes) != (len(layer.input.shape) - 1,):
        raise UserError(
            N_("Layer {layer} is not along the last axis, the channels: that is not supported."),
            layer=layer.name,
        )


# Keras's name of an activation function -> the ONNX operation that is the same function.
ACTIVATIONS: dict[str, tuple[str, dict[str, float]]] = {
    "linear": ("Identity", {}),
    "relu": ("Relu", {}),
    "tanh": ("Tanh", {}),
    "sigmoid": ("Sigmoid", {}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "elu": ("Elu", {}),
    "selu": ("Selu", {}),
    "gelu": ("Gelu", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "mish": ("Mish", {}),
    "hard_silu": ("HardSwish", {}),
    "exponential": ("Exp", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "softmax": ("Softmax", {"axis": 1}),
}


def activate(graph: Graph, function: Callable[..., Any], source: str, layer: keras.Layer) -> None:
    """Write an activation function; its output has the layer's name."""
    name = getattr(function, "__name__", type(function).__name__)
    if name == "relu6":
        clip(graph, source, layer.name, 6)
    elif name == "silu":
        gate = graph.node("Sigmoid", [source], f"{layer.name}:gate")
        graph.node("Mul", [source, gate], layer.name)
    elif name in ACTIVATIONS:
        operation, attributes = ACTIVATIONS[name]
        graph.node(operation, [source], layer.name, **attributes)
    else:
        raise UserError(
            N_("Layer {layer} has the activation {activation}, which is not supported."),
            layer=layer.name,
            activation=name,
        )


def clip(graph: Graph, source: str, output: str, most: float) -> None:
    """Write what keeps numbers between 0 and `most`."""
    bounds = [
        graph.constant(f"{output}:least", np.float32(0)),
        graph.constant(f"{output}:most", np.float32(most)),
    ]
    graph.node("Clip", [source, *bounds], output)
