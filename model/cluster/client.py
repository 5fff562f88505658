"""Trains a run on the Dask cluster that `CONVSCOPE_SCHEDULER` names.

This process takes the place of a trainer: it holds the run's lock, passes on what the run is asked
for, and keeps its folder equal to the one on the worker, so that who watches sees no difference.
"""

import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from model.base.errors import N_, UserError
from model.base.files import is_no_room, sha256, write_whole
from model.cluster import worker
from model.cluster.worker import CONTROL, LOG, SIGN_OF_LIFE, STATE, Message
from model.data import datasets
from model.runs import snapshots, store
from model.runs.control import CANCEL, PAUSE, read_control
from model.runs.reasons import RunError, cannot_save
from model.runs.store import FAILED, INTERRUPTED, PAUSED, RUNNING, Run

_REACHED_WITHIN = 5.0  # seconds for the scheduler to answer
_SILENT = 30.0  # seconds without a sign of life after which a worker counts as lost
_NO_WORKERS = 60.0  # seconds to wait for a first worker
_LOOKING = 0.2  # seconds between two looks at what there is to pass on
_RESULTS = "results.json"
_TRAINER = "model.training.trainer"


class _Broken(RunError):
    """Interrupts a training, which can be resumed elsewhere."""


class _Lost(_Broken):
    """A worker that is there no more."""

    def __init__(self, worker: str) -> None:
        super().__init__("worker_lost", worker=worker)


def run_remotely(run: Run, address: str, *, trainer: str = _TRAINER) -> int:
    """Have a run trained by a cluster and keep its folder up to date until it ends there.

    `trainer` is the module whose `main` trains it on the worker; the exit status is what that
    gives. A UserError says why it could not be trained.
    """
    with _connected(address) as client, _job(client, run) as (news, future):
        remote = RemoteRun(run, address, client, news, future)
        with remote.interruptible():
            return remote.perform(trainer)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise UserError(
            N_("Training on a cluster needs another package: pip install distributed")
        ) from error
    with dask.config.set({"distributed.comm.timeouts.connect": _REACHED_WITHIN}):
        try:
            client = Client(address, timeout=_REACHED_WITHIN, set_as_default=False)
        except (OSError, ValueError) as error:
            raise RunError("cluster_out_of_reach", address=address) from error
        try:
            yield client
        except UserError:
            raise
        except Exception as error:
            if client.status == "running" and not _is_of_the_network(error):
                raise
            raise _Broken("cluster_out_of_reach", address=address) from error
        finally:
            with _as_far_as_it_goes():
                client.close(timeout=_REACHED_WITHIN)


def _is_of_the_network(error: Exception) -> bool:
    """Return whether a connection broke, not a disk is full; Dask's errors have no number."""
    return isinstance(error, OSError) and (
        isinstance(error, ConnectionError | TimeoutError) or error.errno is None
    )


def _as_far_as_it_goes() -> suppress:
    """Tidy up at a cluster that may be there no more, for which Dask has many errors."""
    return suppress(Exception)


@contextmanager
def _job(client: Any, run: Run) -> Iterator[tuple[Any, Any]]:
    from distributed import Queue

    name = f"convscope-{run.id}-{secrets.token_hex(4)}"
    news = Queue(name, client=client)
    future = client.submit(worker.run_on_worker, name, key=name, pure=False)
    try:
        yield news, future
    finally:
        with _as_far_as_it_goes():
            future.cancel()
            news.close()


