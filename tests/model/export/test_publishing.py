import os
import re
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import layers

from model.base import files
from model.base.errors import UserError
from model.experiments.designs import DESIGNS
from model.export import publishing
from model.export.onnx_graph import WRITERS
from model.export.onnx_nodes import ACTIVATIONS
from model.export.publishing import Origin, difference, exported, publish
from model.inference import catalogue
from model.training.build import build
from model.training.loop import digit_accuracy
from model.training.optimizers import monitored

ORIGIN = Origin("Test", "test")
GREETING = re.compile(
    r"WARNING: All log messages before absl|I0000 "
)  # of TensorFlow, to everybody


def ending(x, name="logits"):
    return layers.Dense(10, name=name)(layers.Flatten(name=f"{name}_flat")(x))


def network(*body):
    """Build a network of some layers in a row and a dense one, its numbers all random."""
    digit = x = keras.Input((28, 28, 1))
    for layer in body:
        x = layer(x)
    return randomised(keras.Model(digit, ending(x) if len(x.shape) == 4 else layers.Dense(10)(x)))


def randomised(cnn):
    rng = np.random.default_rng(0)
    for variable in cnn.weights:  # a moving variance must be positive
        spread = rng.uniform if "variance" in variable.name else rng.normal
        variable.assign(spread(0.1, 0.3, variable.shape))
    return cnn


def branching():
    digit = keras.Input((28, 28, 1))
    left = layers.Conv2D(4, 3, padding="same")(digit)
    right = layers.Conv2D(4, 5, padding="same", activation="tanh")(digit)
    joined = [
        layers.Add()([left, right, left]),
        layers.Subtract()([left, right]),
        layers.Multiply()([left, right, right]),
        layers.Average()([left, right]),
        layers.Maximum()([left, right]),
        layers.Minimum()([left, right]),
    ]
    return randomised(keras.Model(digit, ending(layers.Concatenate()(joined))))


NETWORKS = {
    "convolutions": lambda: network(
        layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2D(8, (2, 5), dilation_rate=2, padding="same", use_bias=False),
        layers.Conv2D(12, 3, strides=(1, 3), activation="tanh"),
    ),
    "grouped convolutions": lambda: network(
        layers.Conv2D(8, 3), layers.Conv2D(12, 3, groups=4, activation="relu")
    ),
    "depthwise and separable convolutions": lambda: network(
        layers.Conv2D(3, 3),
        layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu"),
        layers.SeparableConv2D(5, 3, strides=2, padding="same", depth_multiplier=2),
        layers.SeparableConv2D(4, 3, use_bias=False, activation="sigmoid"),
    ),
    "pools": lambda: network(
        layers.Conv2D(4, 3),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.AveragePooling2D(2, strides=1, padding="same"),
        layers.AveragePooling2D((3, 2)),
    ),
    "global average": lambda: network(layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()),
    "global maximum": lambda: network(
        layers.Conv2D(4, 3), layers.GlobalMaxPooling2D(keepdims=True)
    ),
    "normalizations": lambda: network(
        layers.Rescaling(2.0, offset=-1),
        layers.Conv2D(4, 3),
        layers.BatchNormalization(),
        layers.BatchNormalization(scale=False, center=False),
        layers.Flatten(),
        layers.BatchNormalization(epsilon=0.1),
    ),
    "normalizations of one digit": lambda: network(
        layers.Normalization(mean=0.2, variance=0.3),
        layers.Conv2D(6, 3),
        layers.LayerNormalization(),
        layers.LayerNormalization(axis=[1, 2, 3]),
        layers.GroupNormalization(3),
        layers.GroupNormalization(-1, scale=False),
        layers.Flatten(),
        layers.LayerNormalization(),
    ),
    "larger maps": lambda: network(
        layers.Conv2D(4, 3, strides=3),
        layers.Conv2DTranspose(6, 3, strides=2, padding="same", activation="relu"),
        layers.PReLU(shared_axes=[1, 2]),
        layers.Cropping2D(((1, 2), (3, 0))),
        layers.UpSampling2D((1, 2), interpolation="bilinear"),
        layers.MaxPooling2D(3),
        layers.UpSampling2D(3),
        layers.Conv2DTranspose(3, (2, 4), strides=(3, 1), use_bias=False),
        layers.ReLU(max_value=1.5, negative_slope=0.25, threshold=0.5),
    ),
    "regularisations": lambda: network(
        layers.Dropout(0.5),
        layers.Conv2D(4, 3),
        layers.SpatialDropout2D(0.5),
        layers.GaussianNoise(1.0),
    ),
    "shapes": lambda: network(
        layers.ZeroPadding2D(((1, 2), (3, 0))),
        layers.Conv2D(4, 3),
        layers.Reshape((29, 29, 4)),
        layers.Reshape((29 * 29, 2, 2)),
        layers.Reshape((-1,)),
    ),
    "activation layers": lambda: network(
        layers.Conv2D(4, 3),
        layers.ReLU(max_value=2),
        layers.ReLU(),
        layers.LeakyReLU(negative_slope=0.1),
        layers.ELU(alpha=0.5),
        layers.Softmax(),
        layers.Activation("relu"),
    ),
    "activations": lambda: network(
        *(layers.Conv2D(3, 1, activation=name) for name in (*ACTIVATIONS, "relu6", "silu")),
    ),
    "branches": branching,
    **{name: (lambda name=name: build(name, seed=3)) for name in DESIGNS},
}


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS.keys())
def test_every_layer_of_the_export_answers_as_in_keras(make):
    cnn = make()
    served = exported(cnn)
    batch = np.random.default_rng(1).random((3, 28, 28), np.float32)

    for name in served.names:
        probe = keras.Model(cnn.inputs[0], cnn.get_layer(name).output)
        expected = np.asarray(probe(batch[..., np.newaxis], training=False))
        (answer,) = served.run([name], batch)
        scale = max(1.0, np.abs(expected).max())
        np.testing.assert_allclose(np.moveaxis(answer, 1, -1) / scale, expected / scale, atol=1e-5)


