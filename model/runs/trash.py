"""Deleted runs: put aside for a day, so that a deletion can be undone.

They count as used disk space, and give way at once where a new run needs theirs.
"""

import contextlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from model.base.errors import N_, UserError
from model.base.home import VALID_ID
from model.runs import store

HOURS = 24  # for which a deleted run can be restored


@dataclass(frozen=True)
class DeletedRun:
    """A run that was deleted and can still be restored."""

    id: str
    owner: str
    title: str
    deleted: float  # seconds since the epoch

    @property
    def folder(self) -> Path:
        """Where it lies until it is removed for good."""
        return store.folder_aside(self.id)


def restore(run_id: str) -> None:
    """Bring a deleted run back as it was; a UserError where it is gone for good."""
    aside = store.folder_aside(run_id)
    if not VALID_ID.fullmatch(run_id) or not aside.is_dir():
        raise UserError(N_("This run was removed for good and cannot be restored."))
    _forget_command(aside)
    aside.rename(store.home_of_runs() / run_id)


def deleted_runs(owner: str | None = None) -> list[DeletedRun]:
    """Return the deleted runs of one owner, or of all, the last deleted first."""
    found = [_read(folder) for folder in store.home_of_runs().glob(f"{store.ASIDE}*")]
    theirs = [run for run in found if run and (owner is None or run.owner == owner)]
    return sorted(theirs, key=lambda run: run.deleted, reverse=True)


def remove(run: DeletedRun) -> None:
    """Remove a deleted run for good."""
    shutil.rmtree(run.folder, ignore_errors=True)


def remove_old(clock: Callable[[], float] = time.time) -> None:
    """Remove for good what was deleted longer ago than it can be restored."""
    for run in deleted_runs():
        if clock() - run.deleted > 3600 * HOURS:
            remove(run)


def remove_oldest() -> bool:
    """Remove for good what was deleted first; return whether there was anything."""
    oldest = deleted_runs()[-1:]
    for run in oldest:
        remove(run)
    return bool(oldest)


def _read(folder: Path) -> DeletedRun | None:
    """Read what a deleted run says of itself; None where it was removed meanwhile."""
    run_id = folder.name.removeprefix(store.ASIDE)
    try:
        deleted = folder.stat().st_mtime
    except OSError:
        return None
    try:
        about = json.loads((folder / "about.json").read_text("utf-8"))
        return DeletedRun(run_id, str(about["owner"]), str(about["title"]), deleted)
    except (OSError, ValueError, KeyError, TypeError):
        return DeletedRun(run_id, "", "", deleted)


def _forget_command(folder: Path) -> None:
    """Take back the command by which a run was canceled, or it would be deleted again."""
    path = folder / "control.json"
    with contextlib.suppress(OSError, ValueError, TypeError):
        store.write_json(path, {**json.loads(path.read_text("utf-8")), "command": ""})
