"""Drawings as pixels, in Python and in the browser."""

import json
import subprocess
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from shutil import which

import numpy as np
import pytest
from handwritten import EVERY_FORM, as_sent, on_canvas, strokes

from model.base.errors import UserError
from model.pixels.drawings import DRAWING_STEPS, preprocess_drawing
from model.pixels.strokes import MOST_POINTS, MOST_STROKES, Stroke, strokes_from

MODULE = Path(__file__).parents[2] / "components" / "preprocess.mjs"
SKIPS = [skip for count in range(4) for skip in combinations(DRAWING_STEPS, count)]
CLOSE = 1e-6

in_browser = pytest.mark.skipif(which("node") is None, reason="the modules run in Node")


def many(count, points, seed=1, width=16):
    rng = np.random.default_rng([count, points, seed])
    return [
        {"width": width or float(rng.uniform(1, 80)), "points": rng.uniform(0, 280, 2 * points)}
        for _ in range(count)
    ]


def one(*points, width=16):
    return [{"width": width, "points": list(points)}]


ODD = {
    "a dot": one(140, 140),
    "a dot in the corner": one(0, 0, width=36),
    "points that are equal": one(*[100.1, 50.7] * 5),
    "two points that are equal": one(3, 4, 3, 4),
    "two dots far apart": one(1, 1) + one(279, 279, width=8),
    "a level line": one(10, 140, 200, 140),
    "a pen that turns back": one(10, 10, 200, 10, 10, 10, 200, 10),
    "a pen off the canvas": one(-900, -900, 1000, -900, 140, 140),
    "nothing on the canvas": one(-900, -900, -800, -900),
    "the finest and the fattest pen": one(50, 50, 90, 200, width=1) + one(200, 60, width=80),
    "as many points as there may be": many(1, MOST_POINTS),
    "as many strokes as there may be": many(MOST_STROKES, MOST_POINTS // MOST_STROKES),
    "as many dots as there may be": many(MOST_STROKES, 1),
    "as many pens as strokes": many(MOST_STROKES, 5, width=None),
}


@dataclass(frozen=True)
class Answer:
    """What Node says of one drawing."""

    is_drawing: bool
    steps: list[tuple[dict, np.ndarray]]  # what is said of each, and its picture
    pixels: list[np.ndarray]  # of preprocessDrawing and of pixelsOf, where there are any


def plain(drawn):
    return [{**each, "points": list(each["points"])} for each in drawn]


def ask(folder, asked):
    """Preprocess each `(strokes, skip)` in Node."""
    told = [{"strokes": plain(drawn), "skip": skip} for drawn, skip in asked]
    (folder / "drawings").write_text(json.dumps(told))
    done = subprocess.run(["node", MODULE, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    numbers = np.fromfile(folder / "answers", np.float32)
    for head in json.loads(done.stdout):
        arrays = []
        shapes = [step["shape"] for step in head["steps"]] + [[28, 28]] * 2 * head["hasPixels"]
        for shape in shapes:
            arrays.append(numbers[: shape[0] * shape[1]].reshape(shape))
            numbers = numbers[shape[0] * shape[1] :]
        steps = list(zip(head["steps"], arrays, strict=False))
        yield Answer(head["isDrawing"], steps, arrays[len(steps) :])
    assert not len(numbers)


def assert_same(drawn, skip, answer):
    """What Node answered is what Python says of the same strokes."""
    ours = preprocess_drawing(strokes_from(plain(drawn)), skip)
    assert [step.name for step in ours.steps] == [step["name"] for step, _ in answer.steps]
    for step, (theirs, picture) in zip(ours.steps, answer.steps, strict=True):
        assert step.applied == theirs["applied"]
        assert theirs["numbers"] == pytest.approx(step.numbers, abs=1e-9)
        assert picture.shape == step.picture.shape
        assert np.abs(picture - step.picture).max() <= CLOSE
    assert len(answer.pixels) == (0 if ours.pixels is None else 2)
    for each in answer.pixels:
        assert np.abs(each - ours.pixels).max() <= CLOSE


@in_browser
def test_a_hand_that_writes_is_read_alike_in_the_browser_and_in_python(tmp_path):
    rng = np.random.default_rng(6)
    drawn = [
        as_sent(strokes(on_canvas(digit, form, seed=seed), float(rng.integers(8, 37))))
        for digit, form in EVERY_FORM
        for seed in (1, 2)
    ]
    asked = [(each, SKIPS[i % len(SKIPS)] if i % 3 else ()) for i, each in enumerate(drawn)]
    for (each, skip), answer in zip(asked, ask(tmp_path, asked), strict=True):
        assert_same(each, skip, answer)


@in_browser
@pytest.mark.parametrize("name", ODD)
def test_an_odd_drawing_is_read_alike_in_the_browser_and_in_python(name, tmp_path):
    skips = SKIPS if sum(len(each["points"]) for each in ODD[name]) < 100 else SKIPS[:3]
    asked = [(ODD[name], skip) for skip in skips]
    for (each, skip), answer in zip(asked, ask(tmp_path, asked), strict=True):
        assert_same(each, skip, answer)


@in_browser
def test_nothing_drawn_is_nothing_in_the_browser_too(tmp_path):
    (answer,) = ask(tmp_path, [([], ())])
    assert_same([], (), answer)


DOT = one(1, 2)

REFUSED = {
    "no points": one(),
    "half a point": one(1, 2, 3),
    "a point far away": one(5000, 1),
    "a point as far above": one(1, -1121),
    "no pen": one(1, 2, width=0),
    "half a pen": one(1, 2, width=0.5),
    "a pen of less than nothing": one(1, 2, width=-16),
    "a broom": one(1, 2, width=80.5),
    "a point too many": one(*[1, 2] * MOST_POINTS) + DOT,
    "a stroke too many": DOT * (MOST_STROKES + 1),
}


@in_browser
def test_the_browser_takes_for_a_drawing_what_the_session_does(tmp_path):
    most = [one(*[1, 2] * MOST_POINTS), DOT * MOST_STROKES]
    edges = [one(-1120, 1120, width=1), one(1, 2, width=80), [], *ODD.values(), *most]
    asked = [(drawn, ()) for drawn in (*REFUSED.values(), *edges)]
    taken = [answer.is_drawing for answer in ask(tmp_path, asked)]
    assert taken == [False] * len(REFUSED) + [True] * len(edges)
    for drawn in edges:
        strokes_from(plain(drawn))
    for drawn in REFUSED.values():
        with pytest.raises(UserError):
            strokes_from(plain(drawn))


# What the steps promise, by hand


def numbers(drawn, skip=()):
    return {step.name: step.numbers for step in preprocess_drawing(drawn, skip).steps}


def test_the_box_is_that_of_the_ink_to_the_last_digit():
    drawn = strokes([np.array([[40, 50], [100, 210]], np.float32)], 20)
    told = numbers(drawn)["box"]
    scale = (20 - 2.4) / 160
    assert told["scale"] == pytest.approx(scale)
    assert told["width"] == pytest.approx(60 * scale + 2.4)
    assert told["height"] == pytest.approx(20)
    with_its_own_pen = numbers(drawn, {"thickness"})["box"]
    assert with_its_own_pen["scale"] == pytest.approx(20 / 180)
    assert with_its_own_pen["width"] == pytest.approx(80 * 20 / 180)


def test_the_box_lies_in_the_middle_of_the_paper():
    _, _, box, _ = preprocess_drawing(strokes(on_canvas(1), 12)).steps
    rows, columns = (np.flatnonzero(box.picture.any(axis=axis)) for axis in (1, 0))
    assert rows[0] + rows[-1] == pytest.approx(111, abs=1)
    assert columns[0] + columns[-1] == pytest.approx(111, abs=1)


def test_a_drawing_a_little_to_the_side_is_moved_back_exactly():
    lines = on_canvas(5)
    here, there = (
        preprocess_drawing(strokes([line + by for line in lines])).pixels for by in (0, [3.3, 7.1])
    )
    assert there == pytest.approx(here, abs=1e-4)


def test_ink_stays_on_the_paper_where_its_mass_lies_far_to_one_side():
    heavy = [np.array([[20, y], [220, y]]) for y in range(10, 61, 5)]
    drawn = strokes([*heavy, np.array([[20, 10], [20, 210]])])
    *_, last = preprocess_drawing(drawn).steps
    assert last.numbers["down"] == pytest.approx(4)  # from a margin of 4 pixels to none
    assert last.picture[-1].max() > 0.5


def test_a_dot_is_not_blown_up_whatever_step_is_left_out():
    dot = [Stroke(np.array([[140, 140]], np.float32), 16)]
    for skip in SKIPS:
        assert 0 < preprocess_drawing(dot, skip).pixels.sum() < 150
