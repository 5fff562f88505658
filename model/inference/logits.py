"""What is computed from logits, the last numbers of a network; nothing in it overflows."""

from typing import Literal, get_args

import numpy as np

# How logits become probabilities: all classes share one, or each has its own, from 0 to 1.
Output = Literal["softmax", "sigmoid"]
OUTPUTS: tuple[Output, ...] = get_args(Output)


def probabilities_of(logits: np.ndarray, output: Output = "softmax") -> np.ndarray:
    """Return the probability of each class, in [0, 1], from logits `(..., n)`."""
    return softmax(logits) if output == "softmax" else sigmoid(logits)


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-logit)) of each logit."""
    odds = np.exp(-np.abs(logits))  # at most 1
    return np.where(logits < 0, odds, np.ones_like(odds)) / (1 + odds)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the probabilities, each in [0, 1], that logits `(..., n)` stand for."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)


def log_sum_exp(logits: np.ndarray) -> np.ndarray:
    """Return log(sum(exp(logits))) over the last axis: `(..., n)` -> `(...)`."""
    top = logits.max(axis=-1, keepdims=True)
    return top[..., 0] + np.log(np.exp(logits - top).sum(axis=-1))


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the loss of each digit, -log of its label's probability in nats: `(n,)`.

    `logits` are `(n, 10)` and `labels` `(n,)` from 0 to 9.
    """
    return log_sum_exp(logits) - logits[np.arange(len(labels)), labels]
