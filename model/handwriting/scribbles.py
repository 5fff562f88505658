"""What is no digit: scrawls that mean nothing, and letters and signs that no digit looks like."""

import numpy as np

from model.handwriting.drawing import forms

LETTERS = forms(
    """
    A: 2
        0,100 24,50 46,0! 68,50 90,100; 16,66 46,66 76,64
    E: 2
        60,0 30,0 0,0! 0,50 0,100! 30,100 62,100; 0,48 26,48 50,48
    F: 1.5
        0,0 0,50 0,100; 0,0 30,0 60,0; 0,46 24,46 46,46
    H: 2
        0,0 0,50 0,100; 62,0 62,50 62,100; 0,52 30,52 62,50
    K: 2
        0,0 0,50 0,100; 58,0 30,26 0,56! 30,78 62,100
    M: 2
        0,100 4,50 10,0! 24,36 42,70! 58,36 74,0! 80,50 84,100
    N: 2
        0,100 0,50 0,0! 30,50 62,100! 62,50 62,0
    R: 1.5
        0,100 0,50 0,0! 50,2 56,36 30,52 0,54! 30,76 62,100
    W: 2
        0,0 10,50 20,100! 32,60 44,24! 56,60 68,100! 80,50 90,0
    X: 2
        0,0 30,50 62,100; 62,0 30,50 0,100
    k: 1
        0,0 0,50 0,100; 44,40 22,54 0,70! 24,84 48,100
    m: 2
        0,20 0,60 0,100! 2,40 20,22 32,44 32,100! 34,40 54,22 66,44 66,100
    w: 2
        0,0 6,60 20,80 36,50 40,10! 44,60 58,80 74,50 78,0
    plus: 1
        40,0 40,40 40,80; 0,40 40,40 80,40
    equals: 1
        0,20 40,20 80,18; 0,60 40,60 80,60
    hash: 1
        24,0 20,50 16,100; 62,0 58,50 54,100; 0,32 40,32 82,30; 0,68 40,68 78,66
    star: 1
        40,0! 64,80! 0,30! 80,30! 16,80! 40,0
    heart: 1
        40,90 4,44 4,10 24,0 40,24! 56,0 78,10 76,44 40,90
    arrow: 1
        0,40 50,40 100,40; 70,10 86,24 100,40! 86,56 70,70
    triangle: 0.7
        40,0! 0,80! 80,80! 40,0
    percent: 0.7
        16,4 0,20 16,36 32,20 close; 70,60 54,76 70,92 86,76 close; 80,0 6,100
    smile: 0.7
        20,0 20,24; 60,0 60,24; 0,50 40,84 80,48
    asterisk: 0.7
        40,0 40,80; 6,18 74,62; 6,62 74,18
    """
)


def scrawl(rng: np.random.Generator) -> list[np.ndarray]:
    """Scrawl something without meaning: strokes `(points, 2)` float32, about one unit high."""
    kind = _KINDS[rng.choice(len(_KINDS), p=_WEIGHTS)]
    squeeze = np.exp(rng.normal(0, 0.25, 2))
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.5 else 0.0
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, -sin], [sin, cos]])
    return [((points * squeeze) @ turn.T).astype(np.float32) for points in kind(rng)]


def _polyline(rng: np.random.Generator) -> list[np.ndarray]:
    """Jump about in straight lines."""
    return [rng.random((rng.integers(4, 13), 2))]


def _several_polylines(rng: np.random.Generator) -> list[np.ndarray]:
    return [rng.random((rng.integers(2, 6), 2)) for _ in range(rng.integers(2, 5))]


def _wandering(rng: np.random.Generator) -> list[np.ndarray]:
    """Wander in a curve without aim: a few waves of random strength in each direction."""
    t = np.linspace(0, 1, 50)[:, None, None]
    waves = np.arange(1, 6)
    strength = rng.normal(0, 1, (5, 2)) / waves[:, None] ** 0.5
    phase = rng.uniform(0, 2 * np.pi, (5, 2))
    return [(strength * np.sin(2 * np.pi * t * waves[:, None] * 0.8 + phase)).sum(axis=1)]


def _zigzag(rng: np.random.Generator) -> list[np.ndarray]:
    count = rng.integers(5, 14)
    x = np.linspace(0, rng.uniform(0.6, 1.6), count)
    y = np.arange(count) % 2 * rng.uniform(0.4, 1.2)
    return [np.stack([x, y], axis=1) + rng.normal(0, 0.07, (count, 2))]


def _loops(rng: np.random.Generator) -> list[np.ndarray]:
    """Roll along like a row of the letter e."""
    turns = rng.uniform(2.5, 6)
    t = np.linspace(0, 2 * np.pi * turns, int(16 * turns))
    x = np.cos(t) * 0.5 + t * rng.uniform(0.06, 0.2)
    return [
        np.stack([x, np.sin(t) * rng.uniform(0.4, 1)], axis=1) + rng.normal(0, 0.02, (len(t), 2))
    ]


def _spiral(rng: np.random.Generator) -> list[np.ndarray]:
    turns = rng.uniform(2.2, 4.5)
    t = np.linspace(0.5, 2 * np.pi * turns, int(18 * turns))
    way = rng.choice([-1, 1])
    return [np.stack([t * np.cos(t), way * t * np.sin(t)], axis=1) / t[-1] / 2]


def _crossing_lines(rng: np.random.Generator) -> list[np.ndarray]:
    """Cross out: three to seven straight strokes through the middle."""
    strokes = []
    for _ in range(rng.integers(3, 8)):
        angle, reach = rng.uniform(0, np.pi), rng.uniform(0.3, 0.6)
        along = np.array([np.cos(angle), np.sin(angle)]) * reach
        middle = rng.normal(0, 0.15, 2)
        strokes.append(np.array([middle - along, middle, middle + along]))
    return strokes


def _dots(rng: np.random.Generator) -> list[np.ndarray]:
    return [rng.random((1, 2)) for _ in range(rng.integers(1, 9))]


def _scratching(rng: np.random.Generator) -> list[np.ndarray]:
    """Rub a patch to and fro until it is nearly filled."""
    count = rng.integers(14, 40)
    y = np.linspace(0, 1, count) + rng.normal(0, 0.05, count)
    x = np.arange(count) % 2 + rng.normal(0, 0.12, count)
    return [np.stack([x, y], axis=1)]


_KINDS = (
    _polyline,
    _several_polylines,
    _wandering,
    _zigzag,
    _loops,
    _spiral,
    _crossing_lines,
    _dots,
    _scratching,
)
_WEIGHTS = np.array([6, 3, 4, 2, 1.5, 1.5, 2, 0.7, 1]) / 21.7
