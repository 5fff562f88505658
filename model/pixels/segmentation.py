"""Several digits in one picture: where each stands, and each by itself.

Ink that hangs together is a piece. Tall pieces are digits; short ones are loose strokes, the roof
of a 5 or the bar of a 7, and belong to the digit whose ink is nearest, or to none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from model.pixels.ground import Ground, find_ground, painted
from model.pixels.ink import evened, resized, stroke_width
from model.pixels.rules import find_rules

_FINE = 120  # pixels: the longer side of a picture at least
_FAINT = 0.07  # of the paper's brightness: less is no ink
_EDGE = 0.45  # of full depth; keeps thin lines whole where they run between pixels
_DARKEST = 40  # gray levels to black that paper in deep shadow is taken to have
_BRIGHTEST = 100  # gray levels to white that a pale board is taken to have
_AROUND = 0.75  # of what lies around ink is paper
_FEWEST = 12  # pixels of ink in a picture that has any
_SMALLEST = 0.015  # of the picture's longer side: below this a digit has no shape
_TALL = 0.62  # of the usual height: a digit by itself, however it stands
_ALONE = 0.28  # of the usual height: a small digit, where no other is near
_SPECK = 0.12  # of the usual height
_FLAT = 2.0  # times as wide as high: a short line, and no digit
_WIDEST = 2.6  # times the usual height: what is wider is a line under or through digits
_REACH = 0.22  # of the usual height: how far a loose stroke may be from its digit
_ASIDE = 0.08  # the same for a stroke that stands wholly beside: it may be the next digit
_ABOVE = 0.6  # of the narrower one's width: two tall pieces over each other are one digit
_BLOT = 3.5  # times as thick as the usual line: a thumb, the edge of a desk
_MARGIN = 0.3  # of a digit's longer side: paper around it in a crop
_SOFT = 2  # pixels: the gray edge of ink around what counts as inked
_MOST = 250  # pieces; more is a picture full of something else
_COVERED = 2.0  # times the picture's area, by the boxes of all pieces; likewise
_LARGEST = 560  # pixels: the longer side of a crop


@dataclass(frozen=True)
class Box:
    """Where a digit stands, in pixels of the picture: its ink and nothing around it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Return the first column behind the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Return the first row below the box."""
        return self.y + self.height


@dataclass(frozen=True)
class Ink:
    """The ink in a picture, in pieces that hang together.

    A picture of few pixels is enlarged: all here is in pixels of `gray`.
    """

    gray: np.ndarray  # (h, w) float32, 0 to 255: the picture, with paper in place of a desk
    paper: np.ndarray  # (h, w) float32, 0 to 255: the paper behind the ink
    labels: np.ndarray  # (h, w) int32, 0 = paper, else the number of a piece
    boxes: tuple[Box, ...]  # of the pieces from number 1 on
    rules: np.ndarray  # (h, w) bool: what is on printed rules alone, and not written
    is_doubtful: bool  # it covers so much that it may be the paper


@dataclass(frozen=True)
class FoundDigit:
    """One digit of a picture: where it stands, and which pieces of ink it is made of."""

    box: Box
    pieces: tuple[int, ...]  # numbers in `Ink.labels`
    is_whole: bool = True  # by its size; else a dot or a short line, which no digit was near

    @property
    def size(self) -> int:
        """Return its longer side in pixels."""
        return max(self.box.width, self.box.height)


def joined(ink: Ink, digits: Iterable[FoundDigit]) -> FoundDigit:
    """Make one digit of several."""
    return of_pieces(ink, [piece for digit in digits for piece in digit.pieces])


def of_pieces(ink: Ink, pieces: Sequence[int]) -> FoundDigit:
    """Make a digit of these pieces of ink."""
    return FoundDigit(_around(ink.boxes[piece - 1] for piece in pieces), tuple(pieces))


def apart(one: Box, other: Box) -> float:
    """Measure how far two boxes are apart, in pixels; 0 where they overlap."""
    dx = max(one.x - other.right, other.x - one.right, 0)
    dy = max(one.y - other.bottom, other.y - one.bottom, 0)
    return float(np.hypot(dx, dy))


def find_ink(gray: np.ndarray, *, is_turned: bool = False) -> Ink:
    """Find the ink in a picture, in whatever light; rules and the desk are left out.

    `gray` is `(h, w)` uint8, 0 = black, 255 = white, with digits darker or brighter than their
    ground. `is_turned` takes a doubtful ground the other way round.
    """
    ground = find_ground(_zoomed(gray), is_turned=is_turned)
    grain = _grain(gray)
    mask, rules, depth = _mask(ground, grain)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    sharp = _are_sharp(labels, depth, grain)
    boxes = tuple(Box(*row[:4].tolist()) for row in stats[sharp])
    numbered = (np.cumsum(sharp) * sharp)[labels].astype(np.int32)
    return Ink(ground.gray, ground.paper, numbered, boxes, rules, ground.is_doubtful)


def find_digits(ink: Ink) -> list[FoundDigit]:
    """Tell the digits apart, in the order in which one reads them.

    Digits that touch each other are found as one. What is too small for one is found as well,
    and is not whole. Returns `[]` where there is only paper.
    """
    boxes, shape = ink.boxes, ink.labels.shape
    kept = _inside(ink)
    usual = _usual_height([boxes[piece] for piece in kept])
    kept = [piece for piece in kept if _longer(boxes[piece]) <= _WIDEST * usual]
    usual = _usual_height([boxes[piece] for piece in kept])
    if usual < max(6.0, _SMALLEST * max(shape)):
        return []
    kept = [piece for piece in kept if _longer(boxes[piece]) >= _SPECK * usual]
    kept.sort(key=lambda piece: -_longer(boxes[piece]))
    areas = np.cumsum([boxes[piece].width * boxes[piece].height for piece in kept])
    kept = kept[: max(1, min(_MOST, int((areas <= _COVERED * ink.labels.size).sum())))]
    groups = _groups(ink.labels, boxes, kept, usual)
    found = [of_pieces(ink, [1 + piece for piece in group]) for group in groups]
    return in_reading_order(
        [replace(digit, is_whole=_is_whole(digit.box, usual)) for digit in found]
    )


def cut_out(ink: Ink, digit: FoundDigit) -> np.ndarray:
    """Cut one digit out, with a margin of paper around it and nothing of its neighbors.

    Returns `(h, w)` uint8 with the picture's own levels, no side longer than `_LARGEST`; ink that
    belongs to others, and what lies beyond the picture's edge, is painted over with the paper
    around it.
    """
    box = digit.box
    margin = max(4, round(_MARGIN * _longer(box)))
    window = np.s_[
        max(0, box.y - margin) : box.bottom + margin, max(0, box.x - margin) : box.right + margin
    ]
    top, left = max(0, margin - box.y), max(0, margin - box.x)
    size = box.height + 2 * margin, box.width + 2 * margin

    def around(layer: np.ndarray, **options: Any) -> np.ndarray:
        part = layer[window]
        bottom, right = size[0] - top - part.shape[0], size[1] - left - part.shape[1]
        return np.pad(part, ((top, bottom), (left, right)), **options)

    labels = around(ink.labels)
    beyond = around(np.zeros(ink.labels.shape, bool), constant_values=True)
    is_own = np.isin(labels, digit.pieces)
    soft = np.ones((2 * _SOFT + 1, 2 * _SOFT + 1), np.uint8)
    others = (labels > 0) & ~is_own | around(ink.rules)
    foreign = cv2.dilate(others.astype(np.uint8), soft).astype(bool) | beyond
    own = cv2.dilate(is_own.astype(np.uint8), soft).astype(bool) & ~around(ink.rules)
    picture, paper = around(ink.gray, mode="edge"), around(ink.paper, mode="edge")
    seen = painted(np.where(foreign | own, paper, picture), ~(foreign | own), margin)
    cut = np.where(foreign & ~(own & ~beyond), seen, picture)
    return resized(cut, min(1.0, _LARGEST / max(size))).round().astype(np.uint8)


# Ink and paper


def _zoomed(gray: np.ndarray) -> np.ndarray:
    """Enlarge a picture of few pixels: between them lines have edges and pieces have gaps."""
    zoom = -(-_FINE // max(gray.shape))
    if zoom <= 1:
        return gray
    return cv2.resize(gray, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)


def _mask(ground: Ground, grain: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where ink is and where rules are, `(h, w)` bool, and how deep each place is, grays.

    What hangs together with a place of half the full depth is ink, as far as it is at least half
    as deep as the line is around there: a line may grow faint along its way.
    """
    full = ground.paper if ground.is_bright else 255 - ground.paper
    full = np.maximum(full, _DARKEST if ground.is_bright else _BRIGHTEST)
    calm = cv2.GaussianBlur(ground.depth, (0, 0), max(0.3, max(full.shape) / 560))
    depth = calm / full
    faintest = max(_FAINT, 2 * grain / float(np.median(full)))
    strong = depth > max(faintest, _EDGE * _full_depth(depth[depth > faintest]))
    if not strong.any():
        return strong, strong, calm
    pen = stroke_width(strong.astype(np.float32))
    weak = evened(np.where(depth > faintest, depth, 0), pen) > _EDGE
    # Beside the ink of digits a rule is too faint to count as ink, but it is there.
    rules = find_rules(weak, depth) | find_rules(depth > 2 * faintest, depth)
    weak &= ~rules
    _, labels = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8)
    holds = np.zeros(int(labels.max()) + 1, bool)
    holds[labels[strong]] = True
    holds[0] = False
    return holds[labels], rules, calm


