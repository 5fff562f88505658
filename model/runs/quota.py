"""Keeps trainings and saved networks within their share of the disk."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from model.base.errors import N_, UserError
from model.base.home import home
from model.experiments.designs import Design
from model.experiments.shapes import parameters
from model.runs import snapshots, store, trash
from model.runs.store import Run

_DISK = 2000  # MB
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
    try:
        most = float(os.environ.get("CONVSCOPE_DISK_MB") or _DISK)
    except ValueError:
        raise UserError(N_("CONVSCOPE_DISK_MB must be a number of megabytes.")) from None
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


def _bytes_used() -> int:
    return bytes_in(store.home_of_runs()) + bytes_in(home() / "networks")


def most_bytes(design: Design) -> int:
    """Return how many bytes a run of this design may come to take."""
    count = parameters(design)
    return 4 * count * (snapshots.most(count) + _OTHER_COPIES) + _BESIDES


def bytes_to_come(run: Run) -> int:
    """Return how many more bytes a run may come to take than it takes now."""
    return max(0, most_bytes(run.request.design) - bytes_in(run.folder))


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
