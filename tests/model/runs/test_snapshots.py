import json

import keras
import numpy as np
import pytest

from model.base.errors import UserError
from model.experiments.designs import DESIGNS, Design
from model.experiments.recipes import Recipe
from model.export import onnx_graph
from model.export.publishing import layers_of
from model.inference.layers import weight_name
from model.inference.network import trace
from model.inference.reading import read
from model.runs import snapshots, store
from model.runs.snapshots import NOW, Snapshot
from model.training.build import build
from tests.handwritten import on_canvas, strokes

PULSE = {"step": 3, "digits": 300, "loss": 0.5, "layers": {"conv1": {"gradient": 0.1}}}
NO_CONFUSION = np.zeros((10, 10), np.int32)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    return store.create(store.RunRequest(Design("tiny"), Recipe()))


def weights_of(cnn):
    named = [(layer, weight) for layer in cnn.layers for weight in layer.weights]
    return {weight_name(layer.name, each.name): np.asarray(each) for layer, each in named}


def begin(run, cnn):
    export = onnx_graph.export(cnn, weights_as_inputs=True)
    snapshots.write_graph(run.folder, export, layers_of(cnn))


def randomise(cnn, seed):
    rng = np.random.default_rng(seed)
    for layer in cnn.layers:
        for weight in layer.weights:
            weight.assign(rng.uniform(0.05, 0.3, weight.shape) * rng.choice([1, 1, -1]))
            if "variance" in weight.name:
                weight.assign(rng.uniform(0.5, 2, weight.shape))


@pytest.mark.parametrize("name", DESIGNS)
def test_each_snapshot_answers_as_keras_did_with_those_weights(run, name):
    cnn = build(name, seed=1)
    begin(run, cnn)
    digits = np.random.default_rng(2).random((3, 28, 28), np.float32)
    probe = keras.Model(cnn.inputs[0], {layer.name: layer.output for layer in cnn.layers[1:]})
    expected = {}
    for number in (0, 50, 128):
        snapshots.write(run.folder, number, Snapshot(weights_of(cnn), NO_CONFUSION, PULSE))
        answers = probe(digits[..., np.newaxis], training=False)
        expected[number] = {each: np.asarray(answer) for each, answer in answers.items()}
        randomise(cnn, number)

    for number, answers in expected.items():
        network = snapshots.open_snapshot(run.id, number)
        found = network.run(list(network.names), digits)
        for layer, answer in zip(network.names, found, strict=True):
            theirs = answers[layer]
            scale = max(1.0, np.abs(theirs).max())
            np.testing.assert_allclose(
                np.moveaxis(answer, 1, -1) / scale, theirs / scale, atol=1e-5
            )


def test_a_snapshot_gives_the_weights_it_was_made_of(run, cnn):
    begin(run, cnn)
    weights = {name: value + 1 for name, value in weights_of(cnn).items()}
    confusion = np.arange(100, dtype=np.int32).reshape(10, 10)
    snapshots.write(run.folder, 300, Snapshot(weights, confusion, PULSE))
    network = snapshots.open_snapshot(run.id, 300)
    read = snapshots.load(run.id, 300)

    assert set(network.weights("conv1")) == {"kernel", "bias"}
    np.testing.assert_array_equal(network.weights("conv1")["kernel"], weights["conv1/kernel"])
    assert network.weights("flatten") == {}
    np.testing.assert_array_equal(read.confusion, confusion)
    assert read.pulse == PULSE


def test_snapshots_of_one_run_do_not_change_each_other(run, cnn, seven):
    begin(run, cnn)
    for number, factor in ((0, 1), (1000, 2)):
        weights = {name: value * factor for name, value in weights_of(cnn).items()}
        snapshots.write(run.folder, number, Snapshot(weights, NO_CONFUSION, PULSE))
    first, later = (snapshots.open_snapshot(run.id, number) for number in (0, 1000))
    before = trace(first, seven).logits
    other = trace(later, seven).logits

    np.testing.assert_array_equal(trace(first, seven).logits, before)
    assert np.abs(other - before).max() > 0.1


