"""A server to be measured: started afresh, and what it costs, as /proc tells it."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server that answers, and its process where it is one of ours."""

    host: str
    port: int
    pid: int | None = None
    log: Path | None = None
    home: Path | None = None
    knows_visitors: bool = False  # whether it is to be asked for a page, and its cookie, first

    @property
    def url(self) -> str:
        """The address of its first page."""
        return f"http://{self.host}:{self.port}/"

    def cpu(self) -> float:
        """Tell how many seconds of CPU it has taken."""
        return cpu_of(self.pid) if self.pid else 0.0

    def status(self, name: str) -> int:
        """Read a number of /proc's status, "VmRSS" in kB or "Threads"; 0 where unknown."""
        if not self.pid:
            return 0
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
        return 0

    def faults(self) -> int:
        """Count the tracebacks in its log."""
        return self.log.read_text(errors="replace").count("Traceback") if self.log else 0


@dataclass(frozen=True)
class Site(Server):
    """A proxy, and the servers and other processes behind it: together they are one server."""

    replicas: tuple[Server, ...] = ()

    def cpu(self) -> float:
        """Tell how many seconds of CPU all of them have taken."""
        return super().cpu() + sum(replica.cpu() for replica in self.replicas)

    def status(self, name: str) -> int:
        """Add up a number of /proc's status."""
        return super().status(name) + sum(replica.status(name) for replica in self.replicas)

    def faults(self) -> int:
        """Count the tracebacks in their logs."""
        return sum(replica.faults() for replica in self.replicas)


@contextlib.contextmanager
def running(port: int | None = None, home: Path | None = None) -> Iterator[Server]:
    """Run a new server until the end of the block; it answers as the block begins."""
    with started(port, home) as server:
        wait_until_open(server)
        # Connections are taken, and kept waiting, before there is an app to answer them.
        with urllib.request.urlopen(f"{server.url}_stcore/health"):
            yield server


@contextlib.contextmanager
def started(port: int | None = None, home: Path | None = None) -> Iterator[Server]:
    """Start a new server and end it with the block; it may not answer yet.

    It has a home of its own, unless it is to share one.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with tempfile.TemporaryDirectory() as own:
        home = home or Path(own)
        log = Path(own) / "output"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "CONVSCOPE_HOME": str(home)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Server("127.0.0.1", port, process.pid, log, home)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_open(server: Server, patience: float = 60) -> None:
    """Wait until the server takes connections; raises TimeoutError with its log if it does not."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((server.host, server.port)):
            return
        time.sleep(0.01)
    said = server.log.read_text(errors="replace")[-2000:] if server.log else ""
    raise TimeoutError(f"{server.url} does not answer. {said}")


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_of(pid: int) -> float:
    """Tell how many seconds of CPU a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS  # user and system time


def cpu_of_machine() -> float:
    """Tell how many seconds of CPU this machine has spent on anything, all cores together."""
    user, nice, system, _idle, _wait, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / _TICKS
