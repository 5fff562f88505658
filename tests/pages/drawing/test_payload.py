"""What the canvas gets of a picture: the numbers that the session reads, and every step to them."""

import numpy as np
import pytest
from frames import unframe
from handwritten import ink, on_canvas, strokes

from model.pixels.drawings import preprocess_drawing
from model.pixels.preprocessing import PICTURE_STEPS, as_pixels, preprocess_picture
from pages.drawing.digit_state import Digit, Picture
from pages.drawing.payload import canvas_frame

HEAD = {"words": {}, "network": {"id": "n", "version": "1"}, "skip": [], "most_bytes": 1}


def sent(gray):
    """Send a picture; gives its description, the numbers of the frame, and what was made of it."""
    preprocessed = preprocess_picture(gray)
    data = canvas_frame(dict(HEAD), Digit(7, picture=Picture.of(gray)), preprocessed)
    head, body = unframe(data)
    assert head["digit"]["revision"] == 7
    return head["digit"]["picture"], np.frombuffer(body, "<f4"), preprocessed


def at(numbers, begin, shape):
    return numbers[begin // 4 : begin // 4 + np.prod(shape)].reshape(shape)


def test_a_picture_travels_as_the_very_pixels_that_the_session_reads():
    picture, numbers, preprocessed = sent(np.uint8(255 - 255 * ink(on_canvas(5))))
    assert np.array_equal(at(numbers, picture["pixels"], (28, 28)), preprocessed.pixels)


def test_every_step_travels_with_its_picture_its_numbers_and_what_it_would_be_read_as():
    picture, numbers, preprocessed = sent(np.uint8(255 - 255 * ink(on_canvas(5))))
    assert [step["name"] for step in picture["steps"]] == ["source", *PICTURE_STEPS]
    for shown, step in zip(picture["steps"], preprocessed.steps, strict=True):
        assert shown["applied"] == step.applied
        assert shown["numbers"] == pytest.approx(dict(step.numbers), abs=1e-4)
        assert np.array_equal(at(numbers, shown["pixels"], (28, 28)), as_pixels(step.picture))
        small = at(numbers, shown["picture"], shown["shape"])
        assert small.mean() == pytest.approx(step.picture.mean(), abs=0.02)


@pytest.mark.parametrize(("shape", "shown"), [((560, 280), [112, 56]), ((30, 560), [6, 112])])
def test_a_long_picture_is_shown_small_in_its_own_proportions(shape, shown):
    gray = np.full(shape, 255, np.uint8)
    gray[10:20, 10:200] = 0
    picture, _, _ = sent(gray)
    assert picture["steps"][0]["shape"] == shown


def test_where_there_is_no_ink_there_are_no_pixels():
    picture, _, _ = sent(np.full((80, 80), 255, np.uint8))
    assert picture["pixels"] is None


def test_a_drawing_travels_as_strokes_and_nothing_else():
    strokes = [{"width": 16, "points": [140, 60, 140, 220]}]
    head, body = unframe(canvas_frame(dict(HEAD), Digit(3, sent=strokes), None))
    assert head["digit"] == {"revision": 3, "strokes": strokes, "picture": None}
    assert body == b""


def test_a_picture_that_is_read_as_it_is_lies_in_the_middle_of_the_canvas():
    gray = np.full((28, 14), 255, np.uint8)
    gray[10, 5] = 0
    preprocessed = preprocess_picture(gray, PICTURE_STEPS)
    data = canvas_frame(dict(HEAD), Digit(7, picture=Picture.of(gray)), preprocessed)
    placement = unframe(data)[0]["digit"]["picture"]["placement"]
    # 28 pixels on 280 units; its 14 columns are the middle ones of 28 wherever they are shown.
    assert placement == pytest.approx({"scale": 0.1, "right": 0, "down": 0})


def test_a_picture_and_the_same_drawing_lie_at_the_same_place_among_the_pixels():
    lines = on_canvas(5, high=120, corner=(30, 90))
    picture, _, _ = sent(np.uint8(255 - 255 * ink(lines)))
    drawn = preprocess_drawing(strokes(lines))
    scale = drawn.steps[2].numbers["scale"]  # pixels for a unit of the canvas
    assert picture["placement"]["scale"] == pytest.approx(scale, rel=0.05)
