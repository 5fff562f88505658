"""Layers whose cells read a window of the layer before, as ONNX: convolutions, pools, edges."""

from typing import Any

import keras
import numpy as np

from model.base.errors import N_, UserError
from model.export.onnx_nodes import Graph, Writer, activate


def _conv(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    kernel = graph.transpose(graph.weight(layer, "kernel"), f"{layer.name}:oihw", (3, 2, 0, 1))
    _convolve(graph, layer, [sources[0], kernel], _sliding(layer, layer.kernel_size))


def _depthwise(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    kernel = _depthwise_kernel(graph, layer, "kernel")
    channels = layer.input.shape[-1]
    _convolve(graph, layer, [sources[0], kernel], _sliding(layer, layer.kernel_size, channels))


def _separable(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
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


def _transposed(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    kernel = graph.transpose(graph.weight(layer, "kernel"), f"{layer.name}:iohw", (3, 2, 0, 1))
    inputs = [sources[0], kernel]
    if layer.use_bias:
        inputs.append(graph.weight(layer, "bias"))
    before, after = zip(*map(_cropped, *_sides(layer)), strict=True)
    window = {
        "kernel_shape": layer.kernel_size,
        "strides": layer.strides,
        "dilations": layer.dilation_rate,
        "pads": [*before, *(max(each, 0) for each in after)],
        "output_padding": [max(-each, 0) for each in after],
    }
    graph.node("ConvTranspose", inputs, f"{layer.name}:linear", **window)
    activate(graph, layer.activation, f"{layer.name}:linear", layer)


def _sides(layer: keras.Layer) -> tuple[Any, ...]:
    """Return along both axes: the sides of input and output, the window, stride and dilation."""
    sides = layer.input.shape[1:3], layer.output.shape[1:3]
    return *sides, layer.kernel_size, layer.strides, layer.dilation_rate


def _cropped(side: int, answer: int, window: int, stride: int, dilation: int) -> tuple[int, int]:
    """Return how many cells are cut off before and after what is spread; below 0 some are added."""
    total = (side - 1) * stride + (window - 1) * dilation + 1 - answer
    before = max(total, 0) // 2  # an odd one is cut off to the right and below, as in Keras
    return before, total - before


def _upsampling(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    if layer.interpolation not in INTERPOLATIONS:
        raise UserError(
            N_("Layer {layer} interpolates by {name}; only nearest and bilinear are supported."),
            layer=layer.name,
            name=layer.interpolation,
        )
    scales = graph.constant(f"{layer.name}:scales", np.array([1, 1, *layer.size], np.float32))
    how = INTERPOLATIONS[layer.interpolation]
    graph.node("Resize", [sources[0], "", scales], layer.name, **how)


# Keras's interpolation of an UpSampling2D -> the attributes with which ONNX does the same.
INTERPOLATIONS = {
    "nearest": {
        "mode": "nearest",
        "coordinate_transformation_mode": "asymmetric",
        "nearest_mode": "floor",
    },
    "bilinear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
}


def _convolve(graph: Graph, layer: keras.Layer, inputs: list[str], window: dict[str, Any]) -> None:
    if layer.use_bias:
        inputs = [*inputs, graph.weight(layer, "bias")]
    graph.node("Conv", inputs, f"{layer.name}:linear", **window)
    activate(graph, layer.activation, f"{layer.name}:linear", layer)


def _depthwise_kernel(graph: Graph, layer: keras.Layer, name: str) -> str:
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


def _max_pool(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("MaxPool", sources, layer.name, **_sliding(layer, layer.pool_size))


def _average_pool(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    graph.node("AveragePool", sources, layer.name, **_sliding(layer, layer.pool_size))


def _global_pool(operation: str) -> Writer:
    def write(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
        axes = graph.constant(f"{layer.name}:axes", [2, 3])
        graph.node(operation, [sources[0], axes], layer.name, keepdims=int(layer.keepdims))

    return write


def _zero_padding(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    (top, bottom), (left, right) = layer.padding
    pads = graph.constant(f"{layer.name}:pads", [0, 0, top, left, 0, 0, bottom, right])
    graph.node("Pad", [sources[0], pads], layer.name)


def _cropping(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    (top, bottom), (left, right) = layer.cropping
    height, width = layer.input.shape[1:3]
    begins = graph.constant(f"{layer.name}:begins", [top, left])
    ends = graph.constant(f"{layer.name}:ends", [height - bottom, width - right])
    axes = graph.constant(f"{layer.name}:axes", [2, 3])
    graph.node("Slice", [sources[0], begins, ends, axes], layer.name)


WRITERS: dict[type[keras.Layer], Writer] = {
    keras.layers.Conv2D: _conv,
    keras.layers.DepthwiseConv2D: _depthwise,
    keras.layers.SeparableConv2D: _separable,
    keras.layers.Conv2DTranspose: _transposed,
    keras.layers.MaxPooling2D: _max_pool,
    keras.layers.AveragePooling2D: _average_pool,
    keras.layers.GlobalAveragePooling2D: _global_pool("ReduceMean"),
    keras.layers.GlobalMaxPooling2D: _global_pool("ReduceMax"),
    keras.layers.UpSampling2D: _upsampling,
    keras.layers.ZeroPadding2D: _zero_padding,
    keras.layers.Cropping2D: _cropping,
}