def _are_sharp(labels: np.ndarray, depth: np.ndarray, grain: float) -> np.ndarray:
    """Return for each label whether it is darker than all around it; label 0 never is.

    Ink is. What is left of a shadow is as dark as the rest of it on one side at least.
    """
    count = int(labels.max()) + 1
    ink = labels > 0
    pixels = np.maximum(np.bincount(labels[ink], minlength=count), 1)
    inside = np.bincount(labels[ink], depth[ink], count) / pixels
    distance, nearest = cv2.distanceTransformWithLabels(
        (~ink).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_CCOMP
    )
    names = np.zeros(int(nearest.max()) + 1, np.int32)  # it numbers the pieces in its own way
    names[nearest[ink]] = labels[ink]
    ring = (distance > 1.5) & (distance < max(3, max(labels.shape) / 120))
    owner = names[nearest[ring]]
    brighter = inside[owner] - depth[ring] > np.maximum(inside / 2, 1.5 * grain)[owner]
    around = np.bincount(owner, minlength=count)
    sharp = (around > 0) & (np.bincount(owner, brighter, count) >= _AROUND * around)
    sharp[0] = False
    return sharp


def _grain(gray: np.ndarray) -> float:
    """Measure the noise of a picture in gray levels: how far neighbors usually differ."""
    if gray.shape[1] < 2:
        return 0.0
    return float(np.median(cv2.absdiff(gray[:, 1:], gray[:, :-1])))


