"""Rebuilds a planned network in Keras, tries it on digits, and publishes it.

It runs in a process of its own, which is asked through `model.keras_checks.process` and finds its
plan and arrays in a folder that was made for it. Importing this costs nothing: each function
imports Keras when it is called.
"""

import json
import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from math import prod
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from model.base.errors import N_, UserError
from model.experiments.designs import OWN
from model.handwriting import hand
from model.imports import confinement
from model.imports.inspection import DIGIT, PICTURE, Plan
from model.imports.scaling import SCALINGS, SHOWN, Tried, guess, try_scalings, with_scaling
from model.inference.confidence import threshold
from model.inference.origin import Imported

if TYPE_CHECKING:
    import keras

PLAN, ARRAYS = "plan.json", "arrays.bin"  # in the folder
_DIGITS, _SEED = 100, 12  # that a network is tried on
_UNSURE_SHARE = 0.01  # of them: so many may be called unsure
_MOST_PRODUCTS = 30_000_000_000  # multiply-adds that trying may take; about as many seconds / 10
_MOST_ACTIVATIONS = 100_000_000  # numbers that Keras and the export are compared on
_MEMORY = 4_000_000_000  # bytes beyond what the process has taken once Keras is loaded
_SECONDS = 600  # of CPU time
_FILE_SIZE = 100_000_000  # bytes
_FILES = 200  # open at once


def write_folder(folder: Path, plan: Plan, arrays: Sequence[np.ndarray]) -> None:
    """Write what the process needs of a network into a folder."""
    (folder / PLAN).write_text(json.dumps(plan.as_json()), "utf-8")
    (folder / ARRAYS).write_bytes(b"".join(array.tobytes() for array in arrays))


def try_out(folder: str) -> dict[str, Any]:
    """Return what a network in a folder makes of known digits, under each scaling, and some."""
    _confine()
    plan, arrays = _read_folder(Path(folder))
    with _in_one_sentence():
        tried = [each.as_json() for each in _tried(_built(plan, arrays), plan)]
    pixels, _labels = _known_digits()
    return {"tried": tried, "digits": np.rint(pixels[:SHOWN] * 255).astype(int).tolist()}


def publish(
    folder: str, network_id: str, title: str, scaling: str, labels: Sequence[str], sha256: str
) -> str:
    """Publish a network in a folder, into the same folder; return the id of its scaling.

    Without a scaling it is the one that does best on known digits, if it reads any. A UserError
    says what about the network is not allowed.
    """
    _confine()
    plan, arrays = _read_folder(Path(folder))
    with _in_one_sentence():
        scaling = scaling or guess(_tried(_built(plan, arrays), plan), plan)
        cnn = _built(with_scaling(plan, SCALINGS[scaling]), arrays)
        imported = Imported(scaling, plan.ending, sha256)
        _publish(cnn, network_id, title, tuple(labels), imported, Path(folder))
    return scaling


def warm_up() -> None:
    """Load Keras and write the digits, so that the first network takes no longer than others."""
    _keras()
    _known_digits()


@cache
def _confine() -> None:
    _keras()
    confinement.limit(
        memory=confinement.memory_in_use() + _MEMORY,
        seconds=_SECONDS,
        file_size=_FILE_SIZE,
        files=_FILES,
    )
    confinement.forbid_starting_and_calling()


