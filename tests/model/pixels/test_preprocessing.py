from functools import cache

import cv2
import numpy as np
import pytest
from handwritten import EVERY_FORM, ink, on_canvas, strokes, through_a_file

from model.pixels.drawings import DRAWING_STEPS, pixels_of, preprocess_drawing
from model.pixels.preprocessing import PICTURE_STEPS, as_pixels, preprocess_picture
from model.pixels.strokes import Stroke, smooth

CLOSE = 0.05  # mean absolute difference


def pixels(gray):
    return preprocess_picture(gray).pixels


@cache
def painted(digit, form=None):
    return ink(on_canvas(digit, form))


@cache
def plain(digit, form=None):
    """The picture that all others should come out like: black on white, in the middle."""
    return through_a_file(255 - 255 * painted(digit, form))


def black_on_white(lines, width=16):
    return np.rint(255 - 255 * ink(lines, width)).astype(np.uint8)


def on_nothing(digit, form, level):
    """Ink of one gray level on a transparent ground."""
    picture = np.full((280, 280, 4), level, np.float32)
    picture[..., 3] = 255 * painted(digit, form)
    return through_a_file(picture)


def shadowed(gray, least=0.45):
    """Let the light on a page fall off from all to `least` from one corner to the other."""
    y, x = np.mgrid[: len(gray), : gray.shape[1]]
    return np.rint(gray * (1 - (1 - least) * (x + y) / (x + y).max())).astype(np.uint8)


def spotted(gray):
    spots = gray.copy()
    for x, y in ((8, 12), (262, 20), (15, 255), (250, 268)):
        spots[y : y + 4, x : x + 5] = 0
    return spots


def box_of(picture):
    rows, columns = np.nonzero(picture > 0.1)
    return np.ptp(columns) + 1, np.ptp(rows) + 1  # width, height


def middle_of(picture):
    y, x = np.mgrid[: len(picture), : picture.shape[1]]
    return (x * picture).sum() / picture.sum(), (y * picture).sum() / picture.sum()


VARIED = {
    "white on black": lambda *digit: 255 - plain(*digit),
    "gray on light gray": lambda *digit: np.uint8(200 - 90 * painted(*digit)),
    "black on nothing": lambda *digit: on_nothing(*digit, 0),
    "white on nothing": lambda *digit: on_nothing(*digit, 255),
    "a thin pen": lambda *digit: black_on_white(on_canvas(*digit), 8),
    "a fat pen": lambda *digit: black_on_white(on_canvas(*digit), 28),
    "half the size in a corner": lambda *digit: black_on_white(
        on_canvas(*digit, high=100, corner=(20, 20)), 8
    ),
    "half the size with the same pen": lambda *digit: black_on_white(
        on_canvas(*digit, high=100, corner=(150, 150))
    ),
    "a shadow over the page": lambda *digit: shadowed(plain(*digit)),
    "spots on the page": lambda *digit: spotted(plain(*digit)),
    "a wide sheet": lambda *digit: np.pad(plain(*digit), ((0, 0), (90, 190)), constant_values=255),
}


@cache
def plain_pixels(digit, form=None):
    return pixels(plain(digit, form))


@pytest.mark.parametrize("way", VARIED)
def test_however_a_digit_is_put_on_paper_its_pixels_are_those_of_the_plain_one(way):
    different = {
        digit: np.abs(pixels(VARIED[way](*digit)) - plain_pixels(*digit)).mean()
        for digit in EVERY_FORM
    }
    assert {digit: far for digit, far in different.items() if far > CLOSE} == {}


@pytest.mark.parametrize(("one", "other"), [(1, 8), (1, 0), (3, 4), (2, 7)])
def test_two_different_digits_are_farther_apart_than_that(one, other):
    assert np.abs(plain_pixels(one) - plain_pixels(other)).mean() > CLOSE


def test_a_drawing_and_its_photograph_become_the_same_pixels():
    for digit in EVERY_FORM:
        drawn = preprocess_drawing(strokes(on_canvas(*digit))).pixels
        assert np.abs(drawn - plain_pixels(*digit)).mean() < CLOSE, digit


@pytest.mark.parametrize("width", [8, 12, 20, 28, 36])
def test_the_pens_width_makes_no_difference_to_a_drawing(width):
    lines = on_canvas(5)
    thin, other = (preprocess_drawing(strokes(lines, each)).pixels for each in (16, width))
    assert np.array_equal(thin, other)


def test_where_and_how_large_a_drawing_is_makes_no_difference():
    large = preprocess_drawing(strokes(on_canvas(3))).pixels
    small = preprocess_drawing(strokes(on_canvas(3, high=60, corner=(7, 150)))).pixels
    assert small == pytest.approx(large, abs=0.02)