def test_a_snapshot_reads_a_drawing_like_any_network(run, cnn):
    begin(run, cnn)
    snapshots.write(run.folder, 0, Snapshot(weights_of(cnn), NO_CONFUSION, PULSE))
    network = snapshots.open_snapshot(run.id, NOW)

    assert read(network, strokes(on_canvas(7))).label in range(10)
    assert [layer.name for layer in network.layers] == ["digit", *network.names]


def test_numbers_are_in_order_and_now_is_the_last(run, cnn):
    assert snapshots.numbers(run.id) == []
    assert snapshots.layers(run.id) == ()
    with pytest.raises(UserError, match="no snapshot"):
        snapshots.open_snapshot(run.id, NOW)
    begin(run, cnn)
    for number in (1000, 0, 250):
        pulse = {"digits": number}
        snapshots.write(run.folder, number, Snapshot(weights_of(cnn), NO_CONFUSION, pulse))

    assert snapshots.numbers(run.id) == [0, 250, 1000]
    assert snapshots.load(run.id, NOW).pulse["digits"] == 1000
    snapshots.remove(run.folder, 1000)
    assert snapshots.load(run.id, NOW).pulse["digits"] == 250
    assert snapshots.layers(run.id) == layers_of(cnn)


@pytest.mark.parametrize(
    "ask",
    [
        lambda run: snapshots.load(run.id, NOW).pulse["digits"],
        lambda run: snapshots.version(run.id, NOW)[0],
        lambda run: snapshots.open_snapshot(run.id, NOW).weights("conv1")["bias"][0],
    ],
    ids=["load", "version", "open"],
)
def test_the_newest_is_found_when_it_gives_way_to_the_next_while_it_is_looked_for(
    run, cnn, monkeypatch, ask
):
    begin(run, cnn)

    def train_on_to(number):
        told = {name: np.full_like(value, number) for name, value in weights_of(cnn).items()}
        snapshots.write(run.folder, number, Snapshot(told, NO_CONFUSION, {"digits": number}))

    train_on_to(50)
    listed, calls = snapshots.numbers_in, []

    def list_and_train_on(folder):
        numbers = listed(folder)
        if len(calls) < 3:
            calls.append(numbers[-1])
            train_on_to(numbers[-1] + 1)
            snapshots.remove(folder, numbers[-1])
        return numbers

    monkeypatch.setattr(snapshots, "numbers_in", list_and_train_on)

    assert ask(run) == 53
    assert calls == [50, 51, 52]


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"text"])
def test_a_damaged_snapshot_is_refused(run, cnn, content):
    begin(run, cnn)
    snapshots.write(run.folder, 50, Snapshot(weights_of(cnn), NO_CONFUSION, PULSE))
    (run.folder / "snapshots" / "000000050.npz").write_bytes(content)

    with pytest.raises(UserError, match="no snapshot 50"):
        snapshots.open_snapshot(run.id, 50)


def test_a_damaged_graph_is_refused(run, cnn):
    begin(run, cnn)
    snapshots.write(run.folder, 50, Snapshot(weights_of(cnn), NO_CONFUSION, PULSE))
    (run.folder / "graph.onnx").write_bytes(b"no graph")

    with pytest.raises(UserError, match="damaged"):
        snapshots.open_snapshot(run.id, 50)


def test_a_run_that_is_not_there_has_no_snapshots(run):
    for ask in (snapshots.numbers, snapshots.layers):
        with pytest.raises(UserError, match="does not exist"):
            ask("../networks")


def test_what_describes_the_layers_is_plain_json(run, cnn):
    begin(run, cnn)
    told = json.loads((run.folder / "layers.json").read_text("utf-8"))

    assert [layer["name"] for layer in told] == [layer.name for layer in cnn.layers]


def test_a_snapshot_that_was_cut_off_is_counted_and_not_offered(run):
    cnn = build("tiny", seed=1)
    begin(run, cnn)
    for number in (0, 50, 120):
        snapshots.write(run.folder, number, Snapshot(weights_of(cnn), NO_CONFUSION, PULSE))
    path = run.folder / "snapshots" / "000000050.npz"
    path.write_bytes(path.read_bytes()[:-100])

    assert [number for number, _written in snapshots.versions(run.id)] == [0, 120]
    assert snapshots.count_damaged(run.id) == 1
