"""How well a network reads digits whose labels are known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.inference.logits import cross_entropy
from model.inference.network import Network, logits_of

_AT_ONCE = 100  # digits; many more leave the processor's cache


@dataclass(frozen=True)
class Evaluation:
    """What came out over all digits."""

    confusion: np.ndarray  # (10, 10) counts: row = label, column = prediction
    loss: float  # mean cross-entropy of the labels, in nats

    @property
    def n(self) -> int:
        """How many digits it was measured on."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """The share that was read right, in [0, 1]."""
        return float(self.confusion.trace() / self.n)

    @property
    def per_digit(self) -> list[float | None]:
        """The same for each digit; None where there was none of it."""
        counts = self.confusion.sum(axis=1)
        right = self.confusion.diagonal()
        return [float(r / n) if n else None for r, n in zip(right, counts, strict=True)]


def classify(
    network: Network, pixels: np.ndarray, on_done: Callable[[int], None] = lambda count: None
) -> np.ndarray:
    """Classify many digits, `(n, 28, 28)` uint8, and return their logits `(n, 10)` float32.

    `on_done` is called with the number of digits classified since its last call.
    """
    logits = np.empty((len(pixels), 10), np.float32)
    for start in range(0, len(pixels), _AT_ONCE):
        some = pixels[start : start + _AT_ONCE]
        logits[start : start + _AT_ONCE] = logits_of(network, some.astype(np.float32) / 255)
        on_done(len(some))
    return logits


def evaluate(
    network: Network,
    pixels: np.ndarray,
    labels: np.ndarray,
    on_done: Callable[[int], None] = lambda count: None,
) -> Evaluation:
    """Measure a network on digits, `(n, 28, 28)` uint8, with labels `(n,)` from 0 to 9.

    `on_done` is called as by `classify`.
    """
    return evaluation_of(classify(network, pixels, on_done), labels)


def evaluation_of(logits: np.ndarray, labels: np.ndarray) -> Evaluation:
    """Compare logits `(n, 10)` with the labels `(n,)` of the same digits."""
    logits = logits.astype(np.float64)
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (labels, logits.argmax(axis=1)), 1)
    return Evaluation(confusion, float(cross_entropy(logits, labels).mean()))
