"""Where the ink is in a picture, how thick it lies, and the same ink with another pen."""

import cv2
import numpy as np

_FAINT = 0.12  # ink at least this much darker than its paper, as a share of full black
_WORK = 64  # pixels; the light on a page changes slowly, so it is measured on a small copy
_REACH = 19  # of those pixels: wider than any line, narrower than the page


def is_dark_ground(picture: np.ndarray) -> bool:
    """Return whether the ink is brighter than its ground.

    The ground is the median of the border; ink is what lies farthest from it. `picture` is
    `(h, w)` float32 in [0, 1], 0 = black.
    """
    calm = cv2.medianBlur(picture, 3) if min(picture.shape) >= 3 else picture
    rim = max(1, min(picture.shape) // 20)
    border = np.concatenate(
        [calm[:rim].ravel(), calm[-rim:].ravel(), calm[:, :rim].ravel(), calm[:, -rim:].ravel()]
    )
    ground = float(np.median(border))
    up, down = float(calm.max()) - ground, ground - float(calm.min())
    if abs(up - down) < _FAINT:  # nothing but light and grain, or too close to call: paper
        return ground < 0.5
    return up > down


def resized(layer: np.ndarray, scale: float) -> np.ndarray:
    """Shrink by area averaging; no side becomes 0."""
    height, width = layer.shape
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return cv2.resize(layer, size, interpolation=cv2.INTER_AREA)


def flatten_light(picture: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Take shadows off the paper: each place is measured against the paper around it.

    `picture` is `(h, w)` float32, 0 = paper, but for the light. Paper in the neighborhood is
    found by closing ink away (a maximum of brightness, then a minimum) on a small copy. The
    numbers are the darkest and brightest paper found, in [0, 1].
    """
    height, width = picture.shape
    small = resized(1 - picture, min(1.0, _WORK / max(height, width)))
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_REACH, _REACH))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, reach, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.GaussianBlur(paper, (0, 0), _REACH / 4, borderType=cv2.BORDER_REPLICATE)
    paper = np.maximum(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), 0.05)
    flat = np.clip(1 - (1 - picture) / paper, 0, 1)
    return flat, {"darkest": float(paper.min()), "brightest": float(paper.max())}


def separate_ink(picture: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Keep the ink and wipe the paper clean; gray levels of the ink's edge stay.

    The threshold is Otsu's (N. Otsu, "A threshold selection method from gray-level histograms",
    1979); it only finds the ink. All is zero where nothing stands out from the paper. The
    numbers are the threshold in [0, 1] and the share of ink.
    """
    levels = np.rint(picture * 255).astype(np.uint8)
    threshold, mask = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    numbers = {"threshold": threshold / 255, "share": float(mask.mean())}
    ink = mask.astype(bool)
    if not ink.any() or ink.all():
        return np.zeros_like(picture), numbers
    paper, black = float(picture[~ink].mean()), float(np.percentile(picture[ink], 75))
    if black - paper < _FAINT:
        return np.zeros_like(picture), numbers
    depth = np.clip((picture - paper) / (black - paper), 0, 1)
    # The grain of the paper is no faint ink.
    depth[depth < 3 * float(picture[~ink].std()) / (black - paper)] = 0
    stretched = evened(depth, stroke_width(mask.astype(np.float32)))
    near = _hanging_together(stretched > 0.5, ink)
    near = cv2.dilate(near.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return np.where(near, stretched, 0).astype(np.float32), numbers


def _hanging_together(mask: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Keep those pieces of a mask that have ink in them."""
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    holds = np.zeros(count, bool)
    holds[labels[ink]] = True
    holds[0] = False
    return holds[labels]


_WIDEST_REACH = 25  # pixels


def evened(depth: np.ndarray, pen: float) -> np.ndarray:
    """Measure each place against how deep the line lies around it: `(h, w)` in [0, 1].

    `depth` is `(h, w)` float32, 0 = paper, and `pen` about the width of a line in pixels. A line
    that grows faint along its way, down to a third of the deepest, is as deep as the rest of it.
    """
    around = 2 * round(1.5 * pen) + 1
    # The time of a dilation grows with the square of its reach: a wide pen is looked at smaller.
    zoom = min(1, _WIDEST_REACH / around)
    height, width = (max(1, round(side * zoom)) for side in depth.shape)
    small = depth if zoom == 1 else cv2.resize(depth, (width, height), interpolation=cv2.INTER_AREA)
    reach = 2 * round(1.5 * pen * zoom) + 1
    deepest = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    deepest = cv2.blur(deepest, (reach, reach), borderType=cv2.BORDER_REPLICATE)
    deepest = cv2.resize(deepest, depth.shape[::-1], interpolation=cv2.INTER_LINEAR)
    full = float(deepest.max())
    return np.clip(depth / np.maximum(deepest, max(full / 4, 1e-6)), 0, 1).astype(np.float32)


def main_ink(picture: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Drop specks, and lines that run out of the picture; keep what belongs to one digit.

    Keeps the largest piece and every piece of a tenth of its area, or of a hundredth close to
    it. The number is how many pieces were dropped.
    """
    mask = (picture > 0.5).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count <= 2:
        return picture, {"dropped": 0}
    areas = stats[1:, cv2.CC_STAT_AREA].astype(float)
    inside = ~_touches_border(stats[1:], picture.shape)
    if inside.any() and areas[inside].max() >= areas.max() / 10:
        areas = np.where(inside, areas, 0)
    main = int(areas.argmax())
    kept = areas >= areas[main] / 10
    kept |= (areas >= areas[main] / 100) & (_gaps(stats[1:], main) < stats[1 + main][2:4].max() / 5)
    if kept.all():
        return picture, {"dropped": 0}
    chosen = np.concatenate([[False], kept])[labels].astype(np.uint8)
    # The gray edge of a piece lies outside the mask by a pixel or two.
    chosen = cv2.dilate(chosen, np.ones((5, 5), np.uint8)).astype(bool)
    foreign = np.concatenate([[False], ~kept])[labels]
    cleaned = np.where(chosen & ~foreign, picture, 0).astype(np.float32)
    return cleaned, {"dropped": int((~kept).sum())}


def _touches_border(stats: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    left, top, width, height = stats[:, :4].T
    return (left == 0) | (top == 0) | (left + width == shape[1]) | (top + height == shape[0])


def _gaps(stats: np.ndarray, main: int) -> np.ndarray:
    """Measure how far each piece's box is from the box of the main piece, in pixels."""
    left, top, width, height = stats[:, :4].T
    dx = np.maximum(left - (left + width)[main], left[main] - (left + width)).clip(0)
    dy = np.maximum(top - (top + height)[main], top[main] - (top + height)).clip(0)
    return np.hypot(dx, dy)


def stroke_width(picture: np.ndarray) -> float:
    """Estimate the width of a line, in pixels, from `(h, w)` ink in [0, 1].

    Along the middle of a line the distance to its edge is half the width; the median over all
    middles is not moved by a filled loop or a frayed end.
    """
    inside = _distance(picture > 0.5)
    middle = (inside > 0) & (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8)))
    # Distances are measured between pixel centers, half a pixel more than to the edge.
    return 2 * float(np.median(inside[middle])) - 1 if middle.any() else 1.0


def with_width(picture: np.ndarray, width: float, wanted: float) -> np.ndarray:
    """Thin or thicken all lines evenly from `width` to `wanted` pixels.

    Ink is moved along its distance to the edge, so that a line drawn with a round pen becomes
    the line that a thinner or thicker round pen would have drawn on the same way. A margin is
    added where lines grow.
    """
    grow = (wanted - width) / 2
    margin = int(np.ceil(max(grow, 0))) + 1
    mask = np.pad(picture > 0.5, margin)
    if grow >= 0:
        return np.clip(grow + 1 - _distance(~mask, beyond=True), 0, 1).astype(np.float32)
    inside = _distance(mask)
    # Where a line is thinner than the rest, its middle stays.
    depth = min(-grow, float(inside.max()) - 1)
    return np.clip(inside - depth, 0, 1).astype(np.float32)


def _distance(mask: np.ndarray, *, beyond: bool = False) -> np.ndarray:
    """Measure each pixel's distance to the nearest pixel outside the mask.

    `beyond` says whether what lies outside the picture counts as mask.
    """
    padded = np.pad(mask.astype(np.uint8), 1, constant_values=int(beyond))
    return cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
