from itertools import cycle

import keras
import numpy as np
import pytest

from model.data import datasets
from model.data.augmentation import NONE
from model.data.datasets import Dataset, Digits
from model.experiments.designs import OWN, Design
from model.experiments.recipes import OPTIMIZERS, SCHEDULES, Recipe
from model.handwriting import hand
from model.training import optimizers
from model.training.batches import gather
from model.training.build import build
from model.training.health import Health, dead_share, weights_of
from model.training.loop import train

SMALL = Design(
    OWN,
    (
        {"kind": "conv", "filters": 2, "kernel_size": 5, "strides": 4, "activation": "tanh"},
        {"kind": "global_average_pool"},
    ),
)
PLAIN = {"synthetic": 0, "outliers": 0, "averaging": 0, "generated": 0, "augmentation": NONE}


@pytest.fixture(scope="module")
def digits():
    return Digits(*hand.digits(300, seed=1))


def compiled(design, recipe, steps=100):
    cnn = build(design, seed=1)
    cnn.compile(
        optimizers.optimizer(recipe, steps), keras.losses.CategoricalCrossentropy(from_logits=True)
    )
    cnn.optimizer.build(cnn.trainable_variables)
    return cnn


def batch(digits, count):
    targets = np.eye(10, dtype=np.float32)[digits.labels[:count]]
    return digits.pixels[:count, ..., np.newaxis] / np.float32(255), targets


def by_hand(weights, pixels, targets):
    """The loss of `SMALL`, in double precision and without Keras."""
    kernel, bias, dense, last = (each.astype(np.float64) for each in weights)
    side = (28 - 5) // 4 + 1
    patches = np.stack(
        [
            pixels[:, 4 * row : 4 * row + 5, 4 * column : 4 * column + 5, 0].reshape(-1, 25)
            for row in range(side)
            for column in range(side)
        ]
    ).astype(np.float64)
    maps = np.tanh(patches @ kernel.reshape(25, 2) + bias)
    logits = maps.mean(axis=0) @ dense + last
    top = logits.max(axis=1, keepdims=True)
    total = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
    return np.mean(total - (logits * targets).sum(axis=1))


def test_gradient_norms_equal_finite_differences(digits):
    cnn = compiled(SMALL, Recipe(weight_decay=0, averaging=0))
    pixels, targets = batch(digits, 8)
    weights = [np.asarray(each, np.float64) for each in cnn.trainable_variables]
    squares = []
    for number, weight in enumerate(weights):
        slopes = np.zeros(weight.size)
        for place in range(weight.size):
            losses = []
            for step in (1e-5, -1e-5):
                moved = [each.copy() for each in weights]
                moved[number].flat[place] += step
                losses.append(by_hand(moved, pixels, targets))
            slopes[place] = (losses[0] - losses[1]) / 2e-5
        squares.append((slopes**2).sum())
    cnn.train_on_batch(pixels, targets)
    found = Health(cnn).gradients()

    assert set(found) == {"conv1", "logits"}
    assert found["conv1"] == pytest.approx(np.sqrt(squares[0] + squares[1]), rel=1e-3)
    assert found["logits"] == pytest.approx(np.sqrt(squares[2] + squares[3]), rel=1e-3)


def test_updates_are_how_far_the_weights_went(digits):
    cnn = compiled(SMALL, Recipe(optimizer="sgd", schedule="constant", weight_decay=0, averaging=0))
    before = weights_of(cnn)
    cnn.train_on_batch(*batch(digits, 16))
    health = Health(cnn)
    kernel, bias = (
        before[each.path].astype(np.float64) for each in cnn.get_layer("logits").weights
    )
    moved = 3e-3 * health.gradients()["logits"]  # what plain descent does

    length = np.sqrt((kernel**2).sum() + (bias**2).sum())
    assert health.updates(before)["logits"] == pytest.approx(moved / length, rel=1e-3)
    nothing = {path: np.zeros_like(each) for path, each in before.items()}
    assert health.updates(nothing) == {}  # a share of nothing would be beyond all bounds


