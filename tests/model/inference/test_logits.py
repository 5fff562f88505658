from math import exp, log

import numpy as np
import pytest

from model.inference.logits import cross_entropy, log_sum_exp, softmax


def test_softmax_is_the_share_of_each_exponential():
    odds = [exp(1), exp(2), exp(-3)]
    assert softmax(np.array([1.0, 2, -3])) == pytest.approx([each / sum(odds) for each in odds])


def test_log_sum_exp_is_taken_over_the_last_axis():
    logits = np.array([[[0.0, 0], [1, 2]]])
    assert log_sum_exp(logits) == pytest.approx(np.array([[log(2), log(exp(1) + exp(2))]]))


def test_cross_entropy_is_what_the_label_lacks_to_certainty():
    logits = np.array([[0.0, log(3)], [0, log(3)]])  # 1 to 3
    assert cross_entropy(logits, np.array([0, 1])) == pytest.approx([log(4), log(4 / 3)])


@pytest.mark.filterwarnings("error")
def test_logits_of_any_size_overflow_nothing():
    logits = np.array([[1e4, -1e4], [-1e4, -1e4]])
    assert softmax(logits) == pytest.approx(np.array([[1, 0], [0.5, 0.5]]))
    assert log_sum_exp(logits) == pytest.approx([1e4, log(2) - 1e4])
    assert cross_entropy(logits, np.array([1, 0])) == pytest.approx([2e4, log(2)])
