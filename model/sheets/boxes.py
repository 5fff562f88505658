"""Boxes that somebody drew around digits: what is in each is cut out and read."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from model.inference.confidence import EMPTY, confidence
from model.inference.finding import DigitFound
from model.inference.network import Network
from model.inference.reading import Reading, read_all
from model.pixels.preprocessing import Preprocessed, preprocess_picture
from model.pixels.segmentation import Box, FoundDigit, Ink, cut_out, find_ink


def read_boxes(network: Network, gray: np.ndarray, boxes: Sequence[Box]) -> list[DigitFound]:
    """Read what is in each box of a picture `(h, w)` uint8, as one digit; in the boxes' order.

    Ink outside of a box is none of its digit's: a box over half of a piece cuts it in two. Each
    box must lie in the picture.
    """
    inks = [find_ink(gray)]
    if inks[0].is_doubtful:
        inks.append(find_ink(gray, is_turned=True))
    return max((_read_in(network, gray, ink, boxes) for ink in inks), key=_surest)


def _read_in(
    network: Network, gray: np.ndarray, ink: Ink, boxes: Sequence[Box]
) -> list[DigitFound]:
    cuts = [_cut(gray, ink, box) for box in boxes]
    ways = [_nothing() if cut is None else preprocess_picture(cut) for cut in cuts]
    return [
        DigitFound(box, _part(gray, box) if cut is None else cut, reading)
        for box, cut, reading in zip(boxes, cuts, read_all(network, ways), strict=True)
    ]


def _cut(gray: np.ndarray, ink: Ink, box: Box) -> np.ndarray | None:
    """Cut out the ink in a box, None where there is none."""
    zoom = ink.gray.shape[1] / gray.shape[1]
    sides = (round(side * zoom) for side in (box.x, box.y, box.width, box.height))
    near, large = _window(ink, Box(*sides))
    inside = np.zeros(near.labels.shape, bool)
    inside[large.y : large.bottom, large.x : large.right] = True
    labels = np.where(near.labels > 0, np.where(inside, 1, 2), 0).astype(np.int32)
    if not (labels == 1).any():
        return None
    return cut_out(replace(near, labels=labels, boxes=(large,)), FoundDigit(large, (1,)))


def _window(ink: Ink, box: Box) -> tuple[Ink, Box]:
    """Return the ink around a box, as far as a cut may reach, and the box in there."""
    reach = max(box.width, box.height) + 8
    left, top = max(0, box.x - reach), max(0, box.y - reach)
    part = np.s_[top : box.bottom + reach, left : box.right + reach]
    layers = {name: getattr(ink, name)[part] for name in ("gray", "paper", "labels", "rules")}
    return replace(ink, **layers), Box(box.x - left, box.y - top, box.width, box.height)


def _part(gray: np.ndarray, box: Box) -> np.ndarray:
    return gray[box.y : box.bottom, box.x : box.right]


def _nothing() -> Preprocessed:
    return Preprocessed(None, ())


def _surest(digits: Sequence[DigitFound]) -> float:
    return max((_sure(digit.reading) for digit in digits), default=-np.inf)


def _sure(reading: Reading) -> float:
    if reading.verdict == EMPTY or reading.trace is None:
        return -np.inf
    return float(confidence(reading.trace.logits))
