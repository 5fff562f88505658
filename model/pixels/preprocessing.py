"""Any picture, as pixels that look like MNIST's: every step kept, each can be left out.

The recipe is MNIST's own (Y. LeCun et al., "Gradient-based learning applied to document
recognition", 1998, III.A): the ink scaled into a box of 20 with its aspect ratio kept, gray
levels from area averaging, and the center of mass in the middle of 28. A step of ours comes
before: lines of one width, since pens differ more than hands do. MNIST moved its digits by whole
pixels; we move by tenths, so that the same digit drawn again does not jump by a pixel. A drawing
takes the same way in drawings.py.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import cv2
import numpy as np

from model.pixels.ink import (
    flatten_light,
    is_dark_ground,
    main_ink,
    separate_ink,
    stroke_width,
    with_width,
)

SIDE = 28
BOX = 20  # MNIST: the longer side of the ink in 99.97 % of its test pictures
PEN = 2.4  # pixels, the width of a line at that size: mean ink is 12.6 %, and MNIST's 13.1 %
PICTURE_STEPS = ("polarity", "light", "ink", "specks", "thickness", "box", "center")

_FINE = 10  # fine pixels in a pixel: what is scaled, thinned and moved before averaging
_PAPER = 0.1  # fainter than this is paper


@dataclass(frozen=True)
class Placement:
    """Where one picture lies in another: the place x in it is `scale` · x + `right` there."""

    scale: float = 1.0
    right: float = 0.0
    down: float = 0.0

    def then(self, next_one: "Placement") -> "Placement":
        """Return where the first of three pictures lies in the third."""
        scale = next_one.scale
        right, down = scale * self.right + next_one.right, scale * self.down + next_one.down
        return Placement(scale * self.scale, right, down)


@dataclass(frozen=True)
class Step:
    """One step of preprocessing: the picture as it stood after it, and what it measured."""

    name: str  # "source", then one of PICTURE_STEPS or DRAWING_STEPS
    picture: np.ndarray  # (h, w) float32 in [0, 1], 0 = paper as far as is known by then
    numbers: dict[str, float] = field(default_factory=dict)
    applied: bool = True
    placement: Placement = Placement()  # of the source in it; of a drawing the browser knows it


_Change = Callable[[np.ndarray], tuple[np.ndarray, dict[str, float]]]
_Moved = tuple[np.ndarray, dict[str, float], Placement]  # of the picture before in the one after
_Move = Callable[[np.ndarray], _Moved]


@dataclass(frozen=True)
class Preprocessed:
    """What a network reads, and how it came about."""

    pixels: np.ndarray | None  # (28, 28) float32 in [0, 1], or None where there is no ink
    steps: tuple[Step, ...]

    @property
    def placement(self) -> Placement:
        """Where the source of a picture lies among the pixels."""
        last = self.steps[-1]
        return last.placement.then(_among_pixels(last.picture.shape))


def preprocess_picture(gray: np.ndarray, skip: Collection[str] = ()) -> Preprocessed:
    """Turn a picture of one digit into pixels.

    `gray` is `(h, w)` uint8, 0 = black, 255 = white, with the digit darker or brighter than its
    ground. Steps named in `skip` are left out.
    """
    steps = [Step("source", gray.astype(np.float32) / 255)]
    for name in PICTURE_STEPS:
        before = steps[-1].picture
        placement = steps[-1].placement
        if name in skip:
            steps.append(Step(name, before, applied=False, placement=placement))
            continue
        picture, numbers, moved = _STEPS[name](before)
        steps.append(Step(name, picture, numbers, placement=placement.then(moved)))
        if not picture.any():
            return Preprocessed(None, tuple(steps))
    return Preprocessed(as_pixels(steps[-1].picture), tuple(steps))


def as_pixels(picture: np.ndarray) -> np.ndarray:
    """Shrink any `(h, w)` picture to `(28, 28)` as it lies, paper added to make it square."""
    if picture.shape == (SIDE, SIDE):
        return picture
    return cv2.resize(_square(picture), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _square(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape
    if height == width:
        return picture
    side = max(height, width)
    left, top = _margins(picture.shape)
    square = np.zeros((side, side), np.float32)
    square[top : top + height, left : left + width] = picture
    return square


def _margins(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return how much paper makes a picture square: to its left, and above it."""
    height, width = shape
    side = max(height, width)
    return (side - width) // 2, (side - height) // 2


