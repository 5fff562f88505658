"""A room full of visitors: has the session every drawing in time, and what does it cost?

The network runs in the browsers; what a server sees of a drawing is the lifted pen, and a lifted
pen runs no script. At the end each session is asked whether it has its last drawing. Open loop:
drawings are due on a fixed schedule, whatever became of those before, and a latency counts from
the moment a drawing was due. One that was superseded or never kept has an infinite latency, in
the percentiles too. The visitors share the cores with the server, as a
benchmark on one machine must; `others` says how many cores somebody else was using meanwhile.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import math
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from tests.benchmarks import training
from tests.benchmarks.drawings import Drawing, drawings, picture_of
from tests.benchmarks.server import Server, cpu_of_machine, running
from tests.benchmarks.visitor import Connection, Visitor, Wait

DRAWINGS = 100  # different ones
OPENED = 20  # pages a second while visitors come in
THROUGH = 10  # pages at a time: who comes while others do is not what is measured
SETTLE = 1.0  # seconds between the last page and the first drawing
GRACE = 10.0  # seconds after the last drawing before those that were not kept are given up
PICTURES = 5  # that one visitor brings
BURST = 40  # events of one visitor, 10 milliseconds apart
SHORT = 8  # seconds, with --short

Disturbance = Callable[["Room"], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """One promise: who draws how often, and what may come of it."""

    name: str
    visitors: int
    every: float  # seconds between two drawings of one visitor
    within: float = math.inf  # milliseconds, the 95th percentile at most
    seconds: float = 60
    most_memory: float = 300  # MB of the web process
    disturbance: Disturbance | None = None  # what one more visitor does meanwhile
    training: bool = False  # whether a network is trained and watched meanwhile


@dataclass
class Room:
    """The visitors of one run, and what was watched meanwhile."""

    scenario: Scenario
    server: Server
    visitors: list[Visitor]
    drawings: list[Drawing]  # what they draw
    other: Visitor | None = None  # the one who disturbs
    run: str = ""  # the training that is watched
    begun: float = 0.0  # on the event loop's clock
    threads: list[tuple[float, int]] = field(default_factory=list)  # seconds since, how many
    disturbed: list[tuple[float, float]] = field(default_factory=list)  # from, to, likewise
    brought: list[float] = field(default_factory=list)  # seconds until a picture was read


async def many_events(room: Room) -> None:
    """Send 40 states of the canvas at once, twice."""
    (drawing,) = drawings(1, seed=9)
    for share in (0.3, 0.6):
        await _sleep_until(room.begun + share * room.scenario.seconds)
        since = _now() - room.begun
        for _ in range(BURST):
            room.other.lift_again(drawing)
            await asyncio.sleep(0.01)
        room.disturbed.append((since, _now() - room.begun + 1))


async def pictures(room: Room) -> None:
    """Bring five pictures, one after the other."""
    for number, (drawing,) in enumerate(drawings(1, seed=seed) for seed in range(PICTURES)):
        await _sleep_until(room.begun + (number + 0.5) * room.scenario.seconds / PICTURES)
        room.brought.append(await room.other.bring(picture_of(drawing)))


async def cache_clearing(room: Room) -> None:
    """Send "Clear cache" every second of the second half."""
    half = room.scenario.seconds / 2
    room.disturbed.append((half, room.scenario.seconds))
    for second in range(int(half)):
        await _sleep_until(room.begun + half + second)
        room.other.clear_caches()


async def watching(room: Room) -> None:
    """Look every second how the training gets on, as its page does: each moment is loaded once."""
    connection, known = Connection(room.server), 0
    shown = None
    for second in range(int(room.scenario.seconds)):
        await _sleep_until(room.begun + second)
        path = f"/live/runs/{room.run}"
        told = json.loads(await connection.request("GET", f"{path}?since={known}"))
        known = told["count"]
        if told["snapshots"] and told["snapshots"][-1] != shown:
            shown = told["snapshots"][-1]
            digits, version = shown["digits"], shown["version"]
            await connection.request("GET", f"{path}/snapshots/{digits}/{version}")
            await connection.request("GET", f"/live/networks/{room.run}@{digits}/{version}")
    connection.close()


SCENARIOS = (
    Scenario("class", 30, 1, within=150),
    Scenario("two-classes", 60, 1, within=300),
    Scenario("school", 200, 5, within=300),
    Scenario("college", 1000, 5, within=300, most_memory=600),
    Scenario("events", 29, 1, within=150, disturbance=many_events),
    Scenario("training", 30, 1, within=200, training=True),
    Scenario("clear-cache", 30, 1, within=150, disturbance=cache_clearing),
)


async def run(scenario: Scenario, server: Server) -> dict:
    """Run one scenario and give its figures."""
    run_id = await training.begin(server.home) if scenario.training else ""
    room = Room(
        scenario,
        server,
        [Visitor(server, number) for number in range(scenario.visitors)],
        drawings(DRAWINGS),
        run=run_id,
    )
    gc.disable()  # a collection here would count as time of the server
    await _warm_up(server)
    pages = await _come_in(room.visitors)
    if scenario.disturbance:
        room.other = Visitor(server, scenario.visitors)
        await room.other.open()
    await asyncio.sleep(SETTLE)
    cost = _Cost(server)
    room.begun = _now() + 0.1
    tasks = [asyncio.create_task(_draw(room, number)) for number in range(scenario.visitors)]
    threads = asyncio.create_task(_watch_threads(room))
    if scenario.disturbance:
        tasks.append(asyncio.create_task(scenario.disturbance(room)))
    if run_id:
        tasks.append(asyncio.create_task(watching(room)))
    await asyncio.gather(*tasks)
    await _until_kept(room.visitors)
    figures = _figures(room, pages, cost)
    threads.cancel()
    figures |= await _checked(room.visitors)
    figures |= {"reached": _is_reached(figures)}
    await asyncio.gather(*(visitor.close() for visitor in room.visitors))
    if run_id:
        await training.end(run_id)
    return figures


async def _warm_up(server: Server) -> None:
    """Let somebody have been there before: the first page of all imports what pages need."""
    first = Visitor(server)
    await first.open()
    await first.close()


async def _come_in(visitors: list[Visitor]) -> list[float]:
    door = asyncio.Semaphore(THROUGH)

    async def come(number: int, visitor: Visitor) -> float:
        await asyncio.sleep(number / OPENED)
        async with door:
            return await visitor.open()

    return await asyncio.gather(*(come(*each) for each in enumerate(visitors)))


async def _draw(room: Room, number: int) -> None:
    """Draw on schedule; visitors begin evenly spread over one interval."""
    scenario, visitor = room.scenario, room.visitors[number]
    begun = room.begun + scenario.every * number / scenario.visitors
    for turn in range(int(scenario.seconds / scenario.every)):
        due = begun + turn * scenario.every
        await _sleep_until(due)
        visitor.draw(due, room.drawings[(turn + number) % len(room.drawings)])


async def _watch_threads(room: Room) -> None:
    while True:
        room.threads.append((_now() - room.begun, room.server.status("Threads")))
        await asyncio.sleep(0.05)


async def _until_kept(visitors: list[Visitor]) -> None:
    end = _now() + GRACE
    while _now() < end and any(v.waits[-1].kept == math.inf for v in visitors):
        await asyncio.sleep(0.1)


class _Cost:
    """What the server, the visitors and everybody else took of the CPU since this was made."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._load = os.getloadavg()[0]
        self._before = self._clocks()

    def _clocks(self) -> tuple[float, ...]:
        return time.monotonic(), self._server.cpu(), time.process_time(), cpu_of_machine()

    def figures(self, count: int) -> dict:
        """Give milliseconds of CPU for each of `count` drawings, and the cores others used."""
        now = self._clocks()
        elapsed, server, mine, machine = (a - b for a, b in zip(now, self._before, strict=True))
        return {
            "server_cpu_ms": round(1000 * server / count, 2),
            "server_cores": round(server / elapsed, 2),
            "visitors_cpu_ms": round(1000 * mine / count, 2),
            "others_cores": round(max(0, machine - server - mine) / elapsed, 2),
            "load_average": round(self._load, 2),
        }


