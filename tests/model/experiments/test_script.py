import ast
import os
import runpy
import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest

from model.data.augmentation import NONE, Augmentation, augment
from model.experiments import script
from model.experiments.designs import DESIGNS, OWN, Design
from model.experiments.events import TrainingEvent
from model.experiments.presets import PRESETS
from model.experiments.recipes import OPTIMIZERS, SCHEDULES, Recipe
from model.experiments.shapes import layers_of
from model.handwriting import hand
from model.training.build import build

RECIPE = Recipe(
    epochs=2, batch_size=16, validation=20, digits=60, averaging=0, synthetic=0, outliers=0
)
ODD = Design(
    OWN,
    (
        {"kind": "conv", "filters": 4, "kernel_size": 3, "name": "x", "activation": "relu"},
        {"kind": "batch_normalization", "name": "lambda"},
        {"kind": "residual", "layers": [{"kind": "dropout", "rate": 0.5, "name": "layers"}]},
        {"kind": "average_pool", "pool_size": 3, "strides": 2, "padding": "same"},
        {"kind": "dense", "units": 12, "activation": "tanh", "name": "network"},
    ),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    pixels, labels = hand.digits(120, seed=2)
    path = tmp_path_factory.mktemp("data") / "digits.npz"
    np.savez(path, x_train=pixels[:100], y_train=labels[:100], x_test=pixels, y_test=labels)
    return path


def assert_trained(design, folder, said):
    (file,) = folder.glob("*.keras")
    trained, ours = keras.saving.load_model(file), build(design, seed=0)
    assert [layer.name for layer in trained.layers] == [layer.name for layer in ours.layers]
    assert {layer.compute_dtype for layer in trained.layers} == {"float32"}
    assert trained.count_params() == ours.count_params()
    assert "accuracy on the test set:" in said


def test_the_script_trains_the_same_network_without_this_project(data, tmp_path):
    design = Design("convscope", dropout=0.5)
    (tmp_path / "train.py").write_text(script.text(design, RECIPE), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", "train.py", str(data)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert_trained(design, tmp_path, done.stdout)


def test_the_script_of_a_run_that_was_changed_changes_the_same_at_the_same_place(
    data, tmp_path, monkeypatch
):
    bent = Augmentation(rotation=33, bend=0)
    events = (
        TrainingEvent("learning_rate", 30, 0.5, learning_rate=RECIPE.learning_rate / 10),
        TrainingEvent("augmentation", 60, 1.0, augmentation=bent),
        TrainingEvent("resumed", 60, 1.0),
        TrainingEvent("stopped", 90, 1.5),
    )
    recipe = replace(RECIPE, schedule="constant", augmentation=NONE)
    (tmp_path / "train.py").write_text(script.text(Design("tiny"), recipe, events), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", str(data)])
    scope = runpy.run_path("train.py")

    # 60 digits in batches of 16: an epoch has four of them.
    assert int(scope["optimizer"].iterations) == 6
    rates = [float(scope["rate"](step)) for step in (0, 1, 2, 5)]
    full, tenth = recipe.learning_rate, recipe.learning_rate / 10
    assert rates == pytest.approx([full, full, tenth, tenth])
    changes = [vars(scope["changes_at"](epoch)) for epoch in (0.0, 0.75, 1.0, 1.25)]
    assert changes == [vars(NONE)] * 2 + [vars(bent)] * 2
    keras.saving.load_model(tmp_path / "tiny.keras")


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_the_script_of_any_changed_run_has_lines_of_a_hundred_characters(schedule):
    odd = Augmentation(12.55, 0.125, 0.225, 1.55, 0.45, 0.255)
    events = [
        TrainingEvent("learning_rate", 1234567 * n, 12.3456789 * n, learning_rate=0.000123456 * n)
        for n in range(1, 9)
    ]
    events += [
        TrainingEvent("augmentation", 1, 98.7654321, augmentation=odd),
        TrainingEvent("time_limit", 2, 99.87654321),
    ]
    recipe = replace(RECIPE, schedule=schedule, mixed_precision=True)
    written = script.text(Design("resnet"), recipe, events)

    ast.parse(written)
    assert max(map(len, written.splitlines())) <= 100


def test_the_script_computes_in_sixteen_bits_where_the_recipe_does(
    data, tmp_path, monkeypatch, capsys
):
    design = replace(ODD, kernel_initializer="he_normal")
    settings = {"optimizer": "nesterov", "schedule": "exponential", "augmentation": NONE}
    recipe = replace(RECIPE, mixed_precision=True, **settings)
    trained = {}

    def fit(network, *arguments, _fit=keras.Model.fit, **options):
        trained.update({layer.name: layer.compute_dtype for layer in network.layers})
        return _fit(network, *arguments, **options)

    (tmp_path / "train.py").write_text(script.text(design, recipe), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train.py", str(data)])
    monkeypatch.setattr(keras.Model, "fit", fit)
    runpy.run_path("train.py")

    assert_trained(design, tmp_path, capsys.readouterr().out)
    mixed = build(design, seed=0, mixed_precision=True)
    ours = {layer.name: layer.compute_dtype for layer in mixed.layers[1:]}
    assert {name: trained[name] for name in ours} == ours
    assert set(ours.values()) == {"bfloat16", "float32"}


def test_the_script_changes_digits_exactly_as_the_app_does():
    most = Augmentation(rotation=20, bend=0.7, thickness=0.5)
    text = script.text(Design("tiny"), replace(RECIPE, augmentation=most))
    pixels = hand.digits(40, seed=3)[0]
    theirs = scope_of(ast.parse(text))

    changed = theirs["augment"](pixels, np.random.default_rng(5), theirs["CHANGES"])
    np.testing.assert_array_equal(changed, augment(pixels, np.random.default_rng(5), most))
    assert (changed != pixels).any(axis=(1, 2)).all()


@pytest.mark.parametrize("architecture", DESIGNS)
def test_every_architecture_is_built_layer_by_layer_as_designed(architecture):
    design = Design(architecture, activation="elu", dropout=0.3)
    tree = ast.parse(script.text(design, RECIPE))
    network = scope_of(tree)["build"]()

    built = {layer.name: layer.output.shape[1:] for layer in network.layers[1:]}
    assert built == {row.name: row.output_shape for row in layers_of(design)}
    assert network.count_params() == sum(row.parameters for row in layers_of(design))


def scope_of(tree):
    """Carry out what a script defines, without reading digits or training."""
    kinds = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef

    def is_constant(node):
        return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper()

    defined = [node for node in tree.body if isinstance(node, kinds) or is_constant(node)]
    scope = {}
    exec(compile(ast.Module(defined, []), "script", "exec"), scope)
    return scope


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("augmentation", [NONE, Augmentation(), Augmentation(5, 0, 0, 0, 0, 0)])
def test_every_recipe_makes_a_script_in_lines_of_a_hundred_characters(
    optimizer, schedule, augmentation
):
    recipe = replace(RECIPE, optimizer=optimizer, schedule=schedule, augmentation=augmentation)
    written = script.text(Design("resnet", kernel_initializer="he_normal"), recipe)

    ast.parse(written)
    assert max(map(len, written.splitlines())) <= 100


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_experiment_can_be_taken_along(preset):
    for plan in preset.plans:
        ast.parse(script.text(plan.design, plan.recipe))
