"""A network as it was after so many digits: kept while it trains, and opened like any other.

A run's folder holds its graph once, with the weights as inputs, and for each snapshot only the
weights. The graph is opened once for all snapshots of a run.
"""

import contextlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.lib.npyio import NpzFile

from model.base.errors import N_, UserError
from model.base.files import write_whole
from model.inference.layers import Layer
from model.inference.network import Network
from model.runs import store
from model.runs.pulses import Pulse

NOW = "now"  # instead of a number: the newest
MOST = 120  # snapshots of a run that are kept
MOST_BYTES = 60_000_000  # that they may take together

_GRAPHS = 8  # of so many runs, kept open
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Snapshot:
    """A network after so many digits, and how it was doing."""

    weights: Mapping[str, np.ndarray]  # "conv1/kernel" -> (5, 5, 1, 16) float32
    confusion: np.ndarray  # (10, 10) int32: row = label, column = prediction, in validation
    pulse: Pulse  # of that moment


def named(network_id: str) -> tuple[str, int | str] | None:
    """Return the run and the snapshot that "RUN@500" names; None for any other network."""
    run_id, at, number = network_id.partition("@")
    if not at:
        return None
    if number == NOW:
        return run_id, number
    if not (number.isascii() and number.isdecimal() and len(number) < 12):
        raise UserError(N_("Network {id} does not exist."), id=repr(network_id)[:80])
    return run_id, int(number)


def most(parameters: int) -> int:
    """Return how many snapshots are kept of a network with so many parameters."""
    return max(20, min(MOST, MOST_BYTES // (4 * parameters)))


def numbers(run_id: str) -> list[int]:
    """Return after how many digits a run has snapshots, in order; the last is the newest."""
    return numbers_in(store.find(run_id).folder)


def versions(run_id: str) -> list[tuple[int, int]]:
    """Return the version of each snapshot that a run has, in order; the last is the newest.

    Those whose files were cut off are left out.
    """
    folder = store.find(run_id).folder
    found = []
    for number in numbers_in(folder):
        with contextlib.suppress(FileNotFoundError):  # thinned out meanwhile
            version = _version(_path(folder, number))
            if _is_whole(_path(folder, number), version):
                found.append(version)
    return found


def count_damaged(run_id: str) -> int:
    """Return how many snapshots of a run were cut off, so that they cannot be read."""
    return len(numbers_in(store.find(run_id).folder)) - len(versions(run_id))


@lru_cache(maxsize=10_000)
def _is_whole(path: Path, _version: tuple[int, int]) -> bool:
    """Return whether a file has the end of an archive, which is written last."""
    return zipfile.is_zipfile(path)


def load(run_id: str, number: int | str) -> Snapshot:
    """Read the snapshot after so many digits, or `NOW`; a UserError where there is none."""
    folder = store.find(run_id).folder
    try:
        return _of(folder, number, _read)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise _missing(run_id, number) from error


def version(run_id: str, number: int | str) -> tuple[int, int]:
    """Return a snapshot's number and when it was written (ns): together a key for caches."""
    folder = store.find(run_id).folder
    try:
        return _of(folder, number, _version)
    except OSError as error:
        raise _missing(run_id, number) from error


def open_snapshot(run_id: str, number: int | str) -> Network:
    """Open a run's network as it was after so many digits, or is `NOW`."""
    weights = load(run_id, number).weights
    path = store.find(run_id).folder / "graph.onnx"
    try:
        return _graph(path, path.stat().st_mtime_ns).with_weights(weights)
    except UserError:
        raise
    except Exception as error:  # ONNX Runtime has an exception of its own for each status
        raise UserError(
            N_("The graph of run {id} is damaged: it cannot be opened."), id=run_id
        ) from error


def layers(run_id: str) -> tuple[Layer, ...]:
    """Read the layers of a run's network in graph order; none before it has begun."""
    path = store.find(run_id).folder / "layers.json"
    return _layers(path) if path.is_file() else ()


def write_graph(folder: Path, export: bytes, described: Sequence[Layer]) -> None:
    """Write what all snapshots of a run share: an ONNX graph and its layers."""
    content = json.dumps([layer.as_json() for layer in described])
    write_whole(folder / "layers.json", content.encode())
    write_whole(folder / "graph.onnx", export)


def write(folder: Path, number: int, snapshot: Snapshot) -> None:
    """Write the snapshot after so many digits, whole or not at all."""
    packed = io.BytesIO()
    meta = np.array(json.dumps(snapshot.pulse))
    arrays = {**snapshot.weights, "confusion": snapshot.confusion, "meta": meta}
    np.savez(packed, allow_pickle=False, **arrays)
    write_whole(_path(folder, number), packed.getvalue())


def remove(folder: Path, number: int) -> None:
    """Delete a snapshot, if it is there."""
    _path(folder, number).unlink(missing_ok=True)


def numbers_in(folder: Path) -> list[int]:
    """Return after how many digits there are snapshots in a run's folder, in order."""
    names = [path.stem for path in (folder / "snapshots").glob("*.npz")]
    return sorted(int(name) for name in names if name.isdecimal())


def _of(folder: Path, number: int | str, read: Callable[[Path], _Read]) -> _Read:
    """Read the file of a snapshot; where the newest gave way to the next meanwhile, of that one.

    FileNotFoundError where there is none.
    """
    while True:
        path = _path(folder, number)
        try:
            return read(path)
        except FileNotFoundError:
            if _path(folder, number) == path:
                raise


def _version(path: Path) -> tuple[int, int]:
    return int(path.stem), path.stat().st_mtime_ns


def _read(path: Path) -> Snapshot:
    # Opened here, since NumPy leaves a file open that turns out to be damaged.
    with path.open("rb") as opened, NpzFile(opened, allow_pickle=False) as arrays:
        weights = {name: arrays[name] for name in arrays.files if "/" in name}
        return Snapshot(weights, arrays["confusion"], json.loads(str(arrays["meta"])))


def _missing(run_id: str, number: int | str) -> UserError:
    return UserError(N_("Run {id} has no snapshot {number}."), id=run_id, number=repr(number)[:20])


def _path(folder: Path, number: int | str) -> Path:
    if number == NOW:
        known = numbers_in(folder)
        if not known:
            raise FileNotFoundError(folder)
        number = known[-1]
    return folder / "snapshots" / f"{number:09d}.npz"


@lru_cache(maxsize=_GRAPHS)
def _graph(path: Path, _written: int) -> Network:
    """Open a run's graph; one that was written again at another time is opened anew."""
    return Network(path.read_bytes(), _layers(path.with_name("layers.json")), energy_threshold=0.0)


def _layers(path: Path) -> tuple[Layer, ...]:
    return tuple(Layer.from_json(layer) for layer in json.loads(path.read_text("utf-8")))
