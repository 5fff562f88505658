"""The app as it stands on the internet: nginx before three web processes that share a folder.

A thousand visitors lift a pen every five seconds, in classes of twenty behind an address; one of
them brings pictures, and a network is trained. Then sessions are opened and closed by the thousand,
to see what each leaves behind. Memory is that of nginx and all web processes, not the trainer's.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.load import Scenario, as_text, pictures, run
from tests.benchmarks.server import Server, Site, free_port, running, wait_until_open
from tests.benchmarks.visitor import Visitor
from tests.proxy_settings import configuration

REPLICAS = 3
AT_ONCE = 20  # sessions that are opened and closed side by side
MOST_LEFT_MB = 20  # from the middle of the sessions to their end


@contextlib.contextmanager
def site(count: int) -> Iterator[Site]:
    """Run nginx before so many web processes until the end of the block."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        home = Path(folder) / "home"
        replicas = [stack.enter_context(running(home=home)) for _ in range(count)]
        port = free_port()
        settings = Path(folder) / "nginx.conf"
        ports = [replica.port for replica in replicas]
        settings.write_text(configuration(Path(folder), port, ports))
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", str(settings)])
        try:
            wait_until_open(Server("127.0.0.1", port))
            workers = [Server("127.0.0.1", port, pid) for pid in _children(nginx.pid)]
            yield Site(
                "127.0.0.1",
                port,
                nginx.pid,
                home=home,
                knows_visitors=True,
                replicas=(*replicas, *workers),
            )
        finally:
            nginx.terminate()
            nginx.wait()


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def come_and_go(server: Server, count: int) -> dict[str, float]:
    """Open and close sessions; gives the megabytes in the middle and at the end."""
    numbers = iter(range(count))
    left = 0
    memory: dict[str, float] = {}

    async def visitors() -> None:
        nonlocal left
        for number in numbers:
            visitor = Visitor(server, number)
            await visitor.open()
            await visitor.close()
            left += 1
            if left == count // 2:
                memory["middle"] = server.status("VmRSS") / 1024

    await asyncio.gather(*(visitors() for _ in range(AT_ONCE)))
    await asyncio.sleep(5)  # sessions end a little after their connections
    memory["end"] = server.status("VmRSS") / 1024
    return memory


def main() -> int:
    """Measure and print; the status is 1 where a goal is not reached."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.replicas", description=__doc__
    )
    parser.add_argument("--visitors", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--sessions", type=int, default=10_000, help="that come and go")
    asked = parser.parse_args()
    scenario = Scenario(
        "internet",
        asked.visitors,
        5,
        within=300,
        seconds=asked.seconds,
        most_memory=1000,
        disturbance=pictures,
        training=True,
    )
    with site(REPLICAS) as server:
        figures = asyncio.run(run(scenario, server))
    print(as_text(figures), flush=True)
    with site(REPLICAS) as server:
        memory = asyncio.run(come_and_go(server, asked.sessions))
    grown = memory["end"] - memory["middle"]
    print(
        f"{asked.sessions} sessions opened and closed: {memory['middle']:.0f} MB in the middle, "
        f"{memory['end']:.0f} MB at the end (goal: at most {MOST_LEFT_MB} MB more)"
    )
    return 0 if figures["reached"] and grown <= MOST_LEFT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
