"""Measures how fast networks are trained here, beside the usual way."""

import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from model.data.datasets import Dataset, Digits
from model.experiments.recipes import PLAIN, QUICK, Recipe
from model.inference.layers import weight_name
from model.training.batches import TrainingData, gather
from model.training.build import build
from model.training.callbacks import TrainingCallbacks
from model.training.loop import train
from model.training.predictor import logits_predictor

_DIGITS = 55_000  # trained on in each turn: as many as there are of MNIST
_VALIDATION = 5_000  # digits kept apart, as of MNIST
_WARMING = 40  # batches that are not counted: the first ones trace


def beside_fit(architecture: str, rounds: int = 3) -> tuple[float, float]:
    """Measure digits a second of a bare `model.fit`, and of our training while it is monitored.

    Both train the same network on the same digits in batches of the same size; they take turns,
    and the medians are given.
    """
    recipe = replace(PLAIN, epochs=1, validation=0)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (_DIGITS, 28, 28), np.uint8)
    digits = Digits(pixels, rng.integers(0, 10, _DIGITS, np.uint8))
    data = TrainingData(digits, digits[:_VALIDATION], digits[:0], pixels[:0])
    speeds = [
        (_of_fit(architecture, digits, recipe), _of_ours(architecture, data, recipe))
        for _ in range(rounds)
    ]
    usual, ours = (statistics.median(each) for each in zip(*speeds, strict=True))
    return usual, ours


class _Clock(keras.callbacks.Callback):
    """Notes when each batch is over."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Note the moment."""
        self.times.append(time.perf_counter())


def _of_fit(architecture: str, digits: Digits, recipe: Recipe) -> float:
    cnn = build(architecture, seed=0)
    cnn.compile(
        keras.optimizers.AdamW(recipe.learning_rate, weight_decay=recipe.weight_decay),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=recipe.jit_compile,
    )
    clock = _Clock()
    cnn.fit(
        digits.pixels[..., np.newaxis].astype(np.float32) / 255,
        np.eye(10, dtype=np.float32)[digits.labels],
        batch_size=recipe.batch_size,
        callbacks=[clock],
        verbose=0,
    )
    return _speed(clock.times, recipe)


def _of_ours(architecture: str, data: TrainingData, recipe: Recipe) -> float:
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        train(
            architecture,
            data,
            recipe,
            folder=Path(folder),
            callbacks=TrainingCallbacks(
                on_batch=lambda done, total, loss: times.append(time.perf_counter())
            ),
        )
    return _speed(times, recipe)


def _speed(times: list[float], recipe: Recipe) -> float:
    counted = times[_WARMING:]
    return (len(counted) - 1) * recipe.batch_size / (counted[-1] - counted[0])


def to_accuracy(
    architecture: str, dataset: Dataset, goals: tuple[float, ...]
) -> list[tuple[float, float] | None]:
    """Train by the quick recipe; return after how many epochs and seconds each goal was reached.

    The goals are shares of the test digits that are read right. They are looked for in the
    snapshots that the training leaves, after each quarter of an epoch; None where none is as good.
    """
    data = gather(dataset, QUICK)
    cnn = build(architecture, seed=QUICK.seed)
    reached: list[tuple[float, float] | None] = [None] * len(goals)
    with tempfile.TemporaryDirectory() as folder:
        train(architecture, data, QUICK, folder=Path(folder))
        for path in sorted((Path(folder) / "snapshots").glob("*.npz")):
            with np.load(path, allow_pickle=False) as arrays:
                pulse = json.loads(str(arrays["meta"]))
                for layer in cnn.layers:
                    for weight in layer.weights:
                        weight.assign(arrays[weight_name(layer.name, weight.name)])
            found = logits_predictor(cnn).predict(dataset.test.pixels)["logits"].argmax(axis=1)
            accuracy = float(np.mean(found == dataset.test.labels))
            here = (pulse["epoch"], pulse["seconds"])
            reached = [
                before or (here if accuracy >= goal else None)
                for before, goal in zip(reached, goals, strict=True)
            ]
    return reached
