"""What ink lies on: the sheet in the picture, its gray everywhere, and which side of it ink is."""

from dataclasses import dataclass

import cv2
import numpy as np

from model.pixels.ink import is_dark_ground, resized

_WORK = 160  # pixels; light changes slowly, so paper is looked for on a small copy
_UNSURE = 0.8  # how nearly dark and bright may be equally far from the paper
_TWO_GRAYS = 0.8  # of a picture's variance is between two grays: nothing but ink and paper
_FEW = 0.2  # of a picture: ink that covers less leaves no doubt what paper is
_STRAIGHT = 0.97  # of the four sides around a sheet is sheet, however it lies
_INSIDE = 0.87  # of a sheet lies between four points of its outline
_SHEET = (0.04, 0.92)  # of the picture's area
_WIDE = 0.22  # of the picture's longer side: no line of a digit is as wide
_DESK = 0.78  # of the sheet's brightness, at most
_RIM = 0.012  # of the sheet's longer side, around its edge, is not looked at


@dataclass(frozen=True)
class Ground:
    """A picture told apart from what its ink lies on."""

    gray: np.ndarray  # (h, w) float32, 0 to 255: the picture, with paper in place of a desk
    paper: np.ndarray  # (h, w) float32, 0 to 255: the paper behind the ink
    is_bright: bool  # the paper, and ink is darker
    is_doubtful: bool  # ink covers so much that it may be the other way round

    @property
    def depth(self) -> np.ndarray:
        """How far each place stands out from its paper on the ink's side, `(h, w)` gray levels."""
        away = self.paper - self.gray
        return away if self.is_bright else -away


def find_ground(gray: np.ndarray, *, is_turned: bool = False) -> Ground:
    """Tell the paper from what lies on it; `gray` is `(h, w)` uint8, 0 = black.

    `is_turned` takes a doubtful ground the other way round.
    """
    sheet = _sheet(gray)
    if sheet is not None:
        gray = painted(gray, sheet, max(gray.shape) / 8).round().astype(np.uint8)
    paper, is_bright, is_doubtful = _paper_and_polarity(gray, is_turned)
    return Ground(gray.astype(np.float32), paper, is_bright, is_doubtful)


