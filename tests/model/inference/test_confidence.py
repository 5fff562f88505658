import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from model.inference.catalogue import open_network
from model.inference.confidence import confidence, threshold, verdict
from model.inference.evaluation import classify
from model.pixels.drawings import pixels_of
from model.pixels.strokes import smooth


def by_hand(logits):
    return math.log(math.fsum(math.exp(each) for each in logits))


def test_confidence_is_the_logarithm_of_the_sum_of_exponentials():
    logits = np.random.default_rng(1).normal(0, 4, (50, 10))
    assert confidence(logits) == pytest.approx([by_hand(row) for row in logits], abs=1e-9)


def test_confidence_of_one_digit_is_one_number():
    logits = np.arange(10, dtype=np.float32)
    assert np.shape(confidence(logits)) == ()
    assert float(confidence(logits)) == pytest.approx(by_hand(logits), abs=1e-5)


@pytest.mark.parametrize("offset", [-5000, 5000])
def test_confidence_stays_finite_where_exponentials_do_not(offset):
    logits = np.linspace(-3, 3, 10)
    assert float(confidence(logits + offset)) == pytest.approx(by_hand(logits) + offset)


def test_ten_equal_logits_are_less_than_one_that_stands_out():
    flat = np.full(10, 2.0)
    assert confidence(np.array([9.0, *[0.0] * 9])) > confidence(flat)
    assert float(confidence(flat)) == pytest.approx(2 + math.log(10))


@pytest.mark.parametrize("share", [0.01, 0.02, 0.1])
def test_the_threshold_leaves_its_share_of_digits_below(share):
    logits = np.random.default_rng(2).normal(0, 3, (500, 10))
    least = threshold(logits, share)
    below = [verdict(row, least) for row in logits].count("unsure")
    assert below == pytest.approx(share * len(logits), abs=1)


def test_a_verdict_is_sure_from_the_threshold_on():
    logits = np.full(10, 1.0)
    score = float(confidence(logits))
    assert verdict(logits, score) == "digit"
    assert verdict(logits, np.nextafter(score, math.inf)) == "unsure"


def test_no_logits_at_all_is_an_empty_canvas_however_low_the_threshold():
    assert verdict(None, -math.inf) == "empty"


# What the shipped network's threshold was set for


def share_of_unsure(pixels):
    network = open_network()
    rows = classify(network, np.rint(pixels).astype(np.uint8))
    return np.mean([verdict(row, network.energy_threshold) == "unsure" for row in rows])


def polyline(rng):
    """Jump about on the canvas: not the synthesiser's scribbles, and none of its distributions."""
    corners = rng.integers(5, 13)
    heading = rng.uniform(0, 2 * np.pi, corners)
    reach = rng.uniform(40, 160, corners)
    steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * reach[:, None]
    return np.abs((np.cumsum(steps, axis=0) + 140) % 560 - 280)  # mirrored at the canvas's edges


def test_nine_of_ten_random_polylines_are_no_digit():
    rng = np.random.default_rng(20)
    drawn = [255 * pixels_of([polyline(rng)]) for _ in range(300)]
    assert share_of_unsure(np.stack(drawn)) >= 0.9


@pytest.mark.skipif("CONVSCOPE_MNIST" not in os.environ, reason="CONVSCOPE_MNIST names no file")
def test_at_most_two_percent_of_mnists_test_digits_are_called_unsure():
    with np.load(os.environ["CONVSCOPE_MNIST"]) as mnist:
        assert share_of_unsure(mnist["x_test"]) <= 0.02


@pytest.mark.skipif(
    "CONVSCOPE_PEN_STROKES" not in os.environ, reason="CONVSCOPE_PEN_STROKES names no file"
)
def test_at_most_five_percent_of_real_pen_strokes_are_called_unsure():
    written = json.loads(Path(os.environ["CONVSCOPE_PEN_STROKES"]).read_text())
    drawn = [
        255 * pixels_of([smooth(np.array(stroke, np.float32)) for stroke in each["strokes"]])
        for each in written
    ]
    assert share_of_unsure(np.stack(drawn)) <= 0.05
