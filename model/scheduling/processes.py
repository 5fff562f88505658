"""The trainers' processes: starting them, seeing that they get on, and ending those that do not.

They go on when the server ends; one that an earlier server started is known by its run's lock.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.base.errors import UserError
from model.runs import store
from model.runs.control import CANCEL, read_control
from model.runs.reasons import RunError
from model.runs.store import FAILED, QUEUED, RUNNING, Run, is_alive
from model.scheduling.queue import changed
from model.scheduling.standby import Standby

PATIENCE = 60.0  # seconds without a sign of life, once it trains
STARTS_WITHIN = 600.0  # seconds; on a busy machine Keras alone takes minutes to load
SAVES_WITHIN = 50.0  # seconds; a container is given 60 to end (compose.yaml)
OBEYS_WITHIN = 10.0  # seconds; a trainer that does not end when told to is ended

_LOG = "log.txt"
_LEAVES_WITHIN = 3.0  # seconds, once it has written its last state
_ROOT = Path(__file__).parents[2]
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has only the one, and it kills


def trainer() -> tuple[str, ...]:
    """Return the command that trains a run: here, or on the cluster whose scheduler is named."""
    module = "model.cluster.client" if is_on_cluster() else "model.training.trainer"
    return sys.executable, "-m", module


def is_on_cluster() -> bool:
    """Return whether runs are trained by a cluster's workers."""
    return bool(os.environ.get("CONVSCOPE_SCHEDULER"))


@dataclass(frozen=True)
class _Started:
    """A trainer that was started here."""

    process: subprocess.Popen[bytes]
    state: int  # when its run's state had been written last


class Trainers:
    """The processes that train; `command` starts one, with the id of its run behind it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        warm: Standby,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._command = tuple(command)
        self._warm = warm
        self._clock = clock
        self._started: dict[str, _Started] = {}
        # What last moved, and since when not.
        self._beats: dict[str, tuple[tuple[int | None, ...], float]] = {}
        self._canceled: dict[str, float] = {}  # since when a run is to end

    def is_trained(self, run: Run) -> bool:
        """Return whether a process trains a run, be it one that has only just been started."""
        if run.status.state != QUEUED:
            return run.status.state == RUNNING
        return run.id in self._started or is_alive(run)

    def start(self, run: Run) -> None:
        """Start the trainer of a run; where that fails, so has the run."""
        state = changed(run.folder / "state.json")
        try:
            process = self._warm.take(run.id) or self._cold(run)
            self._started[run.id] = _Started(process, state)
        except OSError as error:
            _note(run, str(error))
            run.write_reason(RunError("not_started"), state=FAILED)

    def _cold(self, run: Run) -> subprocess.Popen[bytes]:
        with (run.folder / _LOG).open("ab") as log:
            return subprocess.Popen(
                [*self._command, run.id],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=_ROOT,
                start_new_session=True,  # it goes on when the server ends
            )

    def wait_for_exit(self, run_id: str) -> None:
        """Wait for a process that has written its last state and is on the way out."""
        if run_id in self._started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._started[run_id].process.wait(_LEAVES_WITHIN)

    def reap(self) -> None:
        """Forget the processes that have ended; a run that never began has failed."""
        for run_id, started in list(self._started.items()):
            if started.process.poll() is None:
                continue
            del self._started[run_id]
            with contextlib.suppress(UserError):  # damaged, or taken away
                _see_whether_it_began(store.find(run_id), started)

    def watch(self, trained: Sequence[Run]) -> None:
        """See that the trainers of these runs get on and obey; end those that do not."""
        for run in trained:
            self._watch_one(run, self._clock())
        for known in (self._beats, self._canceled):
            for run_id in set(known) - {run.id for run in trained}:
                del known[run_id]

    def _watch_one(self, run: Run, now: float) -> None:
        beat = tuple(changed(run.folder / name) for name in ("pulses.jsonl", "state.json"))
        if self._beats.get(run.id, (None,))[0] != beat:
            self._beats[run.id] = (beat, now)
        if read_control(run).command == CANCEL:
            late = now - self._canceled.setdefault(run.id, now)
            if late > OBEYS_WITHIN:
                self._end(run, signal.SIGTERM if late < 2 * OBEYS_WITHIN else _KILL)
            return
        # Its state is written as it starts and after an epoch, a pulse each second in between.
        trains = changed(run.folder / "pulses.jsonl") > changed(run.folder / "state.json")
        patience = PATIENCE if trains else STARTS_WITHIN
        if run.owner and now - self._beats[run.id][1] > patience:
            self._end(run, _KILL)
            _give_up(run, patience)

    def end(self, trained: Sequence[Run]) -> None:
        """Have the trainers of these runs save what they have and end; wait for that."""
        for run in trained:
            self._end(run, signal.SIGTERM)
        end = time.monotonic() + SAVES_WITHIN
        while any(map(is_alive, trained)) and time.monotonic() < end:
            time.sleep(0.05)

    def _end(self, run: Run, number: int) -> None:
        if run.id in self._started:
            _send(self._started[run.id].process.pid, number)
        elif run.status.state == RUNNING:
            _send(run.status.process, number)  # who holds its lock has written this down


def _give_up(run: Run, patience: float) -> None:
    """Write why a trainer was killed, once it holds its lock no more."""
    end = time.monotonic() + _LEAVES_WITHIN
    while is_alive(run):
        if time.monotonic() > end:
            return  # the next look tries again
        time.sleep(0.02)
    run.write_reason(RunError("no_progress", seconds=round(patience)), state=FAILED)


def _see_whether_it_began(run: Run, started: _Started) -> None:
    if changed(run.folder / "state.json") != started.state or is_alive(run):
        return
    _note(run, f"exit status {started.process.returncode}")
    run.write_reason(RunError("not_begun"), state=FAILED)


def _note(run: Run, words: str) -> None:
    """Add a line to a run's log, which only those who look after the server read."""
    with contextlib.suppress(OSError), (run.folder / _LOG).open("a", encoding="utf-8") as log:
        log.write(f"{words}\n")


def _send(process: int, number: int) -> None:
    """Send a signal to a trainer and to what it started."""
    try:
        if hasattr(os, "killpg") and os.getpgid(process) == process:
            os.killpg(process, number)
        else:
            os.kill(process, number)
    except (ProcessLookupError, PermissionError):
        return  # it has just ended
