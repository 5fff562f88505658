import json

import numpy as np
import pytest

from model.base.errors import UserError
from model.experiments.designs import ACTIVATIONS, DESIGNS, KERNEL_INITIALIZERS, OWN, Design
from model.experiments.shapes import layers_of, parameters
from model.training.build import build


def conv(filters=4, kernel_size=3, **settings):
    return {"kind": "conv", "filters": filters, "kernel_size": kernel_size, **settings}


def own(*layers, **settings):
    return Design(OWN, layers, **settings)


def random_block(rng, deep=0):
    """Some layers that leave the size of the maps as it is, and how many channels they leave."""
    filters = int(rng.integers(1, 9))
    block = [conv(filters, int(rng.integers(1, 6)), padding="same", activation="tanh")]
    if rng.random() < 0.5:
        block.append({"kind": "batch_normalization"})
    if rng.random() < 0.5 and deep < 2:
        inner, channels = random_block(rng, deep + 1)
        closing = conv(filters, 1, padding="same")
        block.append({"kind": "residual", "layers": [*inner, closing]})
    if rng.random() < 0.5 and deep < 2:
        branches, filters = [], 0
        for _ in range(rng.integers(2, 4)):
            inner, channels = random_block(rng, deep + 1)
            branches.append(inner)
            filters += channels
        block.append({"kind": "branches", "branches": branches})
    return block, filters


def random_design(seed):
    """An own design of most kinds of layers."""
    rng = np.random.default_rng(seed)
    specs = []
    for _ in range(rng.integers(0, 4)):
        chosen = rng.integers(4)
        if chosen == 0:
            padding = str(rng.choice(["same", "valid"]))
            strides = int(rng.integers(1, 4))
            specs.append(conv(6, int(rng.integers(1, 8)), strides=strides, padding=padding))
        elif chosen == 1:
            kind = str(rng.choice(["max_pool", "average_pool"]))
            specs.append({"kind": kind, "pool_size": int(rng.integers(1, 5))})
            if rng.random() < 0.5:
                specs[-1] |= {"strides": int(rng.integers(1, 4)), "padding": "same"}
        else:
            specs += random_block(rng)[0]
    ending = [[], [{"kind": "global_average_pool"}], [{"kind": "flatten"}]][rng.integers(3)]
    specs += ending
    if rng.random() < 0.5:
        specs.append({"kind": "dropout", "rate": 0.25})
        specs.append({"kind": "dense", "units": int(rng.integers(1, 40)), "activation": "relu"})
    return own(*specs, dropout=float(rng.choice([0, 0.5])))


def as_keras_has_it(design):
    layers = build(design, seed=0).layers[1:]
    return {each.name: (type(each).__name__, each.output.shape[1:]) for each in layers}


CHOSEN = {name: Design(name) for name in DESIGNS}
CHOSEN |= {f"random {seed}": random_design(seed) for seed in range(25)}


@pytest.mark.parametrize("design", CHOSEN.values(), ids=CHOSEN)
def test_shapes_and_parameters_are_those_that_keras_builds(design):
    found = layers_of(design)
    cnn = build(design, seed=0)

    assert {row.name: (row.kind, row.output_shape) for row in found} == as_keras_has_it(design)
    for row in found:
        assert cnn.get_layer(row.name).count_params() == row.parameters, row.name
    assert cnn.count_params() == parameters(design)
    assert cnn.output.shape == (None, 10)


def test_flatten_and_logits_are_added_where_they_are_missing():
    assert [row.name for row in layers_of(own(conv()))] == ["conv1", "flatten", "logits"]
    assert [row.name for row in layers_of(own({"kind": "flatten"}))] == ["flatten", "logits"]
    assert [row.name for row in layers_of(own())] == ["flatten", "logits"]


def test_names_that_are_given_are_kept_and_the_others_go_round_them():
    found = layers_of(own(conv(), conv(name="conv2"), conv(), {"kind": "max_pool"}))
    assert [row.name for row in found[:4]] == ["conv1", "conv2", "conv3", "pool1"]


def test_the_activation_of_a_design_takes_the_place_of_every_hidden_one():
    design = own(
        conv(), conv(activation="relu"), {"kind": "dense", "units": 5, "activation": "elu"}
    )
    changed = build(Design(OWN, design.layers, activation="sigmoid"), seed=0)
    names = [layer.activation.__name__ for layer in changed.layers if hasattr(layer, "activation")]

    assert names == ["linear", "sigmoid", "sigmoid", "linear"]


@pytest.mark.parametrize("name", KERNEL_INITIALIZERS)
def test_kernels_begin_as_the_design_says(name):
    cnn = build(own(conv(), kernel_initializer=name), seed=0)
    kernels = [layer.kernel for layer in cnn.layers if hasattr(layer, "kernel")]

    assert len(kernels) == 2
    for kernel in kernels:
        value = np.asarray(kernel)
        if name in ("zeros", "ones"):
            assert np.all(value == (name == "ones"))
        else:
            assert value.std() > 0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_can_be_built(name):
    assert build(own(conv(activation=name)), seed=0)


