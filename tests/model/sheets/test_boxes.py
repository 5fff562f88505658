"""Boxes that somebody draws: what is in them is read, and nothing else."""

import cv2
import numpy as np
import pytest
from handwritten import ink, on_canvas

from model.inference.catalogue import open_network
from model.inference.finding import read_digits
from model.pixels.segmentation import Box
from model.sheets.boxes import read_boxes

PAPER, DEPTH = 235, 200


@pytest.fixture(scope="module")
def network():
    return open_network()


def page(*digits):
    """Digits beside each other on paper, each in a field of 140 × 140."""
    fields = [cv2.resize(ink(on_canvas(digit)), (140, 140)) for digit in digits]
    return np.rint(PAPER - DEPTH * np.hstack(fields)).astype(np.uint8)


def field(number):
    return Box(140 * number, 0, 140, 140)


def test_each_box_is_read_by_itself_and_in_the_order_in_which_they_are_asked_for(network):
    gray = page(4, 2, 7)
    found = read_boxes(network, gray, [field(2), field(0), field(1)])
    assert [digit.reading.label for digit in found] == [7, 4, 2]
    assert [digit.reading.verdict for digit in found] == ["digit"] * 3
    assert [digit.box for digit in found] == [field(2), field(0), field(1)]


def test_a_box_as_it_was_found_is_read_as_it_was(network):
    gray = page(3, 8)
    for digit in read_digits(network, gray):
        (again,) = read_boxes(network, gray, [digit.box])
        assert again.reading.label == digit.reading.label
        np.testing.assert_allclose(
            again.reading.trace.probabilities, digit.reading.trace.probabilities, atol=1e-3
        )


def test_ink_beyond_a_box_is_none_of_its_digits(network):
    gray = page(1, 5)
    alone = page(1)
    box = Box(30, 0, 80, 140)
    with_neighbor, without = (read_boxes(network, each, [box])[0] for each in (gray, alone))
    assert with_neighbor.reading.label == without.reading.label == 1


def test_digits_that_touch_are_two_in_two_boxes(network):
    gray = page(5, 6)
    gray[66:74, 90:190] = PAPER - DEPTH  # a line that joins them
    found = read_boxes(network, gray, [Box(20, 0, 112, 140), Box(150, 0, 130, 140)])
    assert found[1].reading.label == 6


def test_a_box_of_paper_is_empty(network):
    gray = page(4)
    (found,) = read_boxes(network, gray, [Box(0, 0, 12, 12)])
    assert found.reading.verdict == "empty"
    assert found.reading.label is None
    assert found.cut.shape == (12, 12)


def test_chalk_on_a_board_and_a_picture_of_few_pixels_are_read_as_well(network):
    gray = page(2, 9)
    for picture, scale in [(255 - gray, 1), (cv2.resize(gray, (80, 40)), 80 / 280)]:
        boxes = [Box(0, 0, round(140 * scale), round(140 * scale))]
        (found,) = read_boxes(network, picture, boxes)
        assert found.reading.label == 2


def test_no_boxes_are_no_digits(network):
    assert read_boxes(network, page(1), []) == []
