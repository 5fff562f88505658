"""One run from its digits to a published network."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np

from model.handwriting import hand
from model.learning import device, runs
from model.learning.checkpoints import Epoch
from model.learning.datasets import Dataset, load
from model.learning.mixing import Material, gather
from model.learning.publishing import Origin, exported, publish
from model.learning.runs import Run
from model.learning.training import BatchListener, EpochListener, train
from model.serving.evaluating import classify, evaluate
from model.serving.networks import Card
from model.serving.sentences import N_, Refusal
from model.serving.tracing import Network
from model.serving.verdicts import threshold

UNSURE_SHARE = 0.01  # of digits not trained on: so many may be called unsure
_UNSEEN = 2**31  # seeds from here on write digits that no training has seen


def perform(
    run: Run,
    *,
    on_written: Callable[[int, int], None] = lambda done, total: None,
    on_batch: BatchListener = lambda done, total, loss: None,
    on_epoch: EpochListener = lambda history: None,
) -> Card:
    """Train what a run asks for, or what is left of it, and publish the network.

    The test digits are read once, at the very end. Whatever ends it early leaves the run
    interrupted or failed, to be taken up from its last whole epoch.
    """
    with runs.hold(run):
        return _perform(run, on_written, on_batch, on_epoch)


def _perform(
    run: Run,
    on_written: Callable[[int, int], None],
    on_batch: BatchListener,
    on_epoch: EpochListener,
) -> Card:
    run = run.because(None, state=runs.RUNNING, device=device.prepare())

    def after_epoch(history: list[Epoch]) -> None:
        run.now(history=tuple(asdict(epoch) for epoch in history))
        on_epoch(history)

    try:
        dataset = load(run.source)
        material = gather(dataset, run.recipe, processes=device.cores(), on_written=on_written)
        cnn, _history = train(
            run.design,
            material,
            run.recipe,
            checkpoint=run.checkpoint,
            on_batch=on_batch,
            on_epoch=after_epoch,
        )
        card = _publish(run, cnn, dataset, material)
    except KeyboardInterrupt:
        runs.find(run.id).now(state=runs.INTERRUPTED)
        raise
    except Refusal as refusal:
        runs.find(run.id).because(refusal, state=runs.FAILED)
        raise
    except Exception as error:
        failure = Refusal(N_("The training failed: {reason}"), reason=str(error)[:500])
        runs.find(run.id).because(failure, state=runs.FAILED)
        raise
    runs.find(run.id).now(state=runs.DONE)
    return card


def _publish(run: Run, cnn: keras.Model, dataset: Dataset, material: Material) -> Card:
    network = exported(cnn)
    measured = evaluate(network, dataset.test.pixels, dataset.test.labels)
    origin = Origin(
        title=run.title,
        architecture=run.architecture,
        data=_told(dataset, material),
        recipe=run.recipe.as_json(),
        seed=run.recipe.seed,
        device=run.device,
        test_accuracy=measured.accuracy,
        test_digits=measured.n,
        test_confusion=tuple(tuple(row) for row in measured.confusion.tolist()),
        unsure_below=_unsure_below(network, run, material),
    )
    digits = dataset.test.pixels[:500].astype(np.float32) / 255
    folder = Path(run.network_folder)
    return publish(cnn, run.network_id, origin, folder, digits=digits, replace=run.replace)


def _unsure_below(network: Network, run: Run, material: Material) -> float:
    """Set the threshold on digits that were not trained on, real ones where some were kept."""
    pixels = material.validation.pixels
    if not len(pixels):
        pixels, _labels = hand.digits(2000, _UNSEEN + run.recipe.seed)
    return threshold(classify(network, pixels), UNSURE_SHARE)


def _told(dataset: Dataset, material: Material) -> str:
    parts = [f"{len(material.real):,} digits of {dataset.name}"]
    if len(material.synthetic):
        parts.append(f"{len(material.synthetic):,} digits in our own handwriting")
    if len(material.outliers):
        parts.append(f"{len(material.outliers):,} scribbles and letters")
    return ", ".join(parts)