def _full_depth(depths: np.ndarray) -> float:
    """Estimate how deep ink is in the middle of its lines, from all that may be ink.

    Otsu's threshold parts the lines from what is fainter: their edges, rules, rims of shadows.
    """
    if depths.size < _FEWEST:
        return np.inf
    levels = np.rint(np.minimum(depths, 1) * 255).astype(np.uint8)
    threshold, _ = cv2.threshold(levels[np.newaxis], 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(np.median(depths[levels >= threshold]))


def _inside(ink: Ink) -> list[int]:
    """Choose the pieces that are not the edge of something: of the sheet, a shadow, a hand.

    What fills a corner of the picture is, and a blot that reaches the frame, unless there is
    nothing else.
    """
    shape, boxes = ink.labels.shape, ink.boxes
    corners = {int(ink.labels[y, x]) for y in (0, shape[0] - 1) for x in (0, shape[1] - 1)}
    widths = _widths(ink)
    usual = float(np.median(widths)) if len(widths) else 0.0
    kept = [
        piece
        for piece, box in enumerate(boxes)
        if piece + 1 not in corners and not (_touches(box, shape) and widths[piece] > _BLOT * usual)
    ]
    tallest = max((boxes[piece].height for piece in kept), default=0)
    return kept if tallest >= 0.1 * max(shape) or len(kept) > 3 else [*range(len(boxes))]


def _widths(ink: Ink) -> np.ndarray:
    """Measure how thick each piece is where it is thickest, in pixels."""
    inside = cv2.distanceTransform(
        np.pad((ink.labels > 0).astype(np.uint8), 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )[1:-1, 1:-1]
    widths = np.zeros(len(ink.boxes) + 1, np.float32)
    np.maximum.at(widths, ink.labels.ravel(), inside.ravel())
    return 2 * widths[1:]


def _touches(box: Box, shape: tuple[int, int]) -> bool:
    """Return whether a box reaches the picture's frame."""
    return box.x == 0 or box.y == 0 or box.right == shape[1] or box.bottom == shape[0]


def _usual_height(boxes: Sequence[Box]) -> float:
    heights = np.array([0, *(box.height for box in boxes)])
    return float(np.median(heights[heights >= heights.max() / 2]))


# Which pieces are one digit


def _groups(
    labels: np.ndarray, boxes: Sequence[Box], kept: Sequence[int], usual: float
) -> list[list[int]]:
    """Put pieces together that are one digit, the nearest first."""
    groups = {piece: [piece] for piece in kept}
    for _, one, other in sorted(_ties(labels, boxes, kept, usual)):
        joined = groups[one] + groups[other]
        if groups[one] is groups[other] or not _is_one_digit([boxes[i] for i in joined], usual):
            continue
        for piece in joined:
            groups[piece] = joined
    return list({id(group): group for group in groups.values()}.values())


def _is_whole(box: Box, usual: float) -> bool:
    """Return whether what stands alone may be a digit, by its size: no dot, no short line."""
    if box.width > _FLAT * box.height:
        return box.height >= _TALL * usual
    return box.height >= _ALONE * usual


def _is_one_digit(boxes: Sequence[Box], usual: float) -> bool:
    """Return whether pieces close together make one digit: one is tall and the rest are strokes.

    Two tall ones are a digit as well when they lie over each other, or are the hook and the stem
    of a 4.
    """
    around = _around(boxes)
    if max(around.height, around.width) > usual / _TALL:
        return False
    tall = [box for box in boxes if box.height >= _TALL * usual]
    if len(tall) < 2:
        return True
    return len(tall) == 2 and (_share(*tall) >= _ABOVE or _is_hook_and_stem(*tall))


def _is_hook_and_stem(one: Box, other: Box) -> bool:
    hook, stem = sorted((one, other), key=lambda box: box.x)
    height = _around((hook, stem)).height
    return stem.bottom - hook.bottom > 0.15 * height and stem.width < 0.5 * height


def _ties(
    labels: np.ndarray, boxes: Sequence[Box], kept: Sequence[int], usual: float
) -> list[tuple[float, int, int]]:
    """List which two pieces may be one digit, and how far their ink is apart."""
    reach = int(np.ceil(_REACH * usual))
    ties = []
    for place, one in enumerate(kept):
        near = [other for other in kept[:place] if apart(boxes[one], boxes[other]) <= reach]
        if not near:
            continue
        box = boxes[one]
        left, top = max(0, box.x - reach), max(0, box.y - reach)
        around = labels[top : box.bottom + reach, left : box.right + reach]
        distance = cv2.distanceTransform((around != one + 1).astype(np.uint8), cv2.DIST_L2, 5)
        for other in near:
            there = distance[around == other + 1]
            limit = reach if _share(box, boxes[other]) > 0 else _ASIDE * usual
            if there.size and there.min() <= limit:
                ties.append((float(there.min()), one, other))
    return ties


def _share(one: Box, other: Box) -> float:
    """Return how much of the narrower box lies above, below or in the other; 0 to 1."""
    common = min(one.right, other.right) - max(one.x, other.x)
    return max(0.0, common / min(one.width, other.width))


def _around(boxes: Iterable[Box]) -> Box:
    boxes = list(boxes)
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x, y, right - x, bottom - y)


def _longer(box: Box) -> int:
    return max(box.width, box.height)


def in_reading_order(digits: Sequence[FoundDigit]) -> list[FoundDigit]:
    """Sort into lines, top to bottom, each from left to right; lines may climb or fall."""
    lines: list[list[FoundDigit]] = []
    for digit in sorted(digits, key=lambda digit: digit.box.x):
        level = [_level(line[-1].box, digit.box) for line in lines]
        if level and max(level) >= 0.4:
            lines[int(np.argmax(level))].append(digit)
        else:
            lines.append([digit])
    lines.sort(key=lambda line: np.mean([each.box.y + each.box.height / 2 for each in line]))
    return [digit for line in lines for digit in line]


def _level(one: Box, other: Box) -> float:
    """Return how much of the lower box stands beside the other; 1 all of it, below 0 none."""
    common = min(one.bottom, other.bottom) - max(one.y, other.y)
    return common / min(one.height, other.height)
