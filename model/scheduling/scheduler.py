"""Which run is trained when: a queue with places, and a process for each run whose turn it is.

The queue is the folder of runs itself: it outlives the server, and two servers on one folder see
the same. Only the one that holds `dispatcher.lock` starts trainers; one that is started later
finds those that are at work by the locks they hold. Runs that race are one group and have one
place; as many groups are trained side by side as the cores allow, and a run that is trained from
the command line is one too. Short trainings, of which a class starts a dozen at once, have places
of their own, one for each core: none of them waits for a long one.
"""

import contextlib
import math
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from filelock import FileLock, Timeout

from model.base.errors import N_, UserError
from model.base.events import note
from model.data.augmentation import Augmentation
from model.experiments.plans import TrainingPlan
from model.runs import store, trash, visits
from model.runs.control import CANCEL, PAUSE, STOP, write_control
from model.runs.owners import neighborhood, owner_hash
from model.runs.quota import bytes_to_come, check_room, check_share, most_bytes, on_disk
from model.runs.store import FAILED, INTERRUPTED, PAUSED, QUEUED, Damaged, Run, RunRequest
from model.scheduling.estimates import Pace, is_short, waits
from model.scheduling.processes import Trainers, is_on_cluster, trainer
from model.scheduling.queue import Queue, in_order
from model.scheduling.standby import Standby, standby

MOST_QUEUED = 80  # groups that wait
MOST_FROM_AN_ADDRESS = 40  # of them: a class behind one
_TIDIES_EVERY = 3600.0  # seconds
_CORES = 4  # that one training of a small network makes use of


