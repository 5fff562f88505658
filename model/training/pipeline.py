"""The work of one run: from its digits to a network that is measured and published."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from model.base.errors import UserError
from model.data.datasets import SMALL, Dataset, load
from model.export.publishing import Origin, exported, publish
from model.handwriting import hand
from model.inference.catalogue import Card
from model.inference.confidence import threshold
from model.inference.evaluation import classify
from model.inference.network import Network
from model.runs import results
from model.runs.results import Results
from model.runs.store import CANCEL, PAUSE, Control, Run
from model.training import device
from model.training.batches import Material, Mixture, gather
from model.training.loop import BatchListener, EpochListener, TroubleListener, train

UNSURE_SHARE = 0.01  # of digits not trained on: so many may be called unsure
_UNSEEN = 2**31  # seeds from here on write digits that no training has seen


@dataclass(frozen=True)
class Listeners:
    """Who is told how the work goes."""

    on_device: Callable[[str], None]  # what it runs on, for a person
    on_written: Callable[[int, int], None]  # pictures written, and of how many
    on_total: Callable[[int], None]  # how many digits the whole training shows
    on_batch: BatchListener
    on_epoch: EpochListener
    on_trouble: TroubleListener


@dataclass(frozen=True)
class Outcome:
    """What came of the work."""

    ending: str  # as in `training.Training`
    trouble: UserError | None  # why its end could not be saved
    card: Card | None  # of the published network; None where the training is to go on or be lost


def follow(run: Run, hear: Callable[[], Control], told: Listeners) -> Outcome:
    """Do what a run asks for, or what is left of it; the test digits are read once, at the end."""
    told.on_device(device.prepare())
    dataset = load(run.source)
    material = gather(dataset, run.recipe, processes=device.cores(), on_written=told.on_written)
    mixture = Mixture(material, run.recipe)
    told.on_total(mixture.shown(mixture.batches))
    training = train(
        run.design,
        material,
        run.recipe,
        folder=run.folder,
        limit=run.limit,
        hear=hear,
        on_batch=told.on_batch,
        on_epoch=told.on_epoch,
        on_trouble=told.on_trouble,
    )
    if training.ending in (PAUSE, CANCEL):
        return Outcome(training.ending, training.trouble, None)
    network = exported(training.cnn)
    logits = classify(network, dataset.test.pixels)
    measured = results.write(run.folder, dataset, run.source, logits)
    card = _publish(run, training.cnn, network, dataset, material, measured)
    return Outcome(training.ending, training.trouble, card)


def _publish(
    run: Run,
    cnn: keras.Model,
    network: Network,
    dataset: Dataset,
    material: Material,
    measured: Results,
) -> Card:
    origin = Origin(
        title=run.title,
        architecture=run.architecture,
        data=_told(dataset, material),
        recipe=run.recipe.as_json(),
        seed=run.recipe.seed,
        device=device.prepare(),
        test_accuracy=measured.test_accuracy,
        test_digits=measured.n,
        test_confusion=tuple(tuple(row) for row in measured.confusion.tolist()),
        test_source=SMALL if run.source == SMALL else "",
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
