"""Checkpoints: a training in one file, to be resumed where it was left, at any batch."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.lib.npyio import NpzFile

from model.base.files import write_whole
from model.data.augmentation import Augmentation
from model.experiments.events import TrainingEvent, events_from_json
from model.runs.reasons import RunError


@dataclass(frozen=True)
class Epoch:
    """Metrics of one epoch."""

    number: int  # from 1
    loss: float  # of the training batches, augmented
    accuracy: float  # share of their digits that were read right, in [0, 1]
    validation_accuracy: float | None  # of the averaged weights; None where nothing was kept apart
    seconds: float


@dataclass
class Progress:
    """How far a training has come."""

    batches: int = 0
    seconds: float = 0.0  # of training, also before it was resumed
    shown: int = 0  # pictures of the present epoch
    loss: float = 0.0  # summed over them
    accuracy: float = 0.0  # the same
    begun: float = 0.0  # `seconds` when the present epoch began
    augmentation: Augmentation | None = None  # where it is no more the recipe's
    history: tuple[Epoch, ...] = ()  # epochs that are over
    events: tuple[TrainingEvent, ...] = ()  # what happened to it so far


def save(path: Path, cnn: keras.Model, progress: Progress) -> None:
    """Write the network, its optimizer (with step and averaged weights) and how far it is."""
    arrays = {f"variable{n}": _numbers(each) for n, each in enumerate(_variables(cnn))}
    content = io.BytesIO()
    told = np.array(json.dumps(asdict(progress)))
    np.savez(content, allow_pickle=False, progress=told, **arrays)
    write_whole(path, content.getvalue())


def restore(path: Path, cnn: keras.Model) -> Progress:
    """Restore a network of the same architecture and its built optimizer.

    A RunError says that the checkpoint cannot be read, or is of another network.
    """
    try:
        # Opened here, since NumPy leaves a file open that turns out to be damaged.
        with path.open("rb") as opened, NpzFile(opened, allow_pickle=False) as arrays:
            progress = _progress(str(arrays["progress"]))
            values = [arrays[f"variable{n}"] for n in range(len(_variables(cnn)))]
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise RunError("checkpoint_damaged") from error
    for variable, value in zip(_variables(cnn), values, strict=True):
        if tuple(variable.shape) != value.shape:
            raise RunError("checkpoint_differs")
    for variable, value in zip(_variables(cnn), values, strict=True):
        variable.assign(value)
    return progress


def _progress(text: str) -> Progress:
    data = json.loads(text)
    changed = data["augmentation"]
    return Progress(
        **{
            **data,
            "augmentation": changed and Augmentation(**changed),
            "history": tuple(Epoch(**epoch) for epoch in data["history"]),
            "events": events_from_json(data.get("events", ())),  # older checkpoints have none
        }
    )


def _variables(cnn: keras.Model) -> list[keras.Variable]:
    metrics = {id(variable) for variable in cnn.metrics_variables}
    own = [variable for variable in cnn.variables if id(variable) not in metrics]
    return own + list(cnn.optimizer.variables)


def _numbers(variable: keras.Variable) -> np.ndarray:
    return keras.ops.convert_to_numpy(variable)
