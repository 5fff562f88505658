import ast
import os
import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest

from model.handwriting import hand
from model.learning import script
from model.learning.augmentation import NONE, Augmentation
from model.learning.designs import DESIGNS, OWN, Design
from model.learning.layout import rows
from model.learning.presets import PRESETS
from model.learning.recipes import OPTIMIZERS, SCHEDULES, Recipe

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


def run(text, folder, data):
    """Run a script on its own: nothing of this project can be imported."""
    (folder / "train.py").write_text(text, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-I", "train.py", str(data)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize(
    ("design", "recipe"),
    [
        (Design("convscope", dropout=0.5), RECIPE),
        (
            replace(ODD, kernel_initializer="he_normal"),
            replace(RECIPE, optimizer="nesterov", schedule="exponential", augmentation=NONE),
        ),
    ],
    ids=["convscope", "own"],
)
def test_the_script_trains_the_same_network_without_this_project(design, recipe, data, tmp_path):
    from model.learning.architectures import build

    said = run(script.text(design, recipe), tmp_path, data)

    (file,) = tmp_path.glob("*.keras")
    trained, ours = keras.saving.load_model(file), build(design, seed=0)
    assert [layer.name for layer in trained.layers] == [layer.name for layer in ours.layers]
    assert trained.count_params() == ours.count_params()
    assert "read right in the test:" in said


@pytest.mark.parametrize("architecture", DESIGNS)
def test_every_architecture_is_built_layer_by_layer_as_designed(architecture):
    design = Design(architecture, activation="elu", dropout=0.3)
    tree = ast.parse(script.text(design, RECIPE))
    network = keras_network(tree)

    built = {layer.name: layer.output.shape[1:] for layer in network.layers[1:]}
    assert built == {row.name: row.output_shape for row in rows(design)}
    assert network.count_params() == sum(row.parameters for row in rows(design))


def keras_network(tree):
    """Carry out only the lines that build the network."""
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    lines = [node for node in tree.body if isinstance(node, kept)]
    scope = {}
    exec(compile(ast.Module(lines, []), "script", "exec"), scope)
    return scope["build"]()


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
    for racer in preset.runs:
        ast.parse(script.text(racer.design, racer.recipe))
