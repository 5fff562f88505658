"""The batches a network is trained on: real digits, generated handwriting, and outliers."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import keras
import numpy as np

from model.data.augmentation import augment
from model.data.datasets import Dataset, Digits
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.training.device import replicas

FIRST = (50, 120, 250, 500, 1000)  # digits seen at which some batch ends
_Job = tuple[Callable[[int, int], Any], int, int]  # what to call with a count and a seed
_PIECE = 1000  # pictures generated at a time; the seed of each piece follows from its number


@dataclass(frozen=True)
class TrainingData:
    """Everything that the batches of one training are drawn from."""

    real: Digits  # of the data set
    validation: Digits  # kept apart from `real`; may be empty
    synthetic: Digits  # generated handwriting; may be empty
    outliers: np.ndarray  # (n, 28, 28) uint8: scribbles and letters; may be empty


def gather(
    dataset: Dataset,
    recipe: Recipe,
    *,
    processes: int = 1,
    on_generated: Callable[[int, int], None] = lambda done, total: None,
) -> TrainingData:
    """Split the data set and generate the pictures that the recipe asks for.

    `processes` generate them side by side; the result does not depend on their number.
    `on_generated` is called with the number of pictures that are generated, and of how many.
    """
    real, validation = dataset.split(recipe.seed, recipe.validation)
    real = _some(real, recipe.digits, recipe.seed)
    digits = recipe.generated if recipe.synthetic_per_batch else 0
    outliers = recipe.generated // 3 if recipe.outliers_per_batch else 0
    jobs: list[_Job] = [(hand.digits, *piece) for piece in _pieces(digits, recipe.seed)]
    jobs += [(hand.outliers, *piece) for piece in _pieces(outliers, recipe.seed)]
    generated, done = [], 0
    for pictures in _performed(jobs, processes):
        generated.append(pictures)
        done += min(_PIECE, digits + outliers - done)
        on_generated(done, digits + outliers)
    split = len(_pieces(digits, 0))
    pixels = [np.empty((0, 28, 28), np.uint8), *(pair[0] for pair in generated[:split])]
    labels = [np.empty(0, np.uint8), *(pair[1] for pair in generated[:split])]
    no_digits = [np.empty((0, 28, 28), np.uint8), *generated[split:]]
    synthetic = Digits(np.concatenate(pixels), np.concatenate(labels))
    return TrainingData(real, validation, synthetic, np.concatenate(no_digits))


def _some(digits: Digits, count: int, seed: int) -> Digits:
    """Choose so many digits, which follow from the seed; all where `count` is 0."""
    if not 0 < count < len(digits):
        return digits
    return digits[np.sort(np.random.default_rng([seed, count]).permutation(len(digits))[:count])]


def _pieces(count: int, seed: int) -> list[tuple[int, int]]:
    starts = range(0, count, _PIECE)
    return [(min(_PIECE, count - start), seed * 100_003 + start // _PIECE) for start in starts]


def _performed(jobs: list[_Job], processes: int) -> Iterator[Any]:
    if processes <= 1 or len(jobs) <= 2:  # a new process costs as much as generating a piece
        yield from (generate(count, seed) for generate, count, seed in jobs)
        return
    pool = ProcessPoolExecutor(
        processes,
        get_context("spawn"),  # a fork of a process that holds TensorFlow can hang
        signal.signal,
        (signal.SIGINT, signal.SIG_IGN),  # Ctrl-C is for the one that collects
    )
    try:
        futures = [pool.submit(generate, count, seed) for generate, count, seed in jobs]
        yield from (future.result() for future in futures)
    finally:
        pool.shutdown(cancel_futures=True)


class BatchSequence(keras.utils.PyDataset):
    """All batches of a training: pixels `(n, 28, 28, 1)` and targets `(n, 10)`, both float32.

    A batch follows from the recipe's seed and its own number in the whole training, and from
    nothing else: a training resumed anywhere sees what it would have seen. Where nothing but
    digits of the data set is shown, the first of them come in smaller batches that end at each of
    `FIRST`, so that a training can be watched from its first steps on.
    """

    def __init__(self, data: TrainingData, recipe: Recipe, done: int = 0) -> None:
        """Begin after `done` batches, those of an interrupted training."""
        super().__init__()
        self.recipe = recipe
        self.augmentation = recipe.augmentation  # may be changed at any time
        self._data = data
        self._done = done  # batches that are over
        self._first = _first_sizes(recipe, len(data.real))
        begun = sum(self._first)  # digits of the first epoch that come in smaller batches
        self.steps = -(
            -len(data.real) // recipe.real_per_batch
        )  # of an epoch, except for the first
        self.first_steps = len(self._first) + -(-(len(data.real) - begun) // recipe.real_per_batch)
        self._orders: dict[int, np.ndarray] = {}

    @property
    def batches(self) -> int:
        """Number of batches in the whole training."""
        return self.epoch_end(self.recipe.epochs)

    def __len__(self) -> int:
        """Return the number of batches that are left."""
        return self.batches - self._done

    def epoch_end(self, epoch: int) -> int:
        """Return after how many batches an epoch is over; the first epoch is 1."""
        return self.first_steps + (epoch - 1) * self.steps

    def pictures_in(self, batches: int) -> int:
        """Return how many pictures the first `batches` batches hold together."""
        small = self._first[:batches]
        return sum(small) + (batches - len(small)) * self.recipe.batch_size

    def digits_seen(self, batches: int) -> int:
        """Return how many pictures were seen after `batches`, each digit once in an epoch.

        The last batch of an epoch is filled up with digits that the epoch began with.
        """
        if batches < self.first_steps:
            return self.pictures_in(batches)
        digits, usual = len(self._data.real), self.recipe.real_per_batch
        first = sum(self._first) + (self.first_steps - len(self._first)) * usual
        later = (batches - self.first_steps) // self.steps  # epochs after the first that are over
        return self.pictures_in(batches) - (first - digits) - later * (self.steps * usual - digits)

    def epochs_seen(self, batches: int) -> float:
        """Return how many epochs are over after `batches`, with the share of the present one."""
        if batches <= self.first_steps:
            return batches / self.first_steps
        return 1 + (batches - self.first_steps) / self.steps

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the batch that comes after so many others."""
        recipe, data = self.recipe, self._data
        epoch, step, begin, count = self._place(self._done + index)
        rng = np.random.default_rng([recipe.seed, epoch, step])
        places = np.arange(begin, begin + count) % len(data.real)
        digits = data.real[self._order(epoch)[places]]
        synthetic = data.synthetic[_draw(len(data.synthetic), recipe.synthetic_per_batch, rng)]
        outliers = data.outliers[_draw(len(data.outliers), recipe.outliers_per_batch, rng)]
        pixels = np.concatenate([digits.pixels, synthetic.pixels, outliers])
        pixels = augment(pixels, rng, self.augmentation).astype(np.float32) / 255
        labels = np.concatenate([digits.labels, synthetic.labels])
        return pixels[..., np.newaxis], _targets(labels, len(outliers), recipe.label_smoothing)

    def _place(self, number: int) -> tuple[int, int, int, int]:
        """Return a batch's epoch and number there, its first digit, and how many it has."""
        small, usual = len(self._first), self.recipe.real_per_batch
        if number < small:
            return 0, number, sum(self._first[:number]), self._first[number]
        if number < self.first_steps:
            return 0, number, sum(self._first) + (number - small) * usual, usual
        epoch, step = divmod(number - self.first_steps, self.steps)
        return epoch + 1, step, step * usual, usual

    def _order(self, epoch: int) -> np.ndarray:
        if epoch not in self._orders:
            rng = np.random.default_rng([self.recipe.seed, epoch])
            order = rng.permutation(len(self._data.real))
            self._orders = {**dict(list(self._orders.items())[-1:]), epoch: order}
        return self._orders[epoch]


def _first_sizes(recipe: Recipe, digits: int) -> list[int]:
    """Divide the way to each of `FIRST` into batches of about the same size.

    Where several GPUs share a batch, each is a multiple of their number.
    """
    if recipe.real_per_batch < recipe.batch_size:
        return []
    among = replicas(recipe.batch_size)
    sizes: list[int] = []
    for begin, end in pairwise((0, *FIRST)):
        if end <= digits:
            bounds = np.linspace(begin, end, -(-(end - begin) // recipe.batch_size) + 1)
            sizes += np.diff(bounds.astype(int) // among * among).tolist()
    return sizes


def _draw(available: int, count: int, rng: np.random.Generator) -> np.ndarray:
    if count == 0:
        return np.empty(0, np.int64)
    return rng.integers(available, size=count)


def _targets(labels: np.ndarray, outliers: int, smoothing: float) -> np.ndarray:
    """Smooth the one-hot labels; the targets of outliers are uniform over the ten digits."""
    smoothed = np.eye(10, dtype=np.float32)[labels] * (1 - smoothing) + smoothing / 10
    return np.concatenate([smoothed, np.full((outliers, 10), 0.1, np.float32)])