def _publish(
    cnn: "keras.Model",
    network_id: str,
    title: str,
    labels: tuple[str, ...],
    imported: Imported,
    folder: Path,
) -> None:
    from model.export import publishing

    _height, side, channels = shape = cnn.input_shape[1:]
    reads_digits = channels == 1 and cnn.output_shape[1] == 10 and not labels
    origin = publishing.Origin(
        title,
        OWN,
        imported=imported,
        labels=labels,
        output="sigmoid" if imported.ending == "sigmoid" else "softmax",
        energy_threshold=_energy_threshold(cnn, side) if reads_digits else None,
    )
    activations = sum(prod(layer.output.shape[1:]) for layer in cnn.layers)
    count = max(4, min(300, _MOST_ACTIVATIONS // activations))
    noise = np.random.default_rng(0).random((count, *shape), np.float32)
    if reads_digits:
        digits = _known_digits(side)[0][: count // 2, ..., np.newaxis]
        noise[: len(digits)] = digits
    publishing.publish(cnn, network_id, origin, folder, digits=noise)


def _energy_threshold(cnn: "keras.Model", side: int) -> float:
    return threshold(_logits(cnn, _known_digits(side)[0]), _UNSURE_SHARE)


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """Turn what Keras stumbles over into a sentence; the server's log gets the traceback."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        traceback.print_exc()
        raise UserError(N_("Keras cannot rebuild this network.")) from error


@cache
def _keras() -> ModuleType:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # TensorFlow's greetings
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # a GPU computes in another precision
    with _silent():
        import keras

        from model.export import publishing  # noqa: F401 - it loads ONNX's writer and runtime
    return keras


@contextmanager
def _silent() -> Iterator[None]:
    """Drop what is written to standard error past Python: TensorFlow's C++ does so as it loads."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@cache
def _known_digits(side: int = 28) -> tuple[np.ndarray, np.ndarray]:
    """Return digits that this project writes itself, and their labels.

    They are `(n, side, side)` float32 in [0, 1].
    """
    pixels, labels = hand.digits(_DIGITS, _SEED)
    scaled = [
        each if side == 28 else cv2.resize(each, (side, side), interpolation=cv2.INTER_AREA)
        for each in pixels
    ]
    return np.stack(scaled).astype(np.float32) / 255, labels


def _read_folder(folder: Path) -> tuple[Plan, list[np.ndarray]]:
    plan = Plan.from_json(json.loads((folder / PLAN).read_text("utf-8")))
    numbers = np.fromfile(folder / ARRAYS, np.float32)
    ends = np.cumsum([prod(weight.shape) for weight in plan.weights])
    parts = np.split(numbers, ends[:-1]) if len(ends) else []
    shaped = zip(parts, plan.weights, strict=True)
    return plan, [part.reshape(weight.shape) for part, weight in shaped]


def _built(plan: Plan, arrays: Sequence[np.ndarray]) -> "keras.Model":
    """Build a planned network, from an allow-list of Keras's classes, and fill it with arrays."""
    keras = _keras()
    name = DIGIT if plan.reads_digits else PICTURE
    tensors = {DIGIT: keras.Input(plan.input_shape, name=name)}
    waiting = iter(arrays)
    for each in plan.layers:
        values = [next(waiting) for _ in each.weights]
        settings = dict(each.settings)
        if each.kind == "Normalization" and values:  # Keras takes what it learned as settings
            settings["mean"], settings["variance"] = (value.tolist() for value in values)
            values = []
        layer = getattr(keras.layers, each.kind)(name=each.name, **settings)
        sources = [tensors[name] for name in each.inbound]
        tensors[each.name] = layer(sources if len(sources) > 1 else sources[0])
        layer.set_weights(values)
    return keras.Model(tensors[DIGIT], tensors[plan.layers[-1].name], name=OWN)


def _tried(cnn: "keras.Model", plan: Plan) -> list[Tried]:
    """Try a network on known digits; one that cannot read any is not tried."""
    if not plan.reads_digits:
        return []
    pixels, labels = _known_digits(plan.input_shape[0])
    count = max(20, min(len(pixels), _MOST_PRODUCTS // (len(SCALINGS) * (plan.products + 1))))
    return try_scalings(lambda digits: _logits(cnn, digits), pixels[:count], labels[:count])


def _logits(cnn: "keras.Model", pixels: np.ndarray) -> np.ndarray:
    return np.asarray(cnn.predict_on_batch(pixels[..., np.newaxis]))
