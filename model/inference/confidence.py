"""Whether a network should be believed: a digit, not sure, or nothing there at all."""

import numpy as np

from model.inference.logits import log_sum_exp

DIGIT, UNSURE, EMPTY = "digit", "unsure", "empty"


def confidence(logits: np.ndarray) -> np.ndarray:
    """Score how digit-like a network finds its input, from logits `(..., 10)`.

    The score is the energy of W. Liu et al., "Energy-based out-of-distribution detection"
    (2020), with its sign turned: log(sum(exp(logits))), higher for digits. The default network
    was shown scribbles and letters with all digits equally right (D. Hendrycks et al., "Deep
    anomaly detection with outlier exposure", 2019), which is what tells them apart.
    """
    return log_sum_exp(logits)


def threshold(logits: np.ndarray, share: float) -> float:
    """Set the confidence below which a network is unsure: a `share` of these digits falls there.

    `logits` `(n, 10)` are those of digits kept from training; the threshold stands in the card.
    """
    return float(np.quantile(confidence(logits), share))


def verdict(logits: np.ndarray | None, unsure_below: float) -> str:
    """Say "digit", "unsure", or "empty" where there were no pixels to read (`logits` is None)."""
    if logits is None:
        return EMPTY
    return DIGIT if float(confidence(logits)) >= unsure_below else UNSURE
