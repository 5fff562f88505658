"""A drawing as pixels that look like MNIST's: every step kept, each can be left out.

The recipe is that of preprocessing.py, but nothing is measured on a picture that can be told from
the strokes: a step changes how wide the same curves are drawn, how large, and where. The browser
takes the same steps to the same numbers: `assets/components/shared/pen/preprocessing.mjs`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from model.pixels.pen import Curves, Walk, ink, join, walk
from model.pixels.preprocessing import MNIST, PEN, SIDE, Paper, Preprocessed, Step, as_pixels
from model.pixels.strokes import CANVAS, Stroke, smooth

DRAWING_STEPS = ("thickness", "box", "center")

_TINY = 10.0  # canvas units; a dot is not blown up to a disc of 20 pixels
_FINE = 4  # samples a pixel, across and down


def preprocess_drawing(
    strokes: Sequence[Stroke], skip: Collection[str] = (), side: int = SIDE
) -> Preprocessed:
    """Turn a drawing into pixels, `(side, side)`.

    `strokes` are in canvas units. Steps named in `skip` are left out.
    """
    paper = Paper(side)
    if not strokes:
        samples = side * _FINE
        return Preprocessed(None, (Step("source", np.zeros((samples, samples), np.float32)),))
    curves, widths = [smooth(each.points) for each in strokes], [each.width for each in strokes]
    stages = list(_stages(_on_canvas(curves, widths, paper), skip))
    _, last, _ = stages[-1]
    steps = tuple(_step(*stage) for stage in stages)
    return Preprocessed(as_pixels(last.picture, side), steps)


def pixels_of(curves: Sequence[np.ndarray], pen: float = PEN) -> np.ndarray:
    """Draw smoothed curves as MNIST would have them: `(28, 28)` float32, 0 = paper, 1 = ink.

    The curves may be in any unit; their box is scaled so that with a line of `pen` pixels the
    longer side measures `BOX` pixels, and the center of mass is moved to pixel (14, 14). The
    same pixels as `preprocess_drawing` makes of strokes that leave these curves.
    """
    drawing, _ = _in_one_width(_on_canvas(curves, [pen] * len(curves), MNIST), pen)
    drawing, _ = _in_box(drawing)
    drawing, _ = _centered(drawing)
    return as_pixels(drawing.picture)


@dataclass(frozen=True)
class _Drawn:
    """Curves as they are drawn: how wide and how large."""

    curves: Curves  # canvas units
    widths: np.ndarray  # (curves,): of their pens, canvas units
    scale: float  # pixels for a canvas unit
    paper: Paper

    @property
    def samples(self) -> int:
        """Samples of the paper a side."""
        return self.paper.side * _FINE

    @cached_property
    def walked(self) -> Walk:
        return walk(self.curves, self.widths, self.samples, self.scale * _FINE)

    @cached_property
    def extent(self) -> tuple[np.ndarray, np.ndarray]:
        """The corners of the ink's box, left top and right bottom, canvas units."""
        points, sizes = self.curves.points, self.curves.ends - self.curves.begins
        half = np.repeat(self.widths / 2, sizes)[:, None]
        return (points - half).min(axis=0), (points + half).max(axis=0)


@dataclass(frozen=True)
class _Drawing:
    """What is drawn, as it lies on its paper."""

    drawn: _Drawn
    right: float  # pixels: where the canvas's origin lies on the paper
    down: float

    @cached_property
    def ink(self) -> np.ndarray:
        """The ink on all samples of the paper, four for each pixel across and down, float64."""
        samples = self.drawn.samples
        return ink(self.drawn.walked, samples, self.right * _FINE, self.down * _FINE)

    @property
    def picture(self) -> np.ndarray:
        """The same as a picture, float32."""
        return self.ink.astype(np.float32)


def _on_canvas(curves: Sequence[np.ndarray], widths: Sequence[float], paper: Paper) -> _Drawing:
    scale = paper.side / CANVAS
    return _Drawing(_Drawn(join(curves), np.array(widths, np.float64), scale, paper), 0.0, 0.0)


def _stages(
    drawing: _Drawing, skip: Collection[str]
) -> Iterator[tuple[str, _Drawing, dict[str, float] | None]]:
    """Take each step: its name, the drawing after it, and its numbers unless it is left out."""
    yield "source", drawing, {}
    for name in DRAWING_STEPS:
        numbers = None
        if name not in skip:
            drawing, numbers = _STEPS[name](drawing)
        yield name, drawing, numbers


def _step(name: str, drawing: _Drawing, numbers: dict[str, float] | None) -> Step:
    if numbers is None:
        return Step(name, drawing.picture, applied=False)
    picture = drawing.picture
    if name == "center":
        picture = as_pixels(picture, drawing.drawn.paper.side)
    return Step(name, picture, numbers)


def _in_one_width(drawing: _Drawing, pen: float | None = None) -> tuple[_Drawing, dict[str, float]]:
    """Draw all lines in the one width that will be `pen` pixels in the box, or the paper's own."""
    drawn, paper = drawing.drawn, drawing.drawn.paper
    pen = paper.pen if pen is None else pen
    longer = max(*np.ptp(drawn.curves.points, axis=0).tolist(), _TINY)
    width = pen * longer / (paper.box - pen)
    numbers = {"from": float(drawn.widths.mean()) * pen / width, "to": pen}
    redrawn = replace(drawn, widths=np.full(len(drawn.widths), width))
    return replace(drawing, drawn=redrawn), numbers


def _in_box(drawing: _Drawing) -> tuple[_Drawing, dict[str, float]]:
    """Scale the ink so that its longer side measures the box, in the middle of the paper."""
    drawn, paper = drawing.drawn, drawing.drawn.paper
    low, high = drawn.extent
    width, height = (high - low).tolist()
    scale = paper.box / max(width, height, _TINY + float(drawn.widths.max()))
    numbers = {"width": width * scale, "height": height * scale, "scale": scale}
    middle = (paper.side / 2 - scale * (low + high) / 2).tolist()
    return _Drawing(replace(drawn, scale=scale), *middle), numbers


def _centered(drawing: _Drawing) -> tuple[_Drawing, dict[str, float]]:
    """Move the ink so that its center of mass is the middle of pixel (14, 14), all on paper."""
    drawn, offset = drawing.drawn, np.array([drawing.right, drawing.down])
    low, high = (corner * drawn.scale + offset for corner in drawn.extent)
    side = drawn.paper.side
    least, most = np.minimum(-low, side - high), np.maximum(-low, side - high)
    moved = np.clip(side / 2 + 0.5 - _middle_of(drawing.ink), least, most)
    numbers = dict(zip(("right", "down"), moved.tolist(), strict=True))
    return _Drawing(drawn, *(offset + moved).tolist()), numbers


def _middle_of(paper: np.ndarray) -> np.ndarray:
    """Return the center of mass (x, y) in pixels: the middle of pixel 14 where there is no ink."""
    mass, samples = paper.sum(), len(paper)
    if not mass:
        return np.full(2, samples / _FINE / 2 + 0.5)
    places = np.arange(samples) + 0.5
    return np.array([paper.sum(axis=0) @ places, paper.sum(axis=1) @ places]) / mass / _FINE


_STEPS = {"thickness": _in_one_width, "box": _in_box, "center": _centered}
