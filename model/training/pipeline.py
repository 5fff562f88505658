"""The work of one run: from its digits to a network that is evaluated and published."""

import contextlib
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from model.base.errors import UserError
from model.data.datasets import SMALL, Dataset, Digits, at_hand, load
from model.experiments.designs import Design
from model.experiments.recipes import PLAIN
from model.export.publishing import Origin, exported, publish
from model.handwriting import hand
from model.inference.catalogue import Card
from model.inference.confidence import threshold
from model.inference.evaluation import classify
from model.inference.network import Network
from model.inference.origin import OUTLIERS, SYNTHETIC, DataSource
from model.runs import results
from model.runs.control import CANCEL, PAUSE
from model.runs.results import Results
from model.runs.store import Run
from model.training import device
from model.training.batches import BatchSequence, TrainingData, gather
from model.training.callbacks import PipelineCallbacks
from model.training.loop import TrainingResult, train

UNSURE_SHARE = 0.01  # of digits not trained on: so many may be called unsure
_REHEARSED = 64  # digits
_UNSEEN = 2**31  # seeds from here on write digits that no training has seen


@dataclass(frozen=True)
class PipelineResult:
    """What came of the work."""

    stop_reason: str  # as in `loop.TrainingResult`
    save_error: UserError | None  # why its end could not be saved
    card: Card | None  # of the published network; None where the run was paused or canceled


def rehearse() -> None:
    """Train a tiny network for a moment, watched, and read the usual digits.

    What is loaded or compiled late is there by then, so that the next training begins at once.
    """
    device.prepare()
    digits = Digits(np.zeros((_REHEARSED, 28, 28), np.uint8), np.zeros(_REHEARSED, np.uint8))
    data = TrainingData(digits, digits, digits[:0], digits[:0].pixels)
    with tempfile.TemporaryDirectory() as folder:
        train(Design("tiny"), data, PLAIN, folder=Path(folder), time_limit=0.0)
    if at_hand() is not None:
        with contextlib.suppress(UserError):  # whoever trains on them will be told
            dataset(None)


def dataset(source: str | None) -> Dataset:
    """Read a data set as `datasets.load` does; one that was read ahead is not read again."""
    path = Path(source) if source not in (None, SMALL) else at_hand()
    return _dataset(source, path, path.stat().st_mtime_ns if path and path.is_file() else 0)


@lru_cache(maxsize=1)
def _dataset(source: str | None, _path: Path | None, _written: int) -> Dataset:
    return load(source)


def run_pipeline(run: Run, callbacks: PipelineCallbacks) -> PipelineResult:
    """Do what a run asks for, or what is left of it.

    The test digits are read once, at the end. A UserError says what cannot be done.
    """
    callbacks.on_device(device.prepare())
    digits = dataset(run.request.source)
    data = gather(
        digits, run.request.recipe, processes=device.cores(), on_generated=callbacks.on_generated
    )
    sequence = BatchSequence(data, run.request.recipe)
    callbacks.on_total(sequence.digits_seen(sequence.batches))
    result = train(
        run.request.design,
        data,
        run.request.recipe,
        folder=run.folder,
        time_limit=run.request.time_limit,
        callbacks=callbacks,
    )
    if result.stop_reason in (PAUSE, CANCEL):
        return PipelineResult(result.stop_reason, result.save_error, None)
    network = exported(result.cnn)
    logits = classify(network, digits.test.pixels)
    measured = results.write(run.folder, digits, run.request.source, logits)
    card = _publish(run, result, network, digits, data, measured)
    return PipelineResult(result.stop_reason, result.save_error, card)


def _publish(
    run: Run,
    result: TrainingResult,
    network: Network,
    dataset: Dataset,
    data: TrainingData,
    measured: Results,
) -> Card:
    request = run.request
    origin = Origin(
        title=run.title,
        architecture=request.design.architecture,
        data=_sources(dataset, data),
        recipe=request.recipe.as_json(),
        events=tuple(event.as_json() for event in result.events),
        seed=request.recipe.seed,
        device=device.prepare(),
        test_accuracy=measured.test_accuracy,
        test_digits=measured.n,
        test_confusion=tuple(tuple(row) for row in measured.confusion.tolist()),
        test_source=SMALL if request.source == SMALL else "",
        energy_threshold=_energy_threshold(network, run, data),
    )
    digits = dataset.test.pixels[:500].astype(np.float32) / 255
    folder = Path(request.network_folder)
    return publish(
        result.cnn, request.network_id, origin, folder, digits=digits, replace=request.replace
    )


def _energy_threshold(network: Network, run: Run, data: TrainingData) -> float:
    """Set the threshold on digits that were not trained on, real ones where some were kept."""
    pixels = data.validation.pixels
    if not len(pixels):
        pixels, _labels = hand.digits(2000, _UNSEEN + run.request.recipe.seed)
    return threshold(classify(network, pixels), UNSURE_SHARE)


def _sources(dataset: Dataset, data: TrainingData) -> tuple[DataSource, ...]:
    counts = {
        dataset.source: len(data.real),
        SYNTHETIC: len(data.synthetic),
        OUTLIERS: len(data.outliers),
    }
    return tuple(DataSource(source, count) for source, count in counts.items() if count)
