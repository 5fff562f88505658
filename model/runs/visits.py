"""When each visitor was here last, and runs that nobody will come back to.

A visit is noted under a hash of the visitor's id, from which nobody learns it.
"""

import contextlib
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from model.base.errors import UserError
from model.base.home import home
from model.runs import store
from model.runs.owners import owner_hash
from model.runs.store import QUEUED, RUNNING, Damaged, Run

DAYS = 90  # without a visit, after which a visitor's runs are deleted

_BEGUN = ".begun"  # since when visits are noted
_DAY = 24 * 3600.0  # seconds
_HOUR = 3600.0  # seconds between two notes of one visitor


def note_visit(owner: str, clock: Callable[[], float] = time.time) -> None:
    """Take note that a visitor is here, at most once an hour; a disk that is full is no trouble."""
    note = _note_of(owner)
    with contextlib.suppress(OSError):
        if clock() - _written(note) > _HOUR:
            note.parent.mkdir(parents=True, exist_ok=True)
            note.touch()


def remove_abandoned(clock: Callable[[], float] = time.time) -> None:
    """Delete the runs whose visitors have not been here for `DAYS`, as if they had done so.

    A run of the command line is nobody's and stays. Where visits have not been noted for so long,
    nothing is deleted yet.
    """
    now, begun = clock(), _notes() / _BEGUN
    if not begun.exists():
        begun.parent.mkdir(parents=True, exist_ok=True)
        begun.touch()
    if now - _written(begun) <= DAYS * _DAY:
        return
    for run in store.listings():
        if run.owner and not _is_at_work(run) and now - _last_seen(run) > DAYS * _DAY:
            with contextlib.suppress(UserError):  # somebody takes it up at this moment
                store.delete(run.id)
    for note in _notes().glob("[!.]*"):
        if now - _written(note) > 2 * DAYS * _DAY:
            note.unlink(missing_ok=True)


def _is_at_work(run: Run | Damaged) -> bool:
    return isinstance(run, Run) and run.status.state in (QUEUED, RUNNING)


def _last_seen(run: Run | Damaged) -> float:
    """Return when a run's visitor was here last, or did something with it."""
    done = run.status.written if isinstance(run, Run) else run.created
    with contextlib.suppress(ValueError):
        return max(_written(_note_of(run.owner)), datetime.fromisoformat(done).timestamp())
    return _written(_note_of(run.owner))


def _note_of(owner: str) -> Path:
    return _notes() / owner_hash(owner)


def _notes() -> Path:
    return home() / "visitors"


def _written(path: Path) -> float:
    """Return when a file was written, in seconds since the epoch; 0 where there is none."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
