"""Trains a run on a worker of a Dask cluster, by starting the same trainer there.

Orders and files come through a queue of the cluster, and what changes in the run's folder goes
back through another. The queue of orders belongs to one start of the task: where Dask starts it a
second time, nobody sends that one anything, so that nothing is trained twice.
"""

import importlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.base.errors import N_, UserError
from model.base.files import sha256, write_whole
from model.data import datasets
from model.runs import snapshots

STATE, PULSES, LOG, CONTROL = "state.json", "pulses.jsonl", "log.txt", "control.json"
SIGN_OF_LIFE = 5.0  # seconds between two, each way

_LOOKING = 0.5  # seconds between two looks at the folder
_ALONE = 30.0  # seconds without an order after which nobody wants the run any more
_LEAVES_WITHIN = 10.0  # seconds for a trainer that is told to end
_ELSEWHERE = {CONTROL, "about.json", "alive.lock"}  # written by who sent the run, or by nobody
_ROOT = Path(__file__).parents[2]

Message = Mapping[str, Any]
Change = tuple[str, int, bytes]  # a file's name, where its new bytes begin, and these


def run_on_worker(job: str) -> None:
    """Wait for the run of a job, train it, and send what changes until its trainer has ended."""
    from distributed import Queue, get_worker  # only workers of a cluster have it

    orders, news = Queue(f"{job}-{secrets.token_hex(8)}"), Queue(job)
    worker = get_worker()
    # Inside the worker's own folder, which Dask takes away even where the worker was killed.
    with tempfile.TemporaryDirectory(dir=worker.local_directory) as home:
        try:
            news.put({"worker": worker.address, "orders": orders.name})
            _WorkerRun(Path(home), orders, news).perform()
        except UserError as error:
            values = {name: str(value) for name, value in error.values.items()}
            news.put({"refused": error.template, "values": values})
        finally:
            orders.close()
            news.close()


class _WorkerRun:
    """One run on one worker."""

    def __init__(self, home: Path, orders: Any, news: Any) -> None:
        self._home = home
        self._orders, self._news = orders, news
        self._received = self._reported = time.monotonic()
        self._wanted = True
        self._sent: dict[str, _Sent] = {}

    def perform(self) -> None:
        """Receive the run and train it."""
        files: dict[str, bytes] = {}
        begin = None
        while self._wanted and begin is None:
            for order in self._asked():
                files.update(order.get("files", {}))
                begin = order.get("begin", begin)
            time.sleep(_LOOKING / 5)
        if begin is not None:
            folder = self._home / "runs" / begin["run"]
            self._unpack(folder, files, find_digits(begin["source"], begin["checksum"]))
            self._train(folder, begin["trainer"])

    def _unpack(self, folder: Path, files: Mapping[str, bytes], source: str | None) -> None:
        """Write a run's files, with where things are on this worker."""
        here = {"source": source, "network_folder": str(folder)}
        for name, content in files.items():
            content = changed(content, request=here) if name == STATE else content
            write_whole(folder / name, content)
            self._sent[name] = _Sent.of(folder / name, content)

    def _train(self, folder: Path, trainer: str) -> None:
        process = self._start(folder, trainer)
        try:
            over = False
            while not over:
                time.sleep(_LOOKING)
                for order in self._asked():
                    if CONTROL in order:
                        write_whole(folder / CONTROL, order[CONTROL])
                if not self._wanted:
                    _end(process)
                over = process.poll() is not None  # before the last look, which then sees all
                self._report(folder)
            self._news.put({"ended": process.returncode})
        finally:
            _kill(process)

    def _start(self, folder: Path, trainer: str) -> subprocess.Popen[bytes]:
        with (folder / LOG).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "model.cluster.worker", folder.name, trainer],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=_ROOT,
                env={**os.environ, "CONVSCOPE_HOME": str(self._home)},
                start_new_session=True,
            )

    def _asked(self) -> Iterable[Message]:
        """Return the orders that have come; without any for long, the run is wanted no more."""
        orders = self._orders.get(batch=True)
        now = time.monotonic()
        if orders:
            self._received = now
        if any("end" in order for order in orders) or now - self._received > _ALONE:
            self._wanted = False
        return orders

    def _report(self, folder: Path) -> None:
        """Send what has changed, or a sign of life when it is time for one."""
        now = time.monotonic()
        found = changes(folder, self._sent)
        if found:
            self._news.put({"changes": found, "snapshots": snapshots.numbers_in(folder)})
        elif now - self._reported > SIGN_OF_LIFE:
            self._news.put({})
        else:
            return
        self._reported = now


