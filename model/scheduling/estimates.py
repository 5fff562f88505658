"""How long trainings take here, by the arithmetic that they ask for and the speed seen so far."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from statistics import median

from model.experiments.designs import Design
from model.experiments.shapes import layers_of
from model.runs.pulses import read_pulses
from model.runs.store import Run, RunRequest

SHORT = 90.0  # seconds; a race that takes no longer is short

_ALL = 58_000  # digits of MNIST that are left to learn from when some are kept apart
_STEP = 8e6  # multiplications in whose time a step is begun and ended, whatever it computes
_SPEED = 4e9  # multiplications of forward passes a second in training: two cores
_OVERHEAD = 5.0  # seconds that go into reading the digits and into the results
_SETTLED = 3  # pulses after which a speed says something: before the first, the step is compiled


class Pace:
    """The speed of this machine, learned from the trainings that run on it."""

    def __init__(self) -> None:
        self._speed = _SPEED

    def learn(self, trained: Sequence[Run]) -> None:
        """Take the speeds of the trainings at work, where they have settled."""
        if known := [speed for run in trained if (speed := _speed(run))]:
            self._speed = median(known)

    def seconds(self, run: Run) -> float:
        """Return how many seconds a training, or what is left of it, is likely to take."""
        found = read_pulses(run.id)
        seen = found[-1].get("digits", 0) if found else 0
        left = max(0, _digits(run.request) - seen) * _digit(run.request)
        return min(left / self._speed, run.request.time_limit or math.inf) + _OVERHEAD


def is_short(group: Sequence[Run]) -> bool:
    """Return whether a race takes only a short time from its beginning to its end.

    By the usual speed, so that what was short stays so.
    """
    whole = sum(_digits(run.request) * _digit(run.request) for run in group)
    return whole / _SPEED <= SHORT


def waits(
    trained: Sequence[Sequence[Run]], waiting: Sequence[Sequence[Run]], places: int, pace: Pace
) -> Mapping[str, float]:
    """Return in how many seconds each run that waits is likely to begin, by its id.

    `trained` and `waiting` are the races, of which `places` are trained at a time.
    """
    free = [0.0] * max(0, places - len(trained))
    for group in trained:
        heappush(free, max(map(pace.seconds, group)))
    found: dict[str, float] = {}
    for group in waiting:
        begins = heappop(free)
        heappush(free, begins + max(map(pace.seconds, group)))
        found |= {run.id: begins for run in group}
    return found


def _digits(request: RunRequest) -> int:
    """Return how many digits a training shows, each once an epoch."""
    return request.recipe.epochs * (request.recipe.digits or _ALL)


def _digit(request: RunRequest) -> float:
    """Return the multiplications in whose time a digit is trained on."""
    return multiplications(request.design) + _STEP / request.recipe.batch_size


def _speed(run: Run) -> float:
    """Return the multiplications a second of a training; 0 before they have settled."""
    found = read_pulses(run.id)
    return found[-1].get("speed", 0) * _digit(run.request) if len(found) > _SETTLED else 0


def multiplications(design: Design) -> int:
    """Return how many multiplications the forward pass of one digit takes."""
    return _multiplications(json.dumps(design.as_json()))


@lru_cache(maxsize=1000)
def _multiplications(design: str) -> int:
    found = layers_of(Design.from_json(json.loads(design)))
    return sum(layer.parameters * math.prod(layer.output_shape[:-1]) for layer in found)
