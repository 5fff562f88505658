"""Exports a Keras network as ONNX: one named output for each layer and for each weight.

The graph is written layer by layer from an allow-list, so that nothing is renamed, grouped
convolutions work, and any Keras backend will do. Pictures are `(n, height, width, channels)` in
Keras and `(n, channels, height, width)` in ONNX; the input stays Keras's `(n, 28, 28, 1)`.
What is written here is checked against Keras before it is published, so a layer that Keras
would answer otherwise cannot slip through.
"""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from model.base.errors import N_, UserError
from model.inference.layers import weight_name

OPSET = 20
_IR_VERSION = 10  # the one that came with opset 20: older runtimes can still read the file
_LAST_TO_FIRST = (0, 3, 1, 2)
_FIRST_TO_LAST = (0, 2, 3, 1)


def export(cnn: keras.Model, *, weights_as_inputs: bool = False) -> bytes:
    """Return a functional network as ONNX; a UserError names the layer that cannot be written.

    With `weights_as_inputs` each weight may be given with the pixels instead of being answered:
    one graph then serves for every state of a training.
    """
    graph = _Graph()
    source = cnn.inputs[0]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", *source.shape[1:]])]
    outputs = []
    for layer in cnn.layers:
        if isinstance(layer, keras.layers.InputLayer):
            graph.transpose("pixels", layer.name, _LAST_TO_FIRST)
            continue
        _write(graph, layer)
        outputs.append(_output(layer.name, layer.output.shape[1:]))
        weights = [_output(name, shape, batch=False) for name, shape in graph.weights(layer)]
        (inputs if weights_as_inputs else outputs).extend(weights)
    body = helper.make_graph(graph.nodes, "network", inputs, outputs, graph.initializers)
    opset = [helper.make_opsetid("", OPSET)]
    proto = helper.make_model(body, opset_imports=opset, ir_version=_IR_VERSION)
    onnx.checker.check_model(proto)
    return proto.SerializeToString()


def supported(layer: keras.Layer) -> bool:
    """Return whether a layer of this kind can be written at all."""
    return isinstance(layer, keras.layers.InputLayer) or type(layer) in WRITERS


def inbound(layer: keras.Layer) -> list[str]:
    """Return the names of the layers that a layer reads, in the order it reads them.

    Keras has no public way to ask: `_inbound_nodes` and `_keras_history` are what its own
    `Functional` and `Functional.get_config` use. Tests pin the answer for every kind.
    """
    (node,) = layer._inbound_nodes
    return [tensor._keras_history.operation.name for tensor in node.input_tensors]


class _Graph:
    """The nodes and constants written so far."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def node(self, operation: str, inputs: list[str], output: str, **attributes: Any) -> str:
        name = f"{output}:{operation}"
        self.nodes.append(helper.make_node(operation, inputs, [output], name=name, **attributes))
        return output

    def constant(self, name: str, value: Any) -> str:
        self.initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def transpose(self, source: str, output: str, order: tuple[int, ...]) -> str:
        return self.node("Transpose", [source], output, perm=order)

    def weight(self, layer: keras.Layer, name: str) -> str:
        return self.constant(weight_name(layer.name, name), _value(getattr(layer, name)))

    def weights(self, layer: keras.Layer) -> list[tuple[str, tuple[int, ...]]]:
        return [(weight_name(layer.name, each.name), each.shape) for each in layer.weights]


_Writer = Callable[[_Graph, keras.Layer, list[str]], None]  # its layer, and what that reads


def _write(graph: _Graph, layer: keras.Layer) -> None:
    sources = inbound(layer)
    WRITERS[type(layer)](graph, layer, sources)


def _output(name: str, shape: tuple[int, ...], batch: bool = True) -> onnx.ValueInfoProto:
    axes: list[str | int] = ["n", shape[-1], *shape[:-1]] if batch else [*shape]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, axes)


def _value(weight: keras.Variable) -> np.ndarray:
    return keras.ops.convert_to_numpy(weight).astype(np.float32)


# One function for each kind of layer: it writes the nodes whose last output has the layer's name.


def _conv(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    kernel = graph.transpose(graph.weight(layer, "kernel"), f"{layer.name}:oihw", (3, 2, 0, 1))
    _convolve(graph, layer, [sources[0], kernel], _sliding(layer, layer.kernel_size))


def _depthwise(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    kernel = _depthwise_kernel(graph, layer, "kernel")
    channels = layer.input.shape[-1]
    _convolve(graph, layer, [sources[0], kernel], _sliding(layer, layer.kernel_size, channels))


def _separable(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    channels = layer.input.shape[-1]
    kernel = _depthwise_kernel(graph, layer, "depthwise_kernel")
    apart = graph.node(
        "Conv",
        [sources[0], kernel],
        f"{layer.name}:apart",
        **_sliding(layer, layer.kernel_size, channels),
    )
    pointwise = graph.weight(layer, "pointwise_kernel")
    mixed = graph.transpose(pointwise, f"{layer.name}:mixed", (3, 2, 0, 1))
    _convolve(graph, layer, [apart, mixed], {})


def _convolve(graph: _Graph, layer: keras.Layer, inputs: list[str], window: dict[str, Any]) -> None:
    if layer.use_bias:
        inputs = [*inputs, graph.weight(layer, "bias")]
    graph.node("Conv", inputs, f"{layer.name}:linear", **window)
    _activate(graph, layer.activation, f"{layer.name}:linear", layer)


def _depthwise_kernel(graph: _Graph, layer: keras.Layer, name: str) -> str:
    weight = graph.weight(layer, name)
    height, width, channels, multiplier = getattr(layer, name).shape
    apart = graph.transpose(weight, f"{layer.name}:cmhw", (2, 3, 0, 1))
    shape = graph.constant(f"{layer.name}:shape", [channels * multiplier, 1, height, width])
    return graph.node("Reshape", [apart, shape], f"{layer.name}:oihw")


def _sliding(layer: keras.Layer, size: tuple[int, int], groups: int = 0) -> dict[str, Any]:
    """Return ONNX's attributes of a sliding window: its strides, and the padding on each side."""
    dilation = getattr(layer, "dilation_rate", (1, 1))
    window = {
        "kernel_shape": size,
        "strides": layer.strides,
        "pads": _pads(layer, size, dilation),
    }
    if hasattr(layer, "dilation_rate"):
        window |= {"dilations": dilation, "group": groups or getattr(layer, "groups", 1)}
    return window


