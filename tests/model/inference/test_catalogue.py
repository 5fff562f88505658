import json
import shutil

import pytest

from model.base.errors import UserError
from model.base.files import sha256
from model.inference import catalogue


@pytest.fixture
def folder(tiny_folder, tmp_path, monkeypatch):
    """A copy of "tiny" that may be harmed, beside a whole one called "other"."""
    shipped = tmp_path / "shipped"
    shutil.copytree(tiny_folder, shipped)
    for suffix in (".keras", ".onnx"):
        shutil.copy(shipped / f"tiny{suffix}", shipped / f"other{suffix}")
    card = json.loads((shipped / "tiny.json").read_text("utf-8"))
    (shipped / "other.json").write_text(json.dumps({**card, "id": "other"}), "utf-8")
    monkeypatch.setattr(catalogue, "SHIPPED", shipped)
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))
    return shipped


def rewrite(folder, **changes):
    path = folder / "tiny.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


def cut_the_export(folder):
    export = folder / "tiny.onnx"
    export.write_bytes(export.read_bytes()[:-100])


def flip_a_bit_of_the_keras_file(folder):
    keras_file = folder / "tiny.keras"
    content = bytearray(keras_file.read_bytes())
    content[len(content) // 2] ^= 1
    keras_file.write_bytes(content)


DAMAGES = {
    "the export is cut off": cut_the_export,
    "a bit of the Keras file is flipped": flip_a_bit_of_the_keras_file,
    "the export is missing": lambda folder: (folder / "tiny.onnx").unlink(),
    "the card is empty": lambda folder: (folder / "tiny.json").write_bytes(b""),
    "the card is no text": lambda folder: (folder / "tiny.json").write_bytes(b"\xff\x00"),
    "the card is a list": lambda folder: (folder / "tiny.json").write_text("[]"),
    "the card nests too deeply": lambda folder: (folder / "tiny.json").write_text("[" * 100_000),
    "the card has no layers": lambda folder: rewrite(folder, layers=None),
    "the card's layers are no layers": lambda folder: rewrite(folder, layers=[1]),
    "the card counts in words": lambda folder: rewrite(folder, parameters="many"),
    "the card is another network's": lambda folder: rewrite(folder, id="default"),
    "the card has a key too many": lambda folder: rewrite(folder, more=1),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_network_is_listed_as_damaged_and_harms_no_other(folder, damage):
    damage(folder)

    listed = {listing.id: listing for listing in catalogue.listings()}
    assert listed["tiny"].card is None
    assert "damaged" in str(listed["tiny"].damage)
    assert [card.id for card in catalogue.networks()] == ["other"]
    with pytest.raises(UserError, match="damaged"):
        catalogue.open_network("tiny")
    assert catalogue.open_network("other").names[-1] == "logits"


def test_an_export_that_is_none_is_refused_even_where_its_checksum_is_right(folder):
    (folder / "tiny.onnx").write_bytes(b"no graph at all")
    rewrite(folder, onnx_sha256=sha256(folder / "tiny.onnx"))

    with pytest.raises(UserError, match="damaged"):
        catalogue.open_network("tiny")


@pytest.mark.parametrize(
    "network_id",
    ["", ".", "..", "../shipped/tiny", "tiny.json", "/etc/passwd", "Tiny", "tiny\0", "x" * 10_000],
)
def test_an_id_that_is_not_on_the_list_opens_nothing(folder, network_id):
    with pytest.raises(UserError, match="does not exist"):
        catalogue.open_network(network_id)


def test_a_file_with_a_strange_name_is_not_listed(folder):
    shutil.copy(folder / "tiny.json", folder / "a b.json")
    (folder / "UPPER.json").write_text("{}")

    assert [listing.id for listing in catalogue.listings()] == ["other", "tiny"]


def test_a_shipped_network_is_not_replaced_by_one_of_the_same_id(folder, tmp_path):
    own = tmp_path / "home" / "networks"
    own.mkdir(parents=True)
    (own / "tiny.json").write_text("{}")
    shutil.copy(folder / "other.json", own / "mine.json")

    listed = {listing.id: listing.folder for listing in catalogue.listings()}
    assert listed["tiny"] == folder
    assert listed["mine"] == own


def test_a_card_comes_back_from_its_json_as_it_was(folder):
    card = catalogue.networks()[0]

    assert catalogue.Card.from_json(json.loads(json.dumps(card.as_json()))) == card


def test_a_card_that_does_not_say_what_it_was_tested_on_means_the_official_test(folder):
    card = catalogue.networks()[0].as_json()
    del card["test_source"]

    assert catalogue.Card.from_json(card).test_source == ""


def test_the_card_tells_what_a_picture_of_the_network_needs(folder):
    layers = {layer.name: layer for layer in catalogue.networks()[1].layers}

    assert [layer.kind for layer in layers.values()] == [
        "InputLayer",
        "Conv2D",
        "MaxPooling2D",
        "Conv2D",
        "Flatten",
        "Dense",
    ]
    assert layers["conv2"].inbound == ("pool1",)
    assert layers["conv2"].output_shape == (7, 7, 6)
    assert layers["conv2"].parameters == 3 * 3 * 4 * 6 + 6
    assert layers["conv2"].config["strides"] == (2, 2)
    assert layers["conv2"].config["padding"] == "same"
    assert layers["conv2"].config["activation"] == "relu"
    assert layers["conv2"].weights == {"kernel": (3, 3, 4, 6), "bias": (6,)}


def test_the_default_network_is_whole_and_keeps_to_its_limits():
    card = catalogue.networks()[0]

    assert card.id == catalogue.DEFAULT
    assert card.parameters <= 150_000
    assert max(layer.config.get("filters", 0) for layer in card.layers) <= 32
    network = catalogue.open_network()
    assert network.layers == card.layers
