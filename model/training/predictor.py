"""Predicts digits with a network in training, in Keras's compiled way, without disturbing it."""

from collections.abc import Mapping

import keras
import numpy as np


class BatchPredictor:
    """Computes outputs of a network, with its weights as they are at each call."""

    def __init__(
        self,
        source: keras.KerasTensor,
        outputs: Mapping[str, keras.KerasTensor],
        *,
        batch_size: int = 500,
    ) -> None:
        """Compile for batches of always the same size: some backends compile for each one."""
        self._model = keras.Model(source, dict(outputs))
        self._model.compile(jit_compile=keras.backend.backend() == "jax")
        self._batch_size = batch_size

    def predict(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        """Return every output for digits `(n, 28, 28)` uint8, at least one of them.

        The outputs are float32 whatever the network computes in.
        """
        parts: dict[str, list[np.ndarray]] = {}
        for start in range(0, len(pixels), self._batch_size):
            some = pixels[start : start + self._batch_size, ..., np.newaxis]
            missing = self._batch_size - len(some)
            full = np.pad(some.astype(np.float32) / 255, ((0, missing), (0, 0), (0, 0), (0, 0)))
            for name, output in self._model.predict_on_batch(full).items():
                parts.setdefault(name, []).append(output[: len(some)].astype(np.float32))
        return {name: np.concatenate(each) for name, each in parts.items()}


def logits_predictor(cnn: keras.Model) -> BatchPredictor:
    """Return a predictor of a network's logits `(n, 10)`, named "logits"."""
    return BatchPredictor(cnn.inputs[0], {"logits": cnn.outputs[0]})
