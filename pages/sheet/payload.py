"""What the page hands to the browser: the picture, its steps, the boxes and their digits."""

import base64

import cv2
import numpy as np

from assets.components.number_sheet import (
    SheetHead,
    SheetMark,
    SheetPictures,
    SheetReading,
    ShownSheet,
)
from model.inference.frames import frame
from model.pixels.segmentation import Ink, find_ink
from pages.services import data_url
from pages.sheet import sheet_state
from pages.sheet.sheet_state import Cut, Mark, Prediction, Sheet

_COLORS = (  # of pieces beside each other: blue, green, red
    (163, 73, 0),
    (0, 94, 213),
    (115, 158, 0),
    (167, 121, 204),
    (40, 40, 40),
    (0, 159, 230),
)
_RULE = 190  # gray: what was on the paper before
_QUALITY = 80  # of a JPEG
_PIXELS = 28 * 28


def sheet_frame(head: SheetHead, sheet: Sheet | None, opened: int | None) -> bytes:
    """Return the frame of a page; what the browser says it has is left out."""
    body: list[bytes] = []
    if sheet is not None:
        held, known = sheet_state.browser_has()
        has_picture = held == sheet.id
        head["sheet"] = ShownSheet(
            id=sheet.id,
            revision=sheet.revision,
            size=(sheet.gray.shape[1], sheet.gray.shape[0]),
            opened=opened,
            pictures=None if has_picture else pictures(sheet),
            marks=_marks(sheet, set(known) if has_picture else set(), body),
        )
    return frame(head, b"".join(body))


def _marks(sheet: Sheet, known: set[int], body: list[bytes]) -> list[SheetMark]:
    unknown = [mark for mark in sheet.marks if mark.id not in known]
    cuts = [sheet.cut(mark) for mark in unknown]
    said = zip(cuts, sheet_state.predictions(cuts), strict=True)
    readings = {
        mark.id: _reading(cut, prediction, body)
        for mark, (cut, prediction) in zip(unknown, said, strict=True)
    }
    return [_mark(mark, readings.get(mark.id)) for mark in sheet.marks]


def _mark(mark: Mark, reading: SheetReading | None) -> SheetMark:
    box = mark.box
    return {
        "id": mark.id,
        "box": (box.x, box.y, box.width, box.height),
        "correction": mark.correction,
        "reading": reading,
    }


def _reading(cut: Cut, prediction: Prediction, body: list[bytes]) -> SheetReading:
    begin = None
    if cut.pixels is not None:
        begin = _PIXELS * len(body)
        body.append(np.rint(cut.pixels * 255).astype(np.uint8).tobytes())
    return {
        "label": prediction.label,
        "probabilities": prediction.probabilities,
        "verdict": prediction.verdict,
        "pixels": begin,
    }


def pictures(sheet: Sheet) -> SheetPictures:
    """Return the picture at each step on the way to its boxes, as data URLs."""
    ink = find_ink(sheet.gray)
    return {
        "photo": data_url(sheet.gray),
        "paper": _jpeg(ink.paper),
        "ink": _png(_separated(ink)),
        "pieces": _png(_in_colors(ink)),
    }


def _separated(ink: Ink) -> np.ndarray:
    picture = np.full(ink.labels.shape, 255, np.uint8)
    picture[ink.rules] = _RULE
    picture[ink.labels > 0] = 0
    return picture


def _in_colors(ink: Ink) -> np.ndarray:
    numbers = np.arange(len(ink.boxes)) % len(_COLORS)
    colors = np.concatenate([[(255, 255, 255)], np.array(_COLORS)[numbers]]).astype(np.uint8)
    return colors[ink.labels]


def _png(picture: np.ndarray) -> str:
    return _data_url("png", cv2.imencode(".png", picture)[1])


def _jpeg(picture: np.ndarray) -> str:
    levels = np.clip(picture, 0, 255).astype(np.uint8)
    return _data_url("jpeg", cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1])


def _data_url(kind: str, encoded: np.ndarray) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(encoded.tobytes()).decode()}"
