"""What the operator of the server sees of it, from this machine alone."""

import asyncio
import ipaddress
import re
import time
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from pages import services
from pages.server.capacity import PRESENCE, room_for
from pages.server.journal import COUNTS

_STARTED = time.monotonic()
_RESIDENT = re.compile(r"^VmRSS:\s*(\d+) kB$", re.MULTILINE)


async def counters(request: Request) -> Response:
    """Answer how the server is, in Prometheus's text format; to nobody but this machine.

    Through a proxy a visitor has their own address, and the server the name that they asked for.
    """
    if not _is_loopback(request.client.host if request.client else "") or not _is_loopback(
        request.url.hostname or ""
    ):
        return PlainTextResponse("Not Found", 404)
    figures = await asyncio.to_thread(_figures)
    lines = [f"convscope_{name} {value:g}" for name, value in figures.items()]
    events = sorted(COUNTS.events.items())
    lines += [f'convscope_events_total{{event="{name}"}} {count}' for name, count in events]
    return PlainTextResponse("\n".join([*lines, ""]), headers={"cache-control": "no-store"})


def _figures() -> dict[str, float]:
    training, waiting = services.dispatcher().counts()
    return {
        "sessions": PRESENCE.here,
        "sessions_most": room_for(),
        "runs_training": training,
        "runs_waiting": waiting,
        "memory_bytes": _memory(),
        "uptime_seconds": time.monotonic() - _STARTED,
    }


def _memory() -> float:
    """Return how many bytes this process has in memory; 0 where the system does not tell."""
    try:
        found = _RESIDENT.search(Path("/proc/self/status").read_text())
    except OSError:
        found = None
    return 1024 * float(found[1]) if found else 0.0


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"
