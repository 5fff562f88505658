import keras
import numpy as np
import pytest
from training_runs import keep, weights

from model.base.errors import UserError
from model.base.home import home
from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.export.publishing import Origin, publish
from model.inference.catalogue import open_network
from model.inference.network import trace
from model.keras_checks.questions import cell_value, effective_field
from model.runs import store
from model.training.build import build

CELLS = [
    ("digit", [14, 14, 0]),
    ("conv1", [9, 12, 3]),
    ("pool1", [7, 7, 3]),
    ("conv4", [3, 3, 5]),
    ("logits", [7]),
]


@pytest.mark.parametrize(("layer", "index"), CELLS, ids=[layer for layer, _ in CELLS])
def test_keras_gives_the_cell_that_the_network_that_serves_does(layer, index, seven):
    served = {"digit": seven[..., np.newaxis], **trace(open_network(), seven).activations}
    expected = served[layer][tuple(index)]

    assert cell_value("default", seven.tolist(), layer, index) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("layer", "index"),
    [
        ("conv9", [0, 0, 0]),
        ("conv4", [0, 0]),
        ("conv4", [7, 0, 0]),
        ("conv4", [0, 0, -1]),
        ("logits", [0, 0, 0]),
    ],
)
@pytest.mark.parametrize("question", [cell_value, effective_field])
def test_a_cell_that_is_not_there_is_refused(question, layer, index, seven):
    with pytest.raises(UserError, match=r"no (cell|layer)"):
        question("default", seven, layer, index)


def test_a_network_that_was_replaced_is_asked_anew(seven, tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    noise = np.random.default_rng(1).random((2, 28, 28), np.float32)
    for seed in (1, 2):
        cnn = build("tiny", seed=seed)
        origin = Origin("Tiny", "tiny")
        publish(cnn, "changing", origin, home() / "networks", digits=noise, replace=True)
        expected = np.asarray(cnn(seven[np.newaxis, ..., np.newaxis], training=False))[0, 4]
        assert cell_value("changing", seven, "logits", [4]) == pytest.approx(expected, abs=1e-5)


def test_a_moment_of_a_training_is_asked_with_the_weights_of_that_moment(
    seven, tmp_path, monkeypatch
):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    run = store.create(store.RunRequest(Design("tiny"), Recipe()))
    for number, seed in ((50, 1), (120, 2)):
        cnn = build("tiny", seed=seed)
        keep(run, number, weights(cnn))
        expected = np.asarray(cnn(seven[np.newaxis, ..., np.newaxis], training=False))[0, 4]
        for moment in (str(number), "now"):
            found = cell_value(f"{run.id}@{moment}", seven, "logits", [4])
            assert found == pytest.approx(expected, abs=1e-5)
    with pytest.raises(UserError, match="no snapshot"):
        cell_value(f"{run.id}@51", seven, "logits", [4])


def test_the_effective_field_of_a_convolution_is_the_size_of_its_weights(seven):
    kernel = open_network().weights("conv1")["kernel"][:, :, 0, 3]  # (5, 5)
    expected = np.zeros((28, 28))
    expected[10:15, 6:11] = np.abs(kernel)

    field = effective_field("default", seven, "conv1", [12, 8, 3])
    np.testing.assert_allclose(field, expected, atol=1e-6)


def test_the_effective_field_lies_inside_the_theoretical_one(seven):
    field = effective_field("default", seven, "conv4", [3, 4, 5])
    rows, columns = (np.flatnonzero(field.any(axis=axis)) for axis in (1, 0))

    assert field.shape == (28, 28)
    # The formula: 24 pixels, from 10 before the cell's own place in steps of 4.
    assert 3 * 4 - 10 <= rows.min() < rows.max() <= 3 * 4 - 10 + 23
    assert 4 * 4 - 10 <= columns.min() < columns.max() <= 27


def test_an_activation_layer_has_the_effective_field_of_what_it_reads(seven, tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    digit = keras.Input((28, 28, 1))
    conv = keras.layers.Conv2D(2, 3, name="conv")(digit)
    rectified = keras.layers.ReLU(name="relu")(conv)
    logits = keras.layers.Dense(10)(keras.layers.Flatten()(rectified))
    noise = np.random.default_rng(1).random((2, 28, 28), np.float32)
    folder = home() / "networks"
    publish(keras.Model(digit, logits), "split", Origin("Split", ""), folder, digits=noise)

    fields = [effective_field("split", seven, layer, [5, 5, 1]) for layer in ("conv", "relu")]
    np.testing.assert_array_equal(*fields)
    assert fields[0].any()


def test_a_backend_without_gradients_says_so(seven, monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "abacus")

    with pytest.raises(UserError, match="backend abacus provides no gradients"):
        effective_field("default", seven, "conv4", [3, 3, 5])
