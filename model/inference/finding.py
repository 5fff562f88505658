"""The digits in a picture, found and read: the one way from pixels to digits.

How ink hangs together proposes digits (segmentation.py). Where that leaves a doubt, what can be
read decides: pieces are one digit where together they look more like one than apart. The network
knows what is none, since it was shown scribbles and letters as well (confidence.py).
"""

from collections.abc import Iterable, Mapping, Sequence
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
from model.pixels.touching import TALL, cut_apart

_CERTAIN = 2.0  # more confidence than the network's threshold: asked no further
_CLEARER = 0.3  # more confidence than the pieces have, for a digit made of them
_NEAR = 0.35  # of the larger one's size: pieces that may be one digit
_TALLER = 2.6  # times the larger piece: no digit is as large
_WIDEST = 1.4  # times as wide as high
_FINE = 16  # pixels: what is less high is not cut
_NARROW = 0.5  # times as wide as high: two digits that touch are wider
_WIDE = 1.0  # times as wide as high: it may be two, however clear it is
_ALMOST = 0.5  # less confidence than the threshold is enough for them on a page of digits
_SHORTEST = 0.6  # of the height of both: a digit that touches another
_OVERLAP = 0.5  # of the smaller one: the next digit begins behind
_ROUNDS = 3  # of joining: a digit in four pieces
_FEW = 4  # digits in a picture: any of them may be one together
_MANY = 5  # of what was found in a picture tell what it is full of
_MOSTLY = 0.5, 0.7  # are digits: a picture of something else, a picture of digits
_FULL = 40, 0.2  # so many were found, and fewer than this share are digits: nothing is joined
_ALONE = 9.0  # more confidence than the threshold, for a digit among what are none
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
    cuts, ways = zip(*map(judge.way, digits), strict=True)
    readings = _among_others(read_all(network, ways), network)
    return [
        DigitFound(_shrunk(digit.box, zoom), cut, reading)
        for digit, cut, reading in zip(digits, cuts, readings, strict=True)
    ]


def _among_others(readings: list[Reading], network: Network) -> list[Reading]:
    """Ask for more confidence in a picture that is full of what are no digits: letters, leaves."""
    if len(readings) < _MANY:
        return readings
    share = float(np.mean([reading.verdict == DIGIT for reading in readings]))
    least = network.energy_threshold + _ALONE * float(np.interp(share, _MOSTLY, (1, 0)))
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


def _are_beside(digits: Sequence[FoundDigit], other: FoundDigit) -> bool:
    """Return whether a digit stands behind or below the last of these, and not in it."""
    if not digits:
        return False
    one, two = digits[-1].box, other.box
    across = one.right - two.x < _OVERLAP * min(one.width, two.width)
    return across or one.bottom - two.y < _OVERLAP * min(one.height, two.height)


def _is_wide(box: Box) -> bool:
    return box.width > _WIDE * box.height


