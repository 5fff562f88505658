"""What only Keras can say about one digit, asked through `model.keras_checks.process`.

Importing this costs nothing: each function imports Keras when it is called.
"""

import os
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from model.base.errors import N_, UserError
from model.base.files import sha256
from model.inference.catalogue import keras_file
from model.inference.layers import weight_name
from model.runs import snapshots, store

if TYPE_CHECKING:
    import keras

_Pixels = np.ndarray | Sequence[Sequence[float]]  # JSON turns the first into the second

_COPIES = 16  # of the digit, over which gradients are averaged
_NOISE = 0.15  # its standard deviation, in ink


def cell_value(
    network_id: str,
    pixels: _Pixels,
    layer: str,
    index: Sequence[int],
) -> float:
    """Return one cell of a layer, computed by Keras from what the network reads, in [0, 1].

    `index` is [row, column, channel], or [unit] in a flat layer.
    """
    probe = _probe(network_id, layer, index, _activation)
    batch = np.asarray(pixels, np.float32).reshape(1, *_shape_read(network_id))
    return float(np.asarray(probe(batch, training=False))[0, *index])


def effective_field(
    network_id: str,
    pixels: _Pixels,
    layer: str,
    index: Sequence[int],
) -> np.ndarray:
    """Return how much each pixel moves a cell: the mean size of its gradient, `(h, w)` float32.

    It is the gradient of the preactivation, so that a cell which ReLU makes 0 has a field too.
    After W. Luo et al., "Understanding the effective receptive field in deep convolutional neural
    networks", 2016, but around one digit, over copies of it with noise as in D. Smilkov et al.,
    "SmoothGrad", 2017.
    """
    probe = _probe(network_id, layer, index, _preactivation)
    shape = _shape_read(network_id)
    noise = np.random.default_rng(0).normal(0, _NOISE, (_COPIES, *shape))
    batch = np.asarray(pixels).reshape(1, *shape) + noise
    return np.abs(_gradient(probe, batch.astype(np.float32), tuple(index))).mean(axis=(0, 3))


def warm_up(network_id: str) -> None:
    """Load Keras and a network, so that the first question about it takes no longer than others."""
    last = _network(network_id, _version(network_id)).layers[-1].name
    blank = np.zeros(_shape_read(network_id))
    effective_field(network_id, blank, last, [0])
    cell_value(network_id, blank, last, [0])


def _shape_read(network_id: str) -> tuple[int, ...]:
    """Return height, width and channels of what a network reads."""
    return tuple(_network(network_id, _version(network_id)).inputs[0].shape[1:])


def _activation(layer: "keras.Layer") -> "keras.KerasTensor":
    return layer.output


def _preactivation(layer: "keras.Layer") -> "keras.KerasTensor":
    layers = _keras().layers
    if isinstance(layer, (layers.Activation, layers.ReLU, layers.LeakyReLU, layers.ELU)):
        return layer.input
    settings = layer.get_config()
    if "activation" not in settings:
        return layer.output
    linear = type(layer).from_config({**settings, "activation": "linear"})
    answer = linear(layer.input)
    linear.set_weights(layer.get_weights())
    return answer


def _probe(
    network_id: str,
    layer: str,
    index: Sequence[int],
    output: Callable[["keras.Layer"], "keras.KerasTensor"],
) -> "keras.Model":
    """Return the network up to an output of a layer, if that has a cell of that index."""
    probe = _up_to(output, layer, network_id, _version(network_id))
    shape = probe.output.shape[1:]
    if len(index) != len(shape) or any(
        not 0 <= at < side for at, side in zip(index, shape, strict=True)
    ):
        raise UserError(
            N_("Layer {layer} of shape {shape} has no cell {index}."),
            layer=layer,
            shape=tuple(shape),
            index=tuple(index),
        )
    return probe


def _version(network_id: str) -> tuple[object, ...]:
    """Return a key that changes when a network is replaced."""
    if asked := snapshots.named(network_id):
        return snapshots.version(*asked)
    return (sha256(keras_file(network_id)),)


@lru_cache(maxsize=64)
def _up_to(
    output: Callable[..., Any], layer: str, network_id: str, version: tuple[object, ...]
) -> "keras.Model":
    cnn = _network(network_id, version)
    if layer not in [each.name for each in cnn.layers]:
        raise UserError(N_("This network has no layer {layer}."), layer=layer)
    return _keras().Model(cnn.inputs[0], output(cnn.get_layer(layer)))


@lru_cache(maxsize=4)
def _network(network_id: str, _version: tuple[object, ...]) -> "keras.Model":
    if asked := snapshots.named(network_id):
        return _as_it_was(*asked)
    return _keras().models.load_model(keras_file(network_id), compile=False)


def _as_it_was(run_id: str, number: int | str) -> "keras.Model":
    """Build a run's network with the weights that it had at one moment."""
    _keras()
    from model.training import build

    cnn = build.build(store.find(run_id).request.design, seed=0)
    weights = snapshots.load(run_id, number).weights
    for layer in cnn.layers:
        for weight in layer.weights:
            weight.assign(weights[weight_name(layer.name, weight.name)])
    return cnn


@cache
def _keras() -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's greetings
    import keras

    from model.training import device

    device.prepare()
    return keras


def _gradient(probe: "keras.Model", batch: np.ndarray, index: tuple[int, ...]) -> np.ndarray:
    """Differentiate a cell by the pixels, for each of a batch `(n, h, w, channels)`."""
    backend = _keras().backend.backend()
    if backend not in _GRADIENTS:
        raise UserError(N_("The Keras backend {backend} provides no gradients."), backend=backend)
    gradient = _GRADIENTS[backend](lambda digits: probe(digits, training=False)[:, *index], batch)
    return np.asarray(gradient)


def _by_tensorflow(cells: Callable[..., Any], batch: np.ndarray) -> Any:
    import tensorflow as tf

    digits = tf.constant(batch)
    with tf.GradientTape() as tape:
        tape.watch(digits)
        answers = cells(digits)
    return tape.gradient(answers, digits, unconnected_gradients="zero")


def _by_jax(cells: Callable[..., Any], batch: np.ndarray) -> Any:
    import jax

    return jax.grad(lambda digits: cells(digits).sum())(batch)


_GRADIENTS = {"tensorflow": _by_tensorflow, "jax": _by_jax}
