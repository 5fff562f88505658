"""Pulses: how a training is doing, about once a second, one JSON object a line of a run's folder.

The trainer writes them (training/recorder.py); snapshots hold the one of their moment; the browser
gets them from the run route (training_watch/record.mjs).
"""

import json
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

from numpy.lib.npyio import NpzFile

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
    validated: int | None  # how many those digits were
    learning_rate: float  # of the next step
    speed: float  # digits per second since the pulse before
    layers: dict[str, LayerHealth]  # by name, those with weights or an activation


def read_pulses(run_id: str, since: int = 0) -> list[Pulse]:
    """Read the pulses of a run, from the number `since` on; where a line is damaged they end."""
    found: list[Pulse] = []
    for line in pulse_lines(store.folder_of(run_id))[since:]:
        pulse = _pulse(line)
        if pulse is None:
            break
        found.append(pulse)
    return found


def digits_at_checkpoint(run: store.Run) -> int:
    """Return after how many digits a run would go on; 0 where it has no checkpoint to read."""
    try:
        written = run.checkpoint.stat().st_mtime_ns
    except OSError:
        return 0
    batches = _batches_in(run.checkpoint, written)
    found = (pulse["digits"] for pulse in read_pulses(run.id) if pulse["step"] == batches)
    return next(found, 0)


@lru_cache(maxsize=1000)
def _batches_in(checkpoint: Path, _written: int) -> int:
    try:
        with checkpoint.open("rb") as opened, NpzFile(opened, allow_pickle=False) as arrays:
            return int(json.loads(str(arrays["progress"]))["batches"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return 0


def are_damaged(run_id: str) -> bool:
    """Return whether some line of a run's pulses cannot be read."""
    path = store.folder_of(run_id) / FILE
    try:
        found = path.stat()
    except OSError:
        return False
    return _are_damaged(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1000)
def _are_damaged(path: Path, _written: int, _size: int) -> bool:
    return any(_pulse(line) is None for line in pulse_lines(path.parent))


def _pulse(line: bytes) -> Pulse | None:
    """Read a line; None where it is no pulse."""
    try:
        pulse = json.loads(line)
        layers = pulse.get("layers", {})
        values = [value for layer in layers.values() for value in layer.values()]
        values += [value for name, value in pulse.items() if name != "layers"]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    return pulse if all(isinstance(value, float | int | None) for value in values) else None


def pulse_lines(folder: Path) -> list[bytes]:
    """Read the whole lines of a run's pulses; one that is being written is none yet."""
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return []
    return content.split(b"\n")[:-1]
