"""Asks a network in training for answers, in Keras's compiled way, without disturbing it."""

from collections.abc import Mapping

import keras
import numpy as np


class Reader:
    """Gives outputs of a network, with its weights as they are at each call."""

    def __init__(
        self,
        source: keras.KerasTensor,
        outputs: Mapping[str, keras.KerasTensor],
        *,
        at_once: int = 500,
    ) -> None:
        self._model = keras.Model(source, dict(outputs))
        self._model.compile(jit_compile=keras.backend.backend() == "jax")
        self._at_once = at_once  # digits; always as many, since some backends compile for each size

    def read(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """Read digits `(n, 28, 28)` uint8, at least one; float32 whatever it computes in."""
        parts: dict[str, list[np.ndarray]] = {}
        for start in range(0, len(pixels), self._at_once):
            some = pixels[start : start + self._at_once, ..., np.newaxis].astype(np.float32) / 255
            missing = self._at_once - len(some)
            full = np.pad(some, ((0, missing), (0, 0), (0, 0), (0, 0)))
            for name, answer in self._model.predict_on_batch(full).items():
                parts.setdefault(name, []).append(answer[: len(some)].astype(np.float32))
        return {name: np.concatenate(each) for name, each in parts.items()}


def reader_of_logits(cnn: keras.Model, *, at_once: int = 500) -> Reader:
    """Make a reader that gives a network's logits `(n, 10)` as "logits"."""
    return Reader(cnn.inputs[0], {"logits": cnn.outputs[0]}, at_once=at_once)
