"""Exports a Keras network as ONNX: one named output for each layer and for each weight.

The graph is written layer by layer from an allow-list, so that nothing is renamed, grouped
convolutions work, and any Keras backend will do. Pictures are `(n, height, width, channels)` in
Keras and `(n, channels, height, width)` in ONNX; the input stays Keras's. What is written here is
checked against Keras before it is published, so a layer that Keras would answer otherwise cannot
slip through.
"""

import keras
import numpy as np
import onnx
from onnx import TensorProto, helper

from model.base.errors import N_, UserError
from model.export import onnx_normalizations, onnx_windows
from model.export.onnx_nodes import (
    FIRST_TO_LAST,
    LAST_TO_FIRST,
    Graph,
    Writer,
    activate,
    clip,
    inbound,
    refuse_unless_last,
    weights_of,
)
from model.inference.layers import weight_name

OPSET = 20
_IR_VERSION = 10  # the one that came with opset 20: older runtimes can still read the file


def export(cnn: keras.Model, *, weights_as_inputs: bool = False) -> bytes:
    """Return a functional network as ONNX; a UserError names the layer that cannot be written.

    With `weights_as_inputs` each weight may be given with the pixels instead of being answered:
    one graph then serves for every state of a training.
    """
    graph = Graph()
    source = cnn.inputs[0]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", *source.shape[1:]])]
    outputs = []
    for layer in cnn.layers:
        if isinstance(layer, keras.layers.InputLayer):
            graph.transpose("pixels", layer.name, LAST_TO_FIRST)
            continue
        _write(graph, layer)
        outputs.append(_output(layer.name, layer.output.shape[1:]))
        weights = [
            _output(weight_name(layer.name, name), value.shape, batch=False)
            for name, value in weights_of(layer).items()
        ]
        (inputs if weights_as_inputs else outputs).extend(weights)
    body = helper.make_graph(graph.nodes, "network", inputs, outputs, graph.initializers)
    opset = [helper.make_opsetid("", OPSET)]
    proto = helper.make_model(body, opset_imports=opset, ir_version=_IR_VERSION)
    onnx.checker.check_model(proto)
    return proto.SerializeToString()


def supported(layer: keras.Layer) -> bool:
    """Return whether a layer of this kind can be written at all."""
    return isinstance(layer, keras.layers.InputLayer) or type(layer) in WRITERS


def _write(graph: Graph, layer: keras.Layer) -> None:
    sources = inbound(layer)
    WRITERS[type(layer)](graph, layer, sources)


def _output(name: str, shape: tuple[int, ...], batch: bool = True) -> onnx.ValueInfoProto:
    axes: list[str | int] = ["n", shape[-1], *shape[:-1]] if batch else [*shape]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, axes)


# One function for each kind of layer: it writes the nodes whose last output has the layer's name.


