"""Small networks with every kind of layer, and what the browser's modules say about them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from asking import Browser, described
from keras import layers

from model.export.onnx_nodes import ACTIVATIONS
from model.inference.catalogue import Card
from model.inference.layers import INPUT

EXPLAIN = Path(__file__).with_name("explain.mjs")

FUNCTIONS = [*ACTIVATIONS, "relu6", "silu"]  # all that a network may have


def convolutions(x):
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="leaky_relu")(x)  # (14, 14, 4)
    x = layers.Conv2D(6, (2, 5), dilation_rate=2, padding="same", use_bias=False)(x)
    x = layers.Conv2D(6, 3, groups=2, activation="tanh")(x)  # (12, 12, 6)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="gelu")(x)
    x = layers.SeparableConv2D(5, (3, 2), padding="same", depth_multiplier=2, strides=2)(x)
    x = layers.SeparableConv2D(4, 2, use_bias=False, activation="silu")(x)  # (5, 5, 4)
    return layers.Flatten()(x)


def pools(x):
    x = layers.ZeroPadding2D(((1, 2), (3, 0)))(x)  # (31, 31, 1)
    x = layers.Conv2D(4, 3, strides=(1, 2), activation="selu")(x)  # (29, 15, 4)
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)  # (15, 8, 4)
    x = layers.AveragePooling2D(2, strides=1, padding="same")(x)
    x = layers.AveragePooling2D((3, 2))(x)  # (5, 4, 4)
    largest = layers.Flatten()(layers.GlobalMaxPooling2D(keepdims=True)(x))
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), largest])  # (8,)
    return layers.Dropout(0.5)(layers.Dense(12, activation="softplus")(x))


def residual(x):
    x = layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False)(x)  # (14, 14, 4)
    start = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2D(4, 3, padding="same")(start)
    x = layers.BatchNormalization(scale=False, center=False, epsilon=0.1)(x)
    x = layers.ReLU(max_value=2)(layers.Add()([start, x]))
    near = layers.LeakyReLU(negative_slope=0.1)(layers.Conv2D(3, 1)(x))
    far = layers.ELU(alpha=0.5)(layers.Conv2D(2, 5, padding="same")(x))
    x = layers.Concatenate()([near, far])  # (14, 14, 5)
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    gate = layers.Conv2D(5, 1, activation="sigmoid")(gate)  # (1, 1, 5)
    x = layers.Flatten()(layers.MaxPooling2D(2)(layers.Multiply()([x, gate])))
    return layers.BatchNormalization()(layers.Dense(8)(x))


def rarities(x):
    x = layers.Rescaling(2.0, offset=-0.5)(x)
    one = layers.SpatialDropout2D(0.5)(layers.Conv2D(4, 3, strides=3)(x))  # (9, 9, 4)
    other = layers.GaussianNoise(1.0)(layers.Conv2D(4, 5, strides=3, padding="same")(x))
    other = layers.Conv2D(4, 2)(other)
    merged = [
        kind()([one, other])
        for kind in (layers.Subtract, layers.Average, layers.Maximum, layers.Minimum)
    ]
    x = layers.Softmax()(layers.Concatenate()([*merged, one, one]))
    x = layers.Reshape((27, 24, 3))(x)
    answers = [layers.Conv2D(3, 1, activation=name)(x) for name in FUNCTIONS]
    answers += [layers.Activation(name)(x) for name in FUNCTIONS]
    return layers.Flatten()(layers.AveragePooling2D(9)(layers.Concatenate()(answers)))


def enlarged(x):
    """Make maps smaller and larger again, as networks do that draw."""
    x = layers.Normalization(mean=0.3, variance=0.2)(x)
    x = layers.Conv2D(4, 3, strides=3)(x)  # (9, 9, 4)
    x = layers.GroupNormalization(2)(x)
    x = layers.Conv2DTranspose(6, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.PReLU(shared_axes=[1, 2])(x)  # (18, 18, 6)
    x = layers.Cropping2D(((1, 2), (3, 0)))(x)  # (15, 15, 6)
    x = layers.LayerNormalization()(x)
    x = layers.UpSampling2D((1, 2), interpolation="bilinear")(x)  # (15, 30, 6)
    x = layers.MaxPooling2D(2)(x)  # (7, 15, 6)
    x = layers.Conv2DTranspose(3, (2, 4), strides=(3, 1), use_bias=False)(x)  # (21, 18, 3)
    x = layers.UpSampling2D(2)(layers.AveragePooling2D(3)(x))  # (14, 12, 3)
    x = layers.Conv2DTranspose(2, 3, padding="same", activation="tanh")(x)
    x = layers.PReLU()(layers.LayerNormalization(axis=[1, 2], epsilon=0.01)(x))
    x = layers.ReLU(max_value=1.5, negative_slope=0.25, threshold=0.5)(x)
    return layers.GroupNormalization(4)(layers.Dense(8)(layers.Flatten()(x)))


BODIES: dict[str, Callable] = {
    "convolutions": convolutions,
    "pools": pools,
    "residual": residual,
    "rarities": rarities,
    "enlarged": enlarged,
}


def build(name: str) -> keras.Model:
    """Build one of the networks; all its numbers are random."""
    digit = keras.Input((28, 28, 1), name="digit")
    cnn = keras.Model(digit, layers.Dense(10, name="logits")(BODIES[name](digit)))
    randomize(cnn)
    return cnn


def randomize(cnn: keras.Model, seed: int = 0) -> None:
    """Give a network weights that are random, and large enough to count."""
    rng = np.random.default_rng(seed)
    for variable in cnn.weights:
        if not np.issubdtype(keras.backend.standardize_dtype(variable.dtype), np.floating):
            continue  # what a Normalization has counted
        variable.assign(_numbers(variable, rng).astype(np.float32))
    for layer in cnn.layers:
        if isinstance(layer, layers.Normalization):
            layer.finalize_state()  # its numbers are taken from its weights


def _numbers(variable: keras.Variable, rng: np.random.Generator) -> np.ndarray:
    if "variance" in variable.name:
        return rng.uniform(0.5, 2, variable.shape)
    if variable.ndim == 1:
        return rng.normal(0.5, 0.5, variable.shape)
    inputs = np.prod(variable.shape[:-1])
    return rng.normal(0, (2 / inputs) ** 0.5, variable.shape)


def activations(cnn: keras.Model, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """Let Keras answer one digit, `(28, 28)` in [0, 1], with every layer."""
    probe = keras.Model(cnn.inputs[0], {layer.name: layer.output for layer in cnn.layers})
    answers = probe(pixels[np.newaxis, ..., np.newaxis], training=False)
    return {name: np.asarray(answer)[0] for name, answer in answers.items()}


def description(network_id: str) -> bytes:
    """Fetch a network's layers and weights as a browser does."""
    response = described(Browser(), network_id)
    assert response.status_code == 200
    return response.content


def ask(folder: Path, described: bytes, pixels: np.ndarray, **questions: list) -> dict[str, list]:
    """Ask the browser's modules, in Node."""
    (folder / "description").write_bytes(described)
    (folder / "pixels").write_bytes(pixels.astype("<f4").tobytes())
    (folder / "questions").write_text(json.dumps(questions))
    done = subprocess.run(["node", EXPLAIN, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def random_cells(card: Card, count: int, seed: int) -> list[tuple[str, list[int]]]:
    """Choose cells at random, from each layer but the input as many as from any other."""
    rng = np.random.default_rng(seed)
    answering = [layer for layer in card.layers if layer.kind != INPUT]
    chosen = [answering[index % len(answering)] for index in range(count)]
    return [(layer.name, rng.integers(layer.output_shape).tolist()) for layer in chosen]
