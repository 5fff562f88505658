"""Looks at a network about once a second while it trains, and writes down what it sees."""

import time
from typing import Any

import keras
import numpy as np

from model.base.errors import UserError
from model.export import onnx_graph
from model.export.publishing import layers_of
from model.inference.layers import weight_name
from model.runs import snapshots
from model.runs.snapshots import Snapshot
from model.training.batches import FIRST, Material, Mixture
from model.training.checkpoints import Progress
from model.training.health import Health, weights_of
from model.training.predictor import Reader
from model.training.recorder import Record

_PERIOD = 1.0  # seconds between two pulses
_SHARE = 0.02  # of the time, at most, goes into reading digits for pulses whose moment is not kept
_PROBE = 100  # digits by which dead units are told, read for a pulse
_VALIDATION = 300  # digits that are read for it, those included
_LOGITS = "all logits"  # no layer has a name with a space
_SUSPICIOUS = 20.0  # a loss beyond: who guesses has 2.3, so this network is about to go astray
_CHECKPOINT = 10.0  # seconds after which a checkpoint is written at the latest


class Watch:
    """Takes the pulses of one training."""

    def __init__(
        self,
        cnn: keras.Model,
        mixture: Mixture,
        epochs: int,
        material: Material,
        record: Record,
    ) -> None:
        self._cnn = cnn
        self._mixture = mixture
        self._record = record
        self._validation = material.validation[:_VALIDATION]
        self._probe = (self._validation if len(self._validation) else material.real)[:_PROBE]
        self._health = Health(cnn)
        logits = {_LOGITS: cnn.outputs[0]}
        self._inside = Reader(
            cnn.inputs[0], {**self._health.dead, **logits}, at_once=len(self._probe)
        )
        self._outside = Reader(cnn.inputs[0], logits, at_once=_VALIDATION - _PROBE)
        self._kept = _kept(mixture, epochs, snapshots.most(cnn.count_params()))
        self._confusion = np.zeros((10, 10), np.int32)
        self._before: dict[str, np.ndarray] | None = None  # the weights before this batch
        self._pulsed = self._saved = self._measured = -np.inf  # when, on the monotonic clock
        self._cost = 0.0  # seconds that measuring took last
        self._digits = 0  # shown at the last pulse

    def begin(self, progress: Progress) -> None:
        """Go on from where a training is; a fresh one is looked at before its first step."""
        mixture = self._mixture
        self._digits = mixture.shown(progress.batches)
        self._record.begin(self._digits, {mixture.shown(batches) for batches in self._kept})
        export = onnx_graph.export(self._cnn, weights_as_inputs=True)
        self._record.graph(export, layers_of(self._cnn))
        if progress.batches == 0:
            self.pulse(progress, None, None)
        self._pulsed = time.monotonic()

    def is_due(self, batches: int) -> bool:
        """Tell whether there is to be a pulse after so many batches."""
        return batches in self._kept or time.monotonic() - self._pulsed >= _PERIOD

    def expect(self, cnn: keras.Model) -> None:
        """Prepare for a pulse after the next batch: remember the weights before it."""
        self._before = weights_of(cnn)

    @property
    def expected(self) -> bool:
        """Tell whether there is to be a pulse after this batch."""
        return self._before is not None

    @property
    def trouble(self) -> UserError | None:
        """Why nothing can be saved now."""
        return self._record.trouble

    def pulse(
        self,
        progress: Progress,
        loss: float | None,
        accuracy: float | None,
        *,
        leaving: bool = False,
    ) -> None:
        """Look at the network and write down what is seen.

        Loss and accuracy are the means since the pulse before. `leaving` is for the last one.
        Raises FloatingPointError where the network answers with what is no number: nothing is
        written of it then.
        """
        now = time.monotonic()
        digits = self._mixture.shown(progress.batches)
        kept = progress.batches in self._kept
        taken = {
            "step": progress.batches,
            "digits": digits,
            "epoch": self._epoch(progress.batches),
            "seconds": progress.seconds,
            "loss": loss,
            "accuracy": accuracy,
            "learning_rate": self._health.learning_rate(),
            "speed": (digits - self._digits) / (now - self._pulsed),
            "snapshot": digits,
            **self._look(progress.batches, thoroughly=kept or leaving or (loss or 0) > _SUSPICIOUS),
        }
        snapshot = Snapshot(self._weights(), self._confusion, taken)
        self._record.pulse(snapshot, kept=kept)
        if kept or leaving or now - self._saved >= _CHECKPOINT:
            self._record.save(self._cnn, progress)
            self._saved = now
        self._pulsed, self._digits, self._before = now, digits, None

    def _look(self, batches: int, *, thoroughly: bool) -> dict[str, Any]:
        layers: dict[str, dict[str, float | None]] = {}
        told = {
            "gradient": self._health.gradients() if batches else {},
            "update": self._health.updates(self._before) if self._before else {},
        }
        validation = (None, None)
        if thoroughly or self._cost <= _SHARE * (time.monotonic() - self._measured):
            begun = time.monotonic()
            inside = self._inside.read(self._probe.pixels)
            if not np.isfinite(inside[_LOGITS]).all():
                raise FloatingPointError
            validation = self._validated(inside[_LOGITS])
            told["dead"] = {name: float(inside[name][0]) for name in self._health.dead}
            self._measured = time.monotonic()
            self._cost = self._measured - begun
        for layer in self._cnn.layers:
            found = {what: of[layer.name] for what, of in told.items() if layer.name in of}
            if found:
                layers[layer.name] = {"gradient": None, "dead": None, "update": None, **found}
        return {
            "validation_loss": validation[0],
            "validation_accuracy": validation[1],
            "layers": layers,
        }

    def _validated(self, first: np.ndarray) -> tuple[float | None, float | None]:
        """Measure loss and accuracy of the validation digits, and count their confusion.

        The logits of the first of them are known.
        """
        digits = self._validation
        if not len(digits):
            return None, None
        logits = first.astype(np.float64)
        if len(digits) > len(first):
            others = self._outside.read(digits.pixels[len(first) :])[_LOGITS]
            logits = np.concatenate([logits, others])
        self._confusion = np.zeros((10, 10), np.int32)
        np.add.at(self._confusion, (digits.labels, logits.argmax(axis=1)), 1)
        top = logits.max(axis=1)
        with np.errstate(all="ignore"):  # of a network that has gone astray
            total = top + np.log(np.exp(logits - top[:, np.newaxis]).sum(axis=1))
            loss = float(np.mean(total - logits[np.arange(len(digits)), digits.labels]))
        return loss, float(self._confusion.trace() / len(digits))

    def _weights(self) -> dict[str, np.ndarray]:
        return {
            weight_name(layer.name, weight.name): keras.ops.convert_to_numpy(weight)
            for layer in self._cnn.layers
            for weight in layer.weights
        }

    def _epoch(self, batches: int) -> float:
        first = self._mixture.first_steps
        if batches <= first:
            return batches / first
        return 1 + (batches - first) / self._mixture.steps


def _kept(mixture: Mixture, epochs: int, most: int) -> set[int]:
    """Choose after which batches a snapshot is kept.

    Dense at first, doubling up to a quarter of an epoch, then each quarter; where that would be
    more than `most`, as many of them as may be, evenly.
    """
    epoch = mixture.shown(mixture.first_steps)
    early = [0, *(digits for digits in FIRST if digits <= epoch)]
    while early[-1] and early[-1] * 2 < epoch / 4:
        early.append(early[-1] * 2)
    quarters = [
        mixture.ends(number) - round(steps * (4 - part) / 4)
        for number in range(1, epochs + 1)
        for steps in [mixture.first_steps if number == 1 else mixture.steps]
        for part in range(1, 5)
    ]
    room = max(1, most - len(early))
    if len(quarters) > room:
        chosen = np.linspace(0, len(quarters) - 1, room + 1)[1:].round().astype(int)
        quarters = [quarters[index] for index in chosen]
    return {_reached(mixture, digits) for digits in early} | set(quarters) | {mixture.batches}


def _reached(mixture: Mixture, digits: int) -> int:
    """Tell after how many batches so many digits were shown."""
    batches = 0
    while mixture.shown(batches) < digits:
        batches += 1
    return batches
