"""Any picture, as pixels that look like MNIST's: every step kept, each can be left out.

The recipe is MNIST's own (Y. LeCun et al., "Gradient-based learning applied to document
recognition", 1998, III.A): the ink scaled into a box of 20 with its aspect ratio kept, gray
levels from area averaging, and the center of mass in the middle of 28. A step of ours comes
before: lines of one width, since pens differ more than hands do. MNIST moved its digits by whole
pixels; we move by tenths, so that the same digit drawn again does not jump by a pixel. A drawing
takes the same way in drawings.py. A network that reads digits of another size gets all of it in
proportion.
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
class Paper:
    """What digits are brought to: a square, and how large digits and lines are on it, in pixels."""

    side: int = SIDE

    @property
    def box(self) -> float:
        """The longer side of the ink."""
        return BOX * self.side / SIDE

    @property
    def pen(self) -> float:
        """The width of a line."""
        return PEN * self.side / SIDE


MNIST = Paper()


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
_Move = Callable[[np.ndarray, Paper], _Moved]


@dataclass(frozen=True)
class Preprocessed:
    """What a network reads, and how it came about."""

    # Float32 in [0, 1], (28, 28) or of the size asked for, or with three channels (fitting.py);
    # None where there is no ink.
    pixels: np.ndarray | None
    steps: tuple[Step, ...]

    @property
    def placement(self) -> Placement:
        """Where the source of a picture lies among the pixels."""
        last = self.steps[-1]
        side = SIDE if self.pixels is None else len(self.pixels)
        return last.placement.then(_among_pixels(last.picture.shape, side))


def preprocess_picture(
    gray: np.ndarray, skip: Collection[str] = (), side: int = SIDE
) -> Preprocessed:
    """Turn a picture of one digit into pixels, `(side, side)`.

    `gray` is `(h, w)` uint8, 0 = black, 255 = white, with the digit darker or brighter than its
    ground. Steps named in `skip` are left out.
    """
    steps, paper = [Step("source", gray.astype(np.float32) / 255)], Paper(side)
    for name in PICTURE_STEPS:
        before = steps[-1].picture
        placement = steps[-1].placement
        if name in skip:
            steps.append(Step(name, before, applied=False, placement=placement))
            continue
        picture, numbers, moved = _STEPS[name](before, paper)
        steps.append(Step(name, picture, numbers, placement=placement.then(moved)))
        if not picture.any():
            return Preprocessed(None, tuple(steps))
    return Preprocessed(as_pixels(steps[-1].picture, side), tuple(steps))


def as_pixels(picture: np.ndarray, side: int = SIDE) -> np.ndarray:
    """Shrink any `(h, w)` picture to `(side, side)` as it lies, paper added to make it square."""
    if picture.shape == (side, side):
        return picture
    return cv2.resize(_square(picture), (side, side), interpolation=cv2.INTER_AREA)


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


def _among_pixels(shape: tuple[int, ...], side: int) -> Placement:
    """Return where a picture of this shape lies once `as_pixels` has shrunk it."""
    left, top = _margins(shape)
    scale = side / max(shape)
    return Placement(scale, scale * left, scale * top)


def _in_place(step: _Change) -> _Move:
    """Make a step of one that changes shades alone."""
    return lambda picture, _paper: (*step(picture), Placement())


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


def _one_width(picture: np.ndarray, paper: Paper) -> _Moved:
    """Make all lines as wide as the pen at the scale they will have in the box."""
    ink, placement = _crop(picture)
    zoom = max(1.0, paper.box * _FINE / max(ink.shape))  # lines thinned on few pixels grow ragged
    if zoom > 1:
        ink = cv2.resize(ink, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    width = stroke_width(ink)
    # The box holds the lines' middles and one pen: box = scale * (length + width wanted).
    length = max(max(ink.shape) - width, width / 4)
    wanted = length * paper.pen / (paper.box - paper.pen)
    drawn = with_width(ink, width, wanted)
    margin = (len(drawn) - len(ink)) / 2  # which is added on all sides
    placement = placement.then(Placement(zoom, margin, margin))
    return drawn, {"from": width / wanted * paper.pen, "to": paper.pen}, placement


def _into_box(picture: np.ndarray, paper: Paper) -> _Moved:
    """Scale the ink by area so that its longer side measures the box, in the paper's middle."""
    (ink, placement), side = _crop(picture), paper.side * _FINE
    scale = paper.box * _FINE / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    boxed = np.zeros((side, side), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    boxed[top : top + height, left : left + width] = cv2.resize(
        ink, (width, height), interpolation=method
    )
    return boxed, _box_numbers(boxed, scale / _FINE), placement.then(Placement(scale, left, top))


def _box_numbers(boxed: np.ndarray, scale: float) -> dict[str, float]:
    height, width = _crop(boxed)[0].shape
    return {"width": width / _FINE, "height": height / _FINE, "scale": scale}


def _centered(picture: np.ndarray, paper: Paper) -> _Moved:
    """Move the ink so that its center of mass is the middle of pixel (14, 14); shrink to pixels."""
    side = paper.side * _FINE
    square = _square(picture)
    if square.shape != (side, side):
        method = cv2.INTER_AREA if len(square) > side else cv2.INTER_NEAREST
        square = cv2.resize(square, (side, side), interpolation=method)
    # cv2.reduce is several times faster than NumPy's sum along the rows.
    right = _shift(cv2.reduce(square, 0, cv2.REDUCE_SUM)[0])
    down = _shift(cv2.reduce(square, 1, cv2.REDUCE_SUM)[:, 0])
    moved = np.roll(square, (down, right), axis=(0, 1))
    numbers = {"right": right / _FINE, "down": down / _FINE}
    shift = Placement(1, numbers["right"], numbers["down"])
    placement = _among_pixels(picture.shape, paper.side).then(shift)
    return as_pixels(moved, paper.side), numbers, placement


def _shift(profile: np.ndarray) -> int:
    """Return how many fine pixels move the mean of `profile` to pixel 14, ink kept inside."""
    inked = np.flatnonzero(profile > 0)
    if not len(inked):
        return 0
    mean = profile @ np.arange(len(profile)) / profile.sum()
    middle = (len(profile) // _FINE // 2 + 0.5) * _FINE - 0.5
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