def _pads(layer: keras.Layer, size: tuple[int, int], dilation: tuple[int, int]) -> list[int]:
    if layer.padding == "valid":
        return [0, 0, 0, 0]
    total = []
    for side, window, stride, rate in zip(
        layer.input.shape[1:3], size, layer.strides, dilation, strict=True
    ):
        reach = (window - 1) * rate + 1
        total.append(max((-(-side // stride) - 1) * stride + reach - side, 0))
    before = [each // 2 for each in total]  # an odd one goes to the right and below, as in Keras
    return [*before, *(each - first for each, first in zip(total, before, strict=True))]


def _max_pool(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("MaxPool", sources, layer.name, **_sliding(layer, layer.pool_size))


def _average_pool(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("AveragePool", sources, layer.name, **_sliding(layer, layer.pool_size))


def _global_pool(operation: str) -> _Writer:
    def write(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
        axes = graph.constant(f"{layer.name}:axes", [2, 3])
        graph.node(operation, [sources[0], axes], layer.name, keepdims=int(layer.keepdims))

    return write


def _dense(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    if len(layer.input.shape) != 2:
        raise UserError(
            N_("The input of dense layer {layer} is not flat; put a Flatten layer before it."),
            layer=layer.name,
        )
    inputs = [sources[0], graph.weight(layer, "kernel")]
    if layer.use_bias:
        inputs.append(graph.weight(layer, "bias"))
    graph.node("Gemm", inputs, f"{layer.name}:linear")
    _activate(graph, layer.activation, f"{layer.name}:linear", layer)


def _flatten(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    source = sources[0]
    if len(layer.input.shape) == 4:
        source = graph.transpose(source, f"{layer.name}:hwc", _FIRST_TO_LAST)
    graph.node("Flatten", [source], layer.name)


def _reshape(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    source, target = sources[0], layer.output.shape[1:]
    if len(layer.input.shape) == 4:
        source = graph.transpose(source, f"{layer.name}:hwc", _FIRST_TO_LAST)
    shape = graph.constant(f"{layer.name}:shape", [-1, *target])
    if len(target) == 1:
        graph.node("Reshape", [source, shape], layer.name)
    else:
        shaped = graph.node("Reshape", [source, shape], f"{layer.name}:shaped")
        graph.transpose(shaped, layer.name, _LAST_TO_FIRST)


def _zero_padding(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    (top, bottom), (left, right) = layer.padding
    pads = graph.constant(f"{layer.name}:pads", [0, 0, top, left, 0, 0, bottom, right])
    graph.node("Pad", [sources[0], pads], layer.name)


def _batch_normalization(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    channels = layer.input.shape[-1]
    one, zero = np.ones(channels, np.float32), np.zeros(channels, np.float32)
    gamma = graph.weight(layer, "gamma") if layer.scale else f"{layer.name}:one"
    beta = graph.weight(layer, "beta") if layer.center else f"{layer.name}:zero"
    if not layer.scale:
        graph.constant(gamma, one)
    if not layer.center:
        graph.constant(beta, zero)
    moving = [graph.weight(layer, "moving_mean"), graph.weight(layer, "moving_variance")]
    inputs = [sources[0], gamma, beta, *moving]
    graph.node("BatchNormalization", inputs, layer.name, epsilon=layer.epsilon)


def _rescaling(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    scale = graph.constant(f"{layer.name}:scale", np.float32(layer.scale))
    offset = graph.constant(f"{layer.name}:offset", np.float32(layer.offset))
    scaled = graph.node("Mul", [sources[0], scale], f"{layer.name}:scaled")
    graph.node("Add", [scaled, offset], layer.name)


def _unchanged(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("Identity", sources, layer.name)


def _activation(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    _activate(graph, layer.activation, sources[0], layer)


def _relu(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    if layer.threshold or layer.negative_slope:
        raise UserError(
            N_("ReLU layer {layer} has a slope or a threshold, which is not supported."),
            layer=layer.name,
        )
    if layer.max_value is None:
        graph.node("Relu", sources, layer.name)
    else:
        _clip(graph, sources[0], layer.name, layer.max_value)


def _clip(graph: _Graph, source: str, output: str, most: float) -> None:
    bounds = [
        graph.constant(f"{output}:least", np.float32(0)),
        graph.constant(f"{output}:most", np.float32(most)),
    ]
    graph.node("Clip", [source, *bounds], output)


def _leaky_relu(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("LeakyRelu", sources, layer.name, alpha=float(layer.negative_slope))


def _elu(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("Elu", sources, layer.name, alpha=float(layer.alpha))


def _softmax(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    if layer.axis not in (-1, len(layer.input.shape) - 1):
        raise UserError(
            N_("Softmax layer {layer} is not over the last axis, which is not supported."),
            layer=layer.name,
        )
    graph.node("Softmax", sources, layer.name, axis=1)


def _merge(operation: str) -> _Writer:
    def write(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
        so_far = sources[0]
        for number, source in enumerate(sources[1:-1]):
            so_far = graph.node(operation, [so_far, source], f"{layer.name}:{number}")
        graph.node(operation, [so_far, sources[-1]], layer.name)

    return write


def _variadic(operation: str) -> _Writer:
    def write(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
        graph.node(operation, sources, layer.name)

    return write


def _concatenate(graph: _Graph, layer: keras.Layer, sources: list[str]) -> None:
    if layer.axis not in (-1, len(layer.output.shape) - 1):
        raise UserError(
            N_("Layer {layer} does not join channels, which is not supported."),
            layer=layer.name,
        )
    graph.node("Concat", sources, layer.name, axis=1)


WRITERS: dict[type[keras.Layer], _Writer] = {
    keras.layers.Conv2D: _conv,
    keras.layers.DepthwiseConv2D: _depthwise,
    keras.layers.SeparableConv2D: _separable,
    keras.layers.MaxPooling2D: _max_pool,
    keras.layers.AveragePooling2D: _average_pool,
    keras.layers.GlobalAveragePooling2D: _global_pool("ReduceMean"),
    keras.layers.GlobalMaxPooling2D: _global_pool("ReduceMax"),
    keras.layers.Dense: _dense,
    keras.layers.Flatten: _flatten,
    keras.layers.Reshape: _reshape,
    keras.layers.ZeroPadding2D: _zero_padding,
    keras.layers.BatchNormalization: _batch_normalization,
    keras.layers.Rescaling: _rescaling,
    keras.layers.Dropout: _unchanged,
    keras.layers.SpatialDropout2D: _unchanged,
    keras.layers.GaussianNoise: _unchanged,
    keras.layers.Activation: _activation,
    keras.layers.ReLU: _relu,
    keras.layers.LeakyReLU: _leaky_relu,
    keras.layers.ELU: _elu,
    keras.layers.Softmax: _softmax,
    keras.layers.Add: _variadic("Sum"),
    keras.layers.Average: _variadic("Mean"),
    keras.layers.Maximum: _variadic("Max"),
    keras.layers.Minimum: _variadic("Min"),
    keras.layers.Multiply: _merge("Mul"),
    keras.layers.Subtract: _merge("Sub"),
    keras.layers.Concatenate: _concatenate,
}

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
    "exponential": ("Exp", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "softmax": ("Softmax", {"axis": 1}),
}


def _activate(graph: _Graph, function: Callable[..., Any], source: str, layer: keras.Layer) -> None:
    name = getattr(function, "__name__", type(function).__name__)
    if name == "relu6":
        _clip(graph, source, layer.name, 6)
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
