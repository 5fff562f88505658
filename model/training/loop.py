"""Trains a network, tells its progress to plain functions, and can be interrupted at any batch."""

import math
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import keras
import numpy as np

from model.base.errors import N_, UserError
from model.data.datasets import Digits
from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.runs.store import CANCEL, Control
from model.training import build, checkpoints, device
from model.training.batches import Material, Mixture
from model.training.checkpoints import Epoch, Progress
from model.training.health import weights_of
from model.training.monitor import Watch
from model.training.optimizers import optimizer
from model.training.predictor import Reader, reader_of_logits
from model.training.recorder import Record

BatchListener = Callable[[int, int, float], None]  # batches done, of how many in all, loss so far
EpochListener = Callable[[list[Epoch]], None]  # all epochs that are over, the newest last
TroubleListener = Callable[[UserError | None], None]

LIMIT = "limit"  # an ending beside those that a run can be told
_LISTENING = 0.2  # seconds between two looks at what the training is told


@dataclass(frozen=True)
class Training:
    """What a training came to."""

    cnn: keras.Model  # with the average of its last weights, where the recipe averages
    history: list[Epoch]
    ending: str = ""  # PAUSE, STOP, CANCEL or LIMIT where it ended before its last batch
    trouble: UserError | None = None  # why its end could not be saved


@dataclass(frozen=True)
class Company:
    """Who goes along with a training: tells it what to do, and is told how it goes."""

    limit: float | None
    hear: Callable[[], Control]
    on_batch: BatchListener
    on_epoch: EpochListener
    on_trouble: TroubleListener


def train(
    design: Design | str,
    material: Material,
    recipe: Recipe,
    *,
    folder: Path | None = None,
    limit: float | None = None,
    hear: Callable[[], Control] = Control,
    on_batch: BatchListener = lambda done, total, loss: None,
    on_epoch: EpochListener = lambda history: None,
    on_trouble: TroubleListener = lambda trouble: None,
) -> Training:
    """Train a network.

    With a `folder` it is watched there: pulses, snapshots and a checkpoint. Where that checkpoint
    exists already, the training goes on from it and ends as if it had never stopped. `hear` is
    asked several times a second what to do, `limit` ends it after so many seconds of training,
    and `on_trouble` is told when nothing can be saved, and None when it can again. Ctrl-C and
    SIGTERM end it after a batch, with a checkpoint; a listener that raises ends it at once. A
    UserError says when the loss is no number any more.
    """
    recipe.check()
    batches = Mixture(material, recipe).batches
    with device.together(recipe.batch_size):
        cnn = build.build(design, seed=recipe.seed, mixed_precision=recipe.mixed_precision)
        cnn.compile(
            optimizer(recipe, batches),
            keras.losses.CategoricalCrossentropy(from_logits=True),
            metrics=[keras.metrics.MeanMetricWrapper(digit_accuracy, name="accuracy")],
            jit_compile=recipe.jit_compile or keras.backend.backend() == "jax",  # else step by step
        )
        cnn.optimizer.build(cnn.trainable_variables)
    record = Record(folder, tensorboard=recipe.tensorboard) if folder else None
    progress = Progress()
    if record and record.checkpoint.exists():
        progress = checkpoints.restore(record.checkpoint, cnn)
    mixture = Mixture(material, recipe, progress.batches)
    mixture.augmentation = progress.augmentation or recipe.augmentation
    reader = reader_of_logits(cnn)
    watch = Watch(cnn, mixture, recipe.epochs, material, record) if record else None
    company = Company(limit, hear, on_batch, on_epoch, on_trouble)
    loop = _Loop(mixture, recipe, material.validation, reader, progress, watch, company)
    if progress.batches < batches:
        with loop.interruptible():
            cnn.fit(
                mixture,
                steps_per_epoch=batches - progress.batches,  # one epoch of Keras's for all of ours
                shuffle=False,  # Keras would shuffle the batches, each time in another way
                callbacks=[loop],
                verbose=0,
            )
    cnn.optimizer.finalize_variable_values(cnn.trainable_variables)  # the averages are kept
    plain = build.build(design, seed=recipe.seed)  # float32, on one device, not compiled
    plain.set_weights(cnn.get_weights())
    return Training(plain, list(progress.history), loop.ending, watch and watch.trouble)