# What MNIST's makers promised, measured on what comes out


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("source", ["drawing", "picture"])
def test_ink_fills_a_box_of_twenty_and_its_mass_is_in_the_middle(digit, source):
    lines = on_canvas(digit)
    if source == "drawing":
        result = preprocess_drawing(strokes(lines)).pixels
    else:
        result = plain_pixels(digit)
    assert result.shape == (28, 28)
    assert result.dtype == np.float32
    assert 0 <= result.min() <= result.max() <= 1
    assert max(box_of(result)) in (20, 21)  # 21 where the box ends within a pixel
    assert middle_of(result) == pytest.approx((14, 14), abs=0.06)


@pytest.mark.parametrize(("wide", "high"), [(60, 20), (25, 100), (80, 80), (200, 40), (10, 160)])
def test_the_aspect_ratio_is_kept(wide, high):
    gray = np.full((240, 280), 255, np.uint8)
    gray[30 : 30 + high, 40 : 40 + wide] = 0
    result = preprocess_picture(gray, skip={"thickness"}).pixels
    width, height = wide * 20 / max(wide, high), high * 20 / max(wide, high)
    assert result.sum() == pytest.approx(width * height, rel=0.05)
    assert result.sum(axis=1).max() == pytest.approx(width, rel=0.05)
    assert result.sum(axis=0).max() == pytest.approx(height, rel=0.05)


def test_a_level_line_stays_a_line():
    result = preprocess_drawing(strokes([np.array([[40, 70], [240, 70]], np.float32)])).pixels
    width, height = box_of(result)
    assert width in (20, 21)
    assert height <= 4


def test_gray_edges_are_kept():
    result = plain_pixels(8)
    assert ((result > 0.1) & (result < 0.9)).sum() > 30


def test_a_dot_stays_small():
    result = preprocess_drawing([Stroke(np.array([[140, 140]], np.float32), 16)]).pixels
    assert 0 < result.sum() < 12
    assert max(box_of(result)) <= 4


def test_pixels_of_a_hand_are_those_of_the_drawing():
    lines = on_canvas(7)
    drawn = preprocess_drawing(strokes(lines)).pixels
    assert np.array_equal(pixels_of([smooth(line) for line in lines]), drawn)


# Nothing there


@pytest.mark.parametrize(
    "gray",
    [
        np.full((200, 300), 255, np.uint8),
        np.zeros((8, 8), np.uint8),
        np.full((280, 280), 127, np.uint8),
        shadowed(np.full((280, 280), 250, np.uint8)),
        shadowed(np.full((280, 280), 250, np.uint8), least=0.7),
        np.random.default_rng(3).normal(220, 3, (280, 280)).astype(np.uint8),
    ],
    ids=["white", "black", "gray", "dark shadow", "light shadow", "grain"],
)
def test_a_picture_without_ink_has_no_pixels_and_shows_how_far_it_came(gray):
    preprocessed = preprocess_picture(gray)
    assert preprocessed.pixels is None
    names = [step.name for step in preprocessed.steps]
    assert names == ["source", *PICTURE_STEPS][: len(names)]


def test_a_drawing_without_strokes_has_no_pixels():
    assert preprocess_drawing([]).pixels is None


# The steps


def every_step(skip=()):
    """One digit both ways: its result, and the names of its steps."""
    yield preprocess_picture(shadowed(plain(2)), skip), PICTURE_STEPS
    yield preprocess_drawing(strokes(on_canvas(2)), skip), DRAWING_STEPS


def test_every_step_is_kept_in_order_and_the_last_one_is_the_pixels():
    for preprocessed, names in every_step():
        assert [step.name for step in preprocessed.steps] == ["source", *names]
        assert all(step.applied for step in preprocessed.steps)
        assert np.array_equal(as_pixels(preprocessed.steps[-1].picture), preprocessed.pixels)
        for step in preprocessed.steps:
            assert step.picture.dtype == np.float32
            assert 0 <= step.picture.min() <= step.picture.max() <= 1


@pytest.mark.parametrize("name", PICTURE_STEPS)
def test_any_step_can_be_left_out_and_the_others_go_on(name):
    for preprocessed, names in every_step(skip={name}):
        if name not in names:
            continue
        place = [step.name for step in preprocessed.steps].index(name)
        before, step = preprocessed.steps[place - 1 : place + 1]
        assert not step.applied
        assert np.array_equal(step.picture, before.picture)
        assert [each.name for each in preprocessed.steps if not each.applied] == [name]
        assert preprocessed.pixels.shape == (28, 28)


def test_with_every_step_left_out_the_picture_is_only_shrunk():
    gray = plain(6)
    result = preprocess_picture(gray, skip=PICTURE_STEPS).pixels
    blocks = (gray / 255).reshape(28, 10, 28, 10).mean(axis=(1, 3))
    assert result == pytest.approx(blocks, abs=1e-5)


def test_with_every_step_left_out_a_drawing_is_only_shrunk():
    preprocessed = preprocess_drawing(strokes(on_canvas(6)), skip=DRAWING_STEPS)
    blocks = preprocessed.steps[0].picture.reshape(28, 4, 28, 4).mean(axis=(1, 3))
    assert preprocessed.pixels == pytest.approx(blocks, abs=1e-5)