class _Judge:
    """Settles which pieces of a picture are one digit, by what the network reads in them."""

    def __init__(self, network: Network, ink: Ink) -> None:
        self._network = network
        self.ink = ink
        self._least = network.energy_threshold
        self._ways: dict[frozenset[int], tuple[np.ndarray, Preprocessed]] = {}
        self._known: dict[frozenset[int], float] = {}

        self.digits = self._settled(find_digits(ink))

    @property
    def surest(self) -> float:
        """Return the most confidence in any of the digits."""
        return max(map(self._sure, self.digits), default=_NOTHING)

    def way(self, digit: FoundDigit) -> tuple[np.ndarray, Preprocessed]:
        """Return a digit cut out of its picture, and how its cut became pixels."""
        return self._ways.get(frozenset(digit.pieces)) or self._prepared(digit)

    def _prepared(self, digit: FoundDigit) -> tuple[np.ndarray, Preprocessed]:
        cut = cut_out(self.ink, digit)
        return cut, preprocess_picture(cut)

    def _settled(self, digits: list[FoundDigit]) -> list[FoundDigit]:
        """Part and join what is doubtful, and leave out what is too small for a digit."""
        self._ways = {frozenset(digit.pieces): self._prepared(digit) for digit in digits}
        self._read(digits)
        if len(digits) < _FULL[0] or self._share(digits) >= _FULL[1]:
            digits = self._parted(digits)
            for _ in range(_ROUNDS):
                joined_once = self._joined(digits)
                if len(joined_once) == len(digits):
                    break
                digits = joined_once
        if len(digits) < _MANY or self._share(digits) >= _MOSTLY[1]:
            digits = self._separated(digits)
        return in_reading_order(self._likely([digit for digit in digits if digit.is_whole]))

    def _share(self, digits: Sequence[FoundDigit]) -> float:
        """Return the share of what was found, where it is none too wide, that is read as digits."""
        sure = [
            self._sure(digit) >= self._least
            for digit in digits
            if digit.is_whole and not _is_wide(digit.box)
        ]
        return float(np.mean(sure)) if sure else 0.0

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
        pixels = [self.way(digit)[1].pixels for digit in new.values()]
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

    def _separated(self, digits: list[FoundDigit]) -> list[FoundDigit]:
        """Separate digits that touch, where each by itself is read better than all together."""
        usual = float(np.quantile([0, *(digit.box.height for digit in digits)], 0.75))
        doubtful = [digit for digit in digits if self._may_be_several(digit, usual)]
        self.ink, cut = cut_apart(self.ink, doubtful, usual)
        runs = {digit: self._runs(pieces, usual) for digit, pieces in cut.items()}
        self._read(run for each in runs.values() for run in each.values())
        separated = [digit for digit in digits if digit not in cut]
        least = self._least + (_CERTAIN if len(digits) < _MANY else -_ALMOST)
        for digit, pieces in cut.items():
            sure, parts = self._clearest(runs[digit], len(pieces))
            self._known[frozenset(pieces)] = self._sure(digit)
            whole = self._sure(digit)
            if digit.box.height > TALL * usual:
                whole = _NOTHING  # no digit is as high
            clearer = _CLEARER if _is_wide(digit.box) and whole < self._least else _CERTAIN
            if sure > max(least, whole + clearer):
                separated += parts
            else:
                separated.append(replace(digit, pieces=pieces))
        return separated

    def _may_be_several(self, digit: FoundDigit, usual: float) -> bool:
        """Return whether a digit is so large, or so unclear, that it may be some that touch."""
        box = digit.box
        if not digit.is_whole or box.height < _FINE or box.width < _NARROW * min(box.height, usual):
            return False
        is_large = _is_wide(box) or box.height > TALL * usual
        return is_large or self._sure(digit) < self._least + _CERTAIN

    def _runs(self, pieces: tuple[int, ...], usual: float) -> dict[tuple[int, int], FoundDigit]:
        """List what may be a digit among pieces in their order, by its begin and end."""
        height = min(of_pieces(self.ink, pieces).box.height, usual)
        runs = {
            (begin, end): of_pieces(self.ink, pieces[begin:end])
            for begin in range(len(pieces))
            for end in range(begin + 1, len(pieces) + 1)
            if end - begin < len(pieces)
        }
        return {
            place: run
            for place, run in runs.items()
            if run.box.height >= _SHORTEST * height and run.size <= _WIDEST * height
        }

    def _clearest(
        self, runs: Mapping[tuple[int, int], FoundDigit], count: int
    ) -> tuple[float, list[FoundDigit]]:
        """Choose the runs that make up all of `count` pieces and whose least clear is clearest."""
        best: list[tuple[float, list[FoundDigit]]] = [(np.inf, [])]
        for end in range(1, count + 1):
            ways = [
                (
                    min(best[begin][0], self._sure(runs[begin, end])),
                    best[begin][1] + [runs[begin, end]],
                )
                for begin in range(end)
                if (begin, end) in runs
            ]
            best.append(max(ways, key=lambda way: way[0], default=(-np.inf, [])))
        return best[count]

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
