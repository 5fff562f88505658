"""What the worst uploads cost: `python -m tests.benchmarks.uploads [NAME …]`.

Each file is read in a process of its own, from its bytes to the digits in it, and the seconds and
the memory that it took above an idle process are printed. The first is what somebody honest
brings: 50 digits, photographed with 12 megapixels.
"""

import argparse
import io
import json
import multiprocessing
import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import cv2
import numpy as np
from PIL import Image

from model.base.errors import UserError
from tests.benchmarks.paper import digits, file_of, ink, light, noisy, seeded

MOST_SECONDS, MOST_MEGABYTES = 5.0, 400.0


def photo() -> bytes:
    """Fifty digits in five lines, 4,000 × 3,000 pixels, in color and in uneven light."""
    rng = seeded("uploads", "photo")
    shape, high = (750, 1000), 60
    strokes = []
    for place, index in enumerate(rng.integers(0, len(digits()), 50)):
        corner = np.array([50 + 92 * (place % 10), 60 + 132 * (place // 10)])
        strokes += [stroke * high + corner for stroke in digits()[index].strokes]
    page = 225 * light(shape, rng, "gradient") * (1 - 0.8 * ink(strokes, 6, shape))
    large = cv2.resize(page, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    return file_of(np.repeat(noisy(large, rng, 3)[..., None], 3, 2), "JPEG", 90)


def _pattern(make: Callable[[np.ndarray, np.ndarray], np.ndarray], side: int = 1000) -> bytes:
    y, x = np.mgrid[:side, :side]
    return file_of(255.0 * (make(x, y) % 2))


def _rings() -> bytes:
    return _pattern(lambda x, y: np.hypot(x - 500, y - 500) // 6)


def _specks(count: int, high: int, side: int = 1000) -> bytes:
    rng = seeded("uploads", "specks", count)
    picture = np.full((side, side), 255, np.uint8)
    for x, y in rng.integers(0, side, (count, 2)):
        picture[y : y + high, x : x + 3] = 0
    return file_of(picture)


def _scribbles() -> bytes:
    rng = seeded("uploads", "scribbles")
    strokes = [rng.uniform(0, 1000, (2, 2)) for _ in range(600)]
    return file_of(255 - 255 * ink(strokes, 2, (1000, 1000)))


def _letters() -> bytes:
    picture = np.full((1000, 1000), 255, np.uint8)
    for row in range(40):
        cv2.putText(picture, "Whatever is written here is no number " * 2, (0, 20 + 25 * row),
                    cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1, cv2.LINE_AA)  # fmt: skip
    return file_of(picture)


def _noise(shape: tuple[int, ...], kind: str) -> bytes:
    return file_of(seeded("uploads", kind).integers(0, 256, shape).astype(np.float32), kind, 95)


def _flat(mode: str, size: tuple[int, int], kind: str) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size).save(target, kind, **({"compress_level": 1} if kind == "PNG" else {}))
    return target.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    "photo": photo,
    "stripes upright": lambda: _pattern(lambda x, y: x // 4),
    "stripes across": lambda: _pattern(lambda x, y: y // 4),
    "stripes askew": lambda: _pattern(lambda x, y: (x + 2 * y) // 9),
    "checkerboard 1": lambda: _pattern(lambda x, y: x + y),
    "checkerboard 8": lambda: _pattern(lambda x, y: x // 8 + y // 8),
    "checkerboard 40": lambda: _pattern(lambda x, y: x // 40 + y // 40),
    "rings": _rings,
    "specks": lambda: _specks(20_000, 3),
    "dashes": lambda: _specks(3_000, 16),
    "long dashes": lambda: _specks(600, 120),
    "scribbles": _scribbles,
    "letters": _letters,
    "noise": lambda: _noise((1000, 1000), "PNG"),
    "noise, 3 megapixels": lambda: _noise((1732, 1732, 3), "PNG"),
    "noise, 6 megapixels": lambda: _noise((2400, 2400, 3), "JPEG"),
    "thin": lambda: file_of(np.tile(255.0 * (np.arange(10_000) % 7 > 2), (8, 1))),
    "RGBA, 25 megapixels": lambda: _flat("RGBA", (5000, 5000), "PNG"),
    "16 bits, 25 megapixels": lambda: _flat("I;16", (5000, 5000), "PNG"),
    "GIF, 25 megapixels": lambda: _flat("P", (5000, 5000), "GIF"),
    "WebP, 8 megapixels": lambda: _flat("RGBA", (2828, 2828), "WEBP"),
    "JPEG, 25 megapixels": lambda: _flat("RGB", (5000, 5000), "JPEG"),
}


def cost(data: bytes) -> dict[str, object]:
    """Read a file in a process of its own: the digits, the seconds, and the megabytes it took."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_cost, (data,))


def _cost(data: bytes) -> dict[str, object]:
    from model.inference.catalogue import open_network
    from model.inference.predictions import read_bytes

    network = open_network()
    read_bytes(network, file_of(np.full((64, 64), 255.0)))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    idle, begin, cpu = _memory("VmRSS"), perf_counter(), process_time()
    try:
        found = len(read_bytes(network, data))
    except UserError:
        found = 0
    return {
        "digits": found,
        "seconds": round(perf_counter() - begin, 2),
        "cpu_seconds": round(process_time() - cpu, 2),
        "megabytes": round(_memory("VmHWM") - idle),
    }


def _memory(name: str) -> float:
    """Return what Linux says of this process's memory, in megabytes: VmRSS now, VmHWM at most."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1]) / 1024


def main() -> None:
    """Print a row for each upload; the exit status is 1 where one costs more than it may."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks.uploads")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    dear = []
    for name, make in PICTURES.items():
        if options.names and name not in options.names:
            continue
        row = {"name": name, **cost(make())}
        print(json.dumps(row) if options.json else _row(row), flush=True)
        if row["cpu_seconds"] > MOST_SECONDS or row["megabytes"] > MOST_MEGABYTES:
            dear.append(name)
    raise SystemExit(f"over the limit: {', '.join(dear)}" if dear else 0)


def _row(row: dict[str, object]) -> str:
    return (
        f"{row['name']:24s} {row['seconds']:6.2f} s ({row['cpu_seconds']:.2f} of CPU), "
        f"{row['megabytes']:4d} MB, {row['digits']} digits"
    )


if __name__ == "__main__":
    main()
