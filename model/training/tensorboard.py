"""Writes what TensorBoard shows of a run into its folder while it trains.

TensorBoard's usual writers have a thread of their own, which a full disk would end without a word;
here the trainer writes, and gets the error.
"""

import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from tensorboardX.proto.event_pb2 import Event, SessionLog
from tensorboardX.proto.summary_pb2 import Summary
from tensorboardX.record_writer import masked_crc32c
from tensorboardX.summary import histogram

from model.base.files import append_whole
from model.runs.pulses import Pulse

FOLDER = "tensorboard"  # in a run's folder
_BINS = 30  # of a histogram
_NAMES = {
    "loss": "loss/training",
    "validation_loss": "loss/validation",
    "accuracy": "accuracy/training",
    "validation_accuracy": "accuracy/validation",
    "learning_rate": "learning_rate",
    "speed": "digits_per_second",
}


class Events:
    """The event file that one trainer writes; its steps are digits shown."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._path = Path()
        self._head = b""  # what is still to be written before anything else

    def begin(self, digits: int) -> None:
        """Begin a file; TensorBoard forgets what an earlier one holds of after so many digits."""
        now = time.time()
        self._path = self._folder / f"events.out.tfevents.{now:.6f}"
        start = SessionLog(status=SessionLog.START)
        events = [
            Event(wall_time=now, file_version="brain.Event:2"),
            Event(wall_time=now, step=digits + 1, session_log=start),
        ]
        self._head = b"".join(map(_record, events))

    def write(self, pulse: Pulse, weights: Mapping[str, np.ndarray]) -> None:
        """Write a pulse and histograms of weights by name; an OSError where it cannot."""
        values = [
            Summary.Value(tag=tag, simple_value=value)
            for tag, value in _numbers(pulse).items()
            if value is not None
        ]
        for name, each in weights.items():
            if np.isfinite(each).all():
                values += histogram(name, each, _BINS).value
        event = Event(wall_time=time.time(), step=pulse["digits"], summary=Summary(value=values))
        self._folder.mkdir(exist_ok=True)
        append_whole(self._path, self._head + _record(event))
        self._head = b""


def _numbers(pulse: Pulse) -> dict[str, float | None]:
    measured: Mapping[str, Any] = pulse
    numbers = {tag: measured[name] for name, tag in _NAMES.items()}
    for layer, health in pulse["layers"].items():
        numbers |= {f"{what}/{layer}": value for what, value in health.items()}
    return numbers


def _record(event: Event) -> bytes:
    """Frame an event as a TFRecord: its length and itself, each with a checksum."""
    content = event.SerializeToString()
    length = struct.pack("<Q", len(content))
    return length + _checksum(length) + content + _checksum(content)


def _checksum(content: bytes) -> bytes:
    return struct.pack("<I", masked_crc32c(content))
