"""Writes what a training leaves in its run's folder: pulses, snapshots and checkpoints.

A disk that is full, or a folder that cannot be written, ends no training: it goes on in memory,
`save_error` says why nothing is saved, and the pulses are written once that is possible.
"""

import json
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from model.base.errors import UserError
from model.base.files import append_whole
from model.inference.layers import Layer
from model.runs import snapshots
from model.runs.pulses import FILE, Pulse, pulse_lines
from model.runs.reasons import cannot_save
from model.runs.snapshots import Snapshot
from model.training import checkpoints
from model.training.checkpoints import Progress
from model.training.tensorboard import Events

_LARGEST = 1e30  # stands for numbers beyond: JSON has no infinity


class RunRecorder:
    """Writes the pulses, snapshots and checkpoints of one run."""

    def __init__(self, folder: Path, *, tensorboard: bool = False) -> None:
        """Write into a run's folder; with `tensorboard`, TensorBoard's event files as well."""
        self.folder = folder
        self.checkpoint = folder / "checkpoint.npz"
        self.save_error: UserError | None = None  # why nothing can be saved now
        self._pulses = folder / FILE
        self._waiting: list[Pulse] = []  # pulses that could not be written yet
        self._passing: int | None = None  # the snapshot that gives way to the next
        self._events = Events(folder) if tensorboard else None

    def begin(self, digits: int, kept: set[int]) -> None:
        """Remove what was written after `digits` seen: from there the training goes on.

        `kept` are the numbers of digits whose snapshots stay.
        """
        lines = [line for line in pulse_lines(self.folder) if _digits(line) <= digits]
        if self._pulses.exists():
            os.truncate(self._pulses, sum(len(line) + 1 for line in lines))
        for number in snapshots.numbers_in(self.folder):
            if number > digits:
                snapshots.remove(self.folder, number)
            elif number not in kept:
                self._passing = number
        if self._events:
            self._events.begin(digits)

    def write_graph(self, export: bytes, layers: Sequence[Layer]) -> None:
        """Write what all snapshots share: the ONNX graph and its layers."""
        with self._going_on():
            snapshots.write_graph(self.folder, export, layers)

    def write_pulse(self, snapshot: Snapshot, *, kept: bool) -> None:
        """Write a snapshot and its pulse; a snapshot not `kept` gives way to the next."""
        pulse = plain(snapshot.pulse)
        self._waiting.append(pulse)
        with self._going_on():
            snapshots.write(self.folder, pulse["digits"], replace(snapshot, pulse=pulse))
            if self._passing not in (None, pulse["digits"]):
                snapshots.remove(self.folder, self._passing)
            self._passing = None if kept else pulse["digits"]
            self._append()
            if self._events:
                self._events.write(pulse, snapshot.weights if kept else {})

    def write_checkpoint(self, cnn: keras.Model, progress: Progress) -> None:
        """Write a checkpoint."""
        with self._going_on():
            checkpoints.save(self.checkpoint, cnn, progress)

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Keep why something could not be written, and go on all the same."""
        try:
            yield
        except OSError as error:
            self.save_error = cannot_save(error)
            with suppress(OSError):
                self._pulses.touch()  # a sign of life all the same
        else:
            self.save_error = None

    def _append(self) -> None:
        """Write the pulses that wait, all of them or none."""
        lines = "".join(f"{json.dumps(each)}\n" for each in self._waiting)
        append_whole(self._pulses, lines.encode())
        self._waiting.clear()


def plain(value: Any) -> Any:
    """Return a value fit for JSON, which has neither infinity nor NaN."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else max(-_LARGEST, min(_LARGEST, value))
    return value


def _digits(line: bytes) -> float:
    try:
        return json.loads(line)["digits"]
    except (ValueError, KeyError, TypeError):
        return math.inf
