"""Many networks at once: how far ONNX Runtime and the browser's engine are from Keras, by layer."""

import subprocess
from collections.abc import Iterator, Mapping
from math import prod
from pathlib import Path

import keras
import numpy as np

from model.export.publishing import exported
from model.inference.descriptions import describe
from model.inference.network import Network, traces

FORWARD = Path(__file__).with_name("forward_all.mjs")

Answers = Mapping[str, np.ndarray]  # of each layer, for a batch of pictures, channels last
Case = tuple[keras.Model, np.ndarray]  # a network, and pictures that it reads


def differences(cases: Mapping[str, Case], folder: Path) -> Iterator[tuple[str, str, float]]:
    """Compare what networks answer with Keras: (network, layer and by whom, difference).

    A difference is that of the furthest number, measured by the largest of the layer or of what it
    reads. `folder` is an empty one.
    """
    expected, networks = {}, {}
    for name, (cnn, pictures) in cases.items():
        networks[name] = network = exported(cnn)
        expected[name] = answers_of(cnn, pictures)
        theirs = traces(network, pictures)
        for layer in network.layers[1:]:
            batch = np.stack([each.activations[layer.name] for each in theirs])
            apart = _apart(network, layer.name, batch, expected[name])
            yield name, f"{layer.name} ({layer.kind}) in ONNX Runtime", apart
        (folder / name).mkdir()
        (folder / name / "description").write_bytes(describe(name, name, network))
        (folder / name / "pixels").write_bytes(pictures.astype("<f4").tobytes())
    done = subprocess.run(["node", FORWARD, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for name, network in networks.items():
        answers = _read(network, folder / name / "activations")
        for layer in network.layers:
            apart = _apart(network, layer.name, answers[layer.name], expected[name])
            yield name, f"{layer.name} ({layer.kind}) in the browser", apart


def answers_of(cnn: keras.Model, pictures: np.ndarray) -> Answers:
    """Let Keras answer pictures with every layer, the input among them."""
    probe = keras.Model(cnn.inputs[0], {layer.name: layer.output for layer in cnn.layers})
    return {name: np.asarray(each) for name, each in probe(pictures, training=False).items()}


def _apart(network: Network, name: str, ours: np.ndarray, expected: Answers) -> float:
    layer = next(each for each in network.layers if each.name == name)
    largest = max(np.abs(expected[each]).max() for each in (name, *layer.inbound))
    return float(np.abs(ours - expected[name]).max() / max(largest, np.finfo(np.float32).tiny))


def _read(network: Network, path: Path) -> Answers:
    shapes = {layer.name: layer.output_shape for layer in network.layers}
    values = np.frombuffer(path.read_bytes(), np.float32)
    values = values.reshape(-1, sum(prod(shape) for shape in shapes.values()))
    ends = np.cumsum([prod(shape) for shape in shapes.values()])[:-1]
    parts = np.split(values, ends, axis=1)
    return {
        name: part.reshape(-1, *shape)
        for (name, shape), part in zip(shapes.items(), parts, strict=True)
    }
