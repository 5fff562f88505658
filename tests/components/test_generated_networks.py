"""Any small network: random ones over all kinds and options, and three as public examples are.

Three hundred of the random ones: `PYTHONPATH=.:tests python tests/components/generated.py 300`.
"""

from shutil import which

import keras
import numpy as np
import pytest
from comparing import differences
from explained import randomize
from generated import generate, pictures
from keras import layers

from model.inference.layer_kinds import LAYER_KINDS

pytestmark = pytest.mark.skipif(which("node") is None, reason="the engine runs in Node")

SAMPLE = range(60)  # seeds
TOLERANCE = 1e-5


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis:UserWarning")
def test_random_networks_answer_in_every_layer_as_in_keras(tmp_path):
    networks = {str(seed): generate(seed) for seed in SAMPLE}
    cases = {name: (cnn, pictures(cnn, int(name))) for name, cnn in networks.items()}

    apart = list(differences(cases, tmp_path))

    assert [each for each in apart if not each[2] <= TOLERANCE] == []
    kinds = {type(layer).__name__ for cnn in networks.values() for layer in cnn.layers}
    assert kinds == LAYER_KINDS.keys()


# As Keras's own examples and tutorials describe them; their numbers are random here.


def _in_a_row(shape, *body):
    picture = x = keras.Input(shape)
    for layer in body:
        x = layer(x)
    return keras.Model(picture, x)


def mnist_convnet():
    """Build what "Simple MNIST convnet" of keras.io has, up to its logits."""
    return _in_a_row(
        (28, 28, 1),
        layers.Conv2D(32, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(10),
    )


def cifar_convnet():
    """Build a network for color pictures of 32 × 32 as tutorials on CIFAR-10 have it."""
    block = []
    for filters in (32, 64):
        block += [
            layers.Conv2D(filters, (3, 3), padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.Conv2D(filters, (3, 3), padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D((2, 2)),
            layers.Dropout(0.3),
        ]
    head = [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dense(10)]
    return _in_a_row((32, 32, 3), layers.Rescaling(1 / 127.5, offset=-1), *block, *head)


def residual_network():
    """Build the toy ResNet of Keras's guide to the functional API."""
    picture = keras.Input((32, 32, 3), name="img")
    x = layers.Conv2D(32, 3, activation="relu")(picture)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    block = layers.MaxPooling2D(3)(x)
    for _ in range(2):
        x = layers.Conv2D(64, 3, activation="relu", padding="same")(block)
        x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
        block = layers.Add()([x, block])
    x = layers.Conv2D(64, 3, activation="relu")(block)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.5)(layers.Dense(256, activation="relu")(x))
    return keras.Model(picture, layers.Dense(10)(x), name="toy_resnet")


@pytest.mark.parametrize("build", [mnist_convnet, cifar_convnet, residual_network])
def test_networks_of_public_examples_answer_in_every_layer_as_in_keras(build, tmp_path):
    cnn = build()
    randomize(cnn)

    apart = list(differences({"it": (cnn, pictures(cnn, seed=1))}, tmp_path))

    assert [each for each in apart if not each[2] <= TOLERANCE] == []
    assert np.isfinite([each[2] for each in apart]).all()
