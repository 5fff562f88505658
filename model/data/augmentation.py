"""Digits as other hands and pens would have left them: turned, leaning, bent, thin or fat.

What stands below the imports goes into the scripts that visitors take along (script.py): it needs
nothing else.
"""

from dataclasses import dataclass

import cv2
import numpy as np

_SIDE = 28
_MIDDLE = (_SIDE - 1) / 2
_KNOTS = 5  # a side, of the coarse grid whose shifts bend a digit


@dataclass(frozen=True)
class Augmentation:
    """How far digits are changed at most; nothing at all with every number 0."""

    rotation: float = 12.0  # degrees to either side
    scale: float = 0.12  # share of the size, each axis on its own
    shear: float = 0.2  # pixels sideways for each pixel of height
    shift: float = 1.5  # pixels in each direction
    bend: float = 0.4  # pixels, standard deviation of an elastic distortion's knots
    thickness: float = 0.25  # share of the digits whose lines are thickened or thinned


NONE = Augmentation(0, 0, 0, 0, 0, 0)


def augment(pixels: np.ndarray, rng: np.random.Generator, augmentation: Augmentation) -> np.ndarray:
    """Change each digit of `(n, 28, 28)` uint8 in its own way; a new array of the same kind."""
    if augmentation == NONE:
        return pixels.copy()
    x, y = _sources(len(pixels), rng, augmentation)
    moved = np.empty_like(pixels)
    for picture, across, down, target in zip(pixels, x, y, moved, strict=True):
        cv2.remap(picture, across, down, cv2.INTER_LINEAR, dst=target)
    return _other_pens(moved, rng, augmentation.thickness)


def _sources(
    count: int, rng: np.random.Generator, most: Augmentation
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each pixel where in the old picture its ink comes from: x and y, `(n, 28, 28)`."""
    angle = np.radians(rng.uniform(-most.rotation, most.rotation, count))
    size = np.exp(rng.uniform(-1, 1, (2, count)) * np.log1p(most.scale))
    lean = rng.uniform(-most.shear, most.shear, count)
    shift = rng.uniform(-most.shift, most.shift, (2, count))
    cos, sin = np.cos(angle), np.sin(angle)
    from_x = np.stack([cos * size[0], lean - sin * size[0]])  # the matrix, row by row
    from_y = np.stack([sin * size[1], cos * size[1]])
    grid = np.arange(_SIDE, dtype=np.float32) - _MIDDLE
    x, y = (
        (row[0, :, None, None] * grid + row[1, :, None, None] * grid[:, None]) + _MIDDLE
        for row in (from_x, from_y)
    )
    x, y = x + shift[0, :, None, None], y + shift[1, :, None, None]
    if most.bend:
        x, y = x + _field(count, rng, most.bend), y + _field(count, rng, most.bend)
    return x.astype(np.float32), y.astype(np.float32)


def _field(count: int, rng: np.random.Generator, bend: float) -> np.ndarray:
    """Shift each pixel smoothly: random knots, blended with B-splines' weights, `(n, 28, 28)`.

    After P. Simard, D. Steinkraus and J. Platt, "Best practices for convolutional neural networks
    applied to visual document analysis", 2003, on a coarse grid instead of a blurred fine one.
    """
    knots = rng.normal(0, bend, (count, _KNOTS, _KNOTS)).astype(np.float32)
    return _BLEND @ knots @ _BLEND.T


def _blend() -> np.ndarray:
    places = np.linspace(0, _KNOTS - 1, _SIDE)[:, None]
    away = np.abs(places - np.arange(_KNOTS))
    weights = np.where(away < 1, 2 / 3 - away**2 + away**3 / 2, np.maximum(2 - away, 0) ** 3 / 6)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


_BLEND = _blend()  # (28, 5): what each knot counts for at each pixel


def _other_pens(pixels: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Thicken or thin the lines of a share of the digits by up to a pixel, in place."""
    chosen = np.flatnonzero(rng.random(len(pixels)) < share)
    fatter = rng.random(len(chosen)) < 0.5
    amount = rng.uniform(0.2, 0.7, len(chosen)).astype(np.float32)
    for index, fat, share_of_pen in zip(chosen, fatter, amount, strict=True):
        picture = pixels[index]
        pen = cv2.dilate(picture, _CROSS) if fat else cv2.erode(picture, _CROSS)
        cv2.addWeighted(pen, share_of_pen, picture, 1 - share_of_pen, 0, dst=picture)
    return pixels


_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
