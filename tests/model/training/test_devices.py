"""The same training on other devices, in other numbers, and by another backend than TensorFlow."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from model.data.datasets import Dataset, Digits
from model.experiments.designs import Design
from model.experiments.recipes import PLAIN, Recipe
from model.export.publishing import exported
from model.handwriting import hand
from model.inference.catalogue import Card
from model.inference.layers import weight_name
from model.inference.network import Network, logits_of
from model.runs import snapshots, store
from model.runs.pulses import read_pulses
from model.training import batches, device
from model.training.batches import BatchSequence, gather
from model.training.build import build
from model.training.trainer import perform

ROOT = Path(__file__).parents[3]
RECIPE = replace(PLAIN, epochs=3, batch_size=32, learning_rate=0.01, validation=100, seed=2)
WITHIN = 240.0  # seconds, on a machine that is busy with other things


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    pixels, labels = hand.digits(600, seed=1)
    path = tmp_path_factory.mktemp("data") / "digits.npz"
    np.savez(path, x_train=pixels, y_train=labels, x_test=pixels[:100], y_test=labels[:100])
    return str(path)


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    return tmp_path


def published(run):
    """Open what a run has published: in Keras as it is here, and as it serves."""
    cnn = keras.models.load_model(run.folder / f"{run.id}.keras", compile=False)
    card = Card.from_json(json.loads((run.folder / f"{run.id}.json").read_text()))
    export = (run.folder / f"{run.id}.onnx").read_bytes()
    return cnn, Network(export, card.layers, energy_threshold=0.0)


# JAX


def test_under_jax_a_run_is_watched_paused_resumed_and_ends_as_if_undisturbed(shelf, file):
    # So few digits come in batches of one size, and JAX compiles once.
    recipe = Recipe(**{**vars(RECIPE), "digits": 40, "epochs": 20, "schedule": "one-cycle"})
    undisturbed, disturbed = (
        store.create(store.RunRequest(Design("tiny"), recipe, source=file), owner="ada")
        for _ in range(2)
    )
    told = subprocess.run(
        [sys.executable, "-m", "tests.paused_training", undisturbed.id, disturbed.id],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "JAX_LOG_COMPILES": "1"},
        check=True,
        capture_output=True,
        text=True,
        timeout=WITHIN,
    )
    total = store.find(undisturbed.id).status.digits_total
    state, digits, compiled_first, compiled_later = told.stdout.split()
    assert (state, int(digits)) == (store.PAUSED, total // 2)
    assert int(compiled_first) > 10
    assert compiled_later == "0", "a pulse compiles nothing anew"
    for run in (undisturbed, disturbed):
        assert store.find(run.id).status.state == store.DONE
    watched = read_pulses(undisturbed.id)
    assert len(watched) > 5
    for pulse in watched[1:]:
        assert all(layer["gradient"] > 0 for layer in pulse["layers"].values())

    whole, network = published(undisturbed)
    resumed, other = published(disturbed)
    for one, same in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(one, same, atol=1e-6, rtol=0)
    with np.load(file) as arrays:
        digits = arrays["x_test"].astype(np.float32) / 255
    for cnn, served in ((whole, network), (resumed, other)):
        here = np.asarray(cnn.predict_on_batch(digits[..., np.newaxis]))  # by TensorFlow
        np.testing.assert_allclose(logits_of(served, digits), here, atol=1e-4)
    last = snapshots.load(undisturbed.id, snapshots.NOW)
    for layer in whole.layers:
        for weight in layer.weights:
            kept = last.weights[weight_name(layer.name, weight.name)]
            np.testing.assert_array_equal(kept, np.asarray(weight))


# Several GPUs


def test_two_devices_that_share_each_batch_train_the_same_network_as_one(tmp_path):
    environment = {**os.environ, "KERAS_BACKEND": "tensorflow"}
    subprocess.run(
        [sys.executable, "-m", "tests.two_devices", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=WITHIN,
    )
    one, two = (json.loads((tmp_path / name / "told.json").read_text()) for name in ("one", "two"))
    assert (one["replicas"], two["replicas"]) == (1, 2)
    np.testing.assert_allclose(one["losses"], two["losses"], atol=1e-4)
    assert two["losses"][-1] < two["losses"][0] - 0.1
    assert two["snapshots"] == one["snapshots"]
    assert two["history"] == pytest.approx(one["history"], abs=0.02)
    pulses = [
        [json.loads(line) for line in (tmp_path / name / "pulses.jsonl").read_text().splitlines()]
        for name in ("one", "two")
    ]
    at = {pulse["digits"]: pulse["layers"] for pulse in pulses[0]}
    common = [pulse for pulse in pulses[1] if pulse["digits"] and pulse["digits"] in at]
    assert len(common) > 4
    for pulse in common:
        for layer, told in pulse["layers"].items():
            assert told["gradient"] == pytest.approx(
                at[pulse["digits"]][layer]["gradient"], rel=1e-3
            )
    with (
        np.load(tmp_path / "one" / "weights.npz") as alone,
        np.load(tmp_path / "two" / "weights.npz") as shared,
    ):
        for name in alone:
            np.testing.assert_allclose(shared[name], alone[name], atol=1e-4)


@pytest.mark.parametrize(
    ("gpus", "batch_size", "used"),
    [(0, 128, 1), (1, 128, 1), (2, 128, 2), (3, 128, 2), (8, 128, 8), (4, 50, 2), (2, 33, 1)],
)
def test_as_many_gpus_are_used_as_divide_a_batch_evenly(monkeypatch, gpus, batch_size, used):
    monkeypatch.setattr(device, "_gpus", lambda: [f"GPU:{number}" for number in range(gpus)])
    assert device.replicas(batch_size) == used


def test_every_batch_can_be_shared_evenly_also_the_small_ones_at_the_beginning(monkeypatch):
    pixels, labels = hand.digits(1500, seed=1)
    data = gather(Dataset("ours", Digits(pixels, labels), Digits(pixels, labels)), RECIPE)
    alone = [len(batch) for batch, _ in BatchSequence(data, RECIPE)]
    monkeypatch.setattr(batches, "replicas", lambda batch_size: 4)
    sequence = BatchSequence(data, RECIPE)
    sizes = [len(sequence[number][0]) for number in range(len(sequence))]
    assert all(size % 4 == 0 for size in sizes)
    assert len(sizes) == len(alone)
    reached = set(np.cumsum(sizes).tolist())
    assert all(reached & set(range(digits - 3, digits + 1)) for digits in batches.FIRST)


# Sixteen bits


def test_mixed_precision_computes_in_bfloat16_all_but_the_logits():
    mixed, usual = build("tiny", seed=1, mixed_precision=True), build("tiny", seed=1)
    dtypes = {layer.name: layer.compute_dtype for layer in mixed.layers}
    assert dtypes["conv1"] == dtypes["conv2"] == "bfloat16"
    assert dtypes["logits"] == "float32"
    for one, other in zip(mixed.weights, usual.weights, strict=True):
        assert one.dtype == "float32"
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))
    digit = np.random.default_rng(0).random((5, 28, 28, 1), np.float32)
    apart = np.abs(np.asarray(mixed(digit)) - np.asarray(usual(digit))).max()
    assert 0 < apart < 0.05


def test_what_is_trained_in_mixed_precision_is_kept_and_served_in_float32(shelf, file):
    mixed = Recipe(**{**vars(RECIPE), "mixed_precision": True})
    cards = {}
    for recipe in (RECIPE, mixed):
        run = store.create(store.RunRequest(Design("tiny"), recipe, source=file), owner="ada")
        cards[recipe] = run, perform(run)
    (usual, _), (run, card) = cards.values()

    cnn, network = published(run)
    assert {layer.compute_dtype for layer in cnn.layers} == {"float32"}
    exported(cnn)  # refuses where Keras and the export differ
    last = snapshots.load(run.id, snapshots.NOW)
    for layer in cnn.layers:
        for weight in layer.weights:
            assert weight.dtype == "float32"
            kept = last.weights[weight_name(layer.name, weight.name)]
            np.testing.assert_array_equal(kept, np.asarray(weight))
            np.testing.assert_array_equal(network.weights(layer.name)[weight.name], kept)
    assert card.recipe["mixed_precision"]
    assert read_pulses(run.id)[-1]["loss"] < read_pulses(run.id)[1]["loss"]
    other, _ = published(usual)
    assert not np.array_equal(cnn.get_weights()[0], other.get_weights()[0])
