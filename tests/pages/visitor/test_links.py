"""A digit in an address: as it was drawn, short, and never a danger."""

import base64
import json
import os
import random
import zlib

import numpy as np
import pytest

from model.base.errors import UserError
from model.pixels.strokes import strokes_from
from pages.visitor.links import (
    MOST,
    decode,
    encode_pixels,
    encode_strokes,
    view_of,
    view_parameters,
)

SEVEN = [
    {"width": 16, "points": [80.0, 60.1, 140.5, 58.9, 200.0, 60.0, 160.3, 140.0, 130.2, 220.7]},
    {"width": 8.5, "points": [100.0, 140.0, 180.0, 141.2]},
]


def test_strokes_come_back_as_they_were_drawn():
    assert decode(encode_strokes(SEVEN)) == SEVEN


def test_a_dot_an_empty_canvas_and_places_off_the_canvas_come_back():
    for strokes in (
        [],
        [{"width": 36, "points": [0.0, 280.0]}],
        [{"width": 8, "points": [-3, 290]}],
    ):
        assert decode(encode_strokes(strokes)) == strokes


def test_a_code_can_stand_in_an_address_as_it_is():
    for code in (encode_strokes(SEVEN), encode_pixels(np.random.default_rng(1).random((28, 28)))):
        assert code.replace("-", "").replace("_", "").isalnum()


def test_a_digit_of_a_mouse_that_tells_every_unit_is_exact_and_short():
    angle = np.linspace(0, 4 * np.pi, 700)
    flat = np.stack([140 + 80 * np.cos(angle), 140 + 90 * np.sin(angle / 2)], axis=1).round(1)
    strokes = [{"width": 16, "points": flat.ravel().tolist()}]
    code = encode_strokes(strokes)
    assert len(code) <= MOST
    assert decode(code) == strokes


def test_a_scribble_is_told_more_coarsely_and_still_lies_where_it_was_drawn():
    rng = random.Random(1)
    points = [140.0, 140.0]
    for _ in range(5000):
        points += [min(280, max(0, points[-2] + rng.uniform(-9, 9))) for _ in range(2)]
    strokes = [{"width": 16, "points": [round(each, 1) for each in points]}]
    (back,) = decode(encode_strokes(strokes))
    assert len(encode_strokes(strokes)) < len(json.dumps(strokes)) / 4
    assert back["points"][:2] == strokes[0]["points"][:2]
    assert back["points"][-2:] == strokes[0]["points"][-2:]
    given = np.array(strokes[0]["points"]).reshape(-1, 2)
    kept = {tuple(point) for point in given.tolist()}
    assert all(tuple(point) in kept for point in np.array(back["points"]).reshape(-1, 2).tolist())


@pytest.mark.skipif(not os.environ.get("CONVSCOPE_PEN_STROKES"), reason="no pen strokes at hand")
def test_real_digits_are_exact_in_1500_characters():
    with open(os.environ["CONVSCOPE_PEN_STROKES"], encoding="utf-8") as file:
        digits = json.load(file)
    for digit in digits:
        strokes = [
            {"width": 16, "points": (np.array(stroke).ravel() * 0.56).round(1).tolist()}
            for stroke in digit["strokes"]
        ]
        code = encode_strokes(strokes)
        assert len(code) <= MOST
        assert decode(code) == strokes


def test_pixels_come_back_to_a_255th():
    pixels = np.random.default_rng(2).random((28, 28), np.float32)
    back = decode(encode_pixels(pixels))
    assert back.shape == (28, 28)
    assert np.abs(back / 255 - pixels).max() <= 0.5 / 255 + 1e-6
    assert (decode(encode_pixels(back / 255)) == back).all()


@pytest.mark.parametrize(
    "code",
    ["", "s", "p", "x", "s!!!", "sAAAA", "pAAAA", "é", "s" + "A" * 30_000, "../../etc/passwd"],
)
def test_what_is_no_digit_is_told_in_a_sentence(code):
    with pytest.raises(UserError, match="link is damaged"):
        decode(code)


def test_a_code_that_unfolds_without_end_is_cut_off():
    bomb = zlib.compress(b"\1" * 50_000_000, 9)[2:-4]
    import base64

    code = "s" + base64.urlsafe_b64encode(bomb).decode().rstrip("=")
    with pytest.raises(UserError):
        decode(code)


def test_noise_gives_a_sentence_or_strokes_that_the_canvas_would_refuse_or_take():
    rng = random.Random(3)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(2000):
        code = rng.choice("sp") + "".join(rng.choices(alphabet, k=rng.randint(1, 60)))
        try:
            content = decode(code)
            if isinstance(content, list):
                strokes_from(content)
        except UserError:
            continue


def test_what_is_open_is_written_and_read_back():
    view = {"layer": "conv2", "channel": 7, "cell": [5, 8]}
    assert view_of(view_parameters(view)) == view
    assert view_of({"layer": "conv2", "channel": "7"}) == {**view, "cell": None}
    assert view_of(view_parameters({})) == {}


@pytest.mark.parametrize(
    "link",
    [
        {},
        {"layer": "conv2"},
        {"layer": "conv2", "channel": "seven"},
        {"layer": "conv2", "channel": "7", "cell": "x"},
        {"layer": "conv2", "channel": "7", "cell": 5},
        {"layer": "conv2", "channel": "inf"},
    ],
)
def test_a_view_that_cannot_be_read_opens_nothing(link):
    assert view_of(link) == {}


def test_a_number_without_end_is_refused_before_it_is_computed():
    endless = b"\x01" + b"\xff" * 190_000 + b"\x01"  # one stroke of a width of 1.3 million bits
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    code = base64.urlsafe_b64encode(packed.compress(endless) + packed.flush()).decode().rstrip("=")
    assert len(code) < 400
    with pytest.raises(UserError, match="damaged"):
        decode("s" + code)
