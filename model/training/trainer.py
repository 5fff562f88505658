"""The process that trains one run: `python -m model.training.trainer RUN`.

It holds the run's lock from its first moment, before Keras is imported, to its last, and writes
down each change of the run's state.
"""

import dataclasses
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from queue import Queue
from typing import TYPE_CHECKING, Any

from model.base.errors import N_, UserError
from model.base.files import is_no_room
from model.base.priority import give_way
from model.inference.catalogue import Card
from model.runs import store
from model.runs.control import CANCEL, PAUSE, STOP, Control, read_control
from model.runs.reasons import RunError, cannot_save
from model.runs.store import Run

if TYPE_CHECKING:
    from model.training.checkpoints import Epoch
    from model.training.pipeline import PipelineResult

_POLITE = 5  # of 19: who draws comes first, yet a busy machine does not bring a training to a stop
_OFTEN = 1.0  # seconds between two writings of the history

_REASONS = {STOP: "stopped", "limit": "time_limit"}  # why a run that is done ended early


def perform(
    run: Run,
    *,
    on_generated: Callable[[int, int], None] = lambda done, total: None,
    on_batch: Callable[[int, int, float], None] = lambda done, total, loss: None,
    on_epoch: Callable[[list["Epoch"]], None] = lambda history: None,
) -> Card | None:
    """Train what a run asks for, or what is left of it, and publish the network.

    None where it was told to pause or to give up. Whatever else ends it early leaves the run
    interrupted or failed, to be taken up from its last checkpoint, and is raised.
    """
    if run.status.state == store.DONE:
        raise UserError(N_("Run {id} has finished: there is nothing to resume."), id=run.id)
    with store.hold(run):
        work = _Work(run)
        work.write(None, state=store.RUNNING, device=None)  # known once Keras is there
        try:
            return work.finish(work.train(on_generated, on_batch, on_epoch))
        except KeyboardInterrupt:
            work.write(None, state=store.INTERRUPTED)
            raise
        except UserError as error:
            work.write(error, state=store.FAILED)
            raise
        except Exception as error:
            failure = cannot_save(error) if is_no_room(error) else RunError("unexpected")
            work.write(failure, state=store.FAILED)
            raise


class _Work:
    """A run at work, whose state is written down as far as the disk allows."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._reason: UserError | None = None
        self._written = 0.0  # when, on the monotonic clock
        self._obeyed = run.status.obeyed

    def train(
        self,
        on_generated: Callable[[int, int], None],
        on_batch: Callable[[int, int, float], None],
        on_epoch: Callable[[list["Epoch"]], None],
    ) -> "PipelineResult":
        # Keras takes seconds to load; the lock is held by now.
        from model.training.callbacks import PipelineCallbacks
        from model.training.pipeline import run_pipeline

        def after_epoch(history: list["Epoch"]) -> None:
            self._write_history(tuple(asdict(epoch) for epoch in history))
            on_epoch(history)

        callbacks = PipelineCallbacks(
            poll_control=self._poll_control,
            on_device=lambda device: self.write(None, device=device),
            on_generated=on_generated,
            on_total=lambda digits: self.write(None, digits_total=digits),
            on_batch=on_batch,
            on_epoch=after_epoch,
            on_events=lambda events: self.write(self._reason, events=events),
            on_save_error=self.write,
        )
        return run_pipeline(self._run, callbacks)

    def finish(self, result: "PipelineResult") -> Card | None:
        """Write how the run ended; raise where that end could not be saved."""
        if result.stop_reason == PAUSE:
            if result.save_error:
                raise result.save_error
            self.write(None, state=store.PAUSED, obeyed=self._obeyed)
        elif result.stop_reason == CANCEL:
            self.write(None, state=store.INTERRUPTED, obeyed=self._obeyed)
        else:
            code = _REASONS.get(result.stop_reason)
            reason = RunError(code) if code else None
            self.write(reason, state=store.DONE, obeyed=self._obeyed)
        return result.card

    def write(self, reason: UserError | None, **changes: Any) -> None:
        """Change the state; what the disk has no room for is written with the next change."""
        self._change(**changes)
        self._reason = reason
        self._written = time.monotonic()
        try:
            self._run = self._run.write_reason(reason)
        except OSError as error:
            print(cannot_save(error), file=sys.stderr, flush=True)

    def _change(self, **changes: Any) -> None:
        status = dataclasses.replace(self._run.status, **changes)
        self._run = dataclasses.replace(self._run, status=status)

    def _write_history(self, history: tuple[dict[str, Any], ...]) -> None:
        first = not self._run.status.history
        self._change(history=history)
        if first or time.monotonic() - self._written > _OFTEN:
            self.write(self._reason)

    def _poll_control(self) -> Control:
        """Read the run's control; a command that was obeyed once is none any more."""
        control = read_control(self._run)
        if control.serial <= self._run.status.obeyed:
            return dataclasses.replace(control, command="")
        self._obeyed = control.serial
        return control


def main(run_id: str = "") -> int:
    """Train a run with little priority; its state says how it ended.

    Without a run, load Keras and wait for one on standard input.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's greetings
    give_way(_POLITE)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C
    run_id = run_id or _told_while_warming_up()
    try:
        perform(store.find(run_id))
    except KeyboardInterrupt:
        return 130
    except UserError as error:
        print(error, file=sys.stderr)
    return 0


def _told_while_warming_up() -> str:
    """Load all that training needs, and return the run that is told meanwhile or later.

    Whoever started this process holds the other end of its input: where that ends without a run,
    the process does too, even in the middle of loading.
    """
    told = Queue[str]()

    def listen() -> None:
        run_id = sys.stdin.readline().strip()
        if not run_id:
            os._exit(0)
        told.put(run_id)

    threading.Thread(target=listen, daemon=True).start()
    from model.training.pipeline import rehearse

    rehearse()
    run_id = told.get()
    with (store.folder_of(run_id) / "log.txt").open("ab") as log:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(log.fileno(), stream.fileno())
    return run_id


if __name__ == "__main__":
    status = main(*sys.argv[1:])
    sys.stderr.flush()
    os._exit(status)  # all is written; threads of Keras that make batches ahead may linger
