"""TensorBoard's files, read back by TensorFlow."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from model.data.datasets import SMALL
from model.experiments.designs import Design
from model.experiments.recipes import PLAIN, Recipe
from model.runs import store
from model.runs.pulses import read_pulses
from model.runs.snapshots import Snapshot
from model.training.recorder import RunRecorder
from model.training.trainer import perform

RECIPE = replace(PLAIN, epochs=1, digits=300, validation=100, tensorboard=True)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))


def events(folder):
    """Read all events; a wrong checksum would be an error."""
    files = sorted(str(path) for path in (folder / "tensorboard").iterdir())
    records = tf.data.TFRecordDataset(files).as_numpy_iterator()
    return [tf.compat.v1.Event.FromString(record) for record in records]


def scalars(folder, tag):
    return {
        event.step: value.simple_value
        for event in events(folder)
        for value in event.summary.value
        if value.tag == tag
    }


def test_a_run_tells_tensorboard_what_its_pulses_tell():
    run = store.create(store.RunRequest(Design("tiny"), RECIPE, source=SMALL), owner="ada")
    perform(run)
    pulses = read_pulses(run.id)
    assert events(run.folder)[0].file_version == "brain.Event:2"
    for tag, told in (
        ("loss/training", lambda pulse: pulse["loss"]),
        ("loss/validation", lambda pulse: pulse["validation_loss"]),
        ("accuracy/training", lambda pulse: pulse["accuracy"]),
        ("learning_rate", lambda pulse: pulse["learning_rate"]),
        ("gradient/conv1", lambda pulse: pulse["layers"]["conv1"]["gradient"]),
    ):
        expected = {
            pulse["digits"]: told(pulse)
            for pulse in pulses
            if (pulse["digits"] or "gradient" not in tag) and told(pulse) is not None
        }
        assert scalars(run.folder, tag) == pytest.approx(expected)
        assert len(expected) > 3
    histograms = [
        value.histo
        for event in events(run.folder)
        for value in event.summary.value
        if value.tag == "conv1/kernel"
    ]
    cnn = tf.keras.models.load_model(run.folder / f"{run.id}.keras", compile=False)
    kernel = cnn.get_layer("conv1").get_weights()[0]
    assert len(histograms) > 3
    assert histograms[-1].num == kernel.size == sum(histograms[-1].bucket)
    assert histograms[-1].max == pytest.approx(kernel.max())


def test_nobody_writes_for_tensorboard_unasked():
    recipe = Recipe(**{**vars(RECIPE), "tensorboard": False})
    run = store.create(store.RunRequest(Design("tiny"), recipe, source=SMALL), owner="ada")
    perform(run)
    assert not (run.folder / "tensorboard").exists()


def snapshot(digits, loss=1.0):
    names = ("validation_loss", "accuracy", "validation_accuracy", "learning_rate", "speed")
    pulse = {"digits": digits, "loss": loss, "layers": {}, **dict.fromkeys(names)}
    return Snapshot({"conv1/kernel": np.ones((2, 2), np.float32)}, np.zeros((10, 10)), pulse)


def test_what_is_done_again_after_a_resume_is_forgotten_as_tensorboard_does(tmp_path):
    first = RunRecorder(tmp_path, tensorboard=True)
    first.begin(0, set())
    for digits in (50, 100, 150):
        first.write_pulse(snapshot(digits), kept=True)
    resumed = RunRecorder(tmp_path, tensorboard=True)
    resumed.begin(100, {50, 100})
    resumed.write_pulse(snapshot(150, loss=0.5), kept=True)
    starts = [event.step for event in events(tmp_path) if event.HasField("session_log")]
    assert starts == [1, 101]  # all that was told before and is not older
    assert scalars(tmp_path, "loss/training") == {50: 1.0, 100: 1.0, 150: 0.5}


def test_a_full_disk_leaves_no_half_event(tmp_path, monkeypatch):
    record = RunRecorder(tmp_path, tensorboard=True)
    record.begin(0, set())
    record.write_pulse(snapshot(50), kept=True)

    def full(path, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("model.training.tensorboard.append_whole", full)
        record.write_pulse(snapshot(100), kept=True)
        assert "No space" in str(record.save_error)
    record.write_pulse(snapshot(150), kept=True)
    assert record.save_error is None
    assert set(scalars(tmp_path, "loss/training")) == {50, 150}