def painted(picture: np.ndarray, is_paper: np.ndarray, reach: float) -> np.ndarray:
    """Return the picture with all but paper painted over: `(h, w)` float32.

    Each place gets the mean of the paper seen around it, within about `reach` pixels.
    """
    if not is_paper.any():
        return picture.astype(np.float32)
    shrink = min(1.0, 8 / reach)  # a wide blur of a large picture would take longer than all else
    seen = np.where(is_paper, picture, 0).astype(np.float32)
    smeared, share = (
        cv2.GaussianBlur(resized(layer, shrink), (0, 0), reach * shrink / 2)
        for layer in (seen, is_paper.astype(np.float32))
    )
    # Where no paper is near, its mean over the whole picture stands in.
    guess = (smeared + 1e-3 * picture[is_paper].mean()) / (share + 1e-3)
    guess = cv2.resize(guess, picture.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(is_paper, picture, guess).astype(np.float32)


# The sheet


def _sheet(gray: np.ndarray) -> np.ndarray | None:
    """Find a note on a desk: where its paper is, `(h, w)` bool; None where all is paper.

    A sheet is one solid region with four straight sides, most of them inside the picture, and
    much brighter than what is around it.
    """
    small = resized(gray, min(1.0, _WORK / max(gray.shape)))
    if min(small.shape) < 24:
        return None
    calm = cv2.medianBlur(small, 3)
    threshold, bright = cv2.threshold(calm, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=4)
    if count < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    outlines, _ = cv2.findContours(
        (labels == largest).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    if not _is_sheet(hull, labels == largest, calm, threshold):
        return None
    mask = np.zeros(small.shape, np.uint8)
    cv2.fillConvexPoly(mask, hull, 1)
    inner = cv2.erode(np.pad(mask, 1, mode="edge"), np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    inner = cv2.resize(inner, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    rim = max(1, round(_RIM * max(stats[largest, 2:4]) * gray.shape[0] / small.shape[0]))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1,) * 2)
    return cv2.erode(inner, disc).astype(bool)


def _is_sheet(hull: np.ndarray, region: np.ndarray, calm: np.ndarray, threshold: float) -> bool:
    area = cv2.contourArea(hull)
    _, sides, _ = cv2.minAreaRect(hull)
    x, y, width, height = cv2.boundingRect(hull)
    reached = (x <= 1) + (y <= 1)
    reached += (x + width >= calm.shape[1] - 1) + (y + height >= calm.shape[0] - 1)
    if reached > 1 or not _SHEET[0] < area / calm.size < _SHEET[1]:
        return False
    if not _has_four_sides(hull, area) or region.sum() < 0.75 * area:
        return False
    if min(sides) < _WIDE * max(calm.shape) and not _is_written_on(region):
        return False
    around = calm[calm <= threshold]
    return bool(around.size and np.median(around) < _DESK * np.median(calm[region]))


def _has_four_sides(hull: np.ndarray, area: float) -> bool:
    corners = cv2.approxPolyDP(hull, 0.04 * cv2.arcLength(hull, True), True)
    if len(corners) != 4 or cv2.contourArea(corners) < _INSIDE * area:
        return False
    return area > _STRAIGHT * cv2.contourArea(cv2.approxPolyN(hull, 4))


def _is_written_on(region: np.ndarray) -> bool:
    """Return whether there are holes in a region: a bright line on a board has none."""
    return cv2.connectedComponents((~region).astype(np.uint8), connectivity=4)[0] > 2


# The paper


def _paper_and_polarity(gray: np.ndarray, is_turned: bool) -> tuple[np.ndarray, bool, bool]:
    """Guess the paper's gray behind the ink, `(h, w)` float32, whether ink is darker, and a doubt.

    The paper is the median of a wide neighborhood, which follows even the edge of a shadow, and
    ink is what lies farthest from it. Ink so fat, or cut so close, that it fills a neighborhood
    looks the same from both sides; then it is told by how the two grays lie in the frame.
    """
    height, width = gray.shape
    small = resized(gray, min(1.0, _WORK / max(height, width)))
    paper = _wide_median(small)
    away = np.sort((paper.astype(np.float32) - small).ravel())
    few = min(max(3, away.size // 2000), away.size)  # specks are not asked
    darker, brighter = float(away[-few]), float(-away[few - 1])
    is_bright = darker >= brighter
    dark = _darker_half(small, paper)
    if dark is not None or min(darker, brighter) > _UNSURE * max(darker, brighter):
        is_bright = (
            _is_ink(dark) if dark is not None else not is_dark_ground(small / np.float32(255))
        )
        is_bright ^= is_turned and dark is not None
        around = np.ones((int(max(small.shape) * 0.3) | 1,) * 2, np.uint8)
        kind = cv2.MORPH_CLOSE if is_bright else cv2.MORPH_OPEN
        paper = cv2.morphologyEx(small, kind, around, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.GaussianBlur(paper.astype(np.float32), (0, 0), max(1.0, max(small.shape) / 50))
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return paper, is_bright, dark is not None


def _wide_median(small: np.ndarray) -> np.ndarray:
    """Take the median of a neighborhood half as wide as the picture, mirrored at its rim."""
    side = max(3, max(small.shape) // 2 | 1)
    rim = side // 2
    return cv2.medianBlur(np.pad(small, rim, mode="symmetric"), side)[rim:-rim, rim:-rim]


def _darker_half(small: np.ndarray, paper: np.ndarray) -> np.ndarray | None:
    """Return what is dark in a picture of two grays, where `paper` does not explain them."""
    _, mask = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = mask.astype(bool)
    if bright.all() or not bright.any():
        return None
    share = float(bright.mean())
    apart = float(small[bright].mean()) - float(small[~bright].mean())
    if share * (1 - share) * apart**2 < _TWO_GRAYS * float(small.var()):
        return None
    left = cv2.absdiff(small, paper) > apart / 2
    return ~bright if left.mean() > _FEW else None


def _is_ink(mask: np.ndarray) -> bool:
    """Return whether a part of a picture, `(h, w)` bool, is ink and the rest of it paper.

    Paper lies along the frame and in its corners, in more pieces than ink does, and it is wider
    than a line. The weights were fitted to our own hand's digits, cut with any margin.
    """
    rim = np.ones(mask.shape, bool)
    rim[1:-1, 1:-1] = False
    corners = mask[[0, 0, -1, -1], [0, -1, 0, -1]]
    score = 6 * (0.5 - mask[rim].mean()) + 6 * (0.5 - corners.mean())
    score += 3.4 * np.log(_pieces(~mask) / _pieces(mask))
    score += 1.75 * np.log(_thickness(~mask) / _thickness(mask))
    return bool(score > 0)


def _pieces(mask: np.ndarray) -> int:
    return cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)[0] - 1


def _thickness(mask: np.ndarray) -> float:
    """Return the mean distance to the mask's edge; the picture's frame is one too."""
    padded = np.pad(mask.astype(np.uint8), 1)
    inside = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return float(inside[padded > 0].mean())
