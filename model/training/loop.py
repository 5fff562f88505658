"""Trains a network, calls plain functions as it goes on, and can be interrupted at any batch."""

import math
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import keras
import numpy as np

from model.base.errors import UserError
from model.data.datasets import Digits
from model.experiments import events
from model.experiments.designs import Design
from model.experiments.events import TrainingEvent
from model.experiments.recipes import Recipe
from model.runs.control import CANCEL, STOP
from model.runs.reasons import RunError
from model.training import build, checkpoints, device
from model.training.batches import BatchSequence, TrainingData
from model.training.callbacks import TrainingCallbacks
from model.training.checkpoints import Epoch, Progress
from model.training.health import weights_of
from model.training.monitor import Monitor
from model.training.optimizers import optimizer
from model.training.predictor import logits_predictor
from model.training.recorder import RunRecorder

LIMIT = "limit"  # a stop reason beside the commands of a run
_ENDINGS = {STOP: events.STOPPED, LIMIT: events.TIME_LIMIT}
_LISTENING = 0.2  # seconds between two looks at the run's control


@dataclass(frozen=True)
class TrainingResult:
    """What a training came to."""

    cnn: keras.Model  # with the average of its last weights, where the recipe averages
    history: list[Epoch]
    events: tuple[TrainingEvent, ...] = ()
    stop_reason: str = ""  # PAUSE, STOP, CANCEL or LIMIT where it ended before its last batch
    save_error: UserError | None = None  # why its end could not be saved


_SILENT = TrainingCallbacks()


def train(
    design: Design | str,
    data: TrainingData,
    recipe: Recipe,
    *,
    folder: Path | None = None,
    time_limit: float | None = None,
    callbacks: TrainingCallbacks = _SILENT,
) -> TrainingResult:
    """Train a network.

    With a `folder` it is monitored, and leaves pulses, snapshots and a checkpoint there. Where
    that checkpoint exists already, the training goes on from it and ends as if it had never
    stopped. `time_limit` ends it after so many seconds of training. Ctrl-C and SIGTERM end it
    after a batch, with a checkpoint. A RunError says that the loss is not finite any more.
    """
    recipe.check()
    batches = BatchSequence(data, recipe).batches
    cnn = _compiled(design, recipe, batches)
    recorder = RunRecorder(folder, tensorboard=recipe.tensorboard) if folder else None
    progress = Progress()
    if recorder and recorder.checkpoint.exists():
        progress = checkpoints.restore(recorder.checkpoint, cnn)
    sequence = BatchSequence(data, recipe, progress.batches)
    sequence.augmentation = progress.augmentation or recipe.augmentation
    monitor = Monitor(cnn, sequence, data, recorder) if recorder else None
    validation = _Validation(cnn, data.validation)
    loop = _Loop(sequence, validation, progress, monitor, time_limit, callbacks)
    if progress.batches < batches:
        with loop.interruptible():
            cnn.fit(
                sequence,
                steps_per_epoch=batches - progress.batches,  # one epoch of Keras's for all of ours
                shuffle=False,  # Keras would shuffle the batches, each time in another way
                callbacks=[loop],
                verbose=0,
            )
    cnn.optimizer.finalize_variable_values(cnn.trainable_variables)  # the averages are kept
    plain = build.build(design, seed=recipe.seed)  # float32, on one device, not compiled
    plain.set_weights(cnn.get_weights())
    save_error = monitor.save_error if monitor else None
    return TrainingResult(
        plain, list(progress.history), progress.events, loop.stop_reason, save_error
    )


def _compiled(design: Design | str, recipe: Recipe, batches: int) -> keras.Model:
    with device.together(recipe.batch_size):
        cnn = build.build(design, seed=recipe.seed, mixed_precision=recipe.mixed_precision)
        cnn.compile(
            optimizer(recipe, batches),
            keras.losses.CategoricalCrossentropy(from_logits=True),
            metrics=[keras.metrics.MeanMetricWrapper(digit_accuracy, name="accuracy")],
            jit_compile=recipe.jit_compile or keras.backend.backend() == "jax",  # else step by step
        )
        cnn.optimizer.build(cnn.trainable_variables)
    return cnn


