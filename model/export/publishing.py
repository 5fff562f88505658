"""A Keras network becomes one of the networks at hand: checked, exported, compared, written."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np

from model.base.errors import N_, UserError
from model.base.files import all_or_none, sha256
from model.base.home import INVALID_ID, VALID_ID
from model.export import onnx_graph
from model.export.onnx_nodes import inbound, weights_of
from model.inference.catalogue import Card, Confusion
from model.inference.layer_kinds import layer_kind
from model.inference.layers import Layer, weight_name
from model.inference.logits import Output
from model.inference.network import Network
from model.inference.origin import DataSource, Device, Imported

MOST_SIDE = 64  # pixels
MOST_CLASSES = 100
_PICTURES = {(side, side, count) for side in range(1, MOST_SIDE + 1) for count in (1, 3)}
_CLASSES = {(count,) for count in range(2, MOST_CLASSES + 1)}
_NOISE = 500 * 28 * 28  # numbers, on which Keras and the export are compared without any digits
TOLERANCE = 1e-5  # between Keras and the export, for activations up to 1; beyond, of their size


@dataclass(frozen=True)
class Origin:
    """Where a network comes from, for its card."""

    title: str
    architecture: str
    data: tuple[DataSource, ...] = ()  # what it was trained on
    recipe: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()  # what happened in training (experiments/events.py)
    seed: int | None = None
    device: Device | None = None  # what trained it
    test_accuracy: float | None = None
    test_digits: int = 0
    test_confusion: Confusion | None = None
    test_source: str = ""
    imported: Imported | None = None  # of one that was trained elsewhere
    energy_threshold: float | None = 0.0  # at 0 next to nothing is called unsure; None: unknown
    labels: tuple[str, ...] = ()  # of its classes; none where they are their numbers
    output: Output = "softmax"  # how its logits become probabilities


def publish(
    cnn: keras.Model,
    network_id: str,
    origin: Origin,
    folder: Path,
    *,
    digits: np.ndarray | None = None,
    replace: bool = False,
) -> Card:
    """Write a network and its export and card into a folder, all three or none.

    Keras and the export are compared on `digits`, a batch of what it reads, in [0, 1], layer by
    layer; without any, on pictures of noise. A UserError says what about the network is not
    allowed.
    """
    if not VALID_ID.fullmatch(network_id):
        raise UserError(INVALID_ID, id=repr(network_id)[:80])
    if not replace and (folder / f"{network_id}.json").exists():
        raise UserError(N_("A network {id} already exists."), id=network_id)
    check(cnn)
    export = onnx_graph.export(cnn)
    difference(cnn, _opened(cnn, export), _noise(cnn) if digits is None else digits)
    return _write(cnn, export, network_id, origin, folder)


def exported(cnn: keras.Model) -> Network:
    """Check a network and open its export without writing anything."""
    check(cnn)
    return _opened(cnn, onnx_graph.export(cnn))


def _opened(cnn: keras.Model, export: bytes) -> Network:
    return Network(export, layers_of(cnn), energy_threshold=0.0)


def check(cnn: keras.Model) -> None:
    """Refuse a network that the rest of the app could not show or answer with."""
    inputs = [tuple(each.shape)[1:] for each in cnn.inputs]
    if len(inputs) != 1 or inputs[0] not in _PICTURES:
        raise UserError(
            N_(
                "The network must take one square image of at most {most} × {most} pixels and 1 or "
                "3 channels; this one takes {shapes}."
            ),
            most=MOST_SIDE,
            shapes=", ".join(map(str, inputs)),
        )
    outputs = [tuple(each.shape)[1:] for each in cnn.outputs]
    if len(outputs) != 1 or outputs[0] not in _CLASSES:
        raise UserError(
            N_("The network must output 2 to {most} logits; this one outputs {shapes}."),
            most=MOST_CLASSES,
            shapes=", ".join(map(str, outputs)),
        )
    for layer in cnn.layers:
        _check_layer(layer)
    _check_ending(cnn)


def _check_layer(layer: keras.Layer) -> None:
    kind = type(layer).__name__
    if kind.startswith("Random"):
        raise UserError(
            N_("Layer {layer} is a {kind}: data augmentation must not be part of the network."),
            layer=layer.name,
            kind=kind,
        )
    if not onnx_graph.supported(layer):
        raise UserError(
            N_("Layer {layer} is a {kind}, which is not supported."),
            layer=layer.name,
            kind=kind,
        )
    if len(layer._inbound_nodes) != 1:  # nothing public says how often a layer is called
        raise UserError(
            N_("Layer {layer} is used more than once, which is not supported."),
            layer=layer.name,
        )
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise UserError(
            N_("Layer {layer} has its channels first; they must come last."), layer=layer.name
        )
    if len(layer.output.shape) not in (2, 4):
        raise UserError(
            N_("Layer {layer} outputs {shape}, which is neither feature maps nor a row of units."),
            layer=layer.name,
            shape=tuple(layer.output.shape)[1:],
        )


def _check_ending(cnn: keras.Model) -> None:
    last = cnn.layers[-1]
    if last.output is not cnn.outputs[0]:
        raise UserError(N_("The network must end with the layer that outputs its logits."))
    activation = getattr(last, "activation", None)
    if isinstance(last, keras.layers.Softmax) or activation not in (
        None,
        keras.activations.linear,
    ):
        raise UserError(
            N_("The network must end in logits; its last layer {layer} has an activation."),
            layer=last.name,
        )


def layers_of(cnn: keras.Model) -> tuple[Layer, ...]:
    """Describe a checked network's layers in graph order, the input first."""
    return tuple(_describe(layer) for layer in cnn.layers)


