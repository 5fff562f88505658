"""What a network reads in a drawing or picture: the way to its pixels, the pass, the verdict."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from model.inference.confidence import EMPTY, Verdict, verdict
from model.inference.network import Network, Trace, trace, traces
from model.pixels.drawings import preprocess_drawing
from model.pixels.fitting import fit_drawing, fit_picture
from model.pixels.preprocessing import Preprocessed, preprocess_picture
from model.pixels.strokes import Stroke


@dataclass(frozen=True)
class Reading:
    """What a network read in a drawing or picture."""

    preprocessed: Preprocessed
    trace: Trace | None  # None where there is no ink
    verdict: Verdict

    @property
    def label(self) -> int | None:
        """The number of the most probable class, or None where there is no ink."""
        return None if self.trace is None else int(self.trace.probabilities.argmax())

    @property
    def probability(self) -> float:
        """The probability of that class, 0 where there is none."""
        return 0.0 if self.trace is None else float(self.trace.probabilities.max())


def read_all(network: Network, ways: Sequence[Preprocessed]) -> list[Reading]:
    """Classify many digits that were preprocessed, in one pass of the network."""
    inked = [way.pixels for way in ways if way.pixels is not None]
    traced = iter(traces(network, np.stack(inked)) if inked else ())
    return [
        Reading(way, None, EMPTY) if way.pixels is None else _judged(network, way, next(traced))
        for way in ways
    ]


def _judged(network: Network, way: Preprocessed, traced: Trace) -> Reading:
    return Reading(way, traced, verdict(traced.logits, network.energy_threshold))


def read(
    network: Network,
    source: Sequence[Stroke] | np.ndarray,
    skip: Collection[str] = (),
) -> Reading:
    """Preprocess a drawing, or a picture, gray `(h, w)` or `(h, w, 3)`, uint8, and classify it.

    Steps of preprocessing named in `skip` are left out.
    """
    preprocessed = preprocess(network, source, skip)
    if preprocessed.pixels is None:
        return Reading(preprocessed, None, EMPTY)
    return _judged(network, preprocessed, trace(network, preprocessed.pixels))


def preprocess(
    network: Network,
    source: Sequence[Stroke] | np.ndarray,
    skip: Collection[str] = (),
) -> Preprocessed:
    """Turn a drawing or a picture into what a network reads.

    Digits are brought to MNIST's form; a picture for a network that reads other things is fitted
    as it is.
    """
    side, _side, channels = network.input_shape
    if isinstance(source, np.ndarray):
        if network.reads_digits and source.ndim == 2:
            return preprocess_picture(source, skip, side)
        return fit_picture(source, side, channels)
    return fit_drawing(source, side) if channels == 3 else preprocess_drawing(source, skip, side)
