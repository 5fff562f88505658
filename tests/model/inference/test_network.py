from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from model.base.errors import UserError
from model.handwriting import hand
from model.inference.logits import softmax
from model.inference.network import Network, logits_of, trace


def test_a_conv_cell_equals_the_convolution_done_by_hand(tiny_network, cnn, seven):
    conv1 = trace(tiny_network, seven).activations["conv1"]
    kernel, bias = (np.asarray(weight) for weight in cnn.get_layer("conv1").weights)

    for row, column, channel in [(0, 0, 0), (11, 8, 2), (25, 25, 3)]:
        patch = seven[row : row + 3, column : column + 3]
        by_hand = max(0.0, (patch * kernel[:, :, 0, channel]).sum() + bias[channel])
        assert conv1[row, column, channel] == pytest.approx(by_hand, abs=1e-5)


def test_a_pool_cell_is_the_largest_of_its_window(tiny_network, seven):
    activations = trace(tiny_network, seven).activations
    conv1, pool1 = activations["conv1"], activations["pool1"]

    assert pool1[5, 6, 1] == conv1[10:12, 12:14, 1].max()
    assert pool1.shape == (13, 13, 4)


def test_a_strided_conv_cell_sees_the_paper_beyond_the_edge(tiny_network, cnn, seven):
    activations = trace(tiny_network, seven).activations
    kernel, bias = (np.asarray(weight) for weight in cnn.get_layer("conv2").weights)
    padded = np.pad(activations["pool1"], ((1, 1), (1, 1), (0, 0)))  # 13 in steps of 2: 7 cells

    for row, column in [(0, 0), (3, 2), (6, 6)]:
        patch = padded[2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
        by_hand = max(0.0, (patch * kernel[..., 4]).sum() + bias[4])
        assert activations["conv2"][row, column, 4] == pytest.approx(by_hand, abs=1e-5)


def test_the_logits_are_the_flattened_maps_times_the_dense_kernel(tiny_network, cnn, seven):
    traced = trace(tiny_network, seven)
    kernel, bias = (np.asarray(weight) for weight in cnn.get_layer("logits").weights)
    by_hand = traced.activations["conv2"].reshape(-1) @ kernel + bias

    np.testing.assert_allclose(traced.logits, by_hand, atol=1e-5)


def test_every_layer_answers_as_in_keras_on_500_digits(tiny_network, cnn):
    pixels, _ = hand.digits(500, seed=3)
    digits = pixels.astype(np.float32) / 255
    layers = cnn.layers[1:]
    probe = keras.Model(cnn.inputs[0], {layer.name: layer.output for layer in layers})
    expected = probe.predict_on_batch(digits[..., np.newaxis])

    for number, digit in enumerate(digits):
        activations = trace(tiny_network, digit).activations
        assert list(activations) == [layer.name for layer in layers]
        for name, activation in activations.items():
            np.testing.assert_allclose(activation, expected[name][number], atol=1e-5, rtol=0)


def test_probabilities_are_the_softmax_of_the_logits(tiny_network, seven):
    traced = trace(tiny_network, seven)
    odds = [np.exp(float(logit)) for logit in traced.logits]

    np.testing.assert_allclose(traced.probabilities, np.array(odds) / sum(odds), atol=1e-6)


def test_softmax_of_huge_logits_is_finite():
    np.testing.assert_array_equal(softmax(np.array([1000.0, 0.0, -1000.0])), [1, 0, 0])


def test_a_batch_is_answered_like_its_digits_one_by_one(tiny_network):
    pixels, _ = hand.digits(20, seed=4)
    digits = pixels.astype(np.float32) / 255
    one_by_one = [trace(tiny_network, digit).logits for digit in digits]

    np.testing.assert_allclose(logits_of(tiny_network, digits), one_by_one, atol=1e-5)


def test_the_weights_are_those_of_keras_bit_for_bit(tiny_network, cnn):
    for layer in cnn.layers:
        weights = tiny_network.weights(layer.name)
        assert list(weights) == [variable.name for variable in layer.weights]
        for variable in layer.weights:
            np.testing.assert_array_equal(weights[variable.name], np.asarray(variable))


def test_weights_of_a_layer_that_does_not_exist_are_refused(tiny_network):
    with pytest.raises(UserError, match="conv9"):
        tiny_network.weights("conv9")


def test_16_threads_at_once_are_answered_like_one(tiny_network):
    pixels, _ = hand.digits(160, seed=5)
    digits = pixels.astype(np.float32) / 255
    alone = [trace(tiny_network, digit) for digit in digits]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(lambda digit: trace(tiny_network, digit), digits))

    for one, other in zip(alone, together, strict=True):
        for name, activation in one.activations.items():
            np.testing.assert_array_equal(activation, other.activations[name])


def test_changing_an_answer_changes_no_later_one(tiny_network, seven):
    first = trace(tiny_network, seven)
    kept = first.logits.copy()
    first.logits[:] = 0
    tiny_network.weights("conv1")["kernel"][:] = 0

    np.testing.assert_array_equal(trace(tiny_network, seven).logits, kept)
    assert tiny_network.weights("conv1")["kernel"].any()


def test_an_export_that_lacks_a_layer_of_the_card_is_refused(tiny_folder):
    from model.export.publishing import layers_of
    from model.training.build import build

    export = (tiny_folder / "tiny.onnx").read_bytes()
    with pytest.raises(UserError, match="conv3"):
        Network(export, layers_of(build("convscope", seed=0)), 0.0)