def _among_pixels(shape: tuple[int, ...]) -> Placement:
    """Return where a picture of this shape lies once `as_pixels` has shrunk it."""
    left, top = _margins(shape)
    scale = SIDE / max(shape)
    return Placement(scale, scale * left, scale * top)


def _in_place(step: _Change) -> _Move:
    """Make a step of one that changes shades alone."""
    return lambda picture: (*step(picture), Placement())


def _upright_ink(picture: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    dark = is_dark_ground(picture)
    return (picture if dark else 1 - picture), {"inverted": float(not dark)}


def _crop(picture: np.ndarray) -> tuple[np.ndarray, Placement]:
    inked = picture > _PAPER
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return picture, Placement()
    left, top = int(columns[0]), int(rows[0])
    return picture[top : rows[-1] + 1, left : columns[-1] + 1], Placement(1, -left, -top)


def _one_width(picture: np.ndarray) -> _Moved:
    """Make all lines `PEN` wide at the scale they will have in the box."""
    ink, placement = _crop(picture)
    zoom = max(1.0, BOX * _FINE / max(ink.shape))  # lines thinned on few pixels grow ragged
    if zoom > 1:
        ink = cv2.resize(ink, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    width = stroke_width(ink)
    # The box holds the lines' middles and one pen: BOX = scale * (length + width wanted).
    length = max(max(ink.shape) - width, width / 4)
    wanted = length * PEN / (BOX - PEN)
    drawn = with_width(ink, width, wanted)
    margin = (len(drawn) - len(ink)) / 2  # which is added on all sides
    placement = placement.then(Placement(zoom, margin, margin))
    return drawn, {"from": width / wanted * PEN, "to": PEN}, placement


def _into_box(picture: np.ndarray) -> _Moved:
    """Scale the ink by area so that its longer side measures `BOX`, in the middle of 28."""
    ink, placement = _crop(picture)
    scale = BOX * _FINE / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    boxed = np.zeros((SIDE * _FINE, SIDE * _FINE), np.float32)
    top, left = (SIDE * _FINE - height) // 2, (SIDE * _FINE - width) // 2
    boxed[top : top + height, left : left + width] = cv2.resize(
        ink, (width, height), interpolation=method
    )
    return boxed, _box_numbers(boxed, scale / _FINE), placement.then(Placement(scale, left, top))


def _box_numbers(boxed: np.ndarray, scale: float) -> dict[str, float]:
    height, width = _crop(boxed)[0].shape
    return {"width": width / _FINE, "height": height / _FINE, "scale": scale}


def _centered(picture: np.ndarray) -> _Moved:
    """Move the ink so that its center of mass is the middle of pixel (14, 14); shrink to pixels."""
    side = SIDE * _FINE
    square = _square(picture)
    if square.shape != (side, side):
        method = cv2.INTER_AREA if len(square) > side else cv2.INTER_NEAREST
        square = cv2.resize(square, (side, side), interpolation=method)
    # cv2.reduce is several times faster than NumPy's sum along the rows.
    right = _shift(cv2.reduce(square, 0, cv2.REDUCE_SUM)[0])
    down = _shift(cv2.reduce(square, 1, cv2.REDUCE_SUM)[:, 0])
    moved = np.roll(square, (down, right), axis=(0, 1))
    numbers = {"right": right / _FINE, "down": down / _FINE}
    placement = _among_pixels(picture.shape).then(Placement(1, numbers["right"], numbers["down"]))
    return as_pixels(moved), numbers, placement


def _shift(profile: np.ndarray) -> int:
    """Return how many fine pixels move the mean of `profile` to pixel 14, ink kept inside."""
    inked = np.flatnonzero(profile > 0)
    if not len(inked):
        return 0
    mean = profile @ np.arange(len(profile)) / profile.sum()
    middle = (SIDE // 2 + 0.5) * _FINE - 0.5
    return int(np.clip(round(middle - mean), -inked[0], len(profile) - 1 - inked[-1]))


_STEPS = {
    "polarity": _in_place(_upright_ink),
    "light": _in_place(flatten_light),
    "ink": _in_place(separate_ink),
    "specks": _in_place(main_ink),
    "thickness": _one_width,
    "box": _into_box,
    "center": _centered,
}
