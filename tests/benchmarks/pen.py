"""How long a drawing takes to become pixels: `python -m tests.benchmarks.pen`.

In Python and, where Node is installed, in the modules of the browser: digits as people draw them,
and the most that a drawing may hold. Milliseconds a drawing, the least of several rounds; `film`
keeps the pictures of all steps.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from model.pixels.drawings import pixels_of, preprocess_drawing
from model.pixels.strokes import MOST_POINTS, MOST_STROKES, smooth, strokes_from
from tests.benchmarks.drawings import Drawing, drawings

MODULE = Path(__file__).with_name("pen.mjs")
_ROUNDS = 9


def cases() -> dict[str, list[Drawing]]:
    """Digits, and drawings as large as they may be."""
    return {
        "a digit": drawings(100),
        f"{MOST_STROKES} long strokes": [_scrawl(MOST_STROKES, MOST_POINTS // MOST_STROKES)],
        f"{MOST_POINTS} points in one stroke": [_scrawl(1, MOST_POINTS)],
    }


def _scrawl(strokes: int, points: int) -> Drawing:
    rng = np.random.default_rng(strokes)
    return [
        {"width": 16, "points": rng.uniform(0, 280, 2 * points).tolist()} for _ in range(strokes)
    ]


def in_python(drawn: list[Drawing]) -> dict[str, float]:
    """Time a drawing to pixels, and `preprocess_drawing` with its film."""
    read = [strokes_from(each) for each in drawn]
    return {
        "pixels": _least(
            lambda strokes: pixels_of([smooth(each.points) for each in strokes]), read
        ),
        "film": _least(preprocess_drawing, read),
    }


def _least(work: Callable, drawn: list) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        begin = time.perf_counter()
        for strokes in drawn:
            work(strokes)
        best = min(best, time.perf_counter() - begin)
    return 1000 * best / len(drawn)


def in_node(asked: dict[str, list[Drawing]]) -> dict[str, dict[str, float]]:
    """Time the browser's modules."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "drawings.json")
        file.write_text(json.dumps(asked))
        done = subprocess.run(["node", MODULE, file], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.pen")
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    asked = cases()
    timed = {"Python": {name: in_python(drawn) for name, drawn in asked.items()}}
    if shutil.which("node"):
        timed["JavaScript"] = in_node(asked)
    for language, rows in timed.items():
        for name, row in rows.items():
            if as_json:
                print(json.dumps({"language": language, "drawing": name, **row}))
            else:
                print(f"{language:10s} {name:28s} {row['pixels']:7.2f} ms, film {row['film']:6.2f}")


if __name__ == "__main__":
    main()