@dataclass(frozen=True)
class _Sent:
    """What the other side has of a file."""

    stamp: tuple[int, int]  # when it was changed last, and its size then
    size: int
    checksum: int

    @classmethod
    def of(cls, path: Path, content: bytes) -> "_Sent":
        status = path.stat()
        return cls((status.st_mtime_ns, status.st_size), len(content), zlib.crc32(content))


def changes(folder: Path, sent: dict[str, _Sent]) -> list[Change]:
    """Return what a run's folder holds that was not sent yet, and note it in `sent`.

    The files come in the order in which they were written. State and pulses speak of the others:
    they are read before these and come last. Of a file that has only grown, the rest is sent.
    """
    speaking = [_change(folder, name, sent) for name in (PULSES, STATE)]
    others = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if not (name in _ELSEWHERE or name in (PULSES, STATE) or path.name.startswith(".")):
            others.append((_changed_at(path), name))
    found = [_change(folder, name, sent) for _, name in sorted(others)]
    return [each for each in (*found, *speaking) if each]


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # a snapshot that gave way to the next
        return 0


def _change(folder: Path, name: str, sent: dict[str, _Sent]) -> Change | None:
    path = folder / name
    try:
        status = path.stat()
        stamp = status.st_mtime_ns, status.st_size
        if not path.is_file() or (name in sent and sent[name].stamp == stamp):
            return None
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    known = sent.get(name)
    sent[name] = _Sent(stamp, len(content), zlib.crc32(content))
    if known and known.size < len(content) and zlib.crc32(content[: known.size]) == known.checksum:
        return name, known.size, content[known.size :]
    return name, 0, content


def changed(state: bytes, **changes: Mapping[str, Any]) -> bytes:
    """Return a run's `state.json` with some values of its request or status changed."""
    data = json.loads(state)
    parts = {part: {**data[part], **values} for part, values in changes.items()}
    return json.dumps({**data, **parts}, ensure_ascii=False, indent=1).encode()


def find_digits(asked: str | None, checksum: str) -> str | None:
    """Return a file of digits on this computer: where it was said to be, or the one at hand.

    `checksum` is its SHA-256; "" where no file was asked for.
    """
    if not checksum:
        return asked
    for path in (Path(asked or ""), datasets.at_hand()):
        if path and path.is_file() and sha256(path) == checksum:
            return str(path)
    raise UserError(
        N_("The worker has no file {path} and no copy of its digits elsewhere."), path=asked
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let a trainer save what it has and end."""
    process.terminate()
    try:
        process.wait(_LEAVES_WITHIN)
    except subprocess.TimeoutExpired:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a trainer and what it started, as it would end without a worker."""
    assert process.stdin
    process.stdin.close()
    process.wait()


def main(run_id: str, trainer: str) -> int:
    """Train a run with the module of that name, as long as the worker lives."""
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    return importlib.import_module(trainer).main(run_id)


def _end_with_the_worker() -> None:
    """Wait until the other end of standard input is closed, by whatever ended the worker."""
    os.read(sys.stdin.fileno(), 1)  # a thread that reads `sys.stdin` would bar the way out
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)  # the processes that write digits too
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
