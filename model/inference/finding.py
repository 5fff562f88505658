"""The digits in a picture, found and read: the one way from pixels to digits.

How ink hangs together proposes digits (segmentation.py). Where that leaves a doubt, what can be
read decides: pieces are one digit where together they look more like one than apart. The network
knows what is none, since it was shown scribbles and letters as well (confidence.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from model.inference.confidence import DIGIT, UNSURE, confidence
from model.inference.network import Network, logits_of
from model.inference.reading import Reading, read, read_all
from model.pixels.preprocessing import Preprocessed, preprocess_picture
from model.pixels.segmentation import (
    Box,
    FoundDigit,
    Ink,
    apart,
    cut_out,
    find_digits,
    find_ink,
    in_reading_order,
    joined,
    of_pieces,
)

_CERTAIN = 2.0  # more confidence than the network's threshold: asked no further
_CLEARER = 0.3  # more confidence than the pieces have, for a digit made of them
_NEAR = 0.35  # of the larger one's size: pieces that may be one digit
_TALLER = 2.6  # times the larger piece: no digit is as large
_WIDEST = 1.4  # times as wide as high
_ROUNDS = 3  # of joining: a digit in four pieces
_FEW = 4  # digits in a picture: any of them may be one together
_MANY = 5  # of what was found in a picture tell what it is full of
_MOSTLY = 0.5  # are digits: then a picture is of digits
_ALONE = 6.0  # more confidence than the threshold, for the only digit among what are none
_NOTHING = -1.0  # the confidence in what has no ink


@dataclass(frozen=True)
class DigitFound:
    """One digit of a picture: where it stands, cut out of it, and read."""

    box: Box  # pixels of the picture
    cut: np.ndarray  # (h, w) uint8: the digit alone on its paper
    reading: Reading


def read_digits(network: Network, gray: np.ndarray) -> list[DigitFound]:
    """Find the digits of a picture `(h, w)` uint8 and read them, in reading order.

    A picture in which no digit is found is read as one: what comes of it is unsure or empty.
    """
    judge = _Judge(network, find_ink(gray))
    if judge.ink.is_doubtful and judge.surest < network.energy_threshold:
        turned = _Judge(network, find_ink(gray, is_turned=True))
        judge = max(judge, turned, key=lambda each: each.surest)
    digits = judge.digits
    if not digits:
        whole = Box(0, 0, gray.shape[1], gray.shape[0])
        return [DigitFound(whole, gray, read(network, gray))]
    zoom = judge.ink.gray.shape[1] / gray.shape[1]
    readings = read_all(network, [judge.way(digit) for digit in digits])
    return [
        DigitFound(_shrunk(digit.box, zoom), judge.cut(digit), reading)
        for digit, reading in zip(digits, _among_others(readings, network), strict=True)
    ]


def _among_others(readings: list[Reading], network: Network) -> list[Reading]:
    """Ask for more confidence in a picture that is full of what are no digits: letters, leaves."""
    share = np.mean([reading.verdict == DIGIT for reading in readings])
    if len(readings) < _MANY or share >= _MOSTLY:
        return readings
    least = network.energy_threshold + _ALONE * (1 - share / _MOSTLY)
    return [
        replace(reading, verdict=UNSURE)
        if reading.trace is not None and confidence(reading.trace.logits) < least
        else reading
        for reading in readings
    ]


def read_digit(network: Network, gray: np.ndarray) -> DigitFound:
    """Find the one digit that a picture shows, the largest where there are several, and read it."""
    return largest(read_digits(network, gray))


def largest(digits: Sequence[DigitFound]) -> DigitFound:
    """Return the digit that takes up most of its picture."""
    return max(digits, key=lambda digit: digit.box.width * digit.box.height)


def _shrunk(box: Box, zoom: float) -> Box:
    x, y = round(box.x / zoom), round(box.y / zoom)
    return Box(x, y, max(1, round(box.right / zoom) - x), max(1, round(box.bottom / zoom) - y))


class _Judge:
    """Settles which pieces of a picture are one digit, by what the network reads in them."""

    def __init__(self, network: Network, ink: Ink) -> None:
        self._network = network
        self.ink = ink
        self._least = network.energy_threshold
        self._cuts: dict[frozenset[int], np.ndarray] = {}
        self._ways: dict[frozenset[int], Preprocessed] = {}
        self._known: dict[frozenset[int], float] = {}

        self.digits = self._settled(find_digits(ink))

    @property
    def surest(self) -> float:
        """Return the most confidence in any of the digits."""
        return max(map(self._sure, self.digits), default=_NOTHING)

    def cut(self, digit: FoundDigit) -> np.ndarray:
        """Return a digit cut out of its picture; it must be one of those settled."""
        return self._cuts[frozenset(digit.pieces)]

    def way(self, digit: FoundDigit) -> Preprocessed:
        """Return how its cut became pixels."""
        return self._ways[frozenset(digit.pieces)]

    def _settled(self, digits: list[FoundDigit]) -> list[FoundDigit]:
        """Part and join what is doubtful, and leave out what is too small for a digit."""
        self._read(digits)
        digits = self._parted(digits)
        for _ in range(_ROUNDS):
            joined_once = self._joined(digits)
            if len(joined_once) == len(digits):
                break
            digits = joined_once
        return in_reading_order(self._likely([digit for digit in digits if digit.is_whole]))

    def _likely(self, digits: list[FoundDigit]) -> list[FoundDigit]:
        """Leave out what reaches the picture's frame and is no digit, where there is another."""
        height, width = self.ink.labels.shape
        inside = [
            digit
            for digit in digits
            if self._sure(digit) >= self._least
            or (min(digit.box.x, digit.box.y) > 0 and digit.box.right < width
                and digit.box.bottom < height)
        ]  # fmt: skip
        return inside or digits

    def _read(self, digits: Iterable[FoundDigit]) -> None:
        """Read what was not yet, all in one pass."""
        new = {frozenset(digit.pieces): digit for digit in digits}
        new = {key: digit for key, digit in new.items() if key not in self._known}
        for key, digit in new.items():
            self._cuts[key] = cut_out(self.ink, digit)
            self._ways[key] = preprocess_picture(self._cuts[key])
        pixels = [self._ways[key].pixels for key in new]
        inked = [each for each in pixels if each is not None]
        read = iter(confidence(logits_of(self._network, np.stack(inked))) if inked else ())
        for key, each in zip(new, pixels, strict=True):
            self._known[key] = _NOTHING if each is None else float(next(read))

    def _sure(self, digit: FoundDigit) -> float:
        return self._known[frozenset(digit.pieces)]

    def _parted(self, digits: list[FoundDigit]) -> list[FoundDigit]:
        """Part what is read better as two."""
        doubtful = [
            digit
            for digit in digits
            if 1 < len(digit.pieces) <= _FEW and self._sure(digit) < self._least + _CERTAIN
        ]
        ways = {
            digit: [self._without(digit, piece) for piece in digit.pieces] for digit in doubtful
        }
        self._read(part for pairs in ways.values() for pair in pairs for part in pair)
        parted = list(digits)
        for digit, pairs in ways.items():
            pair = max(pairs, key=lambda pair: min(map(self._sure, pair)))
            if min(map(self._sure, pair)) > max(self._least, self._sure(digit) + _CLEARER):
                parted.remove(digit)
                parted += pair
        return parted

    def _without(self, digit: FoundDigit, piece: int) -> tuple[FoundDigit, FoundDigit]:
        rest = [other for other in digit.pieces if other != piece]
        return of_pieces(self.ink, [piece]), of_pieces(self.ink, rest)

    def _joined(self, digits: list[FoundDigit]) -> list[FoundDigit]:
        """Join what is read better as one, the clearest first."""
        groups = [
            (one, other)
            for number, one in enumerate(digits)
            for other in digits[:number]
            if self._may_be_one(one, other)
        ]
        candidates: dict[FoundDigit, tuple[FoundDigit, ...]] = {
            joined(self.ink, group): group for group in groups
        }
        if 2 < len(digits) <= _FEW:
            candidates[joined(self.ink, digits)] = tuple(digits)
        self._read(candidates)
        left = list(digits)
        for whole, group in sorted(candidates.items(), key=lambda each: -self._sure(each[0])):
            if self._is_clearer(whole, group) and all(digit in left for digit in group):
                left = [digit for digit in left if digit not in group] + [whole]
        return left

    def _is_clearer(self, whole: FoundDigit, group: Sequence[FoundDigit]) -> bool:
        """Return whether a digit is read better than what it is made of.

        Two that stand beside each other and can both be read are two, unless neither is as clear.
        """
        sure = [self._sure(digit) for digit in group]
        boxes = sorted((digit.box for digit in group), key=lambda box: box.x)
        beside = all(one.right <= other.x for one, other in pairwise(boxes))
        parts = max(sure) if beside and min(sure) >= self._least else min(sure)
        return self._sure(whole) > max(self._least, parts) + _CLEARER

    def _may_be_one(self, one: FoundDigit, other: FoundDigit) -> bool:
        if not (one.is_whole or other.is_whole):
            return False
        if min(self._sure(one), self._sure(other)) >= self._least + _CERTAIN:
            return False
        larger = max(one.size, other.size)
        box = joined(self.ink, (one, other)).box
        is_shaped = box.height <= _TALLER * larger and box.width <= _WIDEST * box.height
        return is_shaped and apart(one.box, other.box) <= _NEAR * larger
