import math

import numpy as np
import pytest

from model.pixels.pen import join, render, walk
from model.pixels.strokes import CANVAS, smooth

ZIGZAG = np.array([[0, 0], [10, 40], [30, 10], [60, 50], [80, 20]], np.float32)


def ways(curves, widths, side=CANVAS, scale=1.0):
    """Where the pens were, `(n, 2)`."""
    return walk(join(curves), widths, side, scale).places.T


# The ink


@pytest.mark.parametrize("width", [8, 12, 20, 28, 36])
def test_a_dot_leaves_a_disc_as_wide_as_the_pen(width):
    picture = render([np.array([[100.0, 60.0]], np.float32)], [width], CANVAS)
    assert picture.sum() == pytest.approx(math.pi * width**2 / 4, rel=0.01)
    rows, columns = np.nonzero(picture)
    assert rows.mean() + 0.5 == pytest.approx(60, abs=0.01)  # x is the column, y the row
    assert columns.mean() + 0.5 == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize("width", [8, 9, 12, 16, 20, 28, 36])
@pytest.mark.parametrize("end", [(240, 40), (40, 240), (180, 200)])
def test_a_line_leaves_its_length_times_its_width_and_two_round_ends(width, end):
    start = np.array([40, 40])
    length = np.hypot(*(np.array(end) - start))
    picture = render([np.array([start, end], np.float32)], [width], CANVAS)
    by_hand = length * width + math.pi * width**2 / 4
    assert picture.sum() == pytest.approx(by_hand, rel=0.01)


@pytest.mark.parametrize("width", [3, 4.8, 9.6, 16])
def test_ink_fades_with_the_distance_to_the_line_over_one_sample(width):
    line = np.array([[40.3, 60.7], [240, 180]])
    picture = render([line], [width], CANVAS)
    y, x = np.mgrid[:CANVAS, :CANVAS] + 0.5
    (right, down), (x0, y0) = line[1] - line[0], line[0]
    along = np.clip(((x - x0) * right + (y - y0) * down) / (right**2 + down**2), 0, 1)
    distance = np.hypot(x - x0 - right * along, y - y0 - down * along)
    # A sample at distance d from the line, midway between two places of the pen, is √(d² + g²)
    # from either, g being half the way between them; the first that are gray lie at width / 2 - ½.
    half, least = max(0.8, width / 12) / 2, width / 2 - 0.5
    ripple = np.hypot(least, half) - least
    assert np.abs(picture - np.clip(width / 2 + 0.5 - distance, 0, 1)).max() < ripple + 0.01


def test_crossing_lines_are_no_darker_than_ink():
    cross = [
        np.array(points, np.float32) for points in ([[0, 0], [280, 280]], [[280, 0], [0, 280]])
    ]
    picture = render(cross, [20, 20], CANVAS)
    assert picture.dtype == np.float32
    assert picture.max() == 1
    assert picture.min() == 0


def test_edges_are_gray_and_keep_the_ink_that_a_finer_paper_has():
    curve = smooth(ZIGZAG * 3)
    plain, fine = (render([curve * times], [16 * times], CANVAS * times) for times in (1, 4))
    assert ((plain > 0.05) & (plain < 0.95)).sum() > 100
    assert plain == pytest.approx(fine.reshape(CANVAS, 4, CANVAS, 4).mean(axis=(1, 3)), abs=0.2)
    assert plain.sum() == pytest.approx(fine.sum() / 16, rel=0.005)


def test_a_pen_that_leaves_the_paper_is_cut_off_at_its_edge():
    picture = render([np.array([[-100, 140], [600, 140]], np.float32)], [20], CANVAS)
    assert picture[131:149].min() == 1
    assert picture.sum() == pytest.approx(20 * CANVAS, rel=0.01)


@pytest.mark.parametrize("place", [(-500, 140), (140, -30), (900, 900), (280 + 11, 140)])
def test_a_pen_beside_the_paper_leaves_nothing_on_it(place):
    assert not render([np.array([place], np.float32)], [20], CANVAS).any()


def test_each_curve_has_its_own_pen():
    thin, fat = np.array([[20, 70], [260, 70]]), np.array([[20, 200], [260, 200]])
    picture = render([thin, fat], [4, 30], CANVAS)
    assert picture[:, 140][:140].sum() == pytest.approx(4, rel=0.02)
    assert picture[:, 140][140:].sum() == pytest.approx(30, rel=0.01)


# The way


def test_the_pen_begins_and_ends_where_its_curve_does_and_goes_in_even_steps():
    curve = np.array([[3.0, 4.0], [43.0, 34.0], [43.0, 4.0]])  # 50 and 30 long
    places = ways([curve], [4.8])
    assert places[[0, -1]] == pytest.approx(curve[[0, -1]])
    steps = np.hypot(*np.diff(places, axis=0).T)
    assert len(steps) == 100
    assert np.delete(steps, 62) == pytest.approx(0.8)  # but for the one that turns the corner


def test_a_lifted_pen_leaves_no_ink_on_its_way():
    picture = render([np.array([[40, 140.0]]), np.array([[240, 140.0]])], [10, 10], CANVAS)
    assert not picture[:, 60:220].any()


def test_a_pen_that_is_slow_or_rests_inks_the_same_as_a_fast_one():
    fast = np.array([[40.0, 60.0], [240.0, 180.0]])
    slow = np.repeat(np.linspace(*fast, 300), 3, axis=0)
    assert render([slow], [12], CANVAS) == pytest.approx(render([fast], [12], CANVAS), abs=1e-6)


@pytest.mark.parametrize("width", [0.5, 2.4, 20])
@pytest.mark.parametrize(("strokes", "points"), [(1, 10_000), (400, 25), (400, 2)])
def test_however_much_is_drawn_the_work_has_a_limit(width, strokes, points):
    rng = np.random.default_rng(4)
    curves = [smooth(rng.uniform(0, 28, (points, 2))) for _ in range(strokes)]
    touched = len(ways(curves, [width] * strokes, 112, 4)) * (2 * math.ceil(width * 2) + 1) ** 2
    at_least = 2 * strokes * (2 * math.ceil(width * 2) + 1) ** 2  # the ends of each stroke
    assert touched <= 40 * 112**2 + at_least


def test_a_paper_drawn_over_and_over_is_black_although_the_pen_takes_longer_steps():
    rng = np.random.default_rng(5)
    curves = [smooth(rng.uniform(20, 92, (25, 2))) for _ in range(400)]
    picture = render(curves, [9.6] * 400, 112)
    assert picture[25:87, 25:87].min() == 1