def test_every_kind_of_layer_that_may_be_published_was_compared():
    compared = {type(layer) for make in NETWORKS.values() for layer in make().layers}

    assert compared >= set(WRITERS)


def twice():
    digit = keras.Input((28, 28, 1))
    same = layers.Conv2D(1, 3, padding="same", name="same")
    return keras.Model(digit, ending(same(same(digit))))


def two_inputs():
    one, other = keras.Input((28, 28, 1)), keras.Input((28, 28, 1))
    return keras.Model([one, other], ending(layers.Add()([one, other])))


def rows():
    digit = keras.Input((28, 28, 1))
    return keras.Model(digit, layers.Dense(10)(layers.Flatten()(layers.Reshape((28, 28))(digit))))


def of_shape(*shape):
    digit = keras.Input(shape)
    return keras.Model(digit, ending(digit))


def with_output(make):
    digit = keras.Input((28, 28, 1))
    return keras.Model(digit, make(layers.Flatten()(digit)))


REFUSED = {
    "four channels": (lambda: of_shape(28, 28, 4), "1 or 3 channels"),
    "a large picture": (lambda: of_shape(65, 65, 1), "at most 64 × 64"),
    "a wide picture": (lambda: of_shape(28, 32, 1), "one square image"),
    "two inputs": (two_inputs, "one square image"),
    "one class": (lambda: with_output(layers.Dense(1)), "2 to 100 logits"),
    "too many classes": (lambda: with_output(layers.Dense(101)), "2 to 100 logits"),
    "probabilities": (lambda: with_output(layers.Dense(10, activation="softmax")), "end in logits"),
    "augmentation": (lambda: network(layers.RandomRotation(0.1)), "augmentation"),
    "a program": (lambda: network(layers.Lambda(lambda x: x, output_shape=(28, 28, 1))), "Lambda"),
    "a network inside": (lambda: network(build("tiny", seed=0)), "Functional"),
    "a layer used twice": (twice, "more than once"),
    "normalized rows": (
        lambda: network(layers.BatchNormalization(axis=1)),
        "not along the last axis",
    ),
    "groups of rows": (
        lambda: network(layers.GroupNormalization(2, axis=1)),
        "not along the last axis",
    ),
    "another interpolation": (
        lambda: network(layers.UpSampling2D(2, interpolation="bicubic")),
        "bicubic; only nearest and bilinear",
    ),
    "a picture in rows": (lambda: rows(), "neither feature maps nor a row of units"),
    "a dense layer on a picture": (lambda: network(layers.Dense(4)), "Flatten"),
    "an unknown activation": (lambda: network(layers.Conv2D(2, 3, activation="celu")), "celu"),
}