def _dense(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    if len(layer.input.shape) != 2:
        raise UserError(
            N_("The input of dense layer {layer} is not flat; put a Flatten layer before it."),
            layer=layer.name,
        )
    inputs = [sources[0], graph.weight(layer, "kernel")]
    if layer.use_bias:
        inputs.append(graph.weight(layer, "bias"))
    graph.node("Gemm", inputs, f"{layer.name}:linear")
    activate(graph, layer.activation, f"{layer.name}:linear", layer)


def _flatten(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    source = sources[0]
    if len(layer.input.shape) == 4:
        source = graph.transpose(source, f"{layer.name}:hwc", FIRST_TO_LAST)
    graph.node("Flatten", [source], layer.name)


def _reshape(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    source, target = sources[0], layer.output.shape[1:]
    if len(layer.input.shape) == 4:
        source = graph.transpose(source, f"{layer.name}:hwc", FIRST_TO_LAST)
    shape = graph.constant(f"{layer.name}:shape", [-1, *target])
    if len(target) == 1:
        graph.node("Reshape", [source, shape], layer.name)
    else:
        shaped = graph.node("Reshape", [source, shape], f"{layer.name}:shaped")
        graph.transpose(shaped, layer.name, LAST_TO_FIRST)


def _rescaling(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    scale = graph.constant(f"{layer.name}:scale", np.float32(layer.scale))
    offset = graph.constant(f"{layer.name}:offset", np.float32(layer.offset))
    scaled = graph.node("Mul", [sources[0], scale], f"{layer.name}:scaled")
    graph.node("Add", [scaled, offset], layer.name)


def _unchanged(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("Identity", sources, layer.name)


def _activation(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    activate(graph, layer.activation, sources[0], layer)


def _relu(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    if layer.threshold or layer.negative_slope:
        _bent_relu(graph, layer, sources[0])
    elif layer.max_value is None:
        graph.node("Relu", sources, layer.name)
    else:
        clip(graph, sources[0], layer.name, layer.max_value)


def _bent_relu(graph: Graph, layer: keras.Layer, source: str) -> None:
    """Write slope · (x - threshold) below the threshold, x from there to the largest value."""
    constants = {"threshold": layer.threshold, "slope": layer.negative_slope}
    threshold, slope = (
        graph.constant(f"{layer.name}:{name}", np.float32(value))
        for name, value in constants.items()
    )
    below = graph.node("Sub", [source, threshold], f"{layer.name}:below")
    sloped = graph.node("Mul", [below, slope], f"{layer.name}:sloped")
    is_above = graph.node("GreaterOrEqual", [source, threshold], f"{layer.name}:is_above")
    if layer.max_value is None:
        graph.node("Where", [is_above, source, sloped], layer.name)
        return
    most = graph.constant(f"{layer.name}:most", np.float32(layer.max_value))
    bent = graph.node("Where", [is_above, source, sloped], f"{layer.name}:bent")
    graph.node("Min", [bent, most], layer.name)


def _prelu(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    alpha = graph.weight(layer, "alpha")
    if len(layer.input.shape) == 4:
        alpha = graph.transpose(alpha, f"{layer.name}:first", (2, 0, 1))
    graph.node("PRelu", [sources[0], alpha], layer.name)


def _leaky_relu(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("LeakyRelu", sources, layer.name, alpha=float(layer.negative_slope))


def _elu(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("Elu", sources, layer.name, alpha=float(layer.alpha))


def _softmax(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    refuse_unless_last(layer, layer.axis)
    graph.node("Softmax", sources, layer.name, axis=1)


def _merge(operation: str) -> Writer:
    def write(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
        so_far = sources[0]
        for number, source in enumerate(sources[1:-1]):
            so_far = graph.node(operation, [so_far, source], f"{layer.name}:{number}")
        graph.node(operation, [so_far, sources[-1]], layer.name)

    return write


def _variadic(operation: str) -> Writer:
    def write(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
        graph.node(operation, sources, layer.name)

    return write


def _concatenate(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    if layer.axis not in (-1, len(layer.output.shape) - 1):
        raise UserError(
            N_("Layer {layer} does not join channels, which is not supported."),
            layer=layer.name,
        )
    graph.node("Concat", sources, layer.name, axis=1)


WRITERS: dict[type[keras.Layer], Writer] = {
    **onnx_windows.WRITERS,
    **onnx_normalizations.WRITERS,
    keras.layers.Dense: _dense,
    keras.layers.Flatten: _flatten,
    keras.layers.Reshape: _reshape,
    keras.layers.Rescaling: _rescaling,
    keras.layers.Dropout: _unchanged,
    keras.layers.SpatialDropout2D: _unchanged,
    keras.layers.GaussianNoise: _unchanged,
    keras.layers.Activation: _activation,
    keras.layers.ReLU: _relu,
    keras.layers.LeakyReLU: _leaky_relu,
    keras.layers.PReLU: _prelu,
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
