"""Measures a network about once a second while it trains, and has its pulse recorded."""

import time
from dataclasses import dataclass

import keras
import numpy as np

from model.base.errors import UserError
from model.data.datasets import Digits
from model.export import onnx_graph, onnx_nodes
from model.export.publishing import layers_of
from model.inference.layers import weight_name
from model.inference.logits import cross_entropy
from model.runs import snapshots
from model.runs.pulses import LayerHealth, Pulse
from model.runs.snapshots import Snapshot
from model.training.batches import FIRST, BatchSequence, TrainingData
from model.training.checkpoints import Progress
from model.training.health import Health, weights_of
from model.training.predictor import BatchPredictor
from model.training.recorder import RunRecorder

_PERIOD = 1.0  # seconds between two pulses
_SHARE = 0.02  # of the time, at most, goes into predictions for pulses that are not kept
_PROBE = 100  # digits by which dead units are found
_SOME = 300  # digits that a pulse is validated on where there is no time for all, those included
_AT_LEAST = 2_000  # digits that a snapshot that is kept is validated on, where there are so many
_LOGITS = "all logits"  # no layer has a name with a space
_SUSPICIOUS = 20.0  # a loss beyond: who guesses has 2.3, so this network is about to diverge
_CHECKPOINT = 10.0  # seconds after which a checkpoint is written at the latest


@dataclass(frozen=True)
class _Validation:
    """What validation came to; None without it."""

    loss: float | None = None
    accuracy: float | None = None
    count: int | None = None  # digits


