"""What happened to a training while it ran, and where: part of how its network came to be."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from model.data.augmentation import Augmentation
from model.experiments.recipes import Recipe, check_augmentation

LEARNING_RATE, AUGMENTATION = "learning_rate", "augmentation"  # changed from there on
RESUMED = "resumed"  # after a pause or an interruption
STOPPED, TIME_LIMIT = "stopped", "time_limit"  # ended before its last batch
ENDINGS = (STOPPED, TIME_LIMIT)
KINDS = (LEARNING_RATE, AUGMENTATION, RESUMED, STOPPED, TIME_LIMIT)


@dataclass(frozen=True)
class TrainingEvent:
    """One thing that happened to a training."""

    kind: str  # one of `KINDS`
    digits: int  # seen until then, each once an epoch
    epoch: float  # epochs that were over, with the share of the present one
    learning_rate: float | None = None  # the highest of the schedule, from then on
    augmentation: Augmentation | None = None  # from then on

    def as_json(self) -> dict[str, Any]:
        """Return the event as plain JSON, without what does not apply to it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "TrainingEvent":
        """Read an event back; KeyError, TypeError or ValueError when it is not one."""
        changed = data.get("augmentation")
        event = cls(**{**data, "augmentation": changed and Augmentation(**changed)})
        if event.kind not in KINDS or not math.isfinite(event.digits + event.epoch):
            raise ValueError(event)
        if (event.kind == LEARNING_RATE) != (event.learning_rate is not None):
            raise ValueError(event)
        if event.augmentation is not None:
            check_augmentation(event.augmentation)
        return event


def events_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[TrainingEvent, ...]:
    """Read events back; KeyError, TypeError or ValueError when they are none."""
    return tuple(TrainingEvent.from_json(each) for each in data)


def recipe_at_end(recipe: Recipe, events: Sequence[TrainingEvent]) -> Recipe:
    """Return the recipe as it had become when a training ended, its epochs rounded up."""
    for event in events:
        if event.learning_rate is not None:
            recipe = replace(recipe, learning_rate=event.learning_rate)
        if event.augmentation is not None:
            recipe = replace(recipe, augmentation=event.augmentation)
        if event.kind in ENDINGS:
            recipe = replace(recipe, epochs=max(1, math.ceil(event.epoch)))
    return recipe


def changes_of(events: Sequence[TrainingEvent]) -> tuple[TrainingEvent, ...]:
    """Return the events without which the training would have been as it was planned."""
    return tuple(event for event in events if event.kind != RESUMED)