def _figures(room: Room, pages: list[float], cost: _Cost) -> dict:
    scenario, server, visitors = room.scenario, room.server, room.visitors
    waits = [wait for visitor in visitors for wait in visitor.waits]
    figures = {
        "scenario": scenario.name,
        "visitors": scenario.visitors,
        "every_s": scenario.every,
        "seconds": scenario.seconds,
        "drawings": len(waits),
        "missed": sum(wait.kept == math.inf for wait in waits),
        "goal_p95_ms": scenario.within,
        "latency_ms": _percentiles([wait.kept for wait in waits]),
        "page_ms": _percentiles(pages),
        "exceptions": sum(visitor.exceptions for visitor in visitors),
        "server_tracebacks": server.faults(),
        "unasked_runs": sum(visitor.runs - 1 for visitor in visitors),
        "received_kb": round(sum(visitor.received for visitor in visitors) / len(waits) / 1000, 1),
        "rss_mb": round(server.status("VmRSS") / 1024, 1),
        "peak_rss_mb": round(server.status("VmHWM") / 1024, 1),
        "goal_rss_mb": scenario.most_memory,
        **cost.figures(len(waits)),
    }
    if room.run:
        figures |= {"training_digits_per_second": round(training.speed(room.run))}
    if room.brought:
        figures |= {"picture_ms": _percentiles(room.brought)}
    if room.disturbed:
        figures |= _disturbance(room, waits)
    return figures


