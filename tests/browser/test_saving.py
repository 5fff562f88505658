"""Saving a drawing: as a picture, and as the pixels that the network reads."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from handwritten import ink, png
from playwright.sync_api import expect


def saved(desk, name):
    """Press a button that saves; the file's name, and its pixels."""
    with desk.page.expect_download() as download:
        desk.button(name).click()
    content = Path(download.value.path()).read_bytes()
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    return download.value.suggested_filename, pixels, content


def test_a_drawing_is_saved_as_black_ink_on_white_paper_and_is_read_alike(desk, written):
    desk.draw(*written(3))
    desk.settled()
    name, pixels, content = saved(desk, "Save")
    assert name == "digit.png"
    gray = cv2.cvtColor(pixels, cv2.COLOR_BGRA2GRAY)
    dark = cv2.resize(255 - gray, (280, 280), interpolation=cv2.INTER_AREA)
    drawn = 255 * ink(written(3))
    assert np.abs(dark - drawn).mean() < 3
    desk.button("Clear").click()
    desk.upload(name, content)
    expect(desk.prediction).to_have_attribute("data-label", "3")
    desk.settled()


def test_what_the_network_reads_is_saved_as_28_by_28_pixels(desk, written):
    desk.draw(*written(5))
    desk.settled()
    name, pixels, _ = saved(desk, "Save 28 × 28")
    assert name == "digit-28x28.png"
    assert pixels.shape[:2] == (28, 28)
    read = 255 * desk.reading().preprocessed.pixels
    assert np.abs(pixels[..., 0] - read).max() <= 1


def test_a_picture_is_saved_as_it_is_shown(desk, written):
    picture = 255 - 200 * ink(written(8))
    desk.upload("eight.png", png(picture))
    expect(desk.prediction).to_have_attribute("data-label", "8")
    desk.settled()
    _, pixels, _ = saved(desk, "Save")
    canvas = desk.painted(desk.canvas)
    scale = len(canvas) / max(pixels.shape)
    shown = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = ((len(canvas) - side) // 2 for side in shown.shape)
    part = canvas[top : top + shown.shape[0], left : left + shown.shape[1], 0]
    assert np.abs(part.astype(float) - shown).mean() < 8


@pytest.mark.parametrize("name", ["Save", "Save 28 × 28"])
def test_where_nothing_is_drawn_there_is_nothing_to_save(desk, written, name):
    expect(desk.prediction.locator(".digit")).to_have_text("2")  # of the demonstration
    expect(desk.button(name)).to_be_disabled()
    desk.draw(*written(3))
    expect(desk.button(name)).to_be_enabled()
    desk.button("Clear").click()
    expect(desk.button(name)).to_be_disabled()
