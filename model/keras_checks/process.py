"""Puts short questions to Keras in a process of its own: Keras must not be where pages are.

The process starts with the first question, or ahead of it where one is expected; it answers one
after the other, is replaced when it has died or takes too long, and ends when it is idle.
Questions and answers are JSON, one object a line.

It is not started by `multiprocessing`, which would run the main module once more in the new
process; while Streamlit runs a page, that page is the main module.
"""

import contextlib
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model.base.errors import N_, UserError
from model.base.priority import give_way

_ROOT = Path(__file__).parents[2]
_MOST_WAITING = 8  # questions, the one that is being answered included
_STARTING = 180.0  # seconds; importing TensorFlow takes 5 to 35, and 90 where all cores are busy
_ANSWERING = 30.0  # seconds; most questions take less than one
_IDLE = 900.0  # seconds without a question, or somebody who may ask one

_BUSY = N_("Keras is busy; try again in a moment.")
_STOPPED = N_("Keras stopped before it finished; try again.")
_SLOW = N_("Keras took longer than {seconds} seconds and was stopped; try again.")
_FAILED = N_("Keras reported an error: {reason}")


class Engine:
    """Answers questions from any number of threads; one for the whole app."""

    def __init__(
        self,
        *,
        most_waiting: int = _MOST_WAITING,
        starting: float = _STARTING,
        answering: float = _ANSWERING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = threading.BoundedSemaphore(most_waiting)
        self._turn = threading.Lock()
        self._process: _Process | None = None
        self._starting, self._answering = starting, answering  # seconds
        self._clock = clock
        self._expected = clock()  # when somebody last asked, or was expected to
        self._warming = threading.Lock()

    def ask(self, question: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function of a module in the engine's process, and return what it returns.

        Arguments and answer travel as JSON: NumPy arrays arrive as lists. A UserError that the
        function raises is raised here; another says that the engine is busy, slow or broken.
        """
        self._expected = self._clock()
        if not self._places.acquire(blocking=False):
            raise UserError(_BUSY)
        try:
            with self._turn:
                reply = self._reply(_line(_question(question, arguments)))
        finally:
            self._places.release()
        if "error" in reply:
            template, values = reply["error"]
            raise UserError(template, **values)
        return reply["answer"]

    def expect(self, question: Callable[..., Any], *arguments: Any) -> None:
        """Have the process ready soon: start it, and put this question to it, in the background."""
        self._expected = self._clock()
        if self._is_alive() or not self._warming.acquire(blocking=False):
            return

        def warm_up() -> None:
            try:
                with contextlib.suppress(UserError):  # whoever asks in earnest will be told
                    self.ask(question, *arguments)
            finally:
                self._warming.release()

        threading.Thread(target=warm_up, daemon=True).start()

    def rest(self) -> None:
        """End the process where nobody has asked, or was expected to, for long."""
        if self._clock() - self._expected > _IDLE and self._is_alive():
            self.stop()

    def _is_alive(self) -> bool:
        process = self._process
        return process is not None and process.alive

    def stop(self) -> None:
        """End the process; the next question starts another."""
        with self._turn:
            self._stop()

    def _stop(self) -> None:
        if self._process:
            self._process.stop()

    def _reply(self, line: bytes) -> dict[str, Any]:
        if self._process and self._process.alive:
            return self._process.reply(line, self._answering)
        self._stop()
        try:
            self._process = _Process()
        except OSError as error:
            raise UserError(_STOPPED) from error
        return self._process.reply(line, self._starting)


class _Process:
    """The process as the asking side holds it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "model.keras_checks.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            start_new_session=True,  # Ctrl-C is for the server; this ends when its input does
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers = self._process.stdin, self._process.stdout

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def reply(self, line: bytes, seconds: float) -> dict[str, Any]:
        """Send a line and read the next; a process that has not answered by then is killed."""
        late = threading.Event()
        limit = threading.Timer(seconds, self._kill, [late])
        limit.daemon = True
        limit.start()
        try:
            self._questions.write(line)
            self._questions.flush()
            return json.loads(self._answers.readline())
        except (OSError, ValueError) as error:
            self.stop()
            sentence = _SLOW if late.is_set() else _STOPPED
            raise UserError(sentence, seconds=round(seconds)) from error
        except BaseException:
            self.stop()  # or the next question would be given this one's answer
            raise
        finally:
            limit.cancel()

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._questions, self._answers):
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # of a question that was never read


def _question(question: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "module": question.__module__,
        "function": question.__qualname__,
        "arguments": arguments,
    }


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, default=_plain).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)


# --- in the engine's process ---


def _serve() -> None:
    """Answer the questions on standard input until it ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # libraries may print what they like
    give_way(5)
    for line in sys.stdin.buffer:
        answers.write(_line(_answer(**json.loads(line))))
        answers.flush()


def _answer(module: str, function: str, arguments: list[Any]) -> dict[str, Any]:
    try:
        return {"answer": getattr(importlib.import_module(module), function)(*arguments)}
    except UserError as error:
        return {"error": [error.template, error.values]}
    except Exception as error:  # whatever it was, the next question may be a better one
        reason = f"{type(error).__name__}: {error}"[:300]
        return {"error": [_FAILED, {"reason": reason}]}


if __name__ == "__main__":
    _serve()
