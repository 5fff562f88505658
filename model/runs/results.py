"""Results: what a trained network makes of the official test digits, measured once.

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
    """What a network made of test digits, on which it was not trained."""

    data: str  # whose digits, for a person: "MNIST"
    source: str  # where they lie: a file, or "digits"
    labels: np.ndarray  # (n,) uint8
    logits: np.ndarray  # (n, 10) float32

    @property
    def n(self) -> int:
        """Number of digits that it was measured on."""
        return len(self.labels)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """Probability of each digit, `(n, 10)` float32."""
        return softmax(self.logits)

    @cached_property
    def predictions(self) -> np.ndarray:
        """Digit that each was read as, `(n,)`."""
        return self.logits.argmax(axis=1)

    @property
    def test_accuracy(self) -> float:
        """Share that was read right, in [0, 1]."""
        return float(np.mean(self.predictions == self.labels))

    @cached_property
    def confusion(self) -> np.ndarray:
        """Counts of each label (row) read as each digit (column), `(10, 10)` int64."""
        counts = np.zeros((10, 10), np.int64)
        np.add.at(counts, (self.labels, self.predictions), 1)
        return counts

    @property
    def calibration(self) -> list[Bin]:
        """Mean probability beside accuracy, in bins by probability; empty ones are left out."""
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
        """Expected calibration error, in [0, 1]: the mean gap of probability and accuracy.

        After C. Guo et al., "On calibration of modern neural networks", 2017.
        """
        gaps = [abs(each.probability - each.accuracy) * each.count for each in self.calibration]
        return sum(gaps) / self.n

    @cached_property
    def hardest(self) -> np.ndarray:
        """Indices of all digits by the probability of their label, the smallest first."""
        given = self.probabilities[np.arange(self.n), self.labels]
        return np.argsort(given, kind="stable")

    def cell(self, label: int, prediction: int) -> np.ndarray:
        """Return the indices of the digits of one cell of the confusion matrix, hardest first."""
        inside = (self.labels == label) & (self.predictions == prediction)
        return self.hardest[inside[self.hardest]]


def write(folder: Path, dataset: Dataset, source: str | None, logits: np.ndarray) -> Results:
    """Write what a network made of the test digits of a data set: its logits `(n, 10)`.

    `source` is what `datasets.load` was given.
    """
    arrays = {"labels": dataset.test.labels, "logits": logits.astype(np.float32)}
    if source == SMALL:
        arrays["pixels"] = dataset.test.pixels
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    place = source or str(datasets.at_hand())
    results = Results(dataset.name, place, arrays["labels"], arrays["logits"])
    content = {
        "data": results.data,
        "source": results.source,
        "n": results.n,
        "test_accuracy": results.test_accuracy,
        "confusion": results.confusion.tolist(),
    }
    write_whole(folder / "predictions.npz", packed.getvalue())
    write_whole(folder / "results.json", json.dumps(content, ensure_ascii=False, indent=1).encode())
    return results


def read(run_id: str) -> Results:
    """Read the results of a run; a UserError where it has none, or they are damaged."""
    folder = store.find(run_id).folder
    if not (folder / "results.json").is_file():
        raise UserError(N_("This run has no results yet."))
    try:
        data = json.loads((folder / "results.json").read_text("utf-8"))
        with np.load(folder / "predictions.npz", allow_pickle=False) as arrays:
            labels, logits = arrays["labels"], arrays["logits"]
        if logits.shape != (len(labels), 10) or not len(labels) or labels.max() > 9:
            raise ValueError(logits.shape)
        return Results(str(data["data"]), str(data["source"]), labels, logits)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise UserError(N_("The results of this run are damaged.")) from error


def test_accuracy(folder: Path) -> float | None:
    """Read the test accuracy of a run in this folder, in [0, 1]; None without results."""
    try:
        data = json.loads((folder / "results.json").read_text("utf-8"))
        return float(data["test_accuracy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def pixels(run_id: str) -> np.ndarray:
    """Read the digits that a run was measured on, `(n, 28, 28)` uint8, in the order of its results.

    A UserError where the file that holds them has gone, or holds others by now.
    """
    results = read(run_id)
    if results.source == SMALL:
        with np.load(store.find(run_id).folder / "predictions.npz", allow_pickle=False) as arrays:
            return arrays["pixels"]
    name, digits = datasets.load_test(results.source)
    if not np.array_equal(digits.labels, results.labels):
        raise UserError(N_("{name} has changed since this was measured."), name=name)
    return digits.pixels