@pytest.mark.parametrize(("make", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_network_that_could_not_be_shown_is_refused_with_the_reason(make, reason, tmp_path):
    with pytest.raises(UserError, match=reason):
        publish(make(), "refused", ORIGIN, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_export_of_other_weights_is_noticed(tiny_network):
    other = build("tiny", seed=2)

    with pytest.raises(UserError, match="disagree in layer conv1"):
        difference(other, tiny_network, np.ones((1, 28, 28), np.float32))


def test_an_export_that_is_no_number_is_noticed():
    cnn = build("tiny", seed=0)
    cnn.get_layer("conv2").bias.assign(np.full(6, np.nan))

    with pytest.raises(UserError, match="conv2"):
        difference(cnn, exported(cnn), np.ones((1, 28, 28), np.float32))


def test_what_is_published_is_what_opens(cnn, tmp_path, monkeypatch, seven):
    card = publish(cnn, "mine", Origin("Mine", "tiny", seed=5, energy_threshold=2.5), tmp_path)
    monkeypatch.setattr(catalogue, "SHIPPED", tmp_path)
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "empty"))

    assert catalogue.networks() == [card]
    opened = catalogue.open_network("mine")
    assert opened.energy_threshold == 2.5
    again = keras.models.load_model(catalogue.keras_file("mine"), compile=False)
    expected = np.asarray(again(seven[np.newaxis, ..., np.newaxis], training=False))
    (logits,) = opened.run(["logits"], seven[np.newaxis])
    np.testing.assert_allclose(logits, expected, atol=1e-5)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "mine.json",
        "mine.keras",
        "mine.onnx",
    ]


def test_a_published_file_opens_where_nobody_knows_this_project(cnn, tmp_path):
    trained = keras.models.clone_model(cnn)
    trained.set_weights(cnn.get_weights())
    trained.compile(monitored(keras.optimizers.Adam)(), "mse", metrics=[digit_accuracy])
    publish(trained, "mine", Origin("Mine", "tiny"), tmp_path)

    for file in (tmp_path / "mine.keras", catalogue.SHIPPED / "default.keras"):
        assert elsewhere(file) == ""


def elsewhere(file):
    """Load a file as its documentation says, in a folder of its own; what Python complains of."""
    call = "import sys, keras; assert keras.saving.load_model(sys.argv[1]).count_params()"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", call, str(file)],
        cwd=file.parent,
        env={**os.environ, "PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    return "\n".join(line for line in done.stderr.splitlines() if not GREETING.match(line))


@pytest.mark.parametrize("network_id", ["", "../x", "A", "a.b", "a/b", "-a", "a" * 65, "ä"])
def test_an_id_that_is_no_plain_name_is_refused(cnn, tmp_path, network_id):
    with pytest.raises(UserError, match="not a valid network id"):
        publish(cnn, network_id, ORIGIN, tmp_path)


def failing(real, at):
    """Do as `real` does, but fail like a full disk in the call with that number."""
    calls = []

    def call(*arguments):
        calls.append(arguments)
        if len(calls) == at:
            raise OSError(28, "No space left on device")
        return real(*arguments)

    return call


FAULTS = [(os, "replace", 1), (os, "replace", 2), (os, "replace", 3), (os, "fsync", 2)]
IDS = [f"{name} {at}" for _, name, at in FAULTS]


@pytest.mark.parametrize(("module", "name", "at"), FAULTS, ids=IDS)
def test_a_publication_that_fails_half_way_leaves_nothing(
    cnn, tmp_path, monkeypatch, module, name, at
):
    monkeypatch.setattr(files.os, name, failing(getattr(module, name), at))
    with pytest.raises(OSError, match="No space"):
        publish(cnn, "new", ORIGIN, tmp_path)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("module", "name", "at"), FAULTS, ids=IDS)
def test_a_replacement_that_fails_half_way_leaves_the_old_one_whole(
    cnn, tmp_path, monkeypatch, module, name, at
):
    publish(cnn, "kept", ORIGIN, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(files.os, name, failing(getattr(module, name), at))
    with pytest.raises(OSError, match="No space"):
        publish(build("lenet5", seed=0), "kept", ORIGIN, tmp_path, replace=True)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_network_is_replaced_only_on_demand(cnn, tmp_path, monkeypatch):
    publish(cnn, "kept", ORIGIN, tmp_path)
    with pytest.raises(UserError, match="already"):
        publish(cnn, "kept", ORIGIN, tmp_path)

    publish(build("lenet5", seed=0), "kept", Origin("New", "lenet5"), tmp_path, replace=True)
    monkeypatch.setattr(catalogue, "SHIPPED", tmp_path)
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "empty"))
    assert catalogue.networks()[0].title == "New"


def test_what_a_killed_process_left_is_taken_away_after_a_while(tmp_path):
    old, young = tmp_path / ".part-1-1-x.onnx", tmp_path / ".part-2-2-x.onnx"
    for leftover in (old, young):
        leftover.write_bytes(b"half")
    os.utime(old, (0, 0))
    files.write_whole(tmp_path / "state.json", b"{}")

    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "state.json"]


def test_the_tolerance_is_the_promised_one():
    assert publishing.TOLERANCE == 1e-5
