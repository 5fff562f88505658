"""The code that the browser writes into an address is the digit that the server reads there."""

import json
import subprocess
from pathlib import Path

import numpy as np
import programs
import pytest
from handwritten import EVERY_FORM, on_canvas

from pages.visitor import links

SCRIPT = Path(__file__).parent / "codes.mjs"


def codes(digits, *options):
    """Let Node write each digit as a code."""
    lines = "\n".join(map(json.dumps, digits))
    command = [programs.require("node"), str(SCRIPT), *options]
    return subprocess.run(
        command, input=lines, capture_output=True, text=True, check=True
    ).stdout.split()


def drawn(digit, form):
    """A digit as the canvas has it: places to a tenth of a unit."""
    lines = on_canvas(digit, form)
    return [{"width": 16, "points": np.round(line.ravel(), 1).tolist()} for line in lines]


@pytest.mark.parametrize("way", [(), ("plain",)])
def test_strokes_are_read_as_they_were_drawn_to_a_tenth_of_a_unit(way):
    drawings = [drawn(digit, form) for digit, form in EVERY_FORM]
    for code, strokes in zip(
        codes([{"strokes": each} for each in drawings], *way), drawings, strict=True
    ):
        read = links.decode(code)
        assert len(code) <= links.MOST
        assert [each["width"] for each in read] == [each["width"] for each in strokes]
        if way:
            continue  # points may have been left out to make room
        for before, after in zip(strokes, read, strict=True):
            assert after["points"] == pytest.approx(before["points"], abs=0.051)


def test_pixels_are_read_to_a_255th():
    pixels = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    (code,) = codes([{"pixels": pixels.ravel().tolist()}])
    assert links.decode(code) == pytest.approx(255 * pixels, abs=0.51)


def test_both_sides_write_the_same_bytes_before_they_are_compressed():
    strokes = [
        {"width": 16.5, "points": [0, 0, 279.9, 140.2, 3.1, 280]},
        {"width": 8, "points": [5, 6]},
    ]
    (code,) = codes([{"strokes": strokes}])
    assert links.decode(code) == links.decode(links.encode_strokes(strokes)) == strokes
