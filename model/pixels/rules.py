"""Printed rules and squares: found as long straight lines, and taken off what is written."""

import cv2
import numpy as np

_LONG = 0.4  # of the picture's side: no stroke of a digit on a page is as long and as straight
_LEVEL = np.deg2rad(14)  # how far a sheet may be turned
_STEP = np.deg2rad(0.4)
_MOST = 120  # lines
_DARKER = 1.4  # times as deep as the rule: ink over it
_SEEN = 0.55  # of a line's way across the picture is inked


def find_rules(mask: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return what of `(h, w)` bool ink is on rules alone: no thicker and no darker than they are.

    `depth` is how much darker than its paper each place is, `(h, w)` in any unit.
    """
    wiped = np.zeros(mask.shape, bool)
    for across in (False, True):
        layers = (mask.T, depth.T, wiped.T) if across else (mask, depth, wiped)
        for line in _lines(layers[0]):
            _wipe(*layers, line)
    return wiped


def _lines(mask: np.ndarray) -> list[np.ndarray]:
    """Find level lines: for each its row at every column, from one side to the other."""
    height, width = mask.shape
    thin = _thin(mask)
    if np.count_nonzero(thin) < _LONG * width:
        return []
    found = cv2.HoughLines(
        np.ascontiguousarray(thin, np.uint8),
        1,
        _STEP,
        int(_LONG * width),
        min_theta=np.pi / 2 - _LEVEL,
        max_theta=np.pi / 2 + _LEVEL,
    )
    columns = np.arange(width)
    lines: list[np.ndarray] = []
    for distance, angle in found[:_MOST, 0] if found is not None else ():
        rows = (distance - columns * np.cos(angle)) / np.sin(angle)
        if not any(np.abs(rows - other).mean() < max(3, height / 100) for other in lines):
            lines.append(rows)
    return lines


def _thin(mask: np.ndarray) -> np.ndarray:
    """Return what is ink with none above and below, within a few pixels: a level line at most."""
    most = max(3, max(mask.shape) // 100)
    padded = np.pad(mask.astype(np.uint8), ((most + 1, most + 1), (0, 0)))
    thick = cv2.morphologyEx(padded, cv2.MORPH_OPEN, np.ones((most + 1, 1), np.uint8))
    return ((padded > 0) & (thick == 0))[most + 1 : -most - 1]


def _wipe(mask: np.ndarray, depth: np.ndarray, wiped: np.ndarray, rows: np.ndarray) -> None:
    """Note one line as wiped, where it is there most of its way."""
    height, width = mask.shape
    reach = max(3, max(mask.shape) // 100)
    columns = np.flatnonzero((rows >= 0) & (rows <= height - 1))
    if len(columns) < _LONG * width:
        return
    offsets = np.arange(-2 * reach, 2 * reach + 1)
    at = np.clip(np.rint(rows[columns]).astype(int)[:, None] + offsets, 0, height - 1)
    strip = mask[at, columns[:, None]]  # (columns, offsets): the line lies level in it
    inked = strip[:, reach : 3 * reach + 1].any(axis=1)
    if inked.mean() < _SEEN:
        return
    first, last = _runs(strip)
    heights = last - first + 1
    usual = float(np.median(heights[inked]))
    if usual > reach:
        return
    depths = depth[at, columns[:, None]]
    on_line = strip & (offsets >= first[:, None] - 2 * reach)
    on_line &= offsets <= last[:, None] - 2 * reach
    is_rule = inked & (heights <= max(usual + 1, 1.5 * usual))
    deepest = _DARKER * float(np.median(np.where(on_line, depths, 0).max(axis=1)[is_rule]))
    # Beside deep ink a rule is too faint to be in the mask, but it is there.
    middle = (first + last)[is_rule] / 2 - 2 * reach
    middle = np.interp(np.arange(len(columns)), np.flatnonzero(is_rule), middle)
    hidden = ~strip & (np.abs(offsets - middle[:, None]) <= usual / 2 + 1)
    gone = (on_line & is_rule[:, None] | hidden) & (depths <= deepest)
    wiped[at[gone], np.broadcast_to(columns[:, None], at.shape)[gone]] = True


def _runs(strip: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where in each row of the strip the ink nearest its middle begins and ends."""
    length = strip.shape[1]
    middle = length // 2
    offsets = np.arange(length)
    away = np.where(strip, np.abs(offsets - middle), length)
    nearest = away.argmin(axis=1)
    before = np.where(~strip & (offsets <= nearest[:, None]), offsets, -1).max(axis=1) + 1
    after = np.where(~strip & (offsets >= nearest[:, None]), offsets, length).min(axis=1) - 1
    return before, np.maximum(after, before)
