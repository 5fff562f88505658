"""A trainer that is kept warm: it has loaded Keras and waits for the run that it will train.

There is one while somebody is in the training room. It is told its run on standard input, and is
from then on a trainer as any other. Until then it ends when that input does, so that it never
outlives the server, however the server ended.
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

IDLE = 600.0  # seconds without a visitor in the room after which it ends
_AFTER_START = 10.0  # seconds for which a training that has just begun has the cores to itself
_AFTER_FAILURE = 60.0  # seconds before another is started where one ended by itself
_ROOT = Path(__file__).parents[2]


def standby() -> tuple[str, ...]:
    """Return the command that starts a trainer without a run."""
    return sys.executable, "-m", "model.training.trainer"


class Standby:
    """Keeps at most one warm trainer; `command` starts it, none where it is empty."""

    def __init__(
        self, command: Sequence[str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._command = tuple(command)
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._expected = -IDLE  # when somebody was last in the room
        self._not_before = 0.0

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The process that waits, None where there is none."""
        return self._process

    def expect(self) -> None:
        """Take note that somebody may want to train soon."""
        self._expected = self._clock()

    def tick(self) -> None:
        """Start a warm trainer where one is expected, end it where nobody is there any more."""
        now = self._clock()
        if now - self._expected >= IDLE:
            self.stop()
        elif self._process is None and self._command and now >= self._not_before:
            self._start()
        elif self._process is not None and self._process.poll() is not None:
            self._forget()
            self._not_before = now + _AFTER_FAILURE

    def take(self, run_id: str) -> subprocess.Popen[bytes] | None:
        """Give the warm trainer a run and return its process; None where there is none."""
        process, self._process = self._process, None
        self._not_before = self._clock() + _AFTER_START
        if process is None or process.poll() is not None:
            return None
        assert process.stdin is not None
        try:
            process.stdin.write(f"{run_id}\n".encode())
            process.stdin.close()
        except OSError:  # it has just ended
            return None
        return process

    def stop(self) -> None:
        """End the warm trainer, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._forget()

    def _start(self) -> None:
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # the run's log, once it has a run
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                start_new_session=True,  # it goes on when the server ends, once it has a run
            )
        except OSError:
            self._not_before = self._clock() + _AFTER_FAILURE

    def _forget(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process = None
