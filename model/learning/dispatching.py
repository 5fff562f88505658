"""Which run is trained when: a queue with places, and a process for each run whose turn it is.

The queue is the folder of runs itself: it outlives the server, and two servers on one folder see
the same. Only the one that holds `dispatcher.lock` starts trainers; one that is started later
finds those that are at work by the locks they hold. Runs that race are one group and have one
place; one group is trained at a time, and a run that is trained from the command line is one too.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from model.learning import designs, runs
from model.learning.augmentation import Augmentation
from model.learning.designs import Design
from model.learning.recipes import Recipe
from model.learning.runs import (
    CANCEL,
    FAILED,
    INTERRUPTED,
    PAUSE,
    PAUSED,
    QUEUED,
    RUNNING,
    STOP,
    Damaged,
    Run,
)
from model.serving.networks import home
from model.serving.sentences import N_, Refusal

MOST_QUEUED = 10  # groups that wait
PATIENCE = 120.0  # seconds without a sign of life
_OBEYS_WITHIN = 10.0  # seconds; a trainer that does not end when told to is ended
_DISK = 2000  # MB
_OTHER_COPIES = 12  # of a network's weights: checkpoint with optimizer, exports, and a spare one
_BESIDES = 3_000_000  # bytes: pulses, what the test digits were read as, the log
_LEAVES_WITHIN = 3.0  # seconds, once it has written its last state
_ROOT = Path(__file__).parents[2]
_TRAINER = (sys.executable, "-m", "model.learning.trainer")
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has only the one, and it kills

Order = tuple[str, Design, Recipe]  # title, and what is to be trained how


@dataclass(frozen=True)
class _Started:
    """A trainer that was started here."""

    process: subprocess.Popen
    state: int  # when its run's state had been written last, in nanoseconds


class Dispatcher:
    """Keeps the queue, starts trainers and watches over them; one for the whole server."""

    def __init__(
        self,
        *,
        trainer: Sequence[str] = _TRAINER,
        patience: float = PATIENCE,
        obeys_within: float = _OBEYS_WITHIN,
    ) -> None:
        self._trainer = tuple(trainer)  # the command, without the id of a run
        self._patience, self._obeys_within = patience, obeys_within  # seconds
        self._turn = threading.RLock()
        self._lead: FileLock | None = None
        self._started: dict[str, _Started] = {}
        self._beats: dict[str, tuple[tuple, float]] = {}  # what last moved, and since when not
        self._told: dict[str, float] = {}  # since when a run is to end
        self._settled: dict[str, int] = {}  # runs that neither wait nor run, as last written
        self._places: dict[str, int] = {}

    # --- what visitors ask for ---

    def enqueue(
        self,
        orders: Sequence[Order],
        *,
        owner: str,
        preset: str = "",
        source: str | None = None,
        limit: float | None = None,
    ) -> list[Run]:
        """Write down runs that will race side by side, at the end of the queue.

        A Refusal says what about them cannot be, or which limit is reached.
        """
        with self._asked():
            self._check_limits(owner, sum(_most_bytes(design) for _, design, _ in orders))
            group: list[Run] = []
            try:
                for title, design, recipe in orders:
                    run = runs.create(
                        design,
                        recipe,
                        title=title,
                        source=source,
                        owner=owner,
                        group=group[0].id if group else "",
                        preset=preset,
                        limit=limit,
                        state=QUEUED,
                    )
                    group.append(run)
            except BaseException:
                for run in group:
                    runs.delete(run.id)
                raise
            self._count_places()
            return group

    def pause(self, run_id: str, owner: str) -> None:
        """End a run's process so that it can be resumed; one that waits gives up its place."""
        with self._asked():
            run = own(run_id, owner)
            if self._is_trained(run):
                runs.control(run_id, command=PAUSE)
            elif run.state == QUEUED:
                run.now(state=PAUSED)
                self._count_places()
            else:
                raise Refusal(_NOT_NOW)

    def resume(self, run_id: str, owner: str) -> None:
        """Put a run that was paused, interrupted or failed at the end of the queue."""
        with self._asked():
            run = own(run_id, owner)
            if run.state not in (PAUSED, INTERRUPTED, FAILED):
                raise Refusal(_NOT_NOW)
            self._wait_again(run)

    def stop(self, run_id: str, owner: str) -> None:
        """End a training early and keep what it has come to, as if it had been planned so."""
        with self._asked():
            run = own(run_id, owner)
            if self._is_trained(run):
                runs.control(run_id, command=STOP)
                return
            if run.state not in (QUEUED, PAUSED, INTERRUPTED, FAILED):
                raise Refusal(_NOT_NOW)
            if not run.checkpoint.exists():
                raise Refusal(N_("This training has not begun: there is nothing to keep."))
            if run.state != QUEUED:
                self._wait_again(run)  # its network is measured and written by a trainer
            runs.control(run_id, command=STOP)

    def cancel(self, run_id: str, owner: str) -> None:
        """End a training and take away everything of it."""
        with self._asked():
            run = own(run_id, owner)
            if self._is_trained(run):
                runs.control(run_id, command=CANCEL)
            else:
                self._delete(run_id)

    def delete(self, run_id: str, owner: str) -> None:
        """Take away a run that is not being trained, be it damaged."""
        with self._asked():
            run = _owned(_listed(run_id), owner)
            if isinstance(run, Run) and self._is_trained(run):
                raise Refusal(N_("The run {id} is being trained: stop it first."), id=run_id)
            self._delete(run_id)

    def rename(self, run_id: str, owner: str, title: str) -> None:
        """Give a run another title."""
        with self._asked():
            own(run_id, owner)
            runs.rename(run_id, title)

    def steer(
        self,
        run_id: str,
        owner: str,
        *,
        learning_rate: float | None = None,
        augmentation: Augmentation | None = None,
    ) -> None:
        """Change how a run goes on; what is None stays as it is."""
        with self._asked():
            own(run_id, owner)
            runs.control(run_id, learning_rate=learning_rate, augmentation=augmentation)

    def place(self, run_id: str) -> int | None:
        """Tell a run's place in the queue, 1 for the next; None where it does not wait."""
        return self._places.get(run_id)

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        """Do one thing at a time, and say it in a sentence when the disk does not let us."""
        with self._turn, on_disk():
            yield

    def _is_trained(self, run: Run) -> bool:
        """Tell whether a process has it, be it one that has only just been started."""
        if run.state != QUEUED:
            return run.state == RUNNING
        return run.id in self._started or run.alive

    def _wait_again(self, run: Run) -> None:
        self._check_limits(run.owner, _bytes_to_come(run), but=run.group)
        run.because(None, state=QUEUED)
        self._count_places()

    def _delete(self, run_id: str) -> None:
        if run_id in self._started:  # it has written its last state and is on the way out
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._started[run_id].process.wait(_LEAVES_WITHIN)
        runs.delete(run_id)
        self._count_places()

    def _check_limits(self, owner: str, more: int, *, but: str = "") -> None:
        """Refuse `more` bytes of an owner's where a limit is reached; the group `but` may race."""
        unfinished = list(self._unfinished())
        others = [run for run in unfinished if run.group != but]
        if any(run.owner == owner for run in others):
            raise Refusal(
                N_(
                    "You have a training that runs or waits already: let it end, pause it or "
                    "cancel it first."
                )
            )
        if len({run.group for run in others if run.state == QUEUED}) >= MOST_QUEUED:
            raise Refusal(
                N_("{most} trainings are waiting already: try again later."), most=MOST_QUEUED
            )
        check_room(more, promised=sum(map(_bytes_to_come, unfinished)))

    # --- once a second ---

    def tick(self) -> None:
        """Look after the trainers, and start those whose turn it is."""
        with self._turn:
            if self._leads():
                self._look_after()
                self._start_next()
            self._count_places()

    def _leads(self) -> bool:
        """Tell whether it is for this server to start trainers; the first one that asks leads."""
        if self._lead is None:
            folder = runs.home_of_runs()
            folder.mkdir(parents=True, exist_ok=True)
            # Each tick may come from another thread.
            self._lead = FileLock(folder / "dispatcher.lock", thread_local=False)
        if not self._lead.is_locked:
            try:
                self._lead.acquire(timeout=0)
            except Timeout:
                return False
        return True

    def _look_after(self) -> None:
        for run_id, started in list(self._started.items()):
            if started.process.poll() is not None:
                del self._started[run_id]
                self._bury(run_id, started)
        trained = [run for run in self._unfinished() if self._is_trained(run)]
        for run in trained:
            self._look_after_one(run)
        for known in (self._beats, self._told):
            for run_id in set(known) - {run.id for run in trained}:
                del known[run_id]

    def _look_after_one(self, run: Run) -> None:
        now = time.monotonic()
        beat = _beat(run)
        if self._beats.get(run.id, (None,))[0] != beat:
            self._beats[run.id] = (beat, now)
        if run.control.command == CANCEL:
            since = self._told.setdefault(run.id, now)
            if now - since > self._obeys_within:
                self._end(run, signal.SIGTERM if now - since < 2 * self._obeys_within else _KILL)
        elif run.owner and now - self._beats[run.id][1] > self._patience:
            self._end(run, _KILL)
            self._give_up(run)

    def _give_up(self, run: Run) -> None:
        """Write down why a trainer was killed, as soon as it holds its lock no more."""
        end = time.monotonic() + _LEAVES_WITHIN
        while run.alive and time.monotonic() < end:
            time.sleep(0.02)
        if run.alive:
            return  # the next tick tries again
        run.because(
            Refusal(
                N_("There was no progress for {seconds} seconds, and it was ended."),
                seconds=round(self._patience),
            ),
            state=FAILED,
        )

    def _bury(self, run_id: str, started: _Started) -> None:
        """See whether a trainer that has ended ever wrote anything of its run."""
        try:
            run = runs.find(run_id)
        except Refusal:
            return  # damaged, or taken away
        if _changed(run.folder / "state.json") == started.state and not run.alive:
            reason = _last_words(run) or f"exit status {started.process.returncode}"
            run.because(
                Refusal(N_("Its process ended before it could train: {reason}"), reason=reason),
                state=FAILED,
            )

    def _end(self, run: Run, signal_number: int) -> None:
        if run.id in self._started:
            _signal(self._started[run.id].process.pid, signal_number)
        elif run.state == RUNNING:
            _signal(run.process, signal_number)  # who holds its lock has written this down

    def _start_next(self) -> None:
        unfinished = list(self._unfinished())
        racing = {run.group for run in unfinished if self._is_trained(run)}
        waiting = self._waiting(unfinished)
        if not racing and waiting:
            racing = {waiting[0][0].group}
        for run in (run for group in waiting for run in group if run.group in racing):
            self._start(run)

    def _start(self, run: Run) -> None:
        state = _changed(run.folder / "state.json")
        try:
            with (run.folder / "log.txt").open("ab") as log:
                process = subprocess.Popen(
                    [*self._trainer, run.id],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=_ROOT,
                    start_new_session=True,  # it goes on when the server ends
                )
            self._started[run.id] = _Started(process, state)
        except OSError as error:
            run.because(
                Refusal(N_("Its process could not be started: {reason}"), reason=str(error)[:300]),
                state=FAILED,
            )

    # --- the runs that wait or are trained ---

    def _unfinished(self) -> Iterator[Run]:
        """Read the runs that wait or are trained, and the others only when they have changed."""
        for folder in runs.folders():
            stamp = _changed(folder / "state.json")
            if self._settled.get(folder.name) == stamp:
                continue
            try:
                run = runs.find(folder.name)
            except Refusal:
                self._settled[folder.name] = stamp
                continue
            if run.state in (QUEUED, RUNNING):
                yield run
            else:
                self._settle(run, stamp)

    def _settle(self, run: Run, stamp: int) -> None:
        """See a run that has ended once; what was cancelled goes."""
        if run.control.command == CANCEL and not run.alive:
            runs.delete(run.id)
        else:
            self._settled[run.id] = stamp

    def _waiting(self, unfinished: Sequence[Run]) -> list[list[Run]]:
        """Sort the groups that wait: first come, first served."""
        groups: dict[str, list[Run]] = {}
        for run in unfinished:
            if not self._is_trained(run):
                groups.setdefault(run.group, []).append(run)
        return sorted(groups.values(), key=lambda group: min((r.written, r.created) for r in group))

    def _count_places(self) -> None:
        unfinished = list(self._unfinished())
        groups = self._waiting(unfinished)
        self._places = {run.id: place for place, group in enumerate(groups, 1) for run in group}


