"""Pulses: how a training is doing, about once a second, one JSON object a line of a run's folder.

The trainer writes them (training/recorder.py); snapshots hold the one of their moment; the browser
gets them from the run route (training_watch/record.mjs).
"""

import json
from pathlib import Path
from typing import TypedDict

from model.runs import store

FILE = "pulses.jsonl"


class LayerHealth(TypedDict):
    """How one layer learns; None for what was not measured at that moment."""

    gradient: float | None  # L2 norm of the last step's gradient
    dead: float | None  # share of its units that answer every digit alike, in [0, 1]
    update: float | None  # L2 norm of the last step's change, as a share of the weights' norm


class Pulse(TypedDict):
    """How a training is doing at one moment; None for what was not measured then."""

    step: int  # batches that are over
    digits: int  # seen so far, each once an epoch
    epoch: float  # epochs that are over, with the share of the present one
    seconds: float  # of training, without its pauses
    loss: float | None  # mean cross-entropy of the batches since the pulse before, in nats
    accuracy: float | None  # share of their digits that were read right, in [0, 1]
    validation_loss: float | None  # the same of some validation digits, after the batch
    validation_accuracy: float | None
    learning_rate: float  # of the next step
    speed: float  # digits per second since the pulse before
    layers: dict[str, LayerHealth]  # by name, those with weights or an activation


def read_pulses(run_id: str, since: int = 0) -> list[Pulse]:
    """Read the pulses of a run, from the number `since` on; where a line is damaged they end."""
    found: list[Pulse] = []
    for line in pulse_lines(store.folder_of(run_id))[since:]:
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


def pulse_lines(folder: Path) -> list[bytes]:
    """Read the whole lines of a run's pulses; one that is being written is none yet."""
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return []
    return content.split(b"\n")[:-1]
