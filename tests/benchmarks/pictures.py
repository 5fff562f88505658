"""How well pictures are read: `python -m tests.benchmarks.pictures [singles|pages] [--count N]`.

Makes singles and pages as people bring them (`paper.py`, seeds fixed), saves each as a file and
reads it from its bytes. A single is right where its digit is read; of a page are counted the
digits found (IoU of the boxes at least 0.5), boxes too many, digits read right, and pages whose
digits are right in their order. Pages of letters and photos must hold no sure digit.
"""

import argparse
import json
from dataclasses import asdict, dataclass

import numpy as np

from model.inference.catalogue import DEFAULT, open_network
from model.inference.network import Network
from model.inference.predictions import read_bytes
from tests.benchmarks import paper
from tests.benchmarks.paper import SINGLES, STYLES, Made


@dataclass
class Count:
    """What came of the pictures of one kind."""

    kind: str
    pictures: int = 0
    digits: int = 0
    found: int = 0
    extra: int = 0
    read: int = 0
    right: int = 0  # pictures
    sure_wrong: int = 0


def iou(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return how far boxes x, y, width, height are the same, 0 to 1: `(4,)` and `(n, 4)`."""
    low = np.maximum(one[:2], others[:, :2])
    high = np.minimum(one[:2] + one[2:], others[:, :2] + others[:, 2:])
    common = np.maximum(high - low, 0).prod(axis=1)
    return common / (one[2:].prod() + others[:, 2:].prod(axis=1) - common)


def singles(network: Network, kind: str, count: int) -> tuple[Count, list[int]]:
    """Read singles as one digit; also the numbers of those that are wrong."""
    result, wrong = Count(kind), []
    for number in range(count):
        made = paper.single(kind, number)
        [(_, reading)] = read_bytes(network, made.data, single=True)
        right = str(reading.label) == made.labels
        result.pictures += 1
        result.right += right
        result.sure_wrong += not right and reading.verdict == "digit"
        wrong += [] if right else [number]
    return result, wrong


def pages(network: Network, kind: str, count: int) -> tuple[Count, list[int]]:
    """Read pages; also the numbers of those that are wrong."""
    result, wrong = Count(kind), []
    for number in range(count):
        made = _page(kind, number)
        found = read_bytes(network, made.data)
        found = [each for each in found if each[1].label is not None]
        if not made.labels:
            found = [each for each in found if each[1].verdict == "digit"]
        boxes = np.array([[b.x, b.y, b.width, b.height] for b, _ in found], float).reshape(-1, 4)
        matched = set()
        for box, label in zip(made.boxes, made.labels, strict=True):
            overlaps = iou(box, boxes) if len(boxes) else np.zeros(1)
            best = int(overlaps.argmax())
            if overlaps[best] >= 0.5 and best not in matched:
                matched.add(best)
                result.found += 1
                result.read += str(found[best][1].label) == label
        result.pictures += 1
        result.digits += len(made.labels)
        result.extra += len(found) - len(matched)
        right = "".join(str(reading.label) for _, reading in found) == made.labels
        result.right += right
        wrong += [] if right else [number]
    return result, wrong


def _page(kind: str, number: int) -> Made:
    empty = {"letters": paper.letters, "photo": paper.photo}
    return empty[kind](number) if kind in empty else paper.page(kind, number)


def main() -> None:
    """Print a row for each kind and one for all."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.pictures")
    parser.add_argument("what", nargs="?", choices=["singles", "pages", "both"], default="both")
    parser.add_argument("--kinds", nargs="*", default=[])
    parser.add_argument("--count", type=int, default=12, help="pictures of each kind")
    parser.add_argument("--network", default=DEFAULT)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    network = open_network(options.network)
    for way, kinds in (("singles", [*SINGLES]), ("pages", [*STYLES, "letters", "photo"])):
        if options.what not in (way, "both"):
            continue
        counted = [
            report(*globals()[way](network, kind, options.count), options.json)
            for kind in kinds
            if not options.kinds or kind in options.kinds
        ]
        report(_total(counted, way), [], options.json)


def _total(counts: list[Count], way: str) -> Count:
    total = Count(f"all {way}")
    for name in vars(total).keys() - {"kind"}:
        setattr(total, name, sum(getattr(count, name) for count in counts))
    return total


def report(count: Count, wrong: list[int], as_json: bool) -> Count:
    """Print one row."""
    if as_json:
        print(json.dumps(asdict(count)), flush=True)
        return count
    words = f"{count.kind:14s} {count.right:4d} of {count.pictures:4d} right"
    if count.digits:
        parts = (count.found, count.read)
        found, read = (f"{part / count.digits:6.1%}" for part in parts)
        words += f"; {count.digits:5d} digits: found {found}, read {read}"
    words += f", too many {count.extra}" if count.digits or count.extra else ""
    words += f", wrong and sure {count.sure_wrong}" if count.sure_wrong else ""
    print(f"{words}   {' '.join(map(str, wrong[:12]))}", flush=True)
    return count


if __name__ == "__main__":
    main()
