"""Runs as a trainer leaves them, without one: pulses, and the moments of a network."""

import json

import numpy as np

from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.export.onnx_graph import export
from model.export.publishing import layers_of
from model.inference.layers import weight_name
from model.inference.origin import Device
from model.runs import snapshots, store
from model.runs.snapshots import Snapshot

PULSE = {"step": 1, "digits": 50, "seconds": 0.5, "speed": 100.0, "loss": 2.3, "accuracy": None}
CONFUSION = np.arange(100, dtype=np.int32).reshape(10, 10)


def paused_run(cnn, *, owner="ann", title="Mine"):
    """A run of a tiny network that told ten pulses and kept it after 50 and 120 digits."""
    run = store.create(
        store.RunRequest(Design("tiny"), Recipe(epochs=3, generated=0)), owner=owner, title=title
    )
    run = run.write_status(state=store.PAUSED, digits_total=1000, device=Device("cpu", cores=2))
    tell(run, *range(1, 11))
    snapshots.write_graph(run.folder, export(cnn, weights_as_inputs=True), layers_of(cnn))
    keep(run, 50, weights(cnn))
    keep(run, 120, weights(cnn, times=2))
    return run


def tell(run, *steps):
    with (run.folder / "pulses.jsonl").open("a") as pulses:
        for step in steps:
            pulse = {**PULSE, "step": step, "digits": 50 * step, "seconds": step / 2}
            pulses.write(json.dumps(pulse) + "\n")


def weights(cnn, *, times=1):
    """A network's weights by name, so many times as large."""
    return {
        weight_name(layer.name, weight.name): times * np.asarray(weight)
        for layer in cnn.layers
        for weight in layer.weights
    }


def keep(run, number, arrays):
    pulse = {**PULSE, "digits": number}
    snapshots.write(run.folder, number, Snapshot(arrays, CONFUSION, pulse))
