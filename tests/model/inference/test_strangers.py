import json
import shutil

import numpy as np
import pytest

from model.base.errors import UserError
from model.handwriting import hand
from model.inference import catalogue, strangers
from model.inference.strangers import SCRIBBLES, Strangers, measure, on_canvas, read_pens


@pytest.fixture
def pens(tmp_path):
    """Twenty digits, two of each, as a tablet records them: y downward, any unit."""
    rng = np.random.default_rng(4)
    digits = [
        {"label": n % 10, "strokes": [(each * 500).tolist() for each in hand.write(n % 10, rng)]}
        for n in range(20)
    ]
    path = tmp_path / "pens.json"
    path.write_text(json.dumps(digits))
    return path


def test_what_is_drawn_fills_the_canvas_as_a_person_does_wherever_the_tablet_had_it():
    far, upright = [np.array([[1000, 2000], [1030, 2060]], np.float32)], [0, 1]
    (placed,) = on_canvas(far, 16)
    assert np.ptp(placed[:, upright[1]]) == 200 - 16  # with half a pen above and below
    np.testing.assert_allclose(placed.mean(axis=0), [140, 140])


def test_every_digit_and_scribble_is_counted_once(pens):
    network = catalogue.open_network()
    counted = []
    found, measured = measure(network, read_pens(pens), counted.append)

    assert found.n == measured.digits == 20
    assert found.confusion.sum(axis=1).tolist() == [2] * 10
    assert measured.accuracy == found.confusion.trace() / 20 >= 0.8
    assert measured.unsure <= 0.2
    assert (measured.scribbles, measured.scribbles_unsure >= 0.8) == (SCRIBBLES, True)
    assert sum(counted) == 20 + SCRIBBLES


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "[1]",
        '[{"label": 1}]',
        '[{"label": 1, "strokes": []}]',
        '[{"label": 1, "strokes": [[[0]]]}]',
        '[{"label": 1, "strokes": [[["a", 1]]]}]',
        '[{"label": 1, "strokes": [[[NaN, 1]]]}]',
        '[{"label": 10, "strokes": [[[0, 0]]]}]',
    ],
)
def test_a_file_without_digits_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "pens.json"
    path.write_text(content)
    with pytest.raises(UserError, match=r"pens\.json .*\."):
        read_pens(path)


def test_a_card_keeps_what_was_measured_and_stays_whole(tiny_folder, tmp_path, monkeypatch):
    folder = shutil.copytree(tiny_folder, tmp_path / "networks")
    monkeypatch.setattr(catalogue, "SHIPPED", folder)
    before = catalogue.listing(folder / "tiny.json").whole()
    measured = Strangers(20, 0.9, 0.1, 300, 0.75)
    catalogue.write_strangers("tiny", measured)

    after = catalogue.listing(folder / "tiny.json").whole()
    assert (before.strangers, after.strangers) == (None, measured)
    assert after.as_json() == {**before.as_json(), "strangers": vars(measured)}


def test_the_shipped_card_says_how_strangers_digits_are_read():
    measured = catalogue.listing(catalogue.SHIPPED / "default.json").whole().strangers
    assert measured.digits >= 1000
    assert measured.accuracy > 0.98
    assert measured.scribbles == strangers.SCRIBBLES