class Dispatcher:
    """Keeps the queue and has its runs trained; one for the whole server, for any thread."""

    def __init__(
        self,
        *,
        command: Sequence[str] = (),
        warm_command: Sequence[str] | None = None,
        side_by_side: int = max(1, (os.cpu_count() or 1) // _CORES),
        short_side_by_side: int = os.cpu_count() or 1,
        is_outlived: bool = os.getpid() != 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Train so many groups side by side, and so many short ones beside them.

        Whoever is the first process of a container is not outlived: what goes on there when it
        ends is killed with it.

        The commands, which train a run and wait for one warm, are by default the usual ones.
        """
        self._lanes = {False: side_by_side, True: short_side_by_side}  # by whether one is short
        self._pace = Pace()
        self._clock, self._tidied = clock, -math.inf  # when abandoned runs were looked for
        self._is_outlived = is_outlived
        self._turn = threading.RLock()
        self._something = threading.Event()  # was asked since the last tick
        self._queue = Queue()
        if warm_command is None:  # a cluster's workers are warm by themselves
            warm_command = () if command or is_on_cluster() else standby()
        self._warm = Standby(warm_command, clock=clock)
        self._trainers = Trainers(command or trainer(), warm=self._warm, clock=clock)
        self._lead: FileLock | None = None
        self._places: dict[str, int] = {}
        self._training: set[str] = set()  # the runs that were trained at the last tick
        self._waits: dict[str, float] = {}

    # --- what visitors ask for ---

    def enqueue(
        self,
        plans: Sequence[TrainingPlan],
        *,
        owner: str,
        preset: str = "",
        classroom: str = "",
        source: str | None = None,
        time_limit: float | None = None,
    ) -> list[Run]:
        """Write runs that will race side by side, at the end of the queue.

        A UserError says what about them cannot be, or which limit is reached.
        """
        with self._asked():
            more = sum(most_bytes(plan.design, plan.recipe.epochs) for plan in plans)
            self._check_limits(owner, more)
            group: list[Run] = []
            try:
                for plan in plans:
                    request = RunRequest(
                        plan.design,
                        plan.recipe,
                        source=source,
                        group=group[0].id if group else "",
                        preset=preset,
                        classroom=classroom,
                        time_limit=time_limit,
                    )
                    group.append(store.create(request, title=plan.title, owner=owner, state=QUEUED))
            except BaseException:
                for run in group:
                    shutil.rmtree(run.folder, ignore_errors=True)
                raise
            self._count_places()
            for run in group:
                note("training_queued", run=run.id)
            return group

    def pause(self, run_id: str, owner: str) -> None:
        """End a run's process so that it can be resumed; one that waits gives up its place."""
        with self._asked():
            run = own(run_id, owner)
            if self._trainers.is_trained(run):
                write_control(run_id, command=PAUSE)
            elif run.status.state == QUEUED:
                run.write_status(state=PAUSED)
                self._count_places()
            else:
                raise UserError(_NOT_NOW)

    def resume(self, run_id: str, owner: str) -> None:
        """Put a run that was paused, interrupted or failed at the end of the queue."""
        with self._asked():
            run = own(run_id, owner)
            if run.status.state not in (PAUSED, INTERRUPTED, FAILED):
                raise UserError(_NOT_NOW)
            self._wait_again(run)

    def stop(self, run_id: str, owner: str) -> None:
        """End a training early and keep what it has come to, as if it had been planned so."""
        with self._asked():
            run = own(run_id, owner)
            if self._trainers.is_trained(run):
                write_control(run_id, command=STOP)
                return
            if run.status.state not in (QUEUED, PAUSED, INTERRUPTED, FAILED):
                raise UserError(_NOT_NOW)
            if not run.checkpoint.exists():
                raise UserError(N_("This run has not started: there is nothing to keep."))
            if run.status.state != QUEUED:
                self._wait_again(run)  # its network is measured and written by a trainer
            write_control(run_id, command=STOP)

    def cancel(self, run_id: str, owner: str) -> None:
        """End a training and delete everything of it."""
        with self._asked():
            run = own(run_id, owner)
            if self._trainers.is_trained(run):
                write_control(run_id, command=CANCEL)
            else:
                self._delete(run_id)

    def delete(self, run_id: str, owner: str) -> None:
        """Delete a run that is not being trained, be it damaged; for a while it can be restored."""
        with self._asked():
            run = _owned(_listed(run_id), owner)
            if isinstance(run, Run) and self._trainers.is_trained(run):
                raise UserError(N_("Run {id} is training: stop it first."), id=run_id)
            self._delete(run_id)

    def restore(self, run_id: str, owner: str) -> None:
        """Bring back a run that was deleted."""
        with self._asked():
            if run_id not in [run.id for run in trash.deleted_runs(owner)]:
                raise UserError(N_("This run was removed for good and cannot be restored."))
            trash.restore(run_id)

    def rename(self, run_id: str, owner: str, title: str) -> None:
        """Write another title of a run."""
        with self._asked():
            own(run_id, owner)
            store.rename(run_id, title)

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
            write_control(run_id, learning_rate=learning_rate, augmentation=augmentation)

    def place(self, run_id: str) -> int | None:
        """Return a run's place in the queue, 1 for the next; None where it does not wait."""
        return self._places.get(run_id)

    def wait_of(self, run_id: str) -> float | None:
        """Return in how many seconds a run is likely to begin; None where it does not wait."""
        return self._waits.get(run_id)

    def counts(self) -> tuple[int, int]:
        """Return how many runs are trained, and how many wait."""
        with self._turn:
            trained, unfinished = len(self._trained()), len(self._queue.unfinished())
        return trained, unfinished - trained

    def expect_runs(self) -> None:
        """Keep a trainer warm for a while: somebody is in the training room."""
        self._warm.expect()

    def wait(self, seconds: float) -> None:
        """Wait for so long, or until something is asked for."""
        self._something.wait(seconds)

    def close(self) -> None:
        """End the trainer that is kept warm; those that train go on, or save what they have."""
        self._warm.stop()
        if not self._is_outlived:
            self._trainers.end(self._trained())

    @contextlib.contextmanager
    def _asked(self) -> Iterator[None]:
        """Do one thing at a time, and say it in a sentence when the disk does not let us."""
        with self._turn, on_disk():
            yield
            self._something.set()

    def _wait_again(self, run: Run) -> None:
        self._check_limits(run.owner, bytes_to_come(run), but=run.request.group)
        run.write_reason(None, state=QUEUED)
        self._count_places()

    def _delete(self, run_id: str) -> None:
        self._trainers.wait_for_exit(run_id)
        store.delete(run_id)
        self._count_places()

    def _check_limits(self, owner: str, more: int, *, but: str = "") -> None:
        """Refuse `more` bytes of an owner's where a limit is reached; the group `but` may race."""
        unfinished = self._queue.unfinished()
        others = [run for run in unfinished if run.request.group != but]
        if any(run.owner == owner for run in others):
            raise UserError(
                N_(
                    "You already have a run in progress or queued: wait for it, pause it or cancel "
                    "it first."
                )
            )
        waiting = [run for run in others if run.status.state == QUEUED]
        near = [run for run in waiting if neighborhood(run.owner) == neighborhood(owner)]
        for some, most in ((waiting, MOST_QUEUED), (near, MOST_FROM_AN_ADDRESS)):
            if len({run.request.group for run in some}) >= most:
                raise UserError(N_("{most} runs are already waiting: try again later."), most=most)
        if owner:
            check_share(owner_hash(owner), more)
        check_room(more, promised=sum(map(bytes_to_come, unfinished)))

    # --- once a second ---

    def tick(self) -> None:
        """Look after the trainers, and start those whose turn it is."""
        self._something.clear()
        with self._turn:
            if self._leads():
                self._warm.tick()
                self._tidy_up()
                self._trainers.reap()
                trained = self._trained()
                self._note_changes(trained)
                self._trainers.watch(trained)
                for run in self._next():
                    self._trainers.start(run)
            self._count_places()

    def _note_changes(self, trained: Sequence[Run]) -> None:
        now = {run.id for run in trained}
        for event, runs in (
            ("training_started", now - self._training),
            ("training_ended", self._training - now),
        ):
            for run_id in sorted(runs):
                note(event, run=run_id)
        self._training = now

    def _tidy_up(self) -> None:
        """Remove what was deleted long ago and, each hour, what nobody will come back to."""
        trash.remove_old()
        if self._clock() - self._tidied > _TIDIES_EVERY:
            self._tidied = self._clock()
            visits.remove_abandoned()

    def _leads(self) -> bool:
        """Return whether this server starts trainers; the first one that asks leads."""
        if self._lead is None:
            folder = store.home_of_runs()
            folder.mkdir(parents=True, exist_ok=True)
            # Each tick may come from another thread.
            self._lead = FileLock(folder / "dispatcher.lock", thread_local=False)
        if not self._lead.is_locked:
            try:
                self._lead.acquire(timeout=0)
            except Timeout:
                return False
        return True

    def _trained(self) -> list[Run]:
        return [run for run in self._queue.unfinished() if self._trainers.is_trained(run)]

    def _groups(self) -> tuple[list[list[Run]], list[list[Run]]]:
        """Return the groups that are trained and those that wait, the next one first."""
        unfinished = self._queue.unfinished()
        trained = [run for run in unfinished if self._trainers.is_trained(run)]
        return in_order(trained), in_order([run for run in unfinished if run not in trained])

    def _next(self) -> list[Run]:
        """Return the runs whose turn it is: the next groups', and what joins one that races."""
        trained, waiting = self._groups()
        racing = {group[0].request.group for group in trained}
        free = dict(self._lanes)
        for group in trained:
            free[is_short(group)] -= 1
        found = []
        for group in waiting:
            lane = is_short(group)
            if group[0].request.group in racing:
                found += group
            elif free[lane] > 0:
                free[lane] -= 1
                found += group
        return found

    def _count_places(self) -> None:
        trained, waiting = self._groups()
        self._places, self._waits = {}, {}
        if not waiting:
            return
        self._pace.learn([run for group in trained for run in group])
        for lane, places in self._lanes.items():
            ahead = [group for group in trained if is_short(group) == lane]
            behind = [group for group in waiting if is_short(group) == lane]
            self._waits |= waits(ahead, behind, places, self._pace)
            for place, group in enumerate(behind, 1):
                self._places |= {run.id: place for run in group}


_NOT_NOW = N_("The state of this run has changed; the action is no longer possible.")


def own(run_id: str, owner: str) -> Run:
    """Read a run that its owner wants to change; a UserError for anybody else."""
    return _owned(store.find(run_id), owner)


_Found = TypeVar("_Found", Run, Run | Damaged)


def _owned(run: _Found, owner: str) -> _Found:
    if not owner or run.owner != owner:
        raise UserError(N_("This run belongs to someone else: you can watch it but not change it."))
    return run


def _listed(run_id: str) -> Run | Damaged:
    """Read a run, or what is left of it."""
    try:
        return store.find(run_id)
    except UserError:
        for each in store.listings():
            if each.id == run_id:
                return each
        raise
