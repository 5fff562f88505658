"""Measures how fast everything here is, beside the usual way, in one run on one machine.

Each number is a median; ways that are compared take turns, so that a noisy neighbor disturbs
all of them alike.
"""

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from model.handwriting import hand
from model.inference import catalogue
from model.inference.network import trace
from model.inference.reading import read
from model.pixels.drawings import preprocess_drawing
from model.pixels.strokes import Stroke

MEASUREMENTS = 12  # the last four only where MNIST is at hand
ROUNDS = 15
_ROOT = Path(__file__).parents[2]
_APP = _ROOT / "app.py"
_SLOWEST_START = 60.0  # seconds
_HEIGHT = 200  # canvas units: a digit as high as people draw it


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    unit: str
    elsewhere: dict[str, float]  # the usual ways by name; empty where there is none to compare
    ours: float

    def as_json(self) -> dict[str, Any]:
        """Return the row as plain JSON."""
        return asdict(self)


def measure(network_id: str) -> Iterator[Row]:
    """Measure up to `MEASUREMENTS` things, those first that need a fresh process."""
    yield from _imports()
    yield _first_page()
    yield from _readings(network_id)
    yield from _against_keras(network_id)
    yield from _training()


def table(rows: list[Row]) -> str:
    """Return the rows as a table of what, elsewhere and ours."""
    cells = [("what", "elsewhere", "ours", "ratio"), *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cells(row: Row) -> tuple[str, str, str, str]:
    elsewhere = ", ".join(f"{name} {value:.3g}" for name, value in row.elsewhere.items())
    ratios = ", ".join(f"× {value / row.ours:.3g}" for value in row.elsewhere.values())
    return f"{row.what} ({row.unit})", elsewhere or "-", f"{row.ours:.3g}", ratios or "-"


def _medians(ways: dict[str, Callable[[], object]], calls: dict[str, int]) -> dict[str, float]:
    """Time the ways in turns, `ROUNDS` times each; milliseconds of one call.

    `calls` says how often a quick one is called in its turn; the first call of all warms up.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            count = calls.get(name, 1)
            begun = time.perf_counter()
            for _ in range(count):
                way()
            times[name].append((time.perf_counter() - begun) / count * 1000)
    return {name: statistics.median(each) for name, each in times.items()}


_IMPORT = """
import resource, time
begun = time.perf_counter()
import {modules}
seconds = time.perf_counter() - begun
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def _imports() -> Iterator[Row]:
    usual, ours = (_imported(each) for each in ("tensorflow", "streamlit, onnxruntime, cv2"))
    yield Row("importing what serves", "s", {"tensorflow": usual[0]}, ours[0])
    yield Row("memory of that", "MB", {"tensorflow": usual[1]}, ours[1])


def _imported(modules: str) -> tuple[float, float]:
    """Import in a fresh process, three times after one to warm the disk: seconds and megabytes."""
    script = _IMPORT.format(modules=modules)
    readings = []
    for _ in range(4):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        readings.append([float(number) for number in done.stdout.split()])
    seconds, megabytes = np.median(readings[1:], axis=0)
    return float(seconds), float(megabytes)


def _first_page() -> Row:
    """Start the app and wait for its first page to be served."""
    starts = [_started() for _ in range(3)]
    return Row("server start to first page served", "s", {}, statistics.median(starts))


def _started() -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(_APP)]
    command += ["--server.port", str(port), "--server.headless", "true"]
    begun = time.perf_counter()
    server = subprocess.Popen(
        command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - begun < _SLOWEST_START:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                return time.perf_counter() - begun
            except OSError:
                time.sleep(0.01)
        raise TimeoutError(f"The app did not start within {_SLOWEST_START:.0f} s.")
    finally:
        server.terminate()
        server.wait()


def _drawing() -> list[Stroke]:
    strokes = hand.write(8, np.random.default_rng(0))
    return [Stroke((each * _HEIGHT + 40).astype(np.float32), 16.0) for each in strokes]


def _readings(network_id: str) -> Iterator[Row]:
    network = catalogue.open_network(network_id)
    drawing = _drawing()
    ways = {
        "preprocess": lambda: preprocess_drawing(drawing),
        "read": lambda: read(network, drawing),
    }
    times = _medians(ways, dict.fromkeys(ways, 20))
    yield Row("a drawing to pixels, every step kept", "ms", {}, times["preprocess"])
    yield Row("a drawing read, every layer kept", "ms", {}, times["read"])


def _against_keras(network_id: str) -> Iterator[Row]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from model.benchmarks.keras_passes import passes

    network = catalogue.open_network(network_id)
    pixels = preprocess_drawing(_drawing()).pixels
    assert pixels is not None  # a drawing with ink
    usual = passes(catalogue.keras_file(network_id))
    ways = {name: partial(way, pixels) for name, way in usual.items()}
    times = _medians({**ways, "ours": lambda: trace(network, pixels)}, {"ours": 50})
    yield Row("one digit, all activations as NumPy", "ms", times, times.pop("ours"))


def _training() -> Iterator[Row]:
    from model.benchmarks.keras_passes import training_speed
    from model.benchmarks.training_speed import beside_fit, to_accuracy
    from model.data.datasets import at_hand, load

    yield Row("training, augmentation included", "pictures/s", {}, training_speed("convscope"))
    usual, ours = beside_fit("convscope")
    yield Row("training, watched and kept", "digits/s", {"model.fit": usual}, ours)
    if at_hand() is None:
        return
    goals = (0.98, 0.99)
    for goal, reached in zip(goals, to_accuracy("convscope", load(), goals), strict=True):
        epochs, seconds = reached or (float("nan"), float("nan"))
        yield Row(f"quick recipe to {goal:.0%} of the test", "epochs", {}, epochs)
        yield Row(f"quick recipe to {goal:.0%} of the test", "s", {}, seconds)