class Monitor:
    """Takes the pulses of one training."""

    def __init__(
        self,
        cnn: keras.Model,
        sequence: BatchSequence,
        data: TrainingData,
        recorder: RunRecorder,
    ) -> None:
        self._cnn = cnn
        self._sequence = sequence
        self._recorder = recorder
        self._all = data.validation
        self._validation = data.validation[:_SOME]
        self._probe = (self._validation if len(self._validation) else data.real)[:_PROBE]
        self._health = Health(cnn)
        logits = {_LOGITS: cnn.outputs[0]}
        self._probe_predictor = BatchPredictor(
            cnn.inputs[0], {**self._health.dead, **logits}, batch_size=len(self._probe)
        )
        self._predictor = BatchPredictor(cnn.inputs[0], logits, batch_size=_SOME - _PROBE)
        self._kept = _kept(sequence, snapshots.most(cnn.count_params()))
        self._confusion = np.zeros((10, 10), np.int32)
        self._before: dict[str, np.ndarray] | None = None  # the weights before this batch
        self._pulsed = self._saved = self._measured = -np.inf  # when, on the monotonic clock
        self._cost = 0.0  # seconds that measuring took last
        self._digits = 0  # seen at the last pulse

    def begin(self, progress: Progress) -> None:
        """Begin where a training is; a fresh one has a pulse before its first step."""
        sequence = self._sequence
        self._digits = sequence.digits_seen(progress.batches)
        self._recorder.begin(self._digits, {sequence.digits_seen(each) for each in self._kept})
        export = onnx_graph.export(self._cnn, weights_as_inputs=True)
        self._recorder.write_graph(export, layers_of(self._cnn))
        if progress.batches == 0:
            self.take_pulse(progress, None, None)
        self._pulsed = time.monotonic()

    def is_due(self, batches: int) -> bool:
        """Return whether a pulse is to be taken after so many batches."""
        return batches in self._kept or time.monotonic() - self._pulsed >= _PERIOD

    def expect(self, cnn: keras.Model) -> None:
        """Prepare for a pulse after the next batch: copy the weights before it."""
        self._before = weights_of(cnn)

    @property
    def expected(self) -> bool:
        """Whether a pulse is to be taken after this batch."""
        return self._before is not None

    @property
    def save_error(self) -> UserError | None:
        """Why nothing can be saved now."""
        return self._recorder.save_error

    def take_pulse(
        self,
        progress: Progress,
        loss: float | None,
        accuracy: float | None,
        *,
        leaving: bool = False,
        validated: np.ndarray | None = None,
    ) -> None:
        """Measure the network, and write the pulse with a snapshot.

        Loss and accuracy are the means since the pulse before. `leaving` is for the last one;
        `validated` are the logits of all validation digits, where somebody has computed them.
        Raises FloatingPointError where the logits are not finite: nothing is written then.
        """
        now = time.monotonic()
        digits = self._sequence.digits_seen(progress.batches)
        kept = progress.batches in self._kept
        dead: dict[str, float] = {}
        validation = _Validation()
        if kept or leaving or (loss or 0) > _SUSPICIOUS or self._has_time():
            dead, validation = self._predict(validated, of_many=kept or leaving)
        pulse = Pulse(
            step=progress.batches,
            digits=digits,
            epoch=self._sequence.epochs_seen(progress.batches),
            seconds=progress.seconds,
            loss=loss,
            accuracy=accuracy,
            validation_loss=validation.loss,
            validation_accuracy=validation.accuracy,
            validated=validation.count,
            learning_rate=self._health.learning_rate(),
            speed=(digits - self._digits) / (now - self._pulsed),
            layers=self._layers(progress.batches, dead),
        )
        self._recorder.write_pulse(Snapshot(self._weights(), self._confusion, pulse), kept=kept)
        if kept or leaving or now - self._saved >= _CHECKPOINT:
            self._recorder.write_checkpoint(self._cnn, progress)
            self._saved = now
        self._pulsed, self._digits, self._before = now, digits, None

    def _has_time(self) -> bool:
        return self._cost <= _SHARE * (time.monotonic() - self._measured)

    def _predict(
        self, validated: np.ndarray | None, *, of_many: bool
    ) -> tuple[dict[str, float], "_Validation"]:
        """Return the share of dead units by layer, and what validation came to."""
        begun = time.monotonic()
        outputs = self._probe_predictor.predict(self._probe.pixels)
        if not np.isfinite(outputs[_LOGITS]).all():
            raise FloatingPointError
        some = self._read(outputs[_LOGITS], self._validation)
        self._measured = time.monotonic()
        self._cost = self._measured - begun
        if validated is None:
            validated = self._read(some, self._all[:_AT_LEAST]) if of_many else some
        validation = self._validated(validated, self._all[: len(validated)])
        return {name: float(outputs[name][0]) for name in self._health.dead}, validation

    def _read(self, first: np.ndarray, digits: Digits) -> np.ndarray:
        """Return the logits of digits; `first` are those of the first of them."""
        if len(digits) <= len(first):
            return first[: len(digits)]
        others = self._predictor.predict(digits.pixels[len(first) :])[_LOGITS]
        return np.concatenate([first, others])

    def _layers(self, batches: int, dead: dict[str, float]) -> dict[str, LayerHealth]:
        gradients = self._health.gradients() if batches else {}
        updates = self._health.updates(self._before) if self._before else {}
        measured = gradients.keys() | updates.keys() | dead.keys()
        return {
            name: LayerHealth(
                gradient=gradients.get(name), dead=dead.get(name), update=updates.get(name)
            )
            for name in (layer.name for layer in self._cnn.layers)
            if name in measured
        }

    def _validated(self, found: np.ndarray, digits: Digits) -> "_Validation":
        """Return loss and accuracy of validation digits, and count their confusion."""
        if not len(digits):
            return _Validation()
        logits = found.astype(np.float64)
        self._confusion = np.zeros((10, 10), np.int32)
        np.add.at(self._confusion, (digits.labels, logits.argmax(axis=1)), 1)
        with np.errstate(all="ignore"):  # of a network that has diverged
            loss = float(cross_entropy(logits, digits.labels).mean())
        return _Validation(loss, float(self._confusion.trace() / len(digits)), len(digits))

    def _weights(self) -> dict[str, np.ndarray]:
        return {
            weight_name(layer.name, name): value
            for layer in self._cnn.layers
            for name, value in onnx_nodes.weights_of(layer).items()
        }


def _kept(sequence: BatchSequence, most: int) -> set[int]:
    """Return after which batches a snapshot is kept.

    Dense at first, doubling up to a quarter of an epoch, then each quarter; where that would be
    more than `most`, as many of them as may be, evenly.
    """
    epoch = sequence.digits_seen(sequence.first_steps)
    early = [0, *(digits for digits in FIRST if digits <= epoch)]
    while early[-1] and early[-1] * 2 < epoch / 4:
        early.append(early[-1] * 2)
    quarters = [
        sequence.epoch_end(number) - round(steps * (4 - part) / 4)
        for number in range(1, sequence.recipe.epochs + 1)
        for steps in [sequence.first_steps if number == 1 else sequence.steps]
        for part in range(1, 5)
    ]
    room = max(1, most - len(early))
    if len(quarters) > room:
        chosen = np.linspace(0, len(quarters) - 1, room + 1)[1:].round().astype(int)
        quarters = [quarters[index] for index in chosen]
    return {_reached(sequence, digits) for digits in early} | set(quarters) | {sequence.batches}


def _reached(sequence: BatchSequence, digits: int) -> int:
    """Return after how many batches so many digits were seen."""
    batches = 0
    while sequence.digits_seen(batches) < digits:
        batches += 1
    return batches
