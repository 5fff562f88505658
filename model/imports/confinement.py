"""Bounds what a process may use, set by itself before it touches anything from outside."""

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows: there the time limit of whoever started it is all
    resource = None  # type: ignore[assignment]

_NEVER = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "pty.spawn",
    "urllib.",
)


def limit(*, memory: int, seconds: int, file_size: int, files: int | None = None) -> None:
    """Bound this process for good: address space and file size in bytes, CPU time, open files.

    With `files` = 0 not one more file can be opened, nor a socket.
    """
    if resource is None:
        return
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_CORE: 0,
    }
    if files is not None:
        wanted[resource.RLIMIT_NOFILE] = 3 + files
    for kind, most in wanted.items():
        with contextlib.suppress(ValueError, OSError):  # a lower one holds already
            resource.setrlimit(kind, (most, most))


def forbid_starting_and_calling() -> None:
    """Have this process raise PermissionError where it starts another or opens a connection."""

    def refuse(event: str, _arguments: tuple[Any, ...]) -> None:
        if event.startswith(_NEVER):
            raise PermissionError(event)

    sys.addaudithook(refuse)


def memory_in_use() -> int:
    """Return how many bytes of address space this process has taken; 0 where nobody knows."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0
