"""The browser's engine against Keras and ONNX Runtime: every kind of layer, every layer."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from shutil import which

import keras
import numpy as np
import pytest
from explained import BODIES, activations, build, description, randomize
from keras import layers

from model.experiments.designs import DESIGNS
from model.export.publishing import Origin, publish
from model.inference import catalogue
from model.inference.network import Network, trace
from model.training import build as building

pytestmark = pytest.mark.skipif(which("node") is None, reason="the engine runs in Node")

FORWARD = Path(__file__).with_name("forward.mjs")
TOLERANCE = 1e-5  # of the largest activation of a layer


def windows(x):
    """Look through windows that are even, not square, far apart, or beyond the edge."""
    x = layers.Conv2D(7, (4, 2), strides=(3, 1), padding="same", activation="relu")(x)
    x = layers.DepthwiseConv2D(3, strides=2, activation="relu6")(x)  # (4, 13, 7)
    x = layers.DepthwiseConv2D((2, 3), dilation_rate=2, padding="same", depth_multiplier=2)(x)
    x = layers.SeparableConv2D(12, 3, padding="same", activation="elu")(x)
    x = layers.Conv2D(8, 3, groups=4, strides=2, padding="same", use_bias=False)(x)  # (2, 7, 8)
    x = layers.MaxPooling2D((2, 3), strides=(1, 2), padding="same")(x)  # (2, 4, 8)
    x = layers.AveragePooling2D((3, 2), strides=2, padding="same")(x)  # (1, 2, 8)
    x = layers.Conv2D(5, 1, strides=3, padding="same")(layers.ZeroPadding2D(4)(x))  # (3, 4, 5)
    return layers.Reshape((-1,))(layers.MaxPooling2D(1, strides=2)(x))


def sizes(x):
    """Fill the registers with filters and columns, and have a few more or less than fit."""
    x = layers.Conv2D(20, 5, strides=5)(x)  # (5, 5, 20)
    counts = (1, 2, 4, 7, 8, 9, 12, 15, 16, 17)
    x = layers.Concatenate()([layers.Conv2D(filters, 3)(x) for filters in counts])  # (3, 3, 91)
    x = layers.ZeroPadding2D(((0, 1), (1, 2)))(x)  # (4, 6, 91)
    flat = [layers.Flatten()(layers.Conv2D(6, (4, width))(x)) for width in range(1, 7)]
    flat += [layers.Dense(units)(flat[0]) for units in (1, 3, 4, 37)]
    shaped = layers.Conv2D(2, 2)(layers.Reshape((3, 5, 3))(layers.Dense(45)(flat[-1])))
    return layers.Softmax()(layers.Concatenate()([*flat, layers.Flatten()(shaped)]))


def merges(x):
    """Merge two and three layers, some of which serve all rows, columns or channels."""
    x = layers.Conv2D(6, 4, strides=4)(x)  # (7, 7, 6)
    x = layers.BatchNormalization(center=False)(x)
    whole = layers.ReLU(max_value=6)(layers.BatchNormalization(scale=False)(x))
    row = layers.AveragePooling2D((7, 1))(x)  # (1, 7, 6)
    column = layers.MaxPooling2D((1, 7))(x)  # (7, 1, 6)
    channels = layers.GlobalMaxPooling2D(keepdims=True)(x)  # (1, 1, 6)
    one = layers.Conv2D(1, 1, activation="sigmoid")(x)  # (7, 7, 1)
    pairs = [kind()([whole, x]) for kind in (layers.Subtract, layers.Add)]
    merging = (layers.Add, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum)
    threes = [kind()([row, whole, column]) for kind in merging]
    threes += [kind()([whole, channels, one]) for kind in merging]
    x = layers.LeakyReLU()(layers.Concatenate()([*pairs, *threes]))
    x = layers.ELU()(layers.Rescaling(0.25)(x))
    means, largest = layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)
    return layers.Dropout(0.1)(layers.Subtract()([means, layers.Rescaling(2)(largest)]))


def _of(body):
    digit = keras.Input((28, 28, 1), name="digit")
    cnn = keras.Model(digit, layers.Dense(10, name="logits")(body(digit)))
    randomize(cnn)
    return cnn


def _random(design):
    cnn = building.build(design, seed=1)
    randomize(cnn)
    return cnn


OWN = {body.__name__: body for body in (windows, sizes, merges)}
NETWORKS = [*BODIES, *OWN, *DESIGNS, catalogue.DEFAULT]


@dataclass(frozen=True)
class Case:
    """One network, in Keras, as it serves, and as it is described to the browser."""

    cnn: keras.Model
    network: Network
    description: bytes


@pytest.fixture(scope="module", params=NETWORKS)
def case(request, tmp_path_factory):
    name = request.param
    if name == catalogue.DEFAULT:
        cnn = keras.models.load_model(catalogue.keras_file(), compile=False)
        return Case(cnn, catalogue.open_network(name), description(name))
    cnn = build(name) if name in BODIES else _of(OWN[name]) if name in OWN else _random(name)
    folder = tmp_path_factory.mktemp("networks")
    noise = np.random.default_rng(1).random((2, 28, 28), np.float32)
    publish(cnn, "tried", Origin(name, name), folder, digits=noise)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "folders", lambda: [folder, catalogue.SHIPPED])
        return Case(cnn, catalogue.open_network("tried"), description("tried"))


@pytest.fixture
def pictures(seven):
    """A digit, nothing, and noise as long as a digit never is."""
    noise = np.random.default_rng(3).random((28, 28), np.float32)
    return np.stack([seven, np.zeros((28, 28), np.float32), noise])


def computed(folder: Path, case: Case, pictures: np.ndarray, *how: str) -> list[dict]:
    """Let the engine compute pictures in Node: for each, what every layer answered."""
    (folder / "description").write_bytes(case.description)
    (folder / "pixels").write_bytes(pictures.tobytes())
    done = subprocess.run(
        ["node", FORWARD, folder, *how], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    shapes = {layer.name: layer.output_shape for layer in case.network.layers}
    values = np.frombuffer((folder / "activations").read_bytes(), np.float32)
    values = values.reshape(len(pictures), sum(prod(shape) for shape in shapes.values()))
    ends = np.cumsum([prod(shape) for shape in shapes.values()])[:-1]
    return [
        {
            name: part.reshape(shape)
            for (name, shape), part in zip(shapes.items(), np.split(row, ends), strict=True)
        }
        for row in values
    ]


def assert_alike(ours: Mapping[str, np.ndarray], theirs: Mapping[str, np.ndarray]) -> None:
    for name, expected in theirs.items():
        apart = np.abs(ours[name] - expected).max()
        assert apart <= TOLERANCE * np.abs(expected).max(), name


def test_every_layer_of_every_network_answers_as_in_keras_and_in_onnx_runtime(
    case, pictures, tmp_path
):
    answers = computed(tmp_path, case, pictures)

    for pixels, ours in zip(pictures, answers, strict=True):
        assert set(ours) == {layer.name for layer in case.cnn.layers}
        assert_alike(ours, activations(case.cnn, pixels))
        assert_alike(ours, trace(case.network, pixels).activations)


def test_without_webassembly_every_layer_answers_the_same_to_the_last_bit(case, pictures, tmp_path):
    fast, plain = (computed(tmp_path, case, pictures, *how) for how in ([], ["javascript"]))

    for one, other in zip(fast, plain, strict=True):
        for name, values in one.items():
            assert np.array_equal(values, other[name]), name