async def _checked(visitors: list[Visitor]) -> dict:
    """Count the sessions that do not have the drawing that their mailbox took."""
    checks = [await visitor.check() for visitor in visitors]
    return {"forgotten": checks.count(False)}


def _disturbance(room: Room, waits: list[Wait]) -> dict:
    """Compare the time in which somebody disturbed with the rest."""

    def is_disturbed(since: float) -> bool:
        return any(begin <= since <= end for begin, end in room.disturbed)

    meanwhile = [wait.kept for wait in waits if is_disturbed(wait.due - room.begun)]
    otherwise = [wait.kept for wait in waits if not is_disturbed(wait.due - room.begun)]
    calm = sorted(count for since, count in room.threads if not is_disturbed(since))
    return {
        "disturbed_ms": _percentiles(meanwhile),
        "undisturbed_ms": _percentiles(otherwise),
        "disturber_runs": room.other.runs - 1,
        "disturber_exceptions": room.other.exceptions,
        "threads": calm[len(calm) // 2] if calm else 0,
        "most_threads": max((n for since, n in room.threads if is_disturbed(since)), default=0),
    }


def _is_reached(figures: dict) -> bool:
    faults = ("missed", "exceptions", "server_tracebacks", "unasked_runs", "forgotten")
    return (
        not any(figures[fault] for fault in faults)
        and figures["latency_ms"]["p95"] <= figures["goal_p95_ms"]
        and figures["peak_rss_mb"] <= figures["goal_rss_mb"]
    )


def _percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    if not ordered:
        return {}
    # The smallest value that at least this share does not exceed.
    at = {name: ordered[math.ceil(q * len(ordered)) - 1] for name, q in _SHARES.items()}
    return {name: round(1000 * value, 1) for name, value in at.items()}


_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}


async def _sleep_until(moment: float) -> None:
    await asyncio.sleep(max(0, moment - _now()))


def _now() -> float:
    return asyncio.get_running_loop().time()