def test_leaving_out_the_line_width_keeps_the_pens():
    thin, fat = (
        preprocess_drawing(strokes(on_canvas(0), width), skip={"thickness"}).pixels.sum()
        for width in (8, 28)
    )
    assert fat > 2 * thin


def test_leaving_out_the_light_takes_the_shadow_for_ink():
    gray = shadowed(np.uint8(255 - 90 * painted(4)), least=0.25)  # a pencil's gray
    assert np.abs(pixels(gray) - plain_pixels(4)).mean() < CLOSE
    assert np.abs(preprocess_picture(gray, {"light"}).pixels - plain_pixels(4)).mean() > CLOSE


def test_leaving_out_the_specks_takes_a_speck_for_a_part_of_the_digit():
    without = preprocess_picture(spotted(plain(4)), {"specks"}).pixels
    assert np.abs(without - plain_pixels(4)).mean() > CLOSE


# The numbers beside the steps


def numbers(preprocessed):
    return {step.name: step.numbers for step in preprocessed.steps}


def test_polarity_says_whether_it_turned_the_picture_round():
    dark_on_light = preprocess_picture(plain(5))
    light_on_dark = preprocess_picture(255 - plain(5))
    assert numbers(dark_on_light)["polarity"] == {"inverted": 1}
    assert numbers(light_on_dark)["polarity"] == {"inverted": 0}


def test_light_says_how_dark_and_how_bright_the_paper_is():
    measured = numbers(preprocess_picture(shadowed(plain(5), least=0.6)))["light"]
    # Of the paper around each place, so a little less than at the very corners.
    assert measured["darkest"] == pytest.approx(0.6, abs=0.08)
    assert measured["brightest"] == pytest.approx(1, abs=0.08)


def test_ink_says_how_much_of_the_paper_is_covered():
    measured = numbers(preprocess_picture(plain(5)))["ink"]
    assert measured["share"] == pytest.approx((painted(5) > 0.5).mean(), rel=0.05)
    assert 0 < measured["threshold"] < 1


@pytest.mark.parametrize(("picture", "dropped"), [(lambda gray: gray, 0), (spotted, 4)])
def test_specks_are_counted(picture, dropped):
    lines = [np.concatenate(on_canvas(3))]  # one piece of ink
    preprocessed = preprocess_picture(picture(black_on_white(lines)))
    assert numbers(preprocessed)["specks"] == {"dropped": dropped}


@pytest.mark.parametrize("width", [8, 16, 28])
def test_the_lines_width_is_told_in_pixels_of_the_box(width):
    lines = [np.array([[140, 40], [140, 240]], np.float32)]
    drawn = numbers(preprocess_drawing(strokes(lines, width)))["thickness"]
    assert drawn["from"] == pytest.approx(width * 17.6 / 200, rel=0.01)
    assert drawn["to"] == pytest.approx(2.4)
    seen = numbers(preprocess_picture(black_on_white(lines, width)))["thickness"]
    assert seen["from"] == pytest.approx(drawn["from"], rel=0.15)


def test_the_box_says_how_wide_and_high_the_ink_is_in_it():
    for preprocessed, _ in every_step():
        measured = numbers(preprocessed)["box"]
        assert max(measured["width"], measured["height"]) == pytest.approx(20, abs=0.2)
        width, height = box_of(preprocessed.pixels)
        assert measured["width"] == pytest.approx(width, abs=1.5)
        assert measured["height"] == pytest.approx(height, abs=1.5)


def test_the_centre_says_how_far_the_ink_was_moved():
    for preprocessed, _ in every_step():
        boxed, centered = preprocessed.steps[-2].picture, preprocessed.steps[-1]
        x, y = middle_of(boxed)
        moved = np.array([centered.numbers["right"], centered.numbers["down"]])
        fine = len(boxed) / 28  # samples a pixel; (14.5, 14.5) is the middle of pixel (14, 14)
        assert moved == pytest.approx(14.5 - (np.array([x, y]) + 0.5) / fine, abs=0.06)


@pytest.mark.parametrize("skip", [(), ("thickness",), ("box",), ("center",), PICTURE_STEPS[4:]])
@pytest.mark.parametrize(("digit", "size", "corner"), [(3, 400, (20, 90)), (8, 60, (300, 30))])
def test_the_placement_says_where_each_place_of_a_picture_went(digit, size, corner, skip):
    gray = np.full((500, 420), 255, np.uint8)
    small = cv2.resize(plain(digit), (size, size), interpolation=cv2.INTER_AREA)
    small = small[:, : 420 - corner[0]]
    gray[corner[1] : corner[1] + size, corner[0] : corner[0] + size] = small
    found = preprocess_picture(gray, skip)
    place = found.placement
    x, y = (np.array(middle_of(255.0 - gray)) + 0.5).tolist()
    expected = place.scale * x + place.right, place.scale * y + place.down
    assert np.array(middle_of(found.pixels)) + 0.5 == pytest.approx(expected, abs=0.35)
    wide, high = box_of((255 - gray) / 255)
    assert np.array(box_of(found.pixels)) == pytest.approx(
        (place.scale * wide, place.scale * high), abs=2.6
    )
