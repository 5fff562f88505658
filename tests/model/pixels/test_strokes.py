import math

import numpy as np
import pytest

from model.base.errors import UserError
from model.pixels.strokes import (
    CANVAS,
    MOST_POINTS,
    MOST_STROKES,
    extent,
    render,
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


# The ink


@pytest.mark.parametrize("width", [8, 12, 20, 28, 36])
def test_a_dot_leaves_a_disc_as_wide_as_the_pen(width):
    picture = render([np.array([[100.0, 60.0]], np.float32)], [width], CANVAS, supersample=4)
    assert picture.sum() == pytest.approx(math.pi * width**2 / 4, rel=0.07)
    rows, columns = np.nonzero(picture)
    assert rows.mean() + 0.5 == pytest.approx(60, abs=0.6)  # x is the column, y the row
    assert columns.mean() + 0.5 == pytest.approx(100, abs=0.6)


@pytest.mark.parametrize("width", [8, 9, 12, 16, 20, 28, 36])
@pytest.mark.parametrize("end", [(240, 40), (40, 240), (180, 200)])
def test_a_line_leaves_its_length_times_its_width_and_two_round_ends(width, end):
    start = np.array([40, 40])
    length = np.hypot(*(np.array(end) - start))
    picture = render([np.array([start, end], np.float32)], [width], CANVAS, supersample=4)
    by_hand = length * width + math.pi * width**2 / 4
    assert picture.sum() == pytest.approx(by_hand, rel=0.05)


def test_ink_is_where_the_line_is_and_nowhere_else():
    line = np.array([[40, 60], [240, 180]], np.float32)
    picture = render([line], [16], CANVAS, supersample=4)
    y, x = np.mgrid[:CANVAS, :CANVAS] + 0.5
    along = np.clip(((x - 40) * 200 + (y - 60) * 120) / (200**2 + 120**2), 0, 1)
    distance = np.hypot(x - 40 - 200 * along, y - 60 - 120 * along)
    assert (picture[distance < 7] == 1).all()
    assert (picture[distance > 9] == 0).all()


def test_crossing_lines_are_no_darker_than_ink():
    cross = [
        np.array(points, np.float32) for points in ([[0, 0], [280, 280]], [[280, 0], [0, 280]])
    ]
    picture = render(cross, [20, 20], CANVAS, supersample=2)
    assert picture.dtype == np.float32
    assert picture.max() == 1
    assert picture.min() == 0


def test_supersampling_gives_grey_edges_and_keeps_the_ink():
    curve = [smooth(ZIGZAG * 3)]
    plain, fine = (render(curve, [16], CANVAS, supersample=times) for times in (1, 8))
    assert set(np.unique(plain)) == {0, 1}
    assert ((fine > 0.05) & (fine < 0.95)).sum() > 100
    assert fine.sum() == pytest.approx(plain.sum(), rel=0.05)


def test_a_pen_that_leaves_the_canvas_is_cut_off_at_its_edge():
    picture = render([np.array([[-100, 140], [600, 140]], np.float32)], [20], CANVAS)
    assert picture[140].all()
    assert picture.sum() == pytest.approx(20 * CANVAS, rel=0.06)


# What a browser sends


def test_a_browsers_strokes_are_read_as_x_y_pairs():
    (stroke,) = strokes_from([{"width": 16, "points": [1, 2, 3.5, 4, 5, 6]}])
    assert stroke.width == 16
    assert stroke.points.tolist() == [[1, 2], [3.5, 4], [5, 6]]
    assert stroke.points.dtype == np.float32


def test_no_strokes_are_a_drawing_too():
    assert strokes_from([]) == ()


def test_more_keys_than_asked_for_do_no_harm():
    (stroke,) = strokes_from([{"width": 8, "points": [1, 2], "colour": "red"}])
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
