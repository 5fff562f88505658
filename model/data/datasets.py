"""The digits that networks learn from and are measured on: MNIST, from wherever it can be had."""

import contextlib
import os
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.lib.npyio import NpzFile

from model.base.errors import N_, UserError
from model.base.files import sha256
from model.data.reasons import DataError
from model.pixels.preprocessing import PICTURE_STEPS, preprocess_picture

VALIDATION = 5000  # digits of MNIST's 60,000 kept for choosing; nothing is trained on them
MNIST = "mnist"
SMALL = "digits"  # said instead of a file: the 1,797 digits that come with scikit-learn
NAMES = {MNIST: "MNIST", SMALL: N_("scikit-learn's 1,797 small digits")}
_MNIST_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"  # Keras's file


@dataclass(frozen=True)
class Digits:
    """Labeled pictures of digits."""

    pixels: np.ndarray  # (n, 28, 28) uint8, 0 = paper, 255 = ink
    labels: np.ndarray  # (n,) uint8

    def __len__(self) -> int:
        """Return their number."""
        return len(self.labels)

    def __getitem__(self, chosen: slice | np.ndarray) -> "Digits":
        """Return some of them."""
        return Digits(self.pixels[chosen], self.labels[chosen])


@dataclass(frozen=True)
class Dataset:
    """Digits to learn from, and others to be measured on."""

    source: str  # MNIST, SMALL, or another name
    train: Digits
    test: Digits

    @property
    def name(self) -> str:
        """Name for a person: "MNIST"."""
        return NAMES.get(self.source, self.source)

    def split(self, seed: int, validation: int = VALIDATION) -> tuple[Digits, Digits]:
        """Return the training digits divided: those to train on, and those to validate on.

        `validation` of them are drawn by the seed; at most a fifth where there are few.
        """
        count = min(validation, len(self.train) // 5)
        order = np.random.default_rng(seed).permutation(len(self.train))
        return self.train[np.sort(order[count:])], self.train[np.sort(order[:count])]


def load(source: str | None = None) -> Dataset:
    """Read MNIST from a file, or where `source` is None from the first place that has it.

    Those places are the file that `CONVSCOPE_MNIST` names, Keras's cache, and the network. With
    `source` "digits" it is scikit-learn's small set instead.
    """
    if source == SMALL:
        return small_digits()
    return Dataset(MNIST, *_read(Path(source) if source else at_hand() or _downloaded()))


def at_hand() -> Path | None:
    """Return the file of MNIST on this computer: the one that was named, or Keras's, or None."""
    named = os.environ.get("CONVSCOPE_MNIST")
    return Path(named) if named else _cached()


def load_test(source: str | None = None) -> tuple[str, Digits]:
    """Read only what networks are measured on; a file needs no training digits for that."""
    if source == SMALL:
        dataset = small_digits()
        return dataset.name, dataset.test
    path = Path(source) if source else at_hand() or _downloaded()
    return path.name if source else NAMES[MNIST], _read(path, parts=("test",))[0]


def small_digits() -> Dataset:
    """Return the digits that come with scikit-learn, 8 × 8, brought to MNIST's size and place.

    Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998.
    Every fifth is for the test.
    """
    from sklearn.datasets import load_digits  # two seconds that nothing else needs

    data = load_digits()
    pixels = np.stack([_enlarged(picture) for picture in data.images])
    labels = data.target.astype(np.uint8)
    tested = np.arange(len(labels)) % 5 == 4
    everything = Digits(pixels, labels)
    return Dataset(SMALL, everything[~tested], everything[tested])


def _enlarged(small: np.ndarray) -> np.ndarray:
    ink = cv2.resize(small / 16, (160, 160), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    gray = np.rint(ink * 255).astype(np.uint8)
    only_placed = set(PICTURE_STEPS) - {"box", "center"}
    pixels = preprocess_picture(gray, only_placed).pixels
    assert pixels is not None  # every digit of the set has ink
    return np.rint(pixels * 255).astype(np.uint8)


def _cached() -> Path | None:
    """Return the file of MNIST in Keras's cache, if it is whole."""
    keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    path = keras_home / "datasets" / "mnist.npz"
    if not path.is_file():
        return None
    return path if _checksum(path, path.stat().st_mtime_ns) == _MNIST_SHA256 else None


@lru_cache(maxsize=4)
def _checksum(path: Path, _changed: int) -> str:
    """Compute a file's SHA-256 once for each time that it was changed."""
    return sha256(path)


def _downloaded() -> Path:
    """Let Keras fetch MNIST into its cache, which checks what came."""
    import keras  # the only thing here that needs it

    try:
        with contextlib.redirect_stdout(sys.stderr):  # where progress belongs
            keras.datasets.mnist.load_data()
    except Exception as error:  # no network, no disk, wrong checksum: each has its own type
        raise DataError("mnist_missing") from error
    path = _cached()
    if path is None:
        raise DataError("mnist_missing")
    return path


def _read(path: Path, parts: tuple[str, ...] = ("train", "test")) -> list[Digits]:
    try:
        # Opened here, since NumPy leaves a file open that turns out to be damaged.
        with path.open("rb") as opened, NpzFile(opened, allow_pickle=False) as arrays:
            return [_digits(path, part, arrays.__getitem__) for part in parts]
    except UserError:
        raise
    except KeyError as error:
        raise DataError(
            "data_incomplete",
            path=path,
            names=", ".join(f"x_{part}, y_{part}" for part in parts),
        ) from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError("data_unreadable", path=path) from error


def _digits(path: Path, part: str, array: Callable[[str], np.ndarray]) -> Digits:
    pixels, labels = array(f"x_{part}"), array(f"y_{part}")
    if pixels.ndim != 3 or pixels.shape[1:] != (28, 28) or pixels.dtype != np.uint8:
        raise DataError(
            "data_pixels",
            part=part,
            path=path,
            dtype=pixels.dtype,
            shape=" × ".join(map(str, pixels.shape)),
        )
    if labels.shape != (len(pixels),) or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(
            "data_labels",
            part=part,
            path=path,
        )
    if not len(labels) or labels.min() < 0 or labels.max() > 9:
        raise DataError(
            "data_classes",
            part=part,
            path=path,
        )
    return Digits(pixels, labels.astype(np.uint8))
