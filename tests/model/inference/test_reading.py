import numpy as np
import pytest
from handwritten import ink, on_canvas, strokes

from model.inference.catalogue import open_network
from model.inference.network import trace
from model.inference.reading import Reading, read
from model.pixels.preprocessing import Preprocessed


@pytest.fixture(scope="module")
def network():
    return open_network()


@pytest.fixture
def reading(network):
    return read(network, strokes(on_canvas(5)))


def gray(digit):
    return np.uint8(255 - 255 * ink(on_canvas(digit)))


@pytest.mark.parametrize("digit", range(10))
def test_a_plain_digit_is_read_as_what_it_is_drawn_or_photographed(network, digit):
    assert read(network, strokes(on_canvas(digit))).label == digit
    assert read(network, gray(digit)).label == digit


def test_the_label_is_the_most_probable_digit(network, reading):
    probabilities = trace(network, reading.preprocessed.pixels).probabilities
    assert reading.label == probabilities.argmax()
    assert reading.probability == pytest.approx(probabilities.max())
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("source", [[], np.full((80, 80), 255, np.uint8)], ids=["drawing", "page"])
def test_nothing_drawn_is_never_a_digit(network, source):
    reading = read(network, source)
    assert reading.verdict == "empty"
    assert reading.label is None
    assert reading.probability == 0
    assert reading.trace is None


def test_steps_are_left_out_as_asked(network):
    for source in (strokes(on_canvas(5)), gray(5)):
        steps = read(network, source, skip=("center",)).preprocessed.steps
        assert [step.name for step in steps if not step.applied] == ["center"]


def test_no_preprocessed_pixels_means_no_trace(network):
    reading = Reading(Preprocessed(None, ()), None, "empty")
    assert reading.label is None
    assert reading.probability == 0