def test_dropout_stands_before_the_logits():
    found = layers_of(own(conv(), dropout=0.4))
    assert [row.kind for row in found[-2:]] == ["Dropout", "Dense"]
    assert found[-2].config == {"rate": 0.4}


REFUSED = {
    "an unknown architecture": (Design("../convscope"), "Unknown architecture"),
    "an unknown kind": (own({"kind": "lambda"}), "Unknown layer type 'lambda'"),
    "no layer at all": (own("conv"), "Unknown layer type"),
    "a number of layers": (Design(OWN, 5), "not a valid list"),
    "an unknown setting": (own(conv(dilation_rate=2)), "no setting 'dilation_rate'"),
    "a window larger than its map": (own({"kind": "max_pool", "pool_size": 14}, conv()), "3 × 3"),
    "a pool larger than its map": (
        own(*[{"kind": "max_pool", "pool_size": 2}] * 4, {"kind": "average_pool"}),
        "2 × 2 window does not fit on a 1 × 1 map",
    ),
    "pooling after flatten": (own({"kind": "flatten"}, {"kind": "max_pool"}), "flattened"),
    "convolving after dense": (own({"kind": "dense", "units": 9}, conv()), "flattened"),
    "too many filters": (own(conv(65)), "from 1 to 64; it is 65"),
    "no filter": (own(conv(0)), "from 1 to 64"),
    "half a filter": (own(conv(2.5)), "2.5"),
    "true filters": (own(conv(True)), "True"),
    "too many units": (own({"kind": "dense", "units": 5000}), "512"),
    "too many parameters": (own({"kind": "dense", "units": 512}, conv()), "flattened"),
    "too many parameters in all": (
        own(conv(64, padding="same"), {"kind": "dense", "units": 512}),
        "parameters; the limit is 500,000",
    ),
    "too many layers": (own(*[conv(1, 1)] * 40), "42 layers; the limit is 40"),
    "far too many layers": (own(*[conv(1, 1)] * 100_000), "layers"),
    "too many activations": (own(*[conv(32, 1)] * 20), "activations per digit"),
    "another padding": (own(conv(padding="causal")), "padding must be one of valid, same"),
    "another activation": (own(conv(activation="__import__")), "activation must be one of"),
    "another activation of all": (own(activation="softmax"), "activation must be one of"),
    "another initialization": (own(kernel_initializer="best"), "kernel_initializer"),
    "all left out": (own({"kind": "dropout", "rate": 1}), "less than 1"),
    "all left out before the logits": (own(dropout=1.5), "less than 1"),
    "no rate": (own({"kind": "dropout"}), "None"),
    "a residual of another shape": (
        own({"kind": "residual", "layers": [conv()]}),
        "28 × 28 × 1, to the output of its layers, 26 × 26 × 4",
    ),
    "a residual of nothing": (own({"kind": "residual", "layers": []}), "same shape"),
    "one branch": (own({"kind": "branches", "branches": [[conv()]]}), "at least two"),
    "branches that do not meet": (
        own({"kind": "branches", "branches": [[conv()], [conv(kernel_size=5)]]}),
        "differ in size",
    ),
    "blocks in blocks in blocks": (
        own(
            {
                "kind": "residual",
                "layers": [{"kind": "residual", "layers": [{"kind": "residual", "layers": [
                    {"kind": "residual", "layers": [conv(1, 1)]}]}]}],
            }
        ),
        "nested",
    ),
    "a name twice": (own(conv(name="a"), conv(name="a")), "Two layers are named a"),
    "the name of the logits": (own(conv(name="logits")), "Two layers are named logits"),
    "the name of the input": (own(conv(name="digit")), "Two layers are named digit"),
    "a name that is a path": (own(conv(name="a/kernel")), "not a valid layer name"),
    "a name that is a number": (own(conv(name=7)), "not a valid layer name"),
}  # fmt: skip


@pytest.mark.parametrize(("design", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_design_that_cannot_be_is_refused_with_the_reason(design, reason):
    with pytest.raises(UserError) as refused:
        layers_of(design)

    assert reason in str(refused.value)


@pytest.mark.parametrize("design", CHOSEN.values(), ids=CHOSEN)
def test_a_design_comes_back_from_its_json_as_it_was(design):
    assert Design.from_json(json.loads(json.dumps(design.as_json()))) == design


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"architecture": "tiny", "layers": 5},
        {"architecture": 5, "layers": []},
        {"architecture": "own", "layers": ["conv"]},
        {"architecture": "own", "layers": [], "dropout": "much"},
        {"architecture": "own", "layers": [], "secret": 1},
    ],
)
def test_what_is_no_design_is_not_read_as_one(data):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Design.from_json(data)
