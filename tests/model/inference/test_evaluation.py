import numpy as np
import pytest

from model.handwriting import hand
from model.inference.evaluation import Evaluation, evaluate
from model.inference.network import trace


def test_an_evaluation_counts_as_one_would_by_hand(tiny_network):
    pixels, labels = hand.digits(250, seed=8)
    told = []
    found = evaluate(tiny_network, pixels, labels, told.append)

    confusion = np.zeros((10, 10), int)
    losses = []
    for picture, label in zip(pixels, labels, strict=True):
        probabilities = trace(tiny_network, picture.astype(np.float32) / 255).probabilities
        confusion[label, probabilities.argmax()] += 1
        losses.append(-np.log(probabilities[label]))
    np.testing.assert_array_equal(found.confusion, confusion)
    assert found.loss == pytest.approx(np.mean(losses), rel=1e-4)
    assert found.n == 250
    assert found.accuracy == np.trace(confusion) / 250
    assert sum(told) == 250


def test_a_digit_that_did_not_occur_has_no_accuracy():
    confusion = np.zeros((10, 10), int)
    confusion[3, 3], confusion[3, 8] = 3, 1

    assert Evaluation(confusion, 0.0).per_digit == [None] * 3 + [0.75] + [None] * 6
