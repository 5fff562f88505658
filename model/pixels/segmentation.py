"""Several digits in one picture: where each stands, and each by itself.

Ink that hangs together is a piece. Tall pieces are digits; short ones are loose strokes, the roof
of a 5 or the bar of a 7, and belong to the digit whose ink is nearest, or to none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from model.pixels.ink import is_dark_ground

_WORK = 160  # pixels; light changes slowly, so paper is looked for on a small copy
_FAINT = 0.07  # of the paper's brightness: less is no ink
_EDGE = 0.45  # of full depth; keeps thin lines whole where they run between pixels
_DARKEST = 40  # gray levels to black that paper in deep shadow is taken to have
_BRIGHTEST = 100  # gray levels to white that a pale board is taken to have
_AROUND = 0.75  # of what lies around ink is paper
_FEWEST = 12  # pixels of ink in a picture that has any
_UNSURE = 0.8  # how nearly dark and bright may be equally far from the paper
_SMALLEST = 0.02  # of the picture's longer side: below this a digit has no shape
_TALL = 0.62  # of the usual height: a digit by itself, however it stands
_ALONE = 0.4  # of the usual height: a small digit, where no other is near
_SPECK = 0.12  # of the usual height
_WIDEST = 1.6  # times the usual height: what is wider is a line under or through digits
_REACH = 0.22  # of the usual height: how far a loose stroke may be from its digit
_ASIDE = 0.08  # the same for a stroke that stands wholly beside: it may be the next digit
_ABOVE = 0.6  # of the narrower one's width: two tall pieces over each other are one digit
_MARGIN = 0.3  # of a digit's longer side: paper around it in a crop
_SOFT = 2  # pixels: the gray edge of ink around what counts as inked
_MOST = 60  # pieces; more is a picture full of something else


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


def find_digits(gray: np.ndarray) -> list[Box]:
    """Find the digits in a picture, in the order in which one reads them.

    `gray` is `(h, w)` uint8, 0 = black, 255 = white, with digits darker or brighter than their
    ground. Digits that touch each other are found as one. Returns `[]` where there is only paper.
    """
    labels, boxes = _pieces(gray)
    kept = _inside(boxes, gray.shape)
    if not kept:
        return []
    usual = _usual_height([boxes[piece] for piece in kept])
    if usual < max(6.0, _SMALLEST * max(gray.shape)):
        return []
    kept = [piece for piece in kept if _SPECK * usual <= _longer(boxes[piece]) <= _WIDEST * usual]
    kept.sort(key=lambda piece: -_longer(boxes[piece]))
    groups = _groups(labels, boxes, kept[:_MOST], usual)
    found = [_around(boxes[piece] for piece in group) for group in groups]
    return _in_reading_order([box for box in found if box.height >= _ALONE * usual])


def crop(gray: np.ndarray, box: Box) -> np.ndarray:
    """Cut one digit out, with a margin of paper around it and nothing of its neighbors.

    `gray` is the picture and `box` one of those found in it. Returns `(h, w)` uint8 with the
    picture's own levels; ink that belongs to others, and what lies beyond the picture's edge, is
    painted over with the paper around it.
    """
    labels, boxes = _pieces(gray)
    foreign = [False] + [not _holds(box, other) for other in boxes]
    margin = max(4, round(_MARGIN * _longer(box)))
    window = np.s_[box.y : box.bottom + 2 * margin, box.x : box.right + 2 * margin]
    picture = np.pad(gray, margin)[window].astype(np.float32)
    beyond = np.pad(np.zeros(gray.shape, bool), margin, constant_values=True)[window]
    ink = np.pad(labels, margin)[window]
    soft = np.ones((2 * _SOFT + 1, 2 * _SOFT + 1), np.uint8)
    wiped = cv2.dilate(np.array(foreign)[ink].astype(np.uint8), soft).astype(bool) | beyond
    own = cv2.dilate((~np.array(foreign)[ink] & (ink > 0)).astype(np.uint8), soft).astype(bool)
    paper = _paper_around(picture, ~(wiped | own), margin)
    return np.where(wiped & ~own, paper, picture).round().astype(np.uint8)


# Ink and paper


def _pieces(gray: np.ndarray) -> tuple[np.ndarray, list[Box]]:
    """Find ink in whatever light: `(h, w)` labels, 0 = paper, and the box of each from 1 on."""
    paper, is_dark = _paper_and_polarity(gray)
    calm = cv2.GaussianBlur(gray, (0, 0), max(0.3, max(gray.shape) / 560)).astype(np.float32)
    # What is brighter than a board is measured as what is darker than paper.
    paper, calm = (paper, calm) if is_dark else (255 - paper, 255 - calm)
    full = np.maximum(paper, _DARKEST if is_dark else _BRIGHTEST)
    depth = (paper - calm) / full
    grain = _grain(gray)
    faintest = max(_FAINT, 2 * grain / float(np.median(full)))
    mask = depth > max(faintest, _EDGE * _full_depth(depth[depth > faintest]))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    sharp = _are_sharp(labels, paper, calm, grain)
    boxes = [Box(*row[:4].tolist()) for row in stats[sharp]]
    return (np.cumsum(sharp) * sharp)[labels].astype(np.int32), boxes


def _are_sharp(labels: np.ndarray, paper: np.ndarray, calm: np.ndarray, grain: float) -> np.ndarray:
    """Return for each label whether it is darker than all around it; label 0 never is.

    Ink is. What is left of a shadow is as dark as the rest of it on one side at least.
    """
    count = int(labels.max()) + 1
    ink = labels > 0
    pixels = np.maximum(np.bincount(labels[ink], minlength=count), 1)
    inside = np.bincount(labels[ink], calm[ink], count) / pixels
    depth = np.bincount(labels[ink], (paper - calm)[ink], count) / pixels
    distance, nearest = cv2.distanceTransformWithLabels(
        (~ink).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_CCOMP
    )
    names = np.zeros(int(nearest.max()) + 1, np.int32)  # it numbers the pieces in its own way
    names[nearest[ink]] = labels[ink]
    ring = (distance > 1.5) & (distance < max(3, max(labels.shape) / 120))
    owner = names[nearest[ring]]
    brighter = calm[ring] - inside[owner] > np.maximum(depth / 2, 1.5 * grain)[owner]
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


def _paper_and_polarity(gray: np.ndarray) -> tuple[np.ndarray, bool]:
    """Guess the paper's gray behind the ink, `(h, w)` float32, and whether ink is darker.

    The paper is the median of a wide neighborhood, which follows even the edge of a shadow, and
    ink is what lies farthest from it. Letters so fat that they fill a neighborhood look the same
    from both sides; then the rim of the picture says what paper is.
    """
    height, width = gray.shape
    small = _resized(gray, min(1.0, _WORK / max(height, width)))
    paper = _wide_median(small)
    away = np.sort((paper.astype(np.float32) - small).ravel())
    few = min(max(3, away.size // 2000), away.size)  # specks are not asked
    darker, brighter = float(away[-few]), float(-away[few - 1])
    is_dark = darker >= brighter
    if min(darker, brighter) > _UNSURE * max(darker, brighter):
        is_dark = not is_dark_ground(small.astype(np.float32) / 255)
        around = np.ones((int(max(small.shape) * 0.3) | 1,) * 2, np.uint8)
        kind = cv2.MORPH_CLOSE if is_dark else cv2.MORPH_OPEN
        paper = cv2.morphologyEx(small, kind, around, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.GaussianBlur(paper.astype(np.float32), (0, 0), max(small.shape) / 50)
    return cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), is_dark


def _wide_median(small: np.ndarray) -> np.ndarray:
    """Take the median of a neighborhood half as wide as the picture, mirrored at its rim."""
    side = max(3, max(small.shape) // 2 | 1)
    rim = side // 2
    return cv2.medianBlur(np.pad(small, rim, mode="symmetric"), side)[rim:-rim, rim:-rim]


def _inside(boxes: Sequence[Box], shape: tuple[int, int]) -> list[int]:
    """Choose the pieces that are not the edge of something: of the sheet, a shadow, a hand."""
    cut = [_touches(box, shape) for box in boxes]
    tallest = max((boxes[piece].height for piece, at in enumerate(cut) if not at), default=0)
    if tallest < _SMALLEST * max(shape):
        return list(range(len(boxes)))
    return [
        piece
        for piece, at in enumerate(cut)
        if not at or (at == 1 and _TALL < boxes[piece].height / tallest < 1 / _TALL)
    ]


def _touches(box: Box, shape: tuple[int, int]) -> int:
    """Count the sides of the picture that a box reaches."""
    return (box.x == 0) + (box.y == 0) + (box.right == shape[1]) + (box.bottom == shape[0])


def _usual_height(boxes: Sequence[Box]) -> float:
    heights = np.array([box.height for box in boxes])
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
        near = [other for other in kept[:place] if _apart(boxes[one], boxes[other]) <= reach]
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


def _apart(one: Box, other: Box) -> float:
    """Measure how far two boxes are apart, in pixels; 0 where they overlap."""
    dx = max(one.x - other.right, other.x - one.right, 0)
    dy = max(one.y - other.bottom, other.y - one.bottom, 0)
    return float(np.hypot(dx, dy))


def _share(one: Box, other: Box) -> float:
    """Return how much of the narrower box lies above, below or in the other; 0 to 1."""
    common = min(one.right, other.right) - max(one.x, other.x)
    return max(0.0, common / min(one.width, other.width))


def _around(boxes: Iterable[Box]) -> Box:
    boxes = list(boxes)
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(x, y, right - x, bottom - y)


def _holds(box: Box, other: Box) -> bool:
    return _around([box, other]) == box


def _longer(box: Box) -> int:
    return max(box.width, box.height)


def _in_reading_order(boxes: Sequence[Box]) -> list[Box]:
    """Sort into lines, top to bottom, each from left to right; lines may climb or fall."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.x):
        level = [_level(line[-1], box) for line in lines]
        if level and max(level) >= 0.4:
            lines[int(np.argmax(level))].append(box)
        else:
            lines.append([box])
    lines.sort(key=lambda line: np.mean([box.y + box.height / 2 for box in line]))
    return [box for line in lines for box in line]


def _level(one: Box, other: Box) -> float:
    """Return how much of the lower box stands beside the other; 1 all of it, below 0 none."""
    common = min(one.bottom, other.bottom) - max(one.y, other.y)
    return common / min(one.height, other.height)


# Paper where there was ink


def _paper_around(picture: np.ndarray, is_paper: np.ndarray, reach: float) -> np.ndarray:
    """Guess the paper's gray everywhere, as the mean of the paper seen around each place."""
    if not is_paper.any():
        return picture
    seen = np.where(is_paper, picture, 0)
    shrink = min(1.0, 8 / reach)  # a wide blur of a large cut-out would take longer than all else
    smeared, share = (
        cv2.GaussianBlur(_resized(layer, shrink), (0, 0), reach * shrink / 2)
        for layer in (seen, is_paper.astype(np.float32))
    )
    # Where no paper is near, its mean over the whole cut-out stands in.
    guess = (smeared + 1e-3 * picture[is_paper].mean()) / (share + 1e-3)
    return cv2.resize(guess, picture.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _resized(layer: np.ndarray, scale: float) -> np.ndarray:
    height, width = layer.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(layer, size, interpolation=cv2.INTER_AREA)
