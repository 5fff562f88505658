"""How a network from elsewhere wants its pixels: nothing in its file says it, so it is tried.

Here a pixel is from 0 = paper to 1 = ink. Networks were trained on the same, on 0 to 255, or on
-1 to 1, and some on dark ink on white paper.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from model.imports.inspection import DIGIT, Plan, PlannedLayer
from model.inference.logits import softmax

RESCALING = "Rescaling"
_SMALL = 0.05  # a factor below it is for bytes
_BETTER = 0.05  # share of the digits by which another scaling than the usual one must win


@dataclass(frozen=True)
class Scaling:
    """What is done to a pixel before the first layer: it is multiplied, then added to."""

    id: str
    scale: float
    offset: float


# The usual ones first: of two that do as well, the first is meant.
SCALINGS = {
    each.id: each
    for each in (
        Scaling("unit", 1.0, 0.0),
        Scaling("bytes", 255.0, 0.0),
        Scaling("signed", 2.0, -1.0),
        Scaling("unit_inverted", -1.0, 1.0),
        Scaling("bytes_inverted", -255.0, 255.0),
        Scaling("signed_inverted", -2.0, 1.0),
    )
}
USUAL = "unit"


@dataclass(frozen=True)
class Tried:
    """What a network made of known digits under one scaling."""

    scaling: str
    accuracy: float  # a share in [0, 1]
    labels: tuple[int, ...]  # what it read the first digits as
    probabilities: tuple[float, ...]  # how sure it was of each

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return asdict(self)


SHOWN = 10  # digits whose readings are kept


def try_scalings(
    logits_of: Callable[[np.ndarray], np.ndarray], pixels: np.ndarray, labels: np.ndarray
) -> list[Tried]:
    """Read known digits under every scaling.

    `pixels` are `(n, height, width)` float32 in [0, 1]; `logits_of` reads them, scaled.
    """
    found = []
    for scaling in SCALINGS.values():
        odds = softmax(logits_of(pixels * scaling.scale + scaling.offset))
        read = odds.argmax(axis=1)
        found.append(
            Tried(
                scaling.id,
                float(np.mean(read == labels)),
                tuple(read[:SHOWN].tolist()),
                tuple(odds.max(axis=1)[:SHOWN].round(4).tolist()),
            )
        )
    return found


def guess(tried: Sequence[Tried], plan: Plan) -> str:
    """Return the scaling that a network was most likely trained with.

    Of one that reads no digits, and was not tried on any, only what it begins with tells.
    """
    if not tried:
        return "bytes" if _shrinks(plan) else USUAL
    best = tried[0]
    for each in tried[1:]:
        if each.accuracy > best.accuracy + _BETTER:
            best = each
    return best.scaling


def _shrinks(plan: Plan) -> bool:
    """Return whether a network begins by making bytes into small numbers."""
    readers = [layer for layer in plan.layers if DIGIT in layer.inbound]
    if [each.kind for each in readers] != [RESCALING]:
        return False
    return abs(readers[0].settings["scale"]) < _SMALL


def with_scaling(plan: Plan, scaling: Scaling) -> Plan:
    """Return a plan that takes pixels from 0 to 1 and scales them itself.

    A Rescaling that the network begins with takes it over, and is left out where it would then
    do nothing.
    """
    if (scaling.scale, scaling.offset) == (1.0, 0.0):
        return plan
    readers = [layer for layer in plan.layers if DIGIT in layer.inbound]
    if len(readers) == 1 and readers[0].kind == RESCALING:
        return _taken_over(plan, readers[0], scaling)
    name = _free("scaling", plan)
    settings = {"scale": scaling.scale, "offset": scaling.offset}
    first = PlannedLayer(name, RESCALING, settings, (DIGIT,), plan.input_shape)
    return replace(plan, layers=(first, *(_reading(layer, DIGIT, name) for layer in plan.layers)))


def _taken_over(plan: Plan, first: PlannedLayer, scaling: Scaling) -> Plan:
    scale, offset = first.settings["scale"], first.settings["offset"]
    settings = {"scale": scaling.scale * scale, "offset": scaling.offset * scale + offset}
    others = [layer for layer in plan.layers if layer is not first]
    if np.allclose([settings["scale"], settings["offset"]], [1, 0], rtol=0, atol=1e-9):
        return replace(plan, layers=tuple(_reading(each, first.name, DIGIT) for each in others))
    return replace(plan, layers=(replace(first, settings=settings), *others))


def _reading(layer: PlannedLayer, before: str, now: str) -> PlannedLayer:
    """Return a layer that reads another where it read the one before."""
    inbound = tuple(now if name == before else name for name in layer.inbound)
    return replace(layer, inbound=inbound)


def _free(name: str, plan: Plan) -> str:
    while any(layer.name == name for layer in plan.layers):
        name += "_"
    return name