def digit_accuracy(targets: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    """Tell the share of a batch's digits that are read right; what is no digit does not count."""
    digits = keras.ops.cast(keras.ops.max(targets, axis=-1) > 0.5, "float32")
    right = keras.ops.equal(keras.ops.argmax(targets, axis=-1), keras.ops.argmax(logits, axis=-1))
    count = keras.ops.maximum(keras.ops.sum(digits), 1.0)
    return keras.ops.sum(keras.ops.cast(right, "float32") * digits) / count


class _Loop(keras.callbacks.Callback):
    """Follows a training batch by batch: counts, watches, listens, and ends it."""

    def __init__(
        self,
        mixture: Mixture,
        recipe: Recipe,
        validation: Digits,
        reader: Reader,
        progress: Progress,
        watch: Watch | None,
        company: Company,
    ) -> None:
        super().__init__()
        self.ending = ""
        self._mixture = mixture
        self._recipe = recipe
        self._validation = validation
        self._reader = reader
        self._progress = progress
        self._watch = watch
        self._company = company
        self._already = progress.seconds  # of training, before it was taken up
        self._begun = self._listened = time.monotonic()
        self._since = progress.batches  # up to these, loss and accuracy are counted
        self._rate: float | None = None  # that it was told to take
        self._interrupted = False
        self._trouble: UserError | None = None

    def interruptible(self) -> "_Interruptible":
        """Let a batch end before Ctrl-C or SIGTERM end the training."""
        return _Interruptible(self._interrupt)

    def _interrupt(self) -> None:
        self._interrupted = True

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Look at the network as it begins."""
        if self._watch:
            self._listen()
            self._watch.begin(self._progress)
        self._begun = time.monotonic()

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Prepare for a pulse where one is due."""
        if self._watch and self._watch.is_due(self._progress.batches + 1):
            self._watch.expect(self.model)  # asked like this, JAX gives the weights out

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Count the batch, and see whether anything is to be done or told after it."""
        progress = self._progress
        progress.batches += 1
        progress.seconds = self._already + time.monotonic() - self._begun
        loss = float(logs["loss"])
        if not math.isfinite(loss):
            raise self._astray()
        self._company.on_batch(progress.batches, self._mixture.batches, loss)
        self.ending = self._asked()
        if self.ending == CANCEL:
            self.model.stop_training = True
            return
        over = progress.batches == self._mixture.ends(len(progress.history) + 1)
        leaving = bool(self.ending) or self._interrupted
        if over or leaving or (self._watch and self._watch.expected):
            self._tell(loss, float(logs["accuracy"]), over, leaving)
        if self._interrupted:
            raise KeyboardInterrupt
        if self.ending:
            self.model.stop_training = True

    def _astray(self) -> UserError:
        return UserError(
            N_("The loss is no number any more in epoch {epoch}: learn more slowly."),
            epoch=len(self._progress.history) + 1,
        )

    def _asked(self) -> str:
        """Hear what to do now; change what was asked to be changed."""
        if self._progress.batches < self._mixture.batches:
            limit = self._company.limit
            if limit is not None and self._progress.seconds >= limit:
                return LIMIT
            if time.monotonic() - self._listened >= _LISTENING:
                return self._listen()
        return ""

    def _listen(self) -> str:
        self._listened = time.monotonic()
        told = self._company.hear()
        if told.learning_rate not in (None, self._rate) and self._recipe.learning_rate:
            self._rate = told.learning_rate
            self.model.optimizer.factor.assign(told.learning_rate / self._recipe.learning_rate)
        if told.augmentation not in (None, self._mixture.augmentation):
            self._mixture.augmentation = self._progress.augmentation = told.augmentation
        return told.command

    def _tell(self, loss: float, accuracy: float, over: bool, leaving: bool) -> None:
        """Add what the metrics say to the epoch and begin them anew; write down and tell."""
        progress = self._progress
        cnn = self.model
        if not all(np.isfinite(each).all() for each in weights_of(cnn).values()):
            raise self._astray()  # which the next batch's loss would show, after all was saved
        count = self._mixture.held(progress.batches) - self._mixture.held(self._since)
        progress.shown += count
        progress.loss += loss * count
        progress.accuracy += accuracy * count
        self._since = progress.batches
        cnn.reset_metrics()
        if over:
            self._end_epoch()
        if self._watch and (leaving or self._watch.expected):
            try:
                self._watch.pulse(progress, loss, accuracy, leaving=leaving)
            except FloatingPointError:
                raise self._astray() from None
            if self._watch.trouble is not self._trouble:
                self._trouble = self._watch.trouble
                self._company.on_trouble(self._trouble)
        if over:
            self._company.on_epoch(list(progress.history))

    def _end_epoch(self) -> None:
        progress = self._progress
        epoch = Epoch(
            len(progress.history) + 1,
            progress.loss / progress.shown,
            progress.accuracy / progress.shown,
            self._validation_accuracy(),
            progress.seconds - progress.begun,
        )
        progress.history = (*progress.history, epoch)
        progress.shown, progress.loss, progress.accuracy = 0, 0.0, 0.0
        progress.begun = progress.seconds

    def _validation_accuracy(self) -> float | None:
        """Measure the weights that would be kept: their averages, where the recipe averages."""
        if not len(self._validation):
            return None
        variables = self.model.trainable_variables
        latest = [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]
        self.model.optimizer.finalize_variable_values(variables)
        for variable in variables:  # a copy, or JAX would use up the average itself in reading
            variable.assign(np.array(keras.ops.convert_to_numpy(variable)))
        found = self._reader.read(self._validation.pixels)["logits"].argmax(axis=1)
        for variable, value in zip(variables, latest, strict=True):
            variable.assign(value)
        return float(np.mean(found == self._validation.labels))


class _Interruptible:
    """Holds Ctrl-C and SIGTERM back while a training runs; the second one is not held back."""

    def __init__(self, on_interrupt: Callable[[], None]) -> None:
        self._on_interrupt = on_interrupt
        self._before: dict[int, object] = {}

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
