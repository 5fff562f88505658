"""From the command line, a network with labels of its own reads whole pictures, in their colors."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

from model.export.publishing import Origin, publish
from model.inference import catalogue
from model.inference.predictions import predict

RED, BLUE = [1, 0, 0], [0, 0, 1]


@pytest.fixture
def reds_and_blues(tmp_path, monkeypatch):
    """A network that says which of two colors a picture has more of."""
    picture = keras.Input((4, 4, 3))
    mean = layers.GlobalAveragePooling2D()(picture)
    logits = layers.Dense(2, name="logits")
    cnn = keras.Model(picture, logits(mean))
    logits.set_weights([np.array([RED, BLUE], np.float32).T, np.zeros(2, np.float32)])
    origin = Origin("Colors", "own", labels=("red", "blue"), energy_threshold=None)
    publish(cnn, "colors", origin, tmp_path / "networks")
    monkeypatch.setattr(catalogue, "folders", lambda: [tmp_path / "networks"])
    return catalogue.open_network("colors")


def painted(path: Path, color: list[int]) -> str:
    Image.new("RGB", (40, 20), tuple(255 * each for each in color)).save(path)
    return str(path)


@pytest.mark.parametrize(("color", "label"), [(RED, "red"), (BLUE, "blue")])
def test_the_whole_picture_is_read_and_called_by_its_label(reds_and_blues, color, label, tmp_path):
    (found,) = predict(reds_and_blues, painted(tmp_path / "it.png", color)).as_json()["digits"]

    assert (found["label"], found["box"]) == (label, [0, 0, 40, 20])
    assert found["probability"] == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-4)
    assert found["verdict"] == "digit"  # nobody has measured when it is unsure


def test_a_card_keeps_labels_and_what_a_network_reads(reds_and_blues):
    (card,) = catalogue.networks()

    assert (card.input_shape, card.class_names) == ((4, 4, 3), ("red", "blue"))
    assert not card.reads_digits
    with pytest.raises(ValueError, match="labels"):
        catalogue.Card.from_json(replace(card, labels=("red",)).as_json())
