"""Where a network comes from, also as cards and runs of an earlier version say it."""

import json

import pytest

from model.inference.catalogue import SHIPPED, Card
from model.inference.origin import DataSource, Device, as_json

DEVICES = [
    ("CPU, 2 cores", Device("cpu", cores=2), {"kind": "cpu", "cores": 2}),
    ("NVIDIA H200", Device("gpu", name="NVIDIA H200"), {"kind": "gpu", "name": "NVIDIA H200"}),
    (
        "2 × NVIDIA H200",
        Device("gpu", name="NVIDIA H200", count=2),
        {"kind": "gpu", "name": "NVIDIA H200", "count": 2},
    ),
]


@pytest.mark.parametrize(("sentence", "device", "plain"), DEVICES)
def test_a_device_is_kept_as_facts_and_read_from_the_sentence_of_an_earlier_version(
    sentence, device, plain
):
    assert as_json(device) == plain
    assert Device.from_json(plain) == Device.from_json(sentence) == device
    assert str(device) == sentence


def test_a_device_that_nobody_knows_is_none():
    assert Device.from_json(None) is None
    assert Device.from_json("") is None


@pytest.mark.parametrize("wrong", [5, {"kind": "abacus"}, {"cores": 2}, {"kind": "cpu", "x": 1}])
def test_what_is_no_device_is_refused(wrong):
    with pytest.raises((TypeError, ValueError, KeyError)):
        Device.from_json(wrong)


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        (
            "55,000 digits of MNIST, 120,000 digits in our own handwriting, "
            "40,000 scribbles and letters",
            {"mnist": 55_000, "synthetic": 120_000, "outliers": 40_000},
        ),
        ("1,438 digits of scikit-learn's 1,797 small digits", {"digits": 1438}),
        ("60 digits of Ours", {"Ours": 60}),
        ("", {}),
    ],
)
def test_data_is_read_from_the_sentence_of_an_earlier_version(sentence, sources):
    found = DataSource.all_from_json(sentence)
    assert {each.source: each.count for each in found} == sources
    assert DataSource.all_from_json([as_json(each) for each in found]) == found


@pytest.mark.parametrize("wrong", [None, [5], [{"source": "mnist"}], [{"source": 1, "count": 1}]])
def test_what_are_no_sources_is_refused(wrong):
    with pytest.raises((TypeError, ValueError, KeyError)):
        DataSource.all_from_json(wrong)


def test_a_card_of_an_earlier_version_is_the_same_card():
    plain = json.loads((SHIPPED / "default.json").read_text("utf-8"))
    card = Card.from_json(plain)
    former = {name: value for name, value in plain.items() if name != "energy_threshold"}
    former |= {
        "unsure_below": plain["energy_threshold"],
        "device": "CPU, 2 cores",
        "data": "55,000 digits of MNIST, 120,000 digits in our own handwriting, "
        "40,000 scribbles and letters",
    }
    assert Card.from_json(former) == card
    assert card.device == Device("cpu", cores=2)
    assert Card.from_json(json.loads(json.dumps(card.as_json()))) == card
