"""The queue: the runs that wait or are trained, read from their folders, its only memory."""

from collections.abc import Sequence
from pathlib import Path

from model.base.errors import UserError
from model.runs import store
from model.runs.control import CANCEL, read_control
from model.runs.store import QUEUED, RUNNING, Run, is_alive


class Queue:
    """Reads the runs again and again, at little cost; those that have ended only once."""

    def __init__(self) -> None:
        self._ended: dict[str, int] = {}  # as their state was last written

    def unfinished(self) -> list[Run]:
        """Read the runs that wait or are trained; delete what was canceled and has ended."""
        found = []
        for folder in store.folders():
            written = changed(folder / "state.json")
            if self._ended.get(folder.name) == written:
                continue
            run = _readable(folder.name)
            if run is not None and run.status.state in (QUEUED, RUNNING):
                found.append(run)
            elif run and read_control(run).command == CANCEL and not is_alive(run):
                store.delete(run.id)
            else:
                self._ended[folder.name] = written
        return found


def in_order(waiting: Sequence[Run]) -> list[list[Run]]:
    """Return runs that wait in the groups that race: first come, first served."""
    groups: dict[str, list[Run]] = {}
    for run in waiting:
        groups.setdefault(run.request.group, []).append(run)
    return sorted(
        groups.values(), key=lambda group: min((run.status.written, run.created) for run in group)
    )


def changed(path: Path) -> int:
    """Return when a file was written last, in nanoseconds; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _readable(run_id: str) -> Run | None:
    try:
        return store.find(run_id)
    except UserError:
        return None
