"""How a sign is drawn: control points written as text, and the smooth pen line through them.

One form a paragraph: a line with its name and how often it is written, then a line for each of
its drawings. In a drawing strokes are parted by `;` and a stroke is a row of points `x,y` on a
grid of 100, y downward, through which the pen runs in a smooth curve. `!` after a point makes it
a corner, `close` at the end makes the stroke a ring.
"""

import itertools
from dataclasses import dataclass

import numpy as np

GRID = 100.0
_PIECES = 8  # points on the curve for each pair of neighboring control points


@dataclass(frozen=True)
class Track:
    """How one stroke of a form runs through its control points."""

    curved: np.ndarray  # (points, controls): the smooth curve, as weights of the control points
    straight: np.ndarray  # (points, controls): the same run in straight lines
    closed: bool  # a ring: the pen may start anywhere


@dataclass(frozen=True)
class Form:
    """One way to write one sign."""

    name: str
    weight: float  # how often it is written, relative to the sign's other forms
    drawings: tuple[tuple[np.ndarray, ...], ...]  # drawing, stroke: (controls, 2) in [0, 1]
    tracks: tuple[Track, ...]  # one for each stroke


def forms(text: str) -> tuple[Form, ...]:
    """Read forms and their drawings; ValueError where the drawings of one do not agree."""
    paragraphs: dict[str, list[str]] = {}
    for line in text.strip().splitlines():
        line = line.strip()
        if ":" in line:
            drawings = paragraphs[line] = []
        else:
            drawings.append(line)
    return tuple(_form(title, drawings) for title, drawings in paragraphs.items())


def _form(title: str, drawings: list[str]) -> Form:
    """Read the drawings of one form; they must agree in strokes, points and corners."""
    name, _, weight = title.partition(":")
    parsed = [[_parsed(stroke) for stroke in drawing.split(";")] for drawing in drawings]
    patterns = {tuple((len(points), *marks) for points, *marks in strokes) for strokes in parsed}
    if len(patterns) != 1:
        raise ValueError(f"The drawings of {name!r} differ in their points: {sorted(patterns)}")
    tracks = []
    for versions in zip(*parsed, strict=True):  # one stroke, as each drawing has it
        middle = np.mean([points for points, _, _ in versions], axis=0)
        tracks.append(_track(middle, *versions[0][1:]))
    points = tuple(tuple(points for points, _, _ in strokes) for strokes in parsed)
    return Form(name, float(weight), points, tuple(tracks))


def _parsed(stroke: str) -> tuple[np.ndarray, tuple[int, ...], bool]:
    """Read one stroke: its points, which of them are corners, and whether it is a ring."""
    words = stroke.split()
    closed = words[-1] == "close"
    words = words[: len(words) - closed]
    points = np.array([[float(number) for number in word.rstrip("!").split(",")] for word in words])
    corners = tuple(index for index, word in enumerate(words) if word.endswith("!"))
    return points / GRID, corners, closed


def _track(points: np.ndarray, corners: tuple[int, ...], closed: bool) -> Track:
    """Weigh the control points for each point of the curve through them."""
    count = len(points)
    if closed:  # three rounds, of which the middle one has neighbors on both sides
        curved, straight = _weights(np.tile(points, (3, 1)), ())
        middle = slice(count * _PIECES, 2 * count * _PIECES)
        curved, straight = (
            weights[middle].reshape(-1, 3, count).sum(axis=1) for weights in (curved, straight)
        )
    else:
        curved, straight = _weights(points, corners)
    return Track(curved, straight, closed)


def _weights(points: np.ndarray, corners: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Compute the centripetal Catmull-Rom curve, and the polyline, as matrices.

    Y. Barry and R. Goldman, "A recursive evaluation algorithm for a class of Catmull-Rom
    splines", 1988; the knots are those of `points`, so the curve is linear in them.
    """
    identity = np.eye(len(points))
    gaps = np.sqrt(np.linalg.norm(np.diff(points, axis=0), axis=1)) + 1e-6
    sharp = {0, *corners, len(points) - 1}
    u = (np.arange(_PIECES) / _PIECES)[:, None]
    curved, straight = [], []
    for i, (start, end) in enumerate(itertools.pairwise(identity)):
        leave, arrive = _directions(identity, gaps, i, sharp)
        straight.append((1 - u) * start + u * end)
        curved.append(  # the cubic with these ends and these directions there (Hermite)
            (1 - u) ** 2 * ((1 + 2 * u) * start + u * leave)
            + u**2 * ((3 - 2 * u) * end - (1 - u) * arrive)
        )
    last = identity[-1:]
    return np.concatenate([*curved, last]), np.concatenate([*straight, last])


def _directions(
    identity: np.ndarray, gaps: np.ndarray, i: int, sharp: set[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Compute the derivatives with which piece `i` leaves its start and arrives at its end."""
    chord = identity[i + 1] - identity[i]
    leave = None if i in sharp else gaps[i] * _tangent(identity, gaps, i)
    arrive = None if i + 1 in sharp else gaps[i] * _tangent(identity, gaps, i + 1)
    if leave is None:
        return (chord, chord) if arrive is None else (1.5 * chord - 0.5 * arrive, arrive)
    if arrive is None:
        return leave, 1.5 * chord - 0.5 * leave
    return leave, arrive


def _tangent(identity: np.ndarray, gaps: np.ndarray, i: int) -> np.ndarray:
    """Compute the derivative at an inner control point, as weights of it and its neighbors."""
    before, after = gaps[i - 1], gaps[i]
    backward = (identity[i] - identity[i - 1]) / before
    forward = (identity[i + 1] - identity[i]) / after
    return (after * backward + before * forward) / (before + after)
