"""Keeps trainings and saved networks within their share of the disk."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from model.base.errors import N_, UserError
from model.base.home import home
from model.experiments.designs import Design
from model.experiments.shapes import parameters
from model.inference.catalogue import card_files, listing
from model.runs import snapshots, store, trash
from model.runs.owners import owner_hash
from model.runs.store import Run

_DISK = 2000  # MB
_SHARE = 400  # MB, of one visitor
_EARLY, _EACH_EPOCH = 20, 4  # snapshots that are kept: at most of the first steps, and later on
_OTHER_COPIES = 12  # of a network's weights: checkpoint with optimizer, exports, and a spare one
_BESIDES = 3_000_000  # bytes: pulses, what the test digits were read as, the log


@contextlib.contextmanager
def on_disk() -> Iterator[None]:
    """Turn an OSError into a UserError for the person who wanted something written."""
    try:
        yield
    except OSError as error:
        raise UserError(
            N_("Cannot write to disk: {reason}"), reason=error.strerror or str(error)
        ) from error


def check_room(more: int, *, promised: int = 0) -> None:
    """Refuse to write `more` bytes where runs and saved networks would take too much of the disk.

    How much they may take together, `CONVSCOPE_DISK_MB` says; `promised` bytes are still to come
    of runs that have been taken on.
    """
    most = _megabytes("CONVSCOPE_DISK_MB", _DISK)
    while (used := _bytes_used()) + promised + more > most * 1e6 and trash.remove_oldest():
        continue
    if used + promised + more > most * 1e6:
        raise UserError(
            N_(
                "Not enough disk space: of {most} MB, {used} are used and {promised} reserved; "
                "this may need {more}. Delete finished runs."
            ),
            most=round(most),
            used=round(used / 1e6),
            promised=round(promised / 1e6),
            more=round(more / 1e6),
        )


def check_share(kept_by: str, more: int) -> None:
    """Refuse to write `more` bytes of a visitor's where that would be more than one may take.

    How much that is, `CONVSCOPE_VISITOR_MB` says; `kept_by` is the visitor's hash. Runs that the
    visitor deleted give way first.
    """
    most = share_of_visitor()
    while (used := bytes_of(kept_by)) + more > most and (deleted := _deleted(kept_by)):
        trash.remove(deleted[-1])
    if used + more > most:
        raise UserError(
            N_(
                "Your share of the disk is {most} MB: {used} are used, and this may need {more}. "
                "Delete runs or saved networks first."
            ),
            most=round(most / 1e6),
            used=round(used / 1e6),
            more=round(more / 1e6),
        )


def share_of_visitor() -> float:
    """Return how many bytes the runs and saved networks of one visitor may take together."""
    return _megabytes("CONVSCOPE_VISITOR_MB", _SHARE) * 1e6


def bytes_of(kept_by: str) -> int:
    """Return how many bytes a visitor's runs take, the deleted ones too, and saved networks."""
    runs = [run.id for run in store.listings() if owner_hash(run.owner) == kept_by]
    folders = [store.home_of_runs() / run_id for run_id in runs]
    folders += [run.folder for run in _deleted(kept_by)]
    saved = [path for path in card_files() if listing(path).kept_by == kept_by]
    files = [path.with_suffix(suffix) for path in saved for suffix in (".keras", ".onnx", ".json")]
    return sum(map(bytes_in, folders)) + sum(each.stat().st_size for each in files if each.exists())


def _deleted(kept_by: str) -> list[trash.DeletedRun]:
    return [run for run in trash.deleted_runs() if owner_hash(run.owner) == kept_by]


def _megabytes(variable: str, otherwise: float) -> float:
    try:
        return float(os.environ.get(variable) or otherwise)
    except ValueError:
        raise UserError(N_("{name} must be a number of megabytes."), name=variable) from None


def _bytes_used() -> int:
    return bytes_in(store.home_of_runs()) + bytes_in(home() / "networks")


def most_bytes(design: Design, epochs: int) -> int:
    """Return how many bytes a run of this design may come to take."""
    count = parameters(design)
    kept = min(snapshots.most(count), _EARLY + _EACH_EPOCH * epochs)
    return 4 * count * (kept + _OTHER_COPIES) + _BESIDES


def bytes_to_come(run: Run) -> int:
    """Return how many more bytes a run may come to take than it takes now."""
    request = run.request
    return max(0, most_bytes(request.design, request.recipe.epochs) - bytes_in(run.folder))


def bytes_in(folder: Path) -> int:
    """Return how many bytes a folder takes with all that is in it; 0 where it is not there."""
    total = 0
    for inner, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(inner, name)).st_size
            except FileNotFoundError:  # a snapshot that gave way to the next
                continue
    return total