def test_a_unit_that_answers_every_digit_with_the_same_is_dead():
    rng = np.random.default_rng(0)
    maps = np.maximum(rng.normal(0, 1, (20, 7, 7, 4)), 0)
    assert dead_share(maps) == 0
    maps[..., 0] = 0
    assert dead_share(maps) == 0.25
    maps[..., 1] = rng.random((7, 7))  # something, but the same for all
    assert dead_share(maps) == 0.5
    units = rng.normal(0, 1, (20, 4))
    units[:, 3] = 1
    assert dead_share(units) == 0.25


def test_every_layer_with_an_activation_is_looked_at(cnn):
    assert set(Health(cnn).dead) == {"conv1", "conv2"}
    assert Health(build(Design(OWN), seed=0)).dead == {}


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_begins_and_ends_where_it_should(schedule):
    recipe = Recipe(schedule=schedule, learning_rate=0.01, warmup=0.2)
    optimizer = compiled(SMALL, recipe, steps=100).optimizer
    rates = []
    for step in range(101):
        optimizer.iterations.assign(step)
        rates.append(float(keras.ops.convert_to_numpy(optimizer.learning_rate)))

    begin, highest, end = {
        "constant": (0.01, 0, 0.01),
        "one-cycle": (0.01 / 25, 20, 0.01 * 0.002),
        "cosine": (0.01, 0, 0),
        "exponential": (0.01, 0, 0.0001),
    }[schedule]
    assert rates[0] == pytest.approx(begin, rel=1e-3)
    assert max(rates) == pytest.approx(0.01, rel=1e-3)
    assert rates[highest] == pytest.approx(0.01, rel=1e-3)
    assert rates[-1] == pytest.approx(end, rel=1e-2, abs=1e-8)


def test_the_factor_scales_the_step_and_the_weight_decay(digits):
    recipe = Recipe(optimizer="sgd", schedule="constant", weight_decay=0.5, averaging=0)
    pixels, targets = batch(digits, 16)
    moved = []
    for factor in (1.0, 0.25):
        cnn = compiled(SMALL, recipe)
        cnn.optimizer.factor.assign(factor)
        before = weights_of(cnn)
        cnn.train_on_batch(pixels, targets)
        after = weights_of(cnn)
        moved.append({path: after[path] - before[path] for path in before})

    for path, whole in moved[0].items():
        np.testing.assert_allclose(moved[1][path], whole / 4, atol=1e-6)


@pytest.mark.parametrize(("name", "schedule"), [*zip(OPTIMIZERS, cycle(SCHEDULES), strict=False)])
def test_every_optimizer_and_schedule_learns(name, schedule, digits):
    rate = {"sgd": 0.3, "momentum": 0.03, "nesterov": 0.03}.get(name, 0.01)
    recipe = Recipe(
        epochs=6,
        batch_size=16,
        optimizer=name,
        schedule=schedule,
        learning_rate=rate,
        weight_decay=1e-3,
        **PLAIN,
    )
    dataset = Dataset("our own handwriting", digits, digits)
    training = train("tiny", gather(dataset, recipe), recipe)

    assert training.history[-1].loss < 0.8 * training.history[0].loss


def gradients_after(design, batches):
    """How long the gradients of the first and the last layer are after some batches."""
    dataset = datasets.small_digits()
    recipe = Recipe(optimizer="adam", batch_size=32, weight_decay=0, **PLAIN)
    cnn = compiled(design, recipe)
    for number in range(batches):
        pixels, targets = batch(dataset.train[32 * number :], 32)
        cnn.train_on_batch(pixels, targets)
    found = Health(cnn).gradients()
    return found["conv1"], found["logits"]


def test_gradients_vanish_in_the_deep_sigmoid_network_and_not_in_its_twins():
    first, last = gradients_after("deep_sigmoid", 5)
    assert 0 < first < last / 100
    for twin in ("deep_relu", "deep_residual"):
        first, last = gradients_after(twin, 5)
        assert first > last / 1000


def test_the_residual_twin_learns_what_the_deep_sigmoid_network_cannot():
    recipe = Recipe(
        epochs=9,
        batch_size=32,
        optimizer="adam",
        learning_rate=3e-3,
        weight_decay=0,
        validation=250,
        **PLAIN,
    )
    material = gather(datasets.small_digits(), recipe)

    assert train("deep_residual", material, recipe).history[-1].validation_accuracy > 0.95
    one = Recipe(**{**vars(recipe), "epochs": 1})
    assert train("deep_sigmoid", material, one).history[-1].validation_accuracy < 0.3
