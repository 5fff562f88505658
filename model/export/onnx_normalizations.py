"""Layers that normalize numbers by a mean and a variance, as ONNX."""

import keras
import numpy as np

from model.base.errors import N_, UserError
from model.export.onnx_nodes import (
    Graph,
    Writer,
    positive_axes,
    refuse_unless_last,
    weights_of,
)


def _batch_normalization(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    refuse_unless_last(layer, layer.axis)
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


def _layer_normalization(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    if getattr(layer, "rms_scaling", False):
        raise UserError(
            N_("Layer {layer} scales by the root mean square, which is not supported."),
            layer=layer.name,
        )
    axes = positive_axes(layer, layer.axis)
    rank = len(layer.input.shape)
    normalized = _normalize(graph, layer, sources[0], [_onnx_axis(axis, rank) for axis in axes])
    _scale_and_shift(graph, layer, normalized, axes)


def _group_normalization(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    refuse_unless_last(layer, layer.axis)
    *sides, channels = layer.input.shape[1:]
    grouped = graph.constant(f"{layer.name}:grouped", [0, layer.groups, -1])
    whole = graph.constant(f"{layer.name}:whole", [-1, channels, *sides])
    groups = graph.node("Reshape", [sources[0], grouped], f"{layer.name}:groups")
    normalized = _normalize(graph, layer, groups, [2])
    restored = graph.node("Reshape", [normalized, whole], f"{layer.name}:restored")
    _scale_and_shift(graph, layer, restored, (len(sides) + 1,))


def _normalize(graph: Graph, layer: keras.Layer, source: str, axes: list[int]) -> str:
    """Write (x - mean) / sqrt(variance + epsilon), both over axes of ONNX."""
    name = layer.name
    along = graph.constant(f"{name}:along", axes)
    epsilon = graph.constant(f"{name}:epsilon", np.float32(layer.epsilon))
    mean = graph.node("ReduceMean", [source, along], f"{name}:mean")
    apart = graph.node("Sub", [source, mean], f"{name}:apart")
    squared = graph.node("Mul", [apart, apart], f"{name}:squared")
    variance = graph.node("ReduceMean", [squared, along], f"{name}:variance")
    raised = graph.node("Add", [variance, epsilon], f"{name}:raised")
    deviation = graph.node("Sqrt", [raised], f"{name}:deviation")
    return graph.node("Div", [apart, deviation], f"{name}:normalized")


def _scale_and_shift(graph: Graph, layer: keras.Layer, source: str, axes: tuple[int, ...]) -> None:
    """Write gamma and beta, where a layer has them; they run along axes of Keras."""
    if layer.scale:
        gamma = graph.spread(layer, "gamma", axes)
        source = graph.node("Mul", [source, gamma], f"{layer.name}:scaled")
    if layer.center:
        beta = graph.spread(layer, "beta", axes)
        source = graph.node("Add", [source, beta], f"{layer.name}:shifted")
    graph.node("Identity", [source], layer.name)


def _onnx_axis(axis: int, rank: int) -> int:
    """Return where an axis of Keras lies in ONNX: the last one, the channels, comes first."""
    return 1 if axis == rank - 1 else axis + 1


def _normalization(graph: Graph, layer: keras.Layer, sources: list[str]) -> None:
    if layer.invert:
        raise UserError(
            N_("Layer {layer} undoes a normalization, which is not supported."), layer=layer.name
        )
    rank = len(layer.input.shape)
    weights = weights_of(layer)
    axes = (rank - 1,) if weights["mean"].ndim == 1 else tuple(range(1, rank))
    mean, variance = (graph.spread(layer, name, axes) for name in weights)
    least = graph.constant(f"{layer.name}:least", np.float32(keras.config.epsilon()))
    deviation = graph.node("Sqrt", [variance], f"{layer.name}:deviation")
    divisor = graph.node("Max", [deviation, least], f"{layer.name}:divisor")
    apart = graph.node("Sub", [sources[0], mean], f"{layer.name}:apart")
    graph.node("Div", [apart, divisor], layer.name)


WRITERS: dict[type[keras.Layer], Writer] = {
    keras.layers.BatchNormalization: _batch_normalization,
    keras.layers.LayerNormalization: _layer_normalization,
    keras.layers.GroupNormalization: _group_normalization,
    keras.layers.Normalization: _normalization,
}