_NOT_NOW = N_("The state of this training has changed: that cannot be done any more.")


def own(run_id: str, owner: str) -> Run:
    """Read a run that its owner wants to change; a Refusal for anybody else."""
    return _owned(runs.find(run_id), owner)


def _owned(run: Run | Damaged, owner: str) -> Run | Damaged:
    if not owner or run.owner != owner:
        raise Refusal(N_("This training is somebody else's: you can watch it, but not change it."))
    return run


def _listed(run_id: str) -> Run | Damaged:
    """Read a run, or what is left of it."""
    try:
        return runs.find(run_id)
    except Refusal:
        for each in runs.listings():
            if each.id == run_id:
                return each
        raise


@contextlib.contextmanager
def on_disk() -> Iterator[None]:
    """Turn what the disk refuses into a sentence for the person who wanted it written."""
    try:
        yield
    except OSError as error:
        raise Refusal(
            N_("The disk does not take it: {reason}"), reason=error.strerror or str(error)
        ) from error


def check_room(more: int, *, promised: int = 0) -> None:
    """Refuse to write `more` bytes where runs and saved networks would take too much of the disk.

    How much they may take together, `CONVSCOPE_DISK_MB` says; `promised` bytes are still to come
    of runs that have been taken on.
    """
    try:
        most = float(os.environ.get("CONVSCOPE_DISK_MB") or _DISK)
    except ValueError:
        raise Refusal(N_("CONVSCOPE_DISK_MB must be a number of megabytes.")) from None
    used = runs.size() + runs.size(home() / "networks")
    if used + promised + more > most * 1e6:
        raise Refusal(
            N_(
                "There is no room for this: of {most} MB on the disk {used} are taken, {promised} "
                "promised, and this may take {more}. Delete trainings that are over."
            ),
            most=round(most),
            used=round(used / 1e6),
            promised=round(promised / 1e6),
            more=round(more / 1e6),
        )


def _most_bytes(design: Design) -> int:
    """Tell how many bytes a run may come to take on the disk."""
    copies = 120 + _OTHER_COPIES
    return 4 * designs.parameters(design) * copies + _BESIDES


def _bytes_to_come(run: Run) -> int:
    return max(0, _most_bytes(run.design) - runs.size(run.folder))


def _beat(run: Run) -> tuple[int, ...]:
    """Give what changes as long as a run gets on."""
    return tuple(_changed(run.folder / name) for name in ("pulses.jsonl", "state.json"))


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _last_words(run: Run) -> str:
    """Read the last line that a trainer wrote before it ended."""
    try:
        lines = (run.folder / "log.txt").read_text("utf-8", errors="replace")[-2000:].split("\n")
    except OSError:
        return ""
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


def _signal(process: int, number: int) -> None:
    """Send a signal to a trainer and to what it started."""
    try:
        if hasattr(os, "killpg") and os.getpgid(process) == process:
            os.killpg(process, number)
        else:
            os.kill(process, number)
    except (ProcessLookupError, PermissionError):
        return  # it has just ended
