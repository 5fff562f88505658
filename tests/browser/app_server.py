"""The app as its users start it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60  # seconds, on a machine that is busy with other things


@dataclass(frozen=True)
class Server:
    """A server, and what it wrote."""

    port: int
    log: Path
    home: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def running_server(folder: Path, port: int = 0) -> Iterator[Server]:
    """Run `streamlit run app.py`, on a free port if none is given.

    Python notes every module that it imports; the log is to hold no traceback.
    """
    server = Server(port or _free_port(), folder / "log.txt", folder / "home")
    command = [sys.executable, "-X", "importtime", "-m", "streamlit", "run", "app.py"]
    with server.log.open("w") as output:
        process = subprocess.Popen(
            [*command, f"--server.port={server.port}"],
            cwd=ROOT,
            env={**os.environ, "CONVSCOPE_HOME": str(server.home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_it_serves(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert "Traceback" not in server.log.read_text()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_until_it_serves(server: Server, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, server.log.read_text()[-3000:]
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{server.url}/_stcore/health"):
            return
        time.sleep(0.05)
    pytest.fail(f"The server does not answer after {STARTS_WITHIN} seconds.")
