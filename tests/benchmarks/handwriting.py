"""How well other people's handwriting is read: `python -m tests.benchmarks.handwriting`.

Reads the pen strokes that `CONVSCOPE_PEN_STROKES` names, a JSON file of
`[{"label": 8, "strokes": [[[x, y], …], …]}]`: as they are drawn on the canvas, and as mere
pictures of them, with every pen; with all of preprocessing and with less of it. Then tells how
often the network is unsure, about those digits and about scribbles.
"""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from model.inference.catalogue import DEFAULT, open_network
from model.inference.network import Network
from model.inference.reading import Reading, read
from model.inference.strangers import SCRIBBLES, on_canvas, read_pens, scribble
from model.pixels.pen import render
from model.pixels.preprocessing import PICTURE_STEPS
from model.pixels.strokes import CANVAS, Stroke, smooth

PENS = (8, 12, 20, 28, 36)  # canvas units

WAYS = {
    "drawn on the canvas": None,
    "picture, all steps": (),
    "picture, no step for the line width": ("thickness",),
    "picture, plain resize": tuple(step for step in PICTURE_STEPS if step != "polarity"),
}


def picture(strokes: list[np.ndarray], pen: float) -> np.ndarray:
    """Photograph a drawing: black ink on white paper, `(280, 280)` uint8."""
    ink = render([smooth(stroke) for stroke in strokes], [pen] * len(strokes), CANVAS)
    return np.rint(255 * (1 - ink)).astype(np.uint8)


def reader(network: Network, way: str, pen: float) -> Callable[[Sequence[np.ndarray]], Reading]:
    """Read strokes in one of the `WAYS` with one pen."""
    skip = WAYS[way]

    def reading(strokes: Sequence[np.ndarray]) -> Reading:
        placed = on_canvas(strokes, pen)
        if skip is None:
            return read(network, [Stroke(stroke, pen) for stroke in placed])
        return read(network, picture(placed, pen), skip)

    return reading


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.handwriting")
    parser.add_argument("--network", default=DEFAULT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    network = open_network(options.network)
    digits = read_pens(Path(os.environ["CONVSCOPE_PEN_STROKES"]))
    for way in WAYS:
        for pen in PENS:
            readings = [reader(network, way, pen)(digit.strokes) for digit in digits]
            right = np.mean(
                [each.label == digit.label for each, digit in zip(readings, digits, strict=True)]
            )
            unsure = np.mean([each.verdict == "unsure" for each in readings])
            report(options.json, way=way, pen=pen, right=float(right), unsure=float(unsure))
    rng = np.random.default_rng(20)
    scribbles = [read(network, [Stroke(scribble(rng), 16.0)]) for _ in range(SCRIBBLES)]
    unsure = float(np.mean([each.verdict == "unsure" for each in scribbles]))
    report(options.json, way=f"{SCRIBBLES} random polylines", pen=16, right=None, unsure=unsure)


def report(as_json: bool, *, way: str, pen: float, right: float | None, unsure: float) -> None:
    """Print one row."""
    if as_json:
        print(json.dumps({"way": way, "pen": pen, "right": right, "unsure": unsure}))
        return
    share = "" if right is None else f"{right:6.1%} right, "
    print(f"{way:36s} pen {pen:2d}: {share}{unsure:5.1%} unsure", flush=True)


if __name__ == "__main__":
    main()