def digit_accuracy(targets: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Return the share of a batch's digits that are read right; outliers do not count."""
    digits = keras.ops.cast(keras.ops.max(targets, axis=-1) > 0.5, "float32")
    right = keras.ops.equal(keras.ops.argmax(targets, axis=-1), keras.ops.argmax(logits, axis=-1))
    count = keras.ops.maximum(keras.ops.sum(digits), 1.0)
    return keras.ops.sum(keras.ops.cast(right, "float32") * digits) / count


_Logs = dict[str, float] | None  # what Keras measured of a batch


class _Loop(keras.callbacks.Callback):
    """Follows a training batch by batch: counts, monitors, obeys, and ends it."""

    def __init__(
        self,
        sequence: BatchSequence,
        validation: "_Validation",
        progress: Progress,
        monitor: Monitor | None,
        time_limit: float | None,
        callbacks: TrainingCallbacks,
    ) -> None:
        super().__init__()
        self.stop_reason = ""
        self._sequence = sequence
        self._validation = validation
        self._progress = progress
        self._monitor = monitor
        self._time_limit = time_limit
        self._callbacks = callbacks
        self._already = progress.seconds  # of training, before it was resumed
        self._begun = self._listened = time.monotonic()
        self._since = progress.batches  # up to these, loss and accuracy are counted
        self._rate = events.recipe_at_end(sequence.recipe, progress.events).learning_rate
        self._interrupted = False
        self._save_error: UserError | None = None

    def interruptible(self) -> "_Interruptible":
        """Let a batch end before Ctrl-C or SIGTERM end the training."""
        return _Interruptible(self._interrupt)

    def _interrupt(self) -> None:
        self._interrupted = True

    def on_train_begin(self, logs: _Logs = None) -> None:
        """Take the first pulse."""
        if self._progress.batches:
            self._note(events.RESUMED)
        if self._monitor:
            self._obey()
            self._monitor.begin(self._progress)
        self._begun = time.monotonic()

    def on_train_batch_begin(self, batch: int, logs: _Logs = None) -> None:
        """Prepare for a pulse where one is due."""
        if self._monitor and self._monitor.is_due(self._progress.batches + 1):
            self._monitor.expect(self.model)  # asked like this, JAX gives the weights out

    def on_train_batch_end(self, batch: int, logs: _Logs = None) -> None:
        """Count the batch, and do what is to be done after it."""
        progress = self._progress
        progress.batches += 1
        progress.seconds = self._already + time.monotonic() - self._begun
        measured = logs or {}
        loss = float(measured["loss"])
        if not math.isfinite(loss):
            raise self._diverged()
        self._callbacks.on_batch(progress.batches, self._sequence.batches, loss)
        self.stop_reason = self._asked_to_stop()
        if self.stop_reason in _ENDINGS:
            self._note(_ENDINGS[self.stop_reason])
        if self.stop_reason == CANCEL:
            self.model.stop_training = True
            return
        over = progress.batches == self._sequence.epoch_end(len(progress.history) + 1)
        leaving = bool(self.stop_reason) or self._interrupted
        if over or leaving or (self._monitor and self._monitor.expected):
            self._report(loss, float(measured["accuracy"]), over, leaving)
        if self._interrupted:
            raise KeyboardInterrupt
        if self.stop_reason:
            self.model.stop_training = True

    def _diverged(self) -> RunError:
        return RunError("diverged", epoch=len(self._progress.history) + 1)

    def _asked_to_stop(self) -> str:
        """Return why to stop after this batch, "" where not; change what was asked for."""
        if self._progress.batches < self._sequence.batches:
            if self._time_limit is not None and self._progress.seconds >= self._time_limit:
                return LIMIT
            if time.monotonic() - self._listened >= _LISTENING:
                return self._obey()
        return ""

    def _obey(self) -> str:
        """Change what the run's control asks for; return its command."""
        self._listened = time.monotonic()
        control = self._callbacks.poll_control()
        highest = self._sequence.recipe.learning_rate
        if control.learning_rate not in (None, self._rate) and highest:
            self._rate = control.learning_rate
            self.model.optimizer.factor.assign(control.learning_rate / highest)
            self._note(events.LEARNING_RATE, learning_rate=control.learning_rate)
        if control.augmentation not in (None, self._sequence.augmentation):
            self._sequence.augmentation = self._progress.augmentation = control.augmentation
            self._note(events.AUGMENTATION, augmentation=control.augmentation)
        return control.command

    def _note(self, kind: str, **changed: Any) -> None:
        """Add an event at the place that the training has come to."""
        batches = self._progress.batches
        digits, epoch = self._sequence.digits_seen(batches), self._sequence.epochs_seen(batches)
        self._progress.events += (TrainingEvent(kind, digits, epoch, **changed),)
        self._callbacks.on_events(self._progress.events)

    def _report(self, loss: float, accuracy: float, over: bool, leaving: bool) -> None:
        """Add the metrics to the epoch and reset them; take a pulse, and call back."""
        progress = self._progress
        cnn = self.model
        if not all(np.isfinite(each).all() for each in weights_of(cnn).values()):
            raise self._diverged()  # which the next batch's loss would show, after all was saved
        sequence = self._sequence
        count = sequence.pictures_in(progress.batches) - sequence.pictures_in(self._since)
        progress.shown += count
        progress.loss += loss * count
        progress.accuracy += accuracy * count
        self._since = progress.batches
        cnn.reset_metrics()
        if over:
            self._end_epoch()
        if self._monitor and (leaving or self._monitor.expected):
            self._take_pulse(self._monitor, loss, accuracy, over, leaving)
        if over:
            self._callbacks.on_epoch(list(progress.history))

    def _take_pulse(
        self, monitor: Monitor, loss: float, accuracy: float, over: bool, leaving: bool
    ) -> None:
        try:
            validated = self._validation.logits if over else None
            monitor.take_pulse(self._progress, loss, accuracy, leaving=leaving, validated=validated)
        except FloatingPointError:
            raise self._diverged() from None
        if monitor.save_error is not self._save_error:
            self._save_error = monitor.save_error
            self._callbacks.on_save_error(self._save_error)

    def _end_epoch(self) -> None:
        progress = self._progress
        epoch = Epoch(
            len(progress.history) + 1,
            progress.loss / progress.shown,
            progress.accuracy / progress.shown,
            self._validation.accuracy(),
            progress.seconds - progress.begun,
        )
        progress.history = (*progress.history, epoch)
        progress.shown, progress.loss, progress.accuracy = 0, 0.0, 0.0
        progress.begun = progress.seconds


class _Validation:
    """Validates the weights that would be kept: their averages, where the recipe averages."""

    def __init__(self, cnn: keras.Model, digits: Digits) -> None:
        self._cnn = cnn
        self._digits = digits
        self._predictor = logits_predictor(cnn)
        self._averages = cnn.optimizer.use_ema
        self.logits: np.ndarray | None = None  # of all digits, by the weights of now

    def accuracy(self) -> float | None:
        """Return the share of digits that are read right, in [0, 1]; None without any."""
        if not len(self._digits):
            return None
        variables = self._cnn.trainable_variables
        latest = [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]
        self._cnn.optimizer.finalize_variable_values(variables)
        for variable in variables:  # a copy, or JAX would use up the average itself in reading
            variable.assign(np.array(keras.ops.convert_to_numpy(variable)))
        logits = self._predictor.predict(self._digits.pixels)["logits"]
        for variable, value in zip(variables, latest, strict=True):
            variable.assign(value)
        self.logits = logits
        if self._averages:  # the snapshot of this moment holds the weights, not their averages
            self.logits = self._predictor.predict(self._digits.pixels)["logits"]
        return float(np.mean(logits.argmax(axis=1) == self._digits.labels))


_Handler = Callable[[int, FrameType | None], Any] | int | None


class _Interruptible:
    """Holds Ctrl-C and SIGTERM back while a training runs; the second one is not held back."""

    def __init__(self, on_interrupt: Callable[[], None]) -> None:
        self._on_interrupt = on_interrupt
        self._before: dict[int, _Handler] = {}

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._received)

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _received(self, number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.default_int_handler)
        self._on_interrupt()
