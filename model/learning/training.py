"""Trains a network, tells its progress to plain functions, and can be interrupted at any moment."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from model.learning import architectures, checkpoints
from model.learning.checkpoints import Epoch
from model.learning.datasets import Digits
from model.learning.designs import Design
from model.learning.mixing import Material, Mixture
from model.learning.recipes import Recipe
from model.serving.sentences import N_, Refusal

BatchListener = Callable[[int, int, float], None]  # batches done, of how many in all, loss so far
EpochListener = Callable[[list[Epoch]], None]  # all epochs that are over, the newest last


def train(
    design: Design | str,
    material: Material,
    recipe: Recipe,
    *,
    checkpoint: Path | None = None,
    on_batch: BatchListener = lambda done, total, loss: None,
    on_epoch: EpochListener = lambda history: None,
) -> tuple[keras.Model, list[Epoch]]:
    """Train a network and give it back with the average of its last weights.

    After each epoch everything is written to `checkpoint`; where that file exists already, the
    training goes on from it and ends as if it had never stopped. A listener that raises ends the
    training. A Refusal says when the loss is no number any more.
    """
    recipe.check()
    cnn = architectures.build(design, seed=recipe.seed)
    steps = Mixture(material, recipe).steps
    cnn.compile(
        _optimizer(recipe, steps * recipe.epochs),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.MeanMetricWrapper(digit_accuracy, name="accuracy")],
        jit_compile=recipe.jit_compile or keras.backend.backend() == "jax",  # step by step else
    )
    cnn.optimizer.build(cnn.trainable_variables)
    history: list[Epoch] = []
    if checkpoint and checkpoint.exists():
        history = checkpoints.restore(checkpoint, cnn)
    watcher = _Watcher(history, material.validation, steps, checkpoint, on_batch, on_epoch)
    if len(history) < recipe.epochs:
        cnn.fit(
            Mixture(material, recipe, len(history)),
            initial_epoch=len(history),
            epochs=recipe.epochs,
            steps_per_epoch=steps,
            shuffle=False,  # Keras would shuffle the batches, each time in another way
            callbacks=[watcher],
            verbose=0,
        )
    cnn.optimizer.finalize_variable_values(cnn.trainable_variables)  # the averages are kept
    return cnn, history


def digit_accuracy(targets: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Tell the share of a batch's digits that are read right; what is no digit does not count."""
    digits = keras.ops.cast(keras.ops.max(targets, axis=-1) > 0.5, "float32")
    right = keras.ops.equal(keras.ops.argmax(targets, axis=-1), keras.ops.argmax(logits, axis=-1))
    count = keras.ops.maximum(keras.ops.sum(digits), 1.0)
    return keras.ops.sum(keras.ops.cast(right, "float32") * digits) / count


def logits_of(cnn: keras.Model, digits: Digits) -> np.ndarray:
    """Classify digits with Keras, some hundreds at a time: logits `(n, 10)`."""
    answers = []
    for start in range(0, len(digits), 500):
        pixels = digits.pixels[start : start + 500, ..., np.newaxis].astype(np.float32) / 255
        answers.append(keras.ops.convert_to_numpy(cnn(pixels, training=False)))
    return np.concatenate(answers)


def _optimizer(recipe: Recipe, steps: int) -> keras.Optimizer:
    """AdamW whose learning rate makes one cycle, and which keeps an average of the weights.

    The cycle is that of L. Smith and N. Topin, "Super-convergence", 2018, with half a cosine down.
    """
    warmup = round(steps * recipe.warmup)
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.learning_rate / 25,
        max(1, steps - warmup),
        alpha=0.002,
        warmup_target=recipe.learning_rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(
        rate,
        weight_decay=recipe.weight_decay,
        use_ema=True,
        ema_momentum=1 - 1 / max(1, steps * recipe.averaging),
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


class _Watcher(keras.callbacks.Callback):
    """Measures, saves and tells after each epoch; ends a training that has gone astray."""

    def __init__(
        self,
        history: list[Epoch],
        validation: Digits,
        steps: int,
        checkpoint: Path | None,
        on_batch: BatchListener,
        on_epoch: EpochListener,
    ) -> None:
        super().__init__()
        self._history = history
        self._validation = validation
        self._steps = steps
        self._checkpoint = checkpoint
        self._on_batch = on_batch
        self._on_epoch = on_epoch
        self._begun = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._begun = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise Refusal(
                N_("The loss is no number any more in epoch {epoch}: learn more slowly."),
                epoch=len(self._history) + 1,
            )
        done = len(self._history) * self._steps + batch + 1
        self._on_batch(done, self._steps * self.params["epochs"], loss)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._history.append(
            Epoch(
                epoch + 1,
                float(logs["loss"]),
                float(logs["accuracy"]),
                self._validation_accuracy(),
                time.monotonic() - self._begun,
            )
        )
        if self._checkpoint:
            checkpoints.save(self._checkpoint, self.model, self._history)
        self._on_epoch(self._history)

    def _validation_accuracy(self) -> float | None:
        """Measure the averaged weights, which are those that will be kept."""
        if not len(self._validation):
            return None
        variables = self.model.trainable_variables
        averages = self.model.optimizer._model_variables_moving_average
        latest = [keras.ops.convert_to_numpy(variable) for variable in variables]
        for variable, average in zip(variables, averages, strict=True):
            variable.assign(keras.ops.convert_to_numpy(average))
        found = logits_of(self.model, self._validation).argmax(axis=1)
        for variable, value in zip(variables, latest, strict=True):
            variable.assign(value)
        return float(np.mean(found == self._validation.labels))
