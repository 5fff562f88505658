import math

import numpy as np
import pytest

from model.base.errors import UserError
from model.pixels.strokes import (
    MOST_POINTS,
    MOST_STROKES,
    extent,
    smooth,
    strokes_from,
)

ZIGZAG = np.array([[0, 0], [10, 40], [30, 10], [60, 50], [80, 20]], np.float32)


def bezier(start, control, end, t):
    """De Casteljau: two interpolations, and one between them."""
    return (1 - t) * ((1 - t) * start + t * control) + t * ((1 - t) * control + t * end)


# The curve


def test_a_curve_runs_from_midpoint_to_midpoint_by_way_of_each_point():
    curve = smooth(ZIGZAG)
    middle = (ZIGZAG[1] + ZIGZAG[2]) / 2
    next_middle = (ZIGZAG[2] + ZIGZAG[3]) / 2
    for t in (0, 0.25, 0.5, 0.75, 1):
        place = bezier(middle, ZIGZAG[2], next_middle, t)
        assert np.hypot(*(curve - place).T).min() < 1e-4


def test_a_curve_begins_and_ends_where_the_pen_did():
    curve = smooth(ZIGZAG)
    assert curve[0] == pytest.approx(ZIGZAG[0])
    assert curve[-1] == pytest.approx(ZIGZAG[-1])


@pytest.mark.parametrize("points", [[[5, 6]], [[5, 6], [50, 60]]])
def test_a_dot_and_a_straight_line_need_no_rounding(points):
    points = np.array(points, np.float32)
    assert np.array_equal(smooth(points), points)


def test_points_on_a_line_give_a_line():
    points = np.linspace([20, 30], [220, 130], 12).astype(np.float32)
    x, y = smooth(points).T
    assert y == pytest.approx(30 + (x - 20) / 2, abs=1e-3)


def test_a_curve_never_leaves_the_hull_of_its_points():
    curve = smooth(ZIGZAG)
    assert curve.min() >= ZIGZAG.min()
    assert curve[:, 0].max() <= 80
    assert curve[:, 1].max() <= 50


def test_extent_is_the_box_of_all_strokes_together():
    assert extent([ZIGZAG, np.array([[-5, 90]], np.float32)]) == (-5, 0, 80, 90)


# What a browser sends


def test_a_browsers_strokes_are_read_as_x_y_pairs():
    (stroke,) = strokes_from([{"width": 16, "points": [1, 2, 3.5, 4, 5, 6]}])
    assert stroke.width == 16
    assert stroke.points.tolist() == [[1, 2], [3.5, 4], [5, 6]]
    assert stroke.points.dtype == np.float32


def test_no_strokes_are_a_drawing_too():
    assert strokes_from([]) == ()


def test_more_keys_than_asked_for_do_no_harm():
    (stroke,) = strokes_from([{"width": 8, "points": [1, 2], "color": "red"}])
    assert len(stroke.points) == 1


@pytest.mark.parametrize(
    "data",
    [
        None,
        "strokes",
        7,
        {},
        {"width": 16, "points": [1, 2]},
        [None],
        [[]],
        ["stroke"],
        [{}],
        [{"width": 16}],
        [{"points": [1, 2]}],
        [{"width": 16, "points": []}],
        [{"width": 16, "points": [1]}],
        [{"width": 16, "points": [1, 2, 3]}],
        [{"width": 16, "points": None}],
        [{"width": 16, "points": "1, 2"}],
        [{"width": 16, "points": {"x": 1, "y": 2}}],
        [{"width": 16, "points": [1, [2, 3]]}],
        [{"width": 16, "points": [1, "two"]}],
        [{"width": 16, "points": [1, math.nan]}],
        [{"width": 16, "points": [math.inf, 1]}],
        [{"width": 16, "points": [1e300, 1]}],
        [{"width": 16, "points": [10**400, 1]}],
        [{"width": 16, "points": [5000, 1]}],
        [{"width": 16, "points": [1, -5000]}],
        [{"width": None, "points": [1, 2]}],
        [{"width": "wide", "points": [1, 2]}],
        [{"width": [16], "points": [1, 2]}],
        [{"width": 0, "points": [1, 2]}],
        [{"width": -16, "points": [1, 2]}],
        [{"width": 1000, "points": [1, 2]}],
        [{"width": math.nan, "points": [1, 2]}],
        [{"width": 10**400, "points": [1, 2]}],
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(data):
    with pytest.raises(UserError) as refusal:
        strokes_from(data)
    sentence = str(refusal.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_a_hand_may_draw_long_and_not_endlessly():
    most = {"width": 16, "points": [1, 2] * MOST_POINTS}
    assert len(strokes_from([most])[0].points) == MOST_POINTS
    with pytest.raises(UserError, match=str(MOST_POINTS)):
        strokes_from([most, {"width": 16, "points": [1, 2]}])


def test_a_hand_may_set_down_often_and_not_endlessly():
    dot = {"width": 16, "points": [1, 2]}
    assert len(strokes_from([dot] * MOST_STROKES)) == MOST_STROKES
    with pytest.raises(UserError, match=str(MOST_STROKES)):
        strokes_from([dot] * (MOST_STROKES + 1))
