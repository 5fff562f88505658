"""What was measured when a training was over: on the official test digits, once.

A run's folder then holds `predictions.npz` (labels, logits, and the digits themselves where no
file has them) and `results.json`, which is written last and says what they are.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from model.base.errors import N_, UserError
from model.base.files import write_whole
from model.data import datasets
from model.data.datasets import SMALL, Dataset
from model.inference.logits import softmax
from model.runs import store

BINS = 10  # of equal width, in which probabilities are compared with what came true


@dataclass(frozen=True)
class Bin:
    """Digits that were read with about the same probability."""

    probability: float  # mean, of the digit that was read
    accuracy: float  # share of them that was read right
    count: int


@dataclass(frozen=True)
class Results:
    """What a trained network made of digits that it had never seen."""

    data: str  # whose digits, for a person: "MNIST"
    source: str  # where they lie: a file, or "digits"
    labels: np.ndarray  # (n,) uint8
    logits: np.ndarray  # (n, 10) float32

    @property
    def n(self) -> int:
        """How many digits it was measured on."""
        return len(self.labels)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """What the network gave each digit, `(n, 10)`."""
        return softmax(self.logits)

    @cached_property
    def predictions(self) -> np.ndarray:
        """What each was read as, `(n,)`."""
        return self.logits.argmax(axis=1)

    @property
    def test_accuracy(self) -> float:
        """The share that was read right, in [0, 1]."""
        return float(np.mean(self.predictions == self.labels))

    @cached_property
    def confusion(self) -> np.ndarray:
        """Count each label (row) that was read as each digit (column), `(10, 10)`."""
        counts = np.zeros((10, 10), np.int64)
        np.add.at(counts, (self.labels, self.predictions), 1)
        return counts

    @property
    def calibration(self) -> list[Bin]:
        """Compare how sure the network was with how often it was right; empty bins are left out."""
        sure = self.probabilities.max(axis=1).astype(np.float64)
        right = self.predictions == self.labels
        which = np.minimum((sure * BINS).astype(int), BINS - 1)
        return [
            Bin(float(sure[chosen].mean()), float(right[chosen].mean()), int(chosen.sum()))
            for chosen in (which == number for number in range(BINS))
            if chosen.any()
        ]

    @property
    def calibration_error(self) -> float:
        """How far, on average over all digits, being sure is from being right; in [0, 1].

        After C. Guo et al., "On calibration of modern neural networks", 2017.
        """
        gaps = [abs(each.probability - each.accuracy) * each.count for each in self.calibration]
        return sum(gaps) / self.n

    @cached_property
    def hardest(self) -> np.ndarray:
        """Order all digits by the probability that their label was given, the smallest first."""
        given = self.probabilities[np.arange(self.n), self.labels]
        return np.argsort(given, kind="stable")

    def cell(self, label: int, prediction: int) -> np.ndarray:
        """Find the digits that one cell of the confusion matrix counts, the hardest first."""
        inside = (self.labels == label) & (self.predictions == prediction)
        return self.hardest[inside[self.hardest]]


def write(folder: Path, dataset: Dataset, source: str | None, logits: np.ndarray) -> Results:
    """Write down what a network made of the test digits of a data set: its logits `(n, 10)`.

    `source` is what `datasets.load` was given.
    """
    arrays = {"labels": dataset.test.labels, "logits": logits.astype(np.float32)}
    if source == SMALL:
        arrays["pixels"] = dataset.test.pixels
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    place = source or str(datasets.at_hand())
    results = Results(dataset.name, place, arrays["labels"], arrays["logits"])
    told = {
        "data": results.data,
        "source": results.source,
        "n": results.n,
        "test_accuracy": results.test_accuracy,
        "confusion": results.confusion.tolist(),
    }
    write_whole(folder / "predictions.npz", packed.getvalue())
    write_whole(folder / "results.json", json.dumps(told, ensure_ascii=False, indent=1).encode())
    return results


def read(run_id: str) -> Results:
    """Read the results of a run; a UserError where it has none, or they are damaged."""
    folder = store.find(run_id).folder
    if not (folder / "results.json").is_file():
        raise UserError(N_("This training has no results yet."))
    try:
        told = json.loads((folder / "results.json").read_text("utf-8"))
        with np.load(folder / "predictions.npz", allow_pickle=False) as arrays:
            labels, logits = arrays["labels"], arrays["logits"]
        if logits.shape != (len(labels), 10) or not len(labels) or labels.max() > 9:
            raise ValueError(logits.shape)
        return Results(str(told["data"]), str(told["source"]), labels, logits)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(N_("The results of this training are damaged.")) from error


def test_accuracy(folder: Path) -> float | None:
    """Tell how many of the test digits a run in this folder reads right; None without results."""
    try:
        told = json.loads((folder / "results.json").read_text("utf-8"))
        return float(told["test_accuracy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def pixels(run_id: str) -> np.ndarray:
    """Give the digits that a run was measured on, `(n, 28, 28)` uint8, in the order of its results.

    A UserError where the file that holds them has gone, or holds others by now.
    """
    results = read(run_id)
    if results.source == SMALL:
        with np.load(store.find(run_id).folder / "predictions.npz", allow_pickle=False) as arrays:
            return arrays["pixels"]
    name, digits = datasets.load_test(results.source)
    if not np.array_equal(digits.labels, results.labels):
        raise UserError(N_("{name} holds other digits now than when this was measured."), name=name)
    return digits.pixels