def main() -> int:
    """Run the scenarios that were asked for; the status is 1 where one is not reached."""
    asked = _arguments()
    reached = True
    for scenario in _chosen(asked):
        with _server(asked) as server:
            figures = asyncio.run(run(scenario, server))
        reached &= figures["reached"]
        print(_as_json(figures) if asked.json else as_text(figures), flush=True)
    return 0 if reached else 1


def _arguments() -> argparse.Namespace:
    names = [scenario.name for scenario in SCENARIOS]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="scenario", help=f"of {', '.join(names)}")
    parser.add_argument("--short", action="store_true", help=f"{SHORT} seconds each")
    parser.add_argument("--visitors", type=int, help="a scenario of your own: how many draw")
    parser.add_argument("--every", type=float, default=1, help="seconds between two drawings")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--port", type=int, help="for the server; by default any free one")
    parser.add_argument("--url", help="measure a server that runs already")
    parser.add_argument("--pid", type=int, help="its process, for CPU and memory")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = parser.parse_args()
    if unknown := set(asked.scenarios) - set(names):
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    return asked


def _chosen(asked: argparse.Namespace) -> list[Scenario]:
    if asked.visitors:
        own = Scenario("own", asked.visitors, asked.every, seconds=asked.seconds)
        return [own]
    chosen = [s for s in SCENARIOS if not asked.scenarios or s.name in asked.scenarios]
    chosen = [s for s in chosen if not (s.training and asked.url)]  # a server's home is its own
    return [replace(s, seconds=SHORT) for s in chosen] if asked.short else chosen


@contextlib.contextmanager
def _server(asked: argparse.Namespace) -> Iterator[Server]:
    if asked.url:
        parts = urlsplit(asked.url)
        yield Server(parts.hostname, parts.port or 80, asked.pid)
        return
    with running(asked.port) as server:
        yield server


def _as_json(figures: dict) -> str:
    def finite(value: object) -> object:
        if isinstance(value, dict):
            return {key: finite(each) for key, each in value.items()}
        return None if value == math.inf else value

    return json.dumps(finite(figures))


def as_text(figures: dict) -> str:
    def times(name: str) -> str:
        return "  ".join(f"{key} {value:g}" for key, value in figures[name].items()) or "none"

    lines = [
        f"{figures['scenario']}: {figures['visitors']} visitors, one drawing each "
        f"{figures['every_s']:g} s, {figures['seconds']:g} s — "
        f"{'reached' if figures['reached'] else 'NOT REACHED'}",
        f"  missed {figures['missed']} of {figures['drawings']}; "
        f"p95 {figures['latency_ms']['p95']:g} ms (goal {figures['goal_p95_ms']:g})",
        f"  kept      {times('latency_ms')}",
        f"  page      {times('page_ms')}",
        f"  exceptions {figures['exceptions']}, tracebacks "
        f"{figures['server_tracebacks']}, runs that nobody asked for {figures['unasked_runs']}, "
        f"drawings that a session forgot {figures['forgotten']}",
        f"  server {figures['server_cpu_ms']:g} ms CPU a drawing ({figures['server_cores']:g} "
        f"cores), {figures['rss_mb']:g} MB (peak {figures['peak_rss_mb']:g}, goal "
        f"{figures['goal_rss_mb']:g}); visitors {figures['visitors_cpu_ms']:g} ms; "
        f"{figures['received_kb']:g} kB a drawing",
        f"  others used {figures['others_cores']:g} cores; load average before "
        f"{figures['load_average']:g}",
    ]
    if "training_digits_per_second" in figures:
        lines.append(f"  trained on {figures['training_digits_per_second']} digits a second")
    if "picture_ms" in figures:
        lines.append(f"  picture   {times('picture_ms')}")
    if "disturbed_ms" in figures:
        lines += [
            f"  disturbed   {times('disturbed_ms')}",
            f"  undisturbed {times('undisturbed_ms')}",
            f"  the one who disturbs: {figures['disturber_runs']} runs, "
            f"{figures['disturber_exceptions']} exceptions; threads of the server "
            f"{figures['threads']}, then at most {figures['most_threads']}",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
