import itertools

import numpy as np
import pytest

from model.handwriting import digits, forms_of, outliers, scribble, write
from model.handwriting.drawing import forms
from model.handwriting.forms import FORMS
from model.handwriting.hand import any_hand

PROMISED = {
    0: {"plain", "open", "overlap", "slashed"},
    1: {"plain", "short flag", "long flag", "upstroke", "flag and foot", "foot"},
    2: {"plain", "looped", "flat base", "z"},
    3: {"round", "flat top", "looped"},
    4: {"open", "closed", "one stroke", "sailboat", "cup"},
    5: {"one stroke", "two strokes", "s-like", "short flag"},
    6: {"straight", "curly", "tiny loop", "open"},
    7: {"plain", "crossed", "serif", "curved"},
    8: {"one stroke", "two circles", "open top", "started in the middle"},
    9: {"straight", "curved", "tiny loop", "open", "hooked"},
}
EVERY_FORM = [(digit, name) for digit in range(10) for name in forms_of(digit)]


def crossings(first, second):
    """Count the pairs of line segments that cross, by the side on which each end lies."""

    def side(a, b, p):
        return np.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]))

    return sum(
        side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)
        for (a, b), (c, d) in itertools.product(
            itertools.pairwise(first.tolist()), itertools.pairwise(second.tolist())
        )
    )


@pytest.mark.parametrize("digit", range(10))
def test_each_digit_is_known_in_its_regional_forms(digit):
    assert PROMISED[digit] <= set(forms_of(digit))


@pytest.mark.parametrize(("digit", "name"), EVERY_FORM)
def test_any_form_in_any_hand_is_a_few_finite_strokes_near_the_unit_box(digit, name):
    rng = np.random.default_rng(3)
    for _ in range(10):
        strokes = write(digit, rng, name)
        points = np.concatenate(strokes)
        assert 1 <= len(strokes) <= 4
        assert all(len(stroke) >= 2 and stroke.dtype == np.float32 for stroke in strokes)
        assert np.isfinite(points).all()
        assert points.min() > -1
        assert points.max() < 2
        assert np.ptp(points, axis=0).max() > 0.5


def test_a_tablet_would_deliver_about_as_many_points():
    rng = np.random.default_rng(4)
    counts = [sum(map(len, write(digit, rng))) for digit in range(10) for _ in range(20)]
    assert 15 < np.median(counts) < 60


def test_the_same_seed_writes_the_same_and_another_seed_something_else():
    once, again, other = (digits(20, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(once[0], again[0])
    np.testing.assert_array_equal(once[1], again[1])
    assert (once[0] != other[0]).any()
    np.testing.assert_array_equal(outliers(20, 5), outliers(20, 5))


def test_nobody_writes_a_digit_twice_alike():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(write(1, rng, "plain")) for _ in range(2))
    assert first.shape != second.shape or not np.allclose(first, second)


def test_one_hand_keeps_its_slant():
    rng = np.random.default_rng(1)
    leans = []
    for _ in range(12):
        hand = any_hand(rng)
        ones = [write(1, rng, "plain", hand)[0] for _ in range(8)]
        leans.append([float(one[-1, 0] - one[0, 0]) for one in ones])
    within, between = np.var(leans, axis=1).mean(), np.var(np.mean(leans, axis=1))
    assert between > within


def test_the_bar_of_a_crossed_seven_crosses_its_stem():
    rng = np.random.default_rng(2)
    sevens = [write(7, rng, "crossed") for _ in range(60)]
    two_strokes = [seven for seven in sevens if len(seven) == 2]
    assert len(two_strokes) > 50
    assert np.mean([crossings(*seven) > 0 for seven in two_strokes]) > 0.95


def test_the_slash_of_a_zero_crosses_its_ring_or_stays_inside():
    rng = np.random.default_rng(2)
    zeros = [zero for zero in (write(0, rng, "slashed") for _ in range(40)) if len(zero) == 2]
    for ring, slash in zeros:
        middle = slash.mean(axis=0)
        assert (ring.min(axis=0) < middle).all()
        assert (middle < ring.max(axis=0)).all()


@pytest.mark.parametrize("name", ["short flag", "long flag", "upstroke"])
def test_a_one_with_a_flag_goes_up_before_it_goes_down(name):
    rng = np.random.default_rng(2)
    rises = []
    for _ in range(40):
        heights = np.concatenate(write(1, rng, name))[:, 1]
        rises.append(heights[0] - heights.min())
        assert heights[-1] - heights.min() > 0.7
    assert np.mean(np.array(rises) > 0.05) > 0.8  # a careless hand may lose a short flag


def test_digits_are_pictures_as_mnist_has_them():
    pixels, labels = digits(200, 1)
    assert pixels.shape == (200, 28, 28)
    assert pixels.dtype == labels.dtype == np.uint8
    np.testing.assert_array_equal(np.bincount(labels), np.full(10, 20))
    for picture in pixels:
        rows, columns = np.nonzero(picture > 12)
        assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
        gray = picture / picture.sum()
        assert abs((gray.sum(axis=1) * np.arange(28)).sum() - 14) <= 0.55
        assert abs((gray.sum(axis=0) * np.arange(28)).sum() - 14) <= 0.55


def test_lines_are_about_as_wide_as_the_pen():
    pixels, labels = digits(200, 2)
    ones = pixels[labels == 1] / 255.0
    rows = ones[:, 12:16].sum(axis=2)  # ink of a row near the middle: one line, crossed
    assert 2 < np.median(rows) < 3.2


def test_outliers_are_pictures_too_and_none_is_empty():
    pixels = outliers(100, 1)
    assert pixels.shape == (100, 28, 28)
    assert pixels.dtype == np.uint8
    assert (pixels.reshape(100, -1).max(axis=1) == 255).all()


def test_a_scribble_is_finite_strokes():
    rng = np.random.default_rng(8)
    for _ in range(200):
        strokes = scribble(rng)
        assert all(stroke.shape[1:] == (2,) and len(stroke) for stroke in strokes)
        assert np.isfinite(np.concatenate(strokes)).all()


def test_an_unknown_form_is_refused_by_name():
    with pytest.raises(ValueError, match="'roman'"):
        write(1, np.random.default_rng(0), "roman")


def test_a_curve_runs_through_its_control_points():
    (drawn,) = forms("bow: 1\n 0,0 50,40 100,0! 100,100")
    points = drawn.drawings[0][0]
    curve = drawn.tracks[0].curved @ points
    for point in points:
        assert np.abs(curve - point).sum(axis=1).min() < 1e-9


def test_drawings_of_one_form_that_differ_in_points_are_refused():
    with pytest.raises(ValueError, match="bow"):
        forms("bow: 1\n 0,0 50,40 100,0\n 0,0 100,0")


def test_the_drawings_of_a_form_are_alike_enough_to_write_between_them():
    for known in FORMS.values():
        for each in known:
            for stroke in zip(*each.drawings, strict=True):
                heights = [np.ptp(points) for points in stroke]
                assert np.ptp(np.mean(stroke, axis=0)) > 0.6 * max(heights), each.name
