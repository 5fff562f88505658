"""The usual ways of asking Keras for one digit, to be measured against."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from model.data.datasets import Digits
from model.experiments.recipes import Recipe
from model.training.batches import TrainingData
from model.training.loop import train


def passes(path: Path) -> dict[str, Callable[[np.ndarray], object]]:
    """Load a network and return each way by its name.

    A way takes pixels `(28, 28)` and answers for every layer, as NumPy arrays.
    """
    cnn = keras.models.load_model(path, compile=False)
    layers = [layer for layer in cnn.layers if not isinstance(layer, keras.layers.InputLayer)]
    probe = keras.Model(cnn.inputs[0], {layer.name: layer.output for layer in layers})

    def batch(pixels: np.ndarray) -> np.ndarray:
        return pixels[np.newaxis, :, :, np.newaxis]

    def eager(pixels: np.ndarray) -> object:
        answers = probe(batch(pixels), training=False)
        return {name: keras.ops.convert_to_numpy(each) for name, each in answers.items()}

    return {
        "model.predict": lambda pixels: probe.predict(batch(pixels), verbose=0),
        "model(x)": eager,
        "predict_on_batch": lambda pixels: probe.predict_on_batch(batch(pixels)),
    }


def training_speed(architecture: str) -> float:
    """Return how many pictures a second are trained on here, augmentation included."""
    recipe = Recipe(epochs=2, synthetic=0.0, outliers=0.0, validation=0)
    rng = np.random.default_rng(0)
    digits = Digits(
        rng.integers(0, 256, (6400, 28, 28), np.uint8), rng.integers(0, 10, 6400, np.uint8)
    )
    nothing = digits[:0]
    data = TrainingData(digits, nothing, nothing, nothing.pixels)
    history = train(architecture, data, recipe).history
    return len(digits) / history[-1].seconds  # the first epoch also traces
