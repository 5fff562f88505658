"""What a network is shown: real digits, our own handwriting, and things that are no digit."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context

import keras
import numpy as np

from model.data.augmentation import augment
from model.data.datasets import Dataset, Digits
from model.experiments.recipes import Recipe
from model.handwriting import hand
from model.training.device import replicas

FIRST = (50, 120, 250, 500, 1000)  # digits seen at which some batch ends
_PIECE = 1000  # pictures that are written at a time; the seed of each piece follows from its number


@dataclass(frozen=True)
class Material:
    """Everything that one training draws from."""

    real: Digits
    validation: Digits  # may be empty
    synthetic: Digits
    outliers: np.ndarray  # (n, 28, 28) uint8


def gather(
    dataset: Dataset,
    recipe: Recipe,
    *,
    processes: int = 1,
    on_written: Callable[[int, int], None] = lambda done, total: None,
) -> Material:
    """Split the data set and write what the recipe asks for, in as many processes as are given.

    `on_written` is told how many pictures are written, and of how many.
    """
    real, validation = dataset.split(recipe.seed, recipe.validation)
    real = _some(real, recipe.digits, recipe.seed)
    digits = recipe.written if recipe.ours else 0
    outliers = recipe.written // 3 if recipe.strange else 0
    jobs = [(hand.digits, *piece) for piece in _pieces(digits, recipe.seed)]
    jobs += [(hand.outliers, *piece) for piece in _pieces(outliers, recipe.seed)]
    written, done = [], 0
    for pictures in _performed(jobs, processes):
        written.append(pictures)
        done += min(_PIECE, digits + outliers - done)
        on_written(done, digits + outliers)
    split = len(_pieces(digits, 0))
    pixels = [np.empty((0, 28, 28), np.uint8), *(pair[0] for pair in written[:split])]
    labels = [np.empty(0, np.uint8), *(pair[1] for pair in written[:split])]
    strange = [np.empty((0, 28, 28), np.uint8), *written[split:]]
    synthetic = Digits(np.concatenate(pixels), np.concatenate(labels))
    return Material(real, validation, synthetic, np.concatenate(strange))


def _some(digits: Digits, count: int, seed: int) -> Digits:
    """Choose so many digits, which follow from the seed; all where `count` is 0."""
    if not 0 < count < len(digits):
        return digits
    return digits[np.sort(np.random.default_rng([seed, count]).permutation(len(digits))[:count])]


def _pieces(count: int, seed: int) -> list[tuple[int, int]]:
    starts = range(0, count, _PIECE)
    return [(min(_PIECE, count - start), seed * 100_003 + start // _PIECE) for start in starts]


def _performed(jobs: list[tuple[Callable, int, int]], processes: int) -> Iterator:
    if processes <= 1 or len(jobs) <= 2:  # a new process costs as much as writing a piece
        yield from (write(count, seed) for write, count, seed in jobs)
        return
    pool = ProcessPoolExecutor(
        processes,
        get_context("spawn"),  # a fork of a process that holds TensorFlow can hang
        signal.signal,
        (signal.SIGINT, signal.SIG_IGN),  # Ctrl-C is for the one that collects
    )
    try:
        written = [pool.submit(write, count, seed) for write, count, seed in jobs]
        yield from (pictures.result() for pictures in written)
    finally:
        pool.shutdown(cancel_futures=True)


class Mixture(keras.utils.PyDataset):
    """All batches of a training: pixels `(n, 28, 28, 1)` and targets `(n, 10)`.

    A batch follows from the recipe's seed and its own number in the whole training, and from
    nothing else: what is taken up again anywhere sees what it would have seen. Where nothing but
    digits of the data set is shown, the first of them come in smaller batches that end at each of
    `FIRST`, so that a training can be watched from its first steps on.
    """

    def __init__(self, material: Material, recipe: Recipe, done: int = 0) -> None:
        super().__init__()
        self.augmentation = recipe.augmentation  # may be changed at any time
        self._material = material
        self._recipe = recipe
        self._done = done  # batches that are over
        self._first = _first_sizes(recipe, len(material.real))
        begun = sum(self._first)  # digits of the first epoch that come in smaller batches
        self.steps = -(-len(material.real) // recipe.real)  # of an epoch, except for the first
        self.first_steps = len(self._first) + -(-(len(material.real) - begun) // recipe.real)
        self._orders: dict[int, np.ndarray] = {}

    @property
    def batches(self) -> int:
        """Count the batches of the whole training."""
        return self.ends(self._recipe.epochs)

    def __len__(self) -> int:
        """Count the batches that are left."""
        return self.batches - self._done

    def ends(self, epoch: int) -> int:
        """Tell after how many batches an epoch is over, the first having number 1."""
        return self.first_steps + (epoch - 1) * self.steps

    def held(self, batches: int) -> int:
        """Tell how many pictures so many batches hold together."""
        small = self._first[:batches]
        return sum(small) + (batches - len(small)) * self._recipe.batch_size

    def shown(self, batches: int) -> int:
        """Tell how many pictures so many batches show, each digit counted once in an epoch.

        The last batch of an epoch is filled up with digits that the epoch began with.
        """
        if batches < self.first_steps:
            return self.held(batches)
        digits, usual = len(self._material.real), self._recipe.real
        first = sum(self._first) + (self.first_steps - len(self._first)) * usual
        later = (batches - self.first_steps) // self.steps  # epochs after the first that are over
        return self.held(batches) - (first - digits) - later * (self.steps * usual - digits)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Make a batch."""
        recipe, material = self._recipe, self._material
        epoch, step, begin, count = self._place(self._done + index)
        rng = np.random.default_rng([recipe.seed, epoch, step])
        places = np.arange(begin, begin + count) % len(material.real)
        digits = material.real[self._order(epoch)[places]]
        synthetic = material.synthetic[_any(len(material.synthetic), recipe.ours, rng)]
        strange = material.outliers[_any(len(material.outliers), recipe.strange, rng)]
        pixels = np.concatenate([digits.pixels, synthetic.pixels, strange])
        pixels = augment(pixels, rng, self.augmentation).astype(np.float32) / 255
        labels = np.concatenate([digits.labels, synthetic.labels])
        return pixels[..., np.newaxis], _targets(labels, len(strange), recipe.label_smoothing)

    def _place(self, number: int) -> tuple[int, int, int, int]:
        """Find a batch: its epoch, its number there, its first digit, and how many it has."""
        small, usual = len(self._first), self._recipe.real
        if number < small:
            return 0, number, sum(self._first[:number]), self._first[number]
        if number < self.first_steps:
            return 0, number, sum(self._first) + (number - small) * usual, usual
        epoch, step = divmod(number - self.first_steps, self.steps)
        return epoch + 1, step, step * usual, usual

    def _order(self, epoch: int) -> np.ndarray:
        if epoch not in self._orders:
            rng = np.random.default_rng([self._recipe.seed, epoch])
            order = rng.permutation(len(self._material.real))
            self._orders = {**dict(list(self._orders.items())[-1:]), epoch: order}
        return self._orders[epoch]


def _first_sizes(recipe: Recipe, digits: int) -> list[int]:
    """Divide the way to each of `FIRST` into batches of about the same size.

    Where several GPUs share a batch, each is a multiple of their number.
    """
    if recipe.real < recipe.batch_size:
        return []
    among = replicas(recipe.batch_size)
    sizes: list[int] = []
    for begin, end in pairwise((0, *FIRST)):
        if end <= digits:
            bounds = np.linspace(begin, end, -(-(end - begin) // recipe.batch_size) + 1)
            sizes += np.diff(bounds.astype(int) // among * among).tolist()
    return sizes


def _any(available: int, count: int, rng: np.random.Generator) -> np.ndarray:
    if count == 0:
        return np.empty(0, np.int64)
    return rng.integers(available, size=count)


def _targets(labels: np.ndarray, strange: int, smoothing: float) -> np.ndarray:
    """Spread a little of each target over all digits, and all of it where there is none."""
    sure = np.eye(10, dtype=np.float32)[labels] * (1 - smoothing) + smoothing / 10
    return np.concatenate([sure, np.full((strange, 10), 0.1, np.float32)])
