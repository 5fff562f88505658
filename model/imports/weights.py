"""Reads the arrays of a network out of HDF5, in a process of its own: a library in C parses it.

That process is started for one file and ends with it. It gets the file through its standard
input, can open no other, nor a connection, and answers with nothing but the numbers that were
asked for, which are counted here and checked to be finite.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.base.errors import N_, UserError
from model.imports import confinement
from model.imports.inspection import Plan

if TYPE_CHECKING:
    import h5py

_ROOT = Path(__file__).parents[2]
_MEMORY = 1_500_000_000  # bytes of address space; libraries and threads take most of them
_SECONDS = 10  # of CPU time
_PATIENCE = 60.0  # seconds; on a busy machine it has to wait for its turn
_HEAD = 4096  # bytes of an answer beside its numbers
_MOST_CHUNK = 64_000_000  # bytes that a chunk may unpack to
_FILTERS = (1, 2, 3)  # gzip, shuffle, checksum: HDF5's own, none that a plug-in computes

_UNREADABLE = N_("The file is damaged: its weights cannot be read. Save the model once more.")
_MISSING = N_("The weights of layer {layer} are not in the file.")
_LINK = N_("The weights of layer {layer} lie outside of the file, which is not supported.")
_SHAPE = N_("The weights of layer {layer} have the shape {found}; its settings need {shape}.")
_TYPE = N_("The weights of layer {layer} are not floating-point numbers.")
_PACKED = N_("The weights of layer {layer} are compressed in a way that is not supported.")
_NOT_FINITE = N_("The weights of layer {layer} are not all finite: training has diverged.")

Arrays = Mapping[str, Sequence[np.ndarray]]  # by the layer's name, in Keras's order


def read_weights(plan: Plan, content: bytes) -> Arrays:
    """Return the arrays that a plan needs from the file of weights, float32 and finite.

    Raises UserError that names the layer where they are missing, or others than it needs.
    """
    asked = [
        {"layer": layer.name, "place": weight.place, "shape": weight.shape}
        for layer in plan.layers
        for weight in layer.weights
        if weight.place
    ]
    size = 4 * sum(prod(weight.shape) for weight in plan.weights if weight.place)
    numbers = np.frombuffer(_ask(asked, content, size), np.float32)
    found: dict[str, list[np.ndarray]] = {}
    begin = 0
    for layer in plan.layers:
        for weight in layer.weights:
            if weight.place:
                array = numbers[begin : begin + prod(weight.shape)].reshape(weight.shape)
                begin += array.size
            else:
                array = np.array(weight.values, np.float32).reshape(weight.shape)
            if not np.isfinite(array).all():
                raise UserError(_NOT_FINITE, layer=layer.name)
            found.setdefault(layer.name, []).append(array)
    return found


def _ask(asked: Sequence[Mapping[str, Any]], content: bytes, size: int) -> bytes:
    """Have a process of its own read the arrays; return them behind each other."""
    head = json.dumps({"asked": asked, "size": size}).encode() + b"\n"
    with tempfile.TemporaryFile() as answer:
        try:
            subprocess.run(
                [sys.executable, "-m", "model.imports.weights"],
                input=head + content,
                stdout=answer,  # bounded by the process itself, which cannot undo that
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # each takes address space
                timeout=_PATIENCE,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise UserError(_UNREADABLE) from error
        answer.seek(0)
        return _answer(answer.readline(_HEAD), answer.read(size + 1), size)


def _answer(head: bytes, numbers: bytes, size: int) -> bytes:
    try:
        sentence, values = json.loads(head)["error"] or ("", {})
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(_UNREADABLE) from error
    if sentence in _SENTENCES:
        raise UserError(sentence, **{name: str(value)[:80] for name, value in values.items()})
    if sentence or len(numbers) != size:
        raise UserError(_UNREADABLE)
    return numbers


_SENTENCES = (_UNREADABLE, _MISSING, _LINK, _SHAPE, _TYPE, _PACKED)


# --- in the process of its own ---


def main() -> None:
    """Answer one request on standard input: a line of JSON, then the HDF5 file."""
    import h5py  # noqa: F401 - loaded before nothing can be opened any more

    head = json.loads(sys.stdin.buffer.readline())
    confinement.limit(memory=_MEMORY, seconds=_SECONDS, file_size=head["size"] + _HEAD, files=0)
    confinement.forbid_starting_and_calling()
    content = sys.stdin.buffer.read()
    error: Any = None
    numbers = b""
    try:
        numbers = _read(head["asked"], content)
    except UserError as refusal:
        error = [refusal.template, refusal.values]
    except Exception:  # whatever HDF5 stumbles over
        error = [_UNREADABLE, {}]
    sys.stdout.buffer.write(json.dumps({"error": error}).encode() + b"\n" + numbers)
    sys.stdout.buffer.flush()


def _read(asked: Sequence[Mapping[str, Any]], content: bytes) -> bytes:
    import h5py

    found = []
    with h5py.File(io.BytesIO(content), "r") as file:
        for each in asked:
            dataset = _dataset(file, each["layer"], each["place"])
            _check(dataset, each["layer"], tuple(each["shape"]))
            found.append(np.asarray(dataset[()], np.float32).tobytes())
    return b"".join(found)


def _dataset(file: "h5py.File", layer: str, place: str) -> "h5py.Dataset":
    """Return what lies at a place, step by step, so that no link is ever followed."""
    import h5py

    inner: Any = file
    for step in place.split("/"):
        name = step.encode()
        if not isinstance(inner, h5py.Group) or not inner.id.links.exists(name):
            raise UserError(_MISSING, layer=layer)
        if inner.id.links.get_info(name).type != h5py.h5l.TYPE_HARD:
            raise UserError(_LINK, layer=layer)
        inner = inner[step]
    if not isinstance(inner, h5py.Dataset):
        raise UserError(_MISSING, layer=layer)
    return inner


def _check(dataset: "h5py.Dataset", layer: str, shape: tuple[int, ...]) -> None:
    """Refuse an array before any of it is read, unless it is the one that a layer needs."""
    import h5py

    properties = dataset.id.get_create_plist()
    if dataset.is_virtual or properties.get_external_count():
        raise UserError(_LINK, layer=layer)
    if dataset.shape != shape:
        raise UserError(_SHAPE, layer=layer, found=_size(dataset.shape), shape=_size(shape))
    kind = dataset.id.get_type()  # h5py's own dtype would import what can no longer be opened
    if not isinstance(kind, h5py.h5t.TypeFloatID) or kind.get_size() not in (2, 4, 8):
        raise UserError(_TYPE, layer=layer)
    filters = [properties.get_filter(number)[0] for number in range(properties.get_nfilters())]
    chunk = prod(dataset.chunks or ()) * kind.get_size()
    if any(each not in _FILTERS for each in filters) or chunk > _MOST_CHUNK:
        raise UserError(_PACKED, layer=layer)
    if prod(shape) and not dataset.id.get_storage_size():
        raise UserError(_MISSING, layer=layer)


def _size(shape: tuple[int, ...] | None) -> str:
    return " × ".join(map(str, shape or ()))


if __name__ == "__main__":
    main()
