"""Every kind of layer has its row, and every place that a row promises knows it."""

import json
import re
from pathlib import Path

import keras
import pytest
from explained import BODIES, build

from model.experiments.designs import Design
from model.experiments.layer_specs import KINDS as BUILT
from model.export.onnx_graph import WRITERS
from model.export.publishing import layers_of
from model.inference.layer_kinds import LAYER_KINDS, layer_kind
from model.inference.layers import INPUT
from tests import layer_kinds

MODULES = Path(__file__).parents[2] / "assets" / "components"
EXPORTED = sorted(LAYER_KINDS.keys() - {INPUT})
SETTINGS = {"filters": 4, "kernel_size": 3, "pool_size": 2, "rate": 0.5, "units": 4}


def keys_of(module, table):
    """List the keys of a table in a module: `KINDS = {Conv2D: …, …}`."""
    whole = re.compile(rf"\b{table} = {{\n(.*?)^}}", re.DOTALL | re.MULTILINE)
    texts = [path.read_text("utf-8") for path in MODULES.rglob(module)]
    (found,) = filter(None, map(whole.search, texts))
    return sorted(re.findall(r"^  (\w+)\b", found[1], re.MULTILINE))


@pytest.mark.parametrize("name", LAYER_KINDS)
def test_a_row_bears_the_name_of_a_keras_layer(name):
    assert issubclass(getattr(keras.layers, name), keras.Layer)


def test_every_kind_can_be_exported():
    assert sorted(each.__name__ for each in WRITERS) == EXPORTED


def test_every_kind_can_be_computed_in_the_browser():
    assert keys_of("engine/kinds.mjs", "KINDS") == EXPORTED


def test_every_kind_can_be_explained_in_the_browser():
    assert keys_of("cells.mjs", "KINDS") == sorted(LAYER_KINDS)


def test_every_kind_that_activates_has_its_function_in_the_browser():
    activating = {name for name, kind in LAYER_KINDS.items() if kind.family == "activation"}
    assert keys_of("activations.mjs", "ACTIVATION_LAYERS") == sorted(activating - {"Softmax"})


def test_every_kind_with_a_kernel_has_its_slices_in_the_browser():
    with_kernels = {
        layer.kind
        for name in BODIES
        for layer in layers_of(build(name))
        if any("kernel" in weight for weight in layer.weights)
    }
    assert keys_of("kernels.mjs", "SLICES") == sorted(with_kernels)


def test_every_window_is_measured_in_the_browser():
    windows = {kind.window for kind in LAYER_KINDS.values()} - {""}
    measured = keys_of("windows.mjs", "WINDOWS") + keys_of("windows.mjs", "UNEVEN")
    assert sorted(measured) == sorted(windows)


# The browser asks a layer for what its row says, not for its name, but for what turns logits into
# probabilities, and where a term of the glossary is the name of a layer: it is explained with the
# numbers of one.
NAMED = {
    *(("network.mjs", kind) for kind in ("Softmax", "Activation", "Flatten")),
    *(("numbers.mjs", kind) for kind in ("Conv2D", "DepthwiseConv2D", "BatchNormalization", "Add")),
    ("layer_terms.mjs", "ReLU"),
}


def test_no_module_keeps_a_list_of_kinds_of_its_own():
    comments = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
    found = {
        (path.name, name)
        for path in MODULES.rglob("*.mjs")
        for name in re.findall(r'"(\w+)"', comments.sub("", path.read_text("utf-8")))
        if name in LAYER_KINDS
    }
    assert found <= NAMED


def test_channels_are_named_for_known_kinds_alone():
    assert set(keys_of("fields.mjs", "CHANNELS")) <= set(EXPORTED)


def test_every_kind_is_compared_with_keras():
    built = {type(layer).__name__ for name in BODIES for layer in build(name).layers}
    assert sorted(built) == sorted({*LAYER_KINDS})


@pytest.mark.parametrize("name", BUILT)
def test_what_a_visitor_can_build_has_a_row(name):
    lay_out, settings = BUILT[name]
    spec = {"kind": name} | {key: SETTINGS[key] for key in settings if key in SETTINGS}
    shape = (28,) if name == "dense" else (28, 28, 1)
    assert lay_out(spec, shape, Design("lenet")).kind in LAYER_KINDS


@pytest.mark.parametrize("body", BODIES)
def test_a_row_names_settings_that_the_layer_has(body):
    for layer in build(body).layers:
        assert {*layer_kind(type(layer).__name__).settings} <= layer.get_config().keys()


@pytest.mark.parametrize("name", LAYER_KINDS)
def test_a_window_that_slides_has_the_settings_that_say_how(name):
    kind = LAYER_KINDS[name]
    if kind.window in ("kernel_size", "pool_size"):
        assert {kind.window, "strides", "padding"} <= {*kind.settings}


def test_a_kind_without_a_row_keeps_its_name_and_promises_nothing():
    odd = layer_kind("LSTM")
    assert (odd.title, odd.family, odd.window, odd.shows) == ("LSTM", "unknown", "", "")


def test_the_browsers_tests_are_told_what_the_browser_is_told():
    written = layer_kinds.WRITTEN.read_text("utf-8")
    assert written == layer_kinds.content(), "write it anew: python -m tests.layer_kinds"
    assert json.loads(written)["Conv2D"]["family"] == "convolution"
