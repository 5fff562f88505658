"""The digits in a picture file, for whoever has no browser at hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.base.errors import N_, UserError
from model.inference.finding import largest, read_digits
from model.inference.network import Network
from model.inference.reading import Reading, read
from model.pixels.decoding import MAX_BYTES, Picture, decode, decode_color
from model.pixels.segmentation import Box

MNIST_SHAPE = (28, 28, 1)  # in which digits are looked for in a picture


@dataclass(frozen=True)
class FilePrediction:
    """The digits found in one file, or why none could be read."""

    path: str
    digits: Sequence[tuple[Box, Reading]]  # where each stands, in pixels of the upright file
    error: str | None  # why nothing could be read, as one sentence
    names: Sequence[str] = ()  # of the classes, where they have labels of their own

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        digits = [_digit(box, reading, self.names) for box, reading in self.digits]
        return {"path": self.path, "digits": digits, "error": self.error}

    def __str__(self) -> str:
        """Return it as one line of text."""
        read = ", ".join(_words(each, self.names) for _, each in self.digits)
        return f"{self.path}: {self.error or read}"


def predict(network: Network, path: str, *, single: bool = False) -> FilePrediction:
    """Read the digits in a file, from left to right and line by line.

    With `single` the whole picture is one digit. A picture of nothing but paper has one digit,
    which is "empty". A network that reads other pictures than MNIST's digits reads the whole
    picture as one. What is wrong with a file stands in `error`; nothing is raised.
    """
    names = () if network.reads_digits else network.class_names
    try:
        return FilePrediction(path, read_bytes(network, _bytes(path), single=single), None, names)
    except UserError as refusal:
        return FilePrediction(path, (), str(refusal))


def read_bytes(network: Network, data: bytes, *, single: bool = False) -> list[tuple[Box, Reading]]:
    """Read the digits in a file's bytes, as `predict` does; raises UserError for no picture."""
    picture = decode(data)
    if not network.reads_digits or network.input_shape != MNIST_SHAPE:
        source = picture.gray if network.reads_digits else decode_color(data)
        return [(Box(0, 0, picture.width, picture.height), read(network, source))]
    found = read_digits(network, picture.gray)
    if single:
        found = [largest(found)]
    return [(_in_file(digit.box, picture), digit.reading) for digit in found]


def _bytes(path: str) -> bytes:
    place = Path(path)
    if place.is_fifo() or place.is_socket() or place.is_char_device():
        raise UserError(N_("This is a pipe or a device; give the image file instead."))
    try:
        with place.open("rb") as file:
            return file.read(MAX_BYTES + 1)  # one more than allowed is enough to refuse it
    except FileNotFoundError as error:
        raise UserError(N_("There is no such file.")) from error
    except IsADirectoryError as error:
        raise UserError(N_("This is a folder; give the image files instead.")) from error
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise UserError(N_("This file cannot be read.")) from error


def _in_file(box: Box, picture: Picture) -> Box:
    """Bring a box from the decoded picture, which may be smaller, back to the file's pixels."""
    height, width = picture.gray.shape
    across, down = picture.width / width, picture.height / height
    x, y = round(box.x * across), round(box.y * down)
    right = round((box.x + box.width) * across)
    bottom = round((box.y + box.height) * down)
    return Box(x, y, right - x, bottom - y)


def _digit(box: Box, reading: Reading, names: Sequence[str]) -> dict[str, Any]:
    traced = reading.trace
    probabilities = np.zeros(10) if traced is None else traced.probabilities
    return {
        "box": [box.x, box.y, box.width, box.height],
        "label": _name(reading, names),
        "probability": round(reading.probability, 6),
        "probabilities": [round(float(each), 6) for each in probabilities],
        "verdict": reading.verdict,
    }


def _name(reading: Reading, names: Sequence[str]) -> int | str | None:
    """Return the digit that was read, or the label of the class."""
    return names[reading.label] if names and reading.label is not None else reading.label


def _words(reading: Reading, names: Sequence[str]) -> str:
    if reading.label is None:
        return "nothing drawn"
    unsure = "" if reading.verdict == "digit" else f" {reading.verdict}"
    return f"{_name(reading, names)} ({reading.probability:.1%}{unsure})"
