"""How sure a network is that it reads a digit, and the verdict that follows."""

from typing import Final, Literal

import numpy as np

from model.inference.logits import log_sum_exp

Verdict = Literal["digit", "unsure", "empty"]
DIGIT: Final = "digit"
UNSURE: Final = "unsure"  # less confidence than the network's threshold: perhaps no digit
EMPTY: Final = "empty"  # no ink


def confidence(logits: np.ndarray) -> np.ndarray:
    """Compute how digit-like a network finds its input, from logits `(..., 10)`: `(...)`.

    It is the energy of W. Liu et al., "Energy-based out-of-distribution detection"
    (2020), with its sign turned: log(sum(exp(logits))), higher for digits. The default network
    was shown scribbles and letters with all digits equally right (D. Hendrycks et al., "Deep
    anomaly detection with outlier exposure", 2019), which is what tells them apart.
    """
    return log_sum_exp(logits)


def threshold(logits: np.ndarray, share: float) -> float:
    """Compute the confidence below which a `share`, in [0, 1], of these digits falls.

    `logits` `(n, 10)` are those of digits kept from training. The network calls whatever lies below
    unsure; the threshold stands in its card.
    """
    return float(np.quantile(confidence(logits), share))


def verdict(logits: np.ndarray | None, energy_threshold: float) -> Verdict:
    """Return the verdict on logits `(10,)`; None stands for no ink at all."""
    if logits is None:
        return EMPTY
    return DIGIT if float(confidence(logits)) >= energy_threshold else UNSURE
