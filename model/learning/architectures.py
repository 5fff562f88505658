"""The architectures that can be trained here, each by its name.

Each is a plain functional network of `(28, 28, 1)` that ends in ten logits. To add one, write
its function and give it a line in `ARCHITECTURES`.
"""

from collections.abc import Callable

import keras
from keras import layers

from model.serving.sentences import N_, Refusal


def convscope(digit: keras.KerasTensor) -> keras.KerasTensor:
    """Stack four convolutions and two poolings, at most 32 filters each: small enough to watch."""
    x = layers.Conv2D(16, 5, padding="same", activation="relu", name="conv1")(digit)  # (28, 28, 16)
    x = layers.MaxPooling2D(2, name="pool1")(x)  # (14, 14, 16)
    x = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv2")(x)
    x = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv3")(x)
    x = layers.MaxPooling2D(2, name="pool2")(x)  # (7, 7, 32)
    x = layers.Conv2D(32, 3, activation="relu", name="conv4")(x)  # (5, 5, 32)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(64, activation="relu", name="dense")(x)
    return layers.Dense(10, name="logits")(x)


def lenet5(digit: keras.KerasTensor) -> keras.KerasTensor:
    """Build LeNet-5 as it is taught: tanh, averages, two convolutions and three dense layers.

    After Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998; its
    second convolution reads all maps, its subsampling has no weights, and it ends in logits.
    """
    x = layers.Conv2D(6, 5, padding="same", activation="tanh", name="c1")(digit)  # (28, 28, 6)
    x = layers.AveragePooling2D(2, name="s2")(x)
    x = layers.Conv2D(16, 5, activation="tanh", name="c3")(x)  # (10, 10, 16)
    x = layers.AveragePooling2D(2, name="s4")(x)
    x = layers.Conv2D(120, 5, activation="tanh", name="c5")(x)  # (1, 1, 120)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(84, activation="tanh", name="f6")(x)
    return layers.Dense(10, name="logits")(x)


def tiny(digit: keras.KerasTensor) -> keras.KerasTensor:
    """Build the least that still has every part; for trying things out in a second."""
    x = layers.Conv2D(4, 3, activation="relu", name="conv1")(digit)  # (26, 26, 4)
    x = layers.MaxPooling2D(2, name="pool1")(x)  # (13, 13, 4)
    x = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu", name="conv2")(x)
    x = layers.Flatten(name="flatten")(x)
    return layers.Dense(10, name="logits")(x)


ARCHITECTURES: dict[str, Callable[[keras.KerasTensor], keras.KerasTensor]] = {
    "convscope": convscope,
    "lenet5": lenet5,
    "tiny": tiny,
}


def build(architecture: str, *, seed: int) -> keras.Model:
    """Build a network by its architecture's name, with weights that follow from the seed."""
    if architecture not in ARCHITECTURES:
        raise Refusal(
            N_("There is no architecture {name}; there are {known}."),
            name=repr(architecture)[:80],
            known=", ".join(ARCHITECTURES),
        )
    keras.utils.set_random_seed(seed)
    digit = keras.Input((28, 28, 1), name="digit")
    return keras.Model(digit, ARCHITECTURES[architecture](digit), name=architecture)
