"""Drawings for the benchmarks, as the canvas sends them."""

import json
import os
from pathlib import Path

import cv2
import numpy as np

from model.handwriting import write

CANVAS = 280  # canvas units a side
FILL = 0.7  # of the canvas, by the longer side of a drawing
PEN = 16  # canvas units

Drawing = list[dict]  # [{"width": 16, "points": [x0, y0, x1, y1, …]}]


def drawings(count: int, seed: int = 0) -> list[Drawing]:
    """Give drawings of digits: people's where CONVSCOPE_PEN_STROKES names a file of them.

    That file holds `[{"strokes": [[[x, y], …], …]}, …]` in any unit, y downward.
    """
    rng = np.random.default_rng(seed)
    source = os.environ.get("CONVSCOPE_PEN_STROKES")
    if not source:
        return [_on_canvas(write(number % 10, rng)) for number in range(count)]
    written = json.loads(Path(source).read_text("utf-8"))
    chosen = rng.choice(len(written), count, replace=count > len(written))
    return [_on_canvas([np.array(line) for line in written[i]["strokes"]]) for i in chosen]


def _on_canvas(lines: list[np.ndarray]) -> Drawing:
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = FILL * CANVAS / max(*(high - low), 1e-6)
    middle = (low + high) / 2
    placed = [(line - middle) * scale + CANVAS / 2 for line in lines]
    return [
        {"width": PEN, "points": np.round(line.astype(float), 1).ravel().tolist()}
        for line in placed
    ]


def picture_of(drawing: Drawing) -> bytes:
    """Give a drawing as a photo of it would come: a JPEG, dark ink on light paper."""
    paper = np.full((3 * CANVAS, 3 * CANVAS), 235, np.uint8)
    for stroke in drawing:
        line = np.round(3 * np.reshape(stroke["points"], (-1, 2))).astype(np.int32)
        cv2.polylines(paper, [line], False, 40, 3 * PEN, cv2.LINE_AA)
    return cv2.imencode(".jpg", paper)[1].tobytes()