class RemoteRun:
    """One run on a worker, as it is seen from here."""

    def __init__(self, run: Run, address: str, client: Any, news: Any, future: Any) -> None:
        self._run = run
        self._address = address
        self._client, self._news, self._future = client, news, future
        self._orders: Any = None
        self._again: list[Message] = []  # from who was started a second time
        self._worker = ""
        self._begun = False  # whether the trainer has written anything
        self._leaving = False
        self._control: bytes | None = None
        self._received = self._sent = time.monotonic()

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let Ctrl-C and SIGTERM end the trainer there."""
        before = {
            number: signal.signal(number, self._leave) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _leave(self, _number: int, _frame: Any) -> None:
        self._leaving = True

    def perform(self, trainer: str) -> int:
        """Wait for a worker, give it the run, and follow."""
        try:
            if not self._found_worker():
                return 0
            self._send(trainer)
            return self._follow()
        except BaseException:
            with _as_far_as_it_goes():
                self._send_away()
            raise

    def _follow(self) -> int:
        while True:
            words = self._news.get(batch=True)
            self._again = [word for word in words if "orders" in word]
            if self._again:  # Dask has given the job to another worker
                raise _Lost(self._worker)
            for word in words:
                self._receive(word)
                if "ended" in word:
                    return self._ended(word["ended"])
            if words:
                self._received = time.monotonic()
            else:
                self._check_worker()
            self._pass_on()
            time.sleep(_LOOKING)

    def _found_worker(self) -> bool:
        """Wait until a worker has taken the job; False where the run is told to end before."""
        since = time.monotonic()
        while not self._orders:
            for word in self._news.get(batch=True):
                self._meet(word)
            self._check_job()
            now = time.monotonic()
            if self._client.nthreads():
                since = now
            elif now - since > _NO_WORKERS:
                raise RunError("cluster_without_workers", address=self._address)
            if now - self._sent > SIGN_OF_LIFE:
                self._sent = now
                self._run = self._run.write_status()  # it waits, and is not stuck
            if self._gave_up():
                return False
            time.sleep(_LOOKING)
        return True

    def _meet(self, word: Message) -> None:
        self._worker = word["worker"]
        self._orders = self._queue(word["orders"])

    def _queue(self, name: str) -> Any:
        from distributed import Queue

        return Queue(name, client=self._client)

    def _send_away(self) -> None:
        """End the trainer, and let nobody wait whom Dask has started in a lost worker's place."""
        self._future.cancel()
        time.sleep(_LOOKING)
        others = [*self._again, *self._news.get(batch=True)]
        names = [word["orders"] for word in others if "orders" in word]
        for orders in (self._orders, *map(self._queue, names)):
            if orders:
                orders.put({"end": True})

    def _gave_up(self) -> bool:
        """Obey what can be obeyed without a trainer."""
        control = read_control(self._run)
        command = control.command if control.serial > self._run.status.obeyed else ""
        if self._leaving or command == CANCEL:
            self._run.write_status(state=INTERRUPTED)
        elif command == PAUSE:
            self._run.write_status(state=PAUSED, obeyed=control.serial)
        else:
            return False
        return True

    def _send(self, trainer: str) -> None:
        """Send all that the run has come to, and say that it may begin."""
        for path in sorted(self._run.folder.rglob("*")):
            name = path.relative_to(self._run.folder).as_posix()
            if path.is_file() and name not in (LOG, "alive.lock") and path.name[0] != ".":
                self._order({"files": {name: path.read_bytes()}})
        source = self._run.request.source
        checksum = sha256(Path(source)) if source and source != datasets.SMALL else ""
        begin = {"run": self._run.id, "trainer": trainer, "source": source, "checksum": checksum}
        self._order({"begin": begin})
        self._received = time.monotonic()

    def _order(self, order: Message) -> None:
        self._orders.put(order)
        self._sent = time.monotonic()

    def _pass_on(self) -> None:
        """Pass on what the run is asked for now, or send a sign of life."""
        if self._leaving:
            self._leaving = False
            self._order({"end": True})
        control = _read(self._run.folder / CONTROL)
        if control and control != self._control:
            self._control = control
            self._order({CONTROL: control})
        elif time.monotonic() - self._sent > SIGN_OF_LIFE:
            self._order({})

    def _receive(self, word: Message) -> None:
        if "refused" in word:
            raise UserError(word["refused"], **word["values"])
        for change in word.get("changes", ()):
            self._apply(*change)
        if "snapshots" in word:
            for number in set(snapshots.numbers_in(self._run.folder)) - {*word["snapshots"]}:
                snapshots.remove(self._run.folder, number)

    def _apply(self, name: str, start: int, content: bytes) -> None:
        path = self._run.folder / name
        if name == LOG:
            sys.stdout.buffer.write(content)  # which is the run's log, where somebody keeps one
            sys.stdout.buffer.flush()
        elif start:
            with path.open("r+b") as file:
                file.seek(start)
                file.write(content)
        else:
            write_whole(path, self._for_here(name, content))

    def _for_here(self, name: str, content: bytes) -> bytes:
        """Return a file with where things are on this computer, not on the worker."""
        if name == STATE:
            self._begun = True
            request = self._run.request
            here = {"network_folder": request.network_folder, "source": request.source}
            return worker.changed(content, request=here, status={"process": os.getpid()})
        if name == _RESULTS:
            source = self._run.request.source or str(datasets.at_hand())
            return json.dumps({**json.loads(content), "source": source}).encode()
        return content

    def _check_job(self) -> None:
        if self._future.status == "error":
            print(self._future.exception(), file=sys.stderr, flush=True)
            raise RunError("cluster_cannot_train")

    def _check_worker(self) -> None:
        self._check_job()
        silent = time.monotonic() - self._received > _SILENT
        if silent or self._worker not in self._client.processing():
            raise _Lost(self._worker)

    def _ended(self, status: int) -> int:
        if status and store.find(self._run.id).status.state == RUNNING:
            print(f"{self._worker}: exit status {status}", file=sys.stderr, flush=True)
            if not self._begun:
                raise RunError("not_begun")
            raise _Broken("worker_process_ended")
        return status


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def main(run_id: str, trainer: str = _TRAINER) -> int:
    """Have a run trained by the cluster that `CONVSCOPE_SCHEDULER` names."""
    run = store.find(run_id)
    with store.hold(run):
        run = run.write_reason(None, state=RUNNING)
        try:
            return run_remotely(run, os.environ["CONVSCOPE_SCHEDULER"], trainer=trainer)
        except UserError as error:
            print(error, file=sys.stderr)
            state = INTERRUPTED if isinstance(error, _Broken) else FAILED
            store.find(run_id).write_reason(error, state=state)
        except Exception as error:
            failure = cannot_save(error) if is_no_room(error) else RunError("unexpected")
            store.find(run_id).write_reason(failure, state=FAILED)
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