def _describe(layer: keras.Layer) -> Layer:
    is_input = isinstance(layer, keras.layers.InputLayer)
    kind = type(layer).__name__
    settings = layer.get_config()
    return Layer(
        name=layer.name,
        kind=kind,
        output_shape=tuple(layer.output.shape[1:]),
        parameters=layer.count_params(),
        config={name: settings[name] for name in layer_kind(kind).settings},
        inbound=() if is_input else tuple(inbound(layer)),
        weights={name: value.shape for name, value in weights_of(layer).items()},
    )


def difference(cnn: keras.Model, network: Network, digits: np.ndarray) -> float:
    """Compare Keras with the export on every layer and weight; give the largest difference.

    It is absolute for activations up to 1 and relative to a layer's largest beyond. A UserError
    says which layer differs by more than `TOLERANCE`.
    """
    watched = [layer for layer in cnn.layers if not isinstance(layer, keras.layers.InputLayer)]
    probe = keras.Model(cnn.inputs[0], {layer.name: layer.output for layer in watched})
    batch = np.asarray(digits, np.float32).reshape(-1, *network.input_shape)
    expected = probe(batch, training=False)
    answers = network.run(list(network.names), digits)
    worst = 0.0
    for layer, answer in zip(watched, answers, strict=True):
        theirs = keras.ops.convert_to_numpy(expected[layer.name])
        largest = max(1.0, float(np.abs(theirs).max()))
        worst = max(worst, _apart(layer.name, np.moveaxis(answer, 1, -1), theirs, largest))
        exported = network.weights(layer.name)
        for weight, value in weights_of(layer).items():
            if not np.array_equal(exported[weight], value):
                raise _differs(weight_name(layer.name, weight))
    return worst


def _apart(name: str, ours: np.ndarray, theirs: np.ndarray, largest: float) -> float:
    if ours.shape != theirs.shape:
        raise _differs(name)
    apart = float(np.abs(ours - theirs).max()) / largest
    if not apart <= TOLERANCE:  # written so that NaN is refused too
        raise _differs(name)
    return apart


def _differs(name: str) -> UserError:
    return UserError(N_("Keras and the ONNX export disagree in layer {layer}."), layer=name)


def _noise(cnn: keras.Model) -> np.ndarray:
    shape = cnn.inputs[0].shape[1:]
    return np.random.default_rng(0).random((_NOISE // math.prod(shape), *shape), np.float32)


def _uncompiled(cnn: keras.Model) -> keras.Model:
    """Return the same network without its optimizer and metrics.

    Some of them are classes of this project, which Keras elsewhere could not load.
    """
    copy = type(cnn).from_config(cnn.get_config())
    copy.set_weights(cnn.get_weights())
    return copy


def _write(cnn: keras.Model, export: bytes, network_id: str, origin: Origin, folder: Path) -> Card:
    names = [f"{network_id}{suffix}" for suffix in (".keras", ".onnx", ".json")]
    with all_or_none(folder, names) as (keras_part, onnx_part, card_part):
        _uncompiled(cnn).save(keras_part)
        onnx_part.write_bytes(export)
        card = Card(
            id=network_id,
            **vars(origin),
            parameters=cnn.count_params(),
            layers=layers_of(cnn),
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            keras_sha256=sha256(keras_part),
            onnx_sha256=sha256(onnx_part),
        )
        card_part.write_bytes(card.as_file())
    return card
