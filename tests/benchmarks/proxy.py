"""A network between browser and server: every byte arrives late, and only so many a second.

`python -m tests.benchmarks.proxy PORT TARGET_PORT ROUND_TRIP RATE`: seconds, bytes a second.
"""

import asyncio
import contextlib
import dataclasses
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.server import ROOT, Server, free_port, wait_until_open

_CHUNK = 4096  # bytes that are passed on at once: 22 ms at 1.5 Mbit/s


class Link:
    """One direction of the network, shared by all connections."""

    def __init__(self, delay: float, rate: float) -> None:
        """Hold every byte back for `delay` seconds, at `rate` bytes a second (0 = no limit)."""
        self._delay = delay
        self._rate = rate
        self._free = 0.0  # the loop's time at which all that was sent before is through

    def arrival(self, count: int) -> float:
        """Return the loop's time at which `count` bytes that are sent now have arrived."""
        now = asyncio.get_running_loop().time()
        self._free = max(now, self._free) + (count / self._rate if self._rate else 0)
        return self._free + self._delay


@contextlib.contextmanager
def distant(server: Server, round_trip: float, rate: float = 0) -> Iterator[Server]:
    """Yield the same server as it is seen through a network.

    `round_trip` is in seconds, half of it each way; `rate` in bytes a second towards the browser,
    0 for no limit.
    """
    far = dataclasses.replace(server, port=free_port())
    numbers = (far.port, server.port, round_trip, rate)
    command = [sys.executable, "-m", "tests.benchmarks.proxy", *map(str, numbers)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_until_open(far)
        yield far
    finally:
        process.kill()
        process.wait()


async def serve(port: int, target: int, round_trip: float, rate: float) -> None:
    """Pass everything on between `port` and `target`, until the process is ended."""
    up, down = Link(round_trip / 2, 0), Link(round_trip / 2, rate)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(
            round_trip
        )  # a connection is there one round trip after it is asked for
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pass(reader, far_writer, up), _pass(far_reader, writer, down))

    async with await asyncio.start_server(connected, "127.0.0.1", port) as server:
        await server.serve_forever()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link: Link) -> None:
    """Pass on what is read, each part when it has arrived, until the connection ends."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=2000)

    async def arrive() -> None:
        while True:
            due, data = await under_way.get()
            await asyncio.sleep(max(0, due - asyncio.get_running_loop().time()))
            if not data:
                break
            with contextlib.suppress(OSError):
                writer.write(data)
                await writer.drain()
        writer.close()

    arriving = asyncio.create_task(arrive())
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            await under_way.put((link.arrival(len(data)), data))
    await under_way.put((link.arrival(0), b""))
    await arriving


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:3]), *map(float, sys.argv[3:5])))
