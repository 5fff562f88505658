"""How well pictures are read: `python -m tests.benchmarks.pictures [singles|pages] [--count N]`.

Makes singles (`paper.py`) and pages (`sheets.py`) as people bring them, seeds fixed, saves each
as a file and reads it from its bytes. A single is right where its digit is read. Of a page are
counted the digits found with the right box (IoU at least 0.5), boxes too many, digits read right
where they stand, and pages whose digits are right in their order; of pictures without digits, the
digits that are sure all the same. The numbers at the end of a row name pictures that went wrong.
`--first 1000` takes other pictures than those that the code was made with.
"""

import argparse
import json
from dataclasses import asdict, dataclass, field
from time import perf_counter

import numpy as np

from model.inference.catalogue import DEFAULT, open_network
from model.inference.network import Network
from model.inference.predictions import read_bytes
from tests.benchmarks import paper, sheets

_RIGHT_BOX = 0.5  # IoU


@dataclass
class Count:
    """What came of the pictures of one kind."""

    kind: str
    pictures: int = 0
    right: int = 0  # pictures
    digits: int = 0
    found: int = 0
    extra: int = 0
    read: int = 0
    sure_wrong: int = 0
    letters: int = 0
    seconds: float = 0.0
    wrong: list[int] = field(default_factory=list)  # numbers of pictures

    def add(self, other: "Count") -> None:
        """Add what came of another kind."""
        for name, value in vars(other).items():
            if name not in ("kind", "wrong"):
                setattr(self, name, getattr(self, name) + value)

    def __str__(self) -> str:
        """Return one row."""
        parts = [f"{self.kind:12s} {self.right:4d} of {self.pictures:4d} right"]
        if self.digits:
            parts += [f"{name} {getattr(self, name) / self.digits:6.1%}" for name in _SHARES]
            parts += [f"of {self.digits} digits"]
        if self.sure_wrong:
            parts += [f"wrong and sure {self.sure_wrong}"]
        if self.letters:
            parts += [f"in 50 letters {50 * self.sure_wrong / self.letters:.2f}"]
        parts += [f"{1000 * self.seconds / max(1, self.pictures):.0f} ms"]
        return ", ".join(parts) + "  " + " ".join(map(str, self.wrong[:12]))


_SHARES = ("found", "extra", "read")


def singles(network: Network, kind: str, numbers: range) -> Count:
    """Read singles of a kind as one digit each."""
    count = Count(kind)
    for number in numbers:
        made = paper.single(kind, number)
        begin = perf_counter()
        [(_, reading)] = read_bytes(network, made.data, single=True)
        count.seconds += perf_counter() - begin
        right = str(reading.label) == made.labels
        count.sure_wrong += not right and reading.verdict == "digit"
        _note(count, number, right)
    return count


def pages(network: Network, kind: str, numbers: range) -> Count:
    """Find and read the digits on pages of a kind."""
    count = Count(kind)
    for number in numbers:
        made = sheets.page(kind, number)
        begin = perf_counter()
        found = [each for each in read_bytes(network, made.data) if each[1].label is not None]
        count.seconds += perf_counter() - begin
        boxes = np.array([[b.x, b.y, b.width, b.height] for b, _ in found], float).reshape(-1, 4)
        pairs = matched(made.boxes, boxes)
        count.digits += len(made.labels)
        count.found += len(pairs)
        count.extra += len(found) - len(pairs)
        count.read += sum(str(found[at][1].label) == made.labels[true] for true, at in pairs)
        _note(count, number, "".join(str(r.label) for _, r in found) == made.labels)
    return count


def without(network: Network, kind: str, numbers: range) -> Count:
    """Look for digits where there are none."""
    count = Count(kind)
    for number in numbers:
        data = sheets.WITHOUT[kind](number).data
        begin = perf_counter()
        sure = [each for _, each in read_bytes(network, data) if each.verdict == "digit"]
        count.seconds += perf_counter() - begin
        count.sure_wrong += len(sure)
        count.letters += sheets.LETTERS if kind in ("letters", "print") else 0
        _note(count, number, not sure)
    return count


def _note(count: Count, number: int, right: bool) -> None:
    count.pictures += 1
    count.right += right
    count.wrong += [] if right else [number]


def matched(true: np.ndarray, boxes: np.ndarray) -> list[tuple[int, int]]:
    """Pair true boxes `(n, 4)` with found ones `(m, 4)`, each of which fits one of them."""
    pairs: dict[int, int] = {}
    for number, box in enumerate(true):
        overlaps = iou(box, boxes) if len(boxes) else np.zeros(1)
        best = int(overlaps.argmax())
        if overlaps[best] >= _RIGHT_BOX:
            pairs.setdefault(best, number)
    return [(number, best) for best, number in pairs.items()]


def iou(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how far boxes x, y, width, height are the same, 0 to 1: `(4,)` and `(n, 4)`."""
    low = np.maximum(one[:2], others[:, :2])
    high = np.minimum(one[:2] + one[2:], others[:, :2] + others[:, 2:])
    common = np.maximum(high - low, 0).prod(axis=1)
    return common / (one[2:].prod() + others[:, 2:].prod(axis=1) - common)


_WAYS = {
    "singles": (singles, [*paper.SINGLES]),
    "pages": (pages, [*sheets.STYLES]),
    "without": (without, [*sheets.WITHOUT]),
}


def main() -> None:
    """Print a row for each kind and one for all of each way."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.pictures")
    parser.add_argument("ways", nargs="*", choices=[*_WAYS, []], help="all if none is named")
    parser.add_argument("--kinds", nargs="*", default=[])
    parser.add_argument("--first", type=int, default=0, help="number of the first picture")
    parser.add_argument("--count", type=int, default=10, help="pictures of each kind")
    parser.add_argument("--network", default=DEFAULT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    network = open_network(options.network)
    numbers = range(options.first, options.first + options.count)
    for way in options.ways or _WAYS:
        measure, kinds = _WAYS[way]
        total = Count(f"all {way}")
        for kind in kinds:
            if not options.kinds or kind in options.kinds:
                count = measure(network, kind, numbers)
                total.add(count)
                print(json.dumps(asdict(count)) if options.json else count, flush=True)
        print(json.dumps(asdict(total)) if options.json else total, flush=True)


if __name__ == "__main__":
    main()
