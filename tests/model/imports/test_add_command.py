"""`python -m model add`: one line from a notebook to the stage."""

import json

import pytest

from model.command_line import main
from model.imports import adding
from model.inference import catalogue
from tests.model.imports.keras_files import GOOD, archive, changed


@pytest.fixture(autouse=True)
def own_home(monkeypatch, tmp_path):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "Letter net.keras"
    path.write_bytes(archive())
    return path


def test_a_file_becomes_a_network_and_its_link_is_printed(file, capfd):
    assert main(["add", str(file)]) == 0

    said = capfd.readouterr()
    assert said.out.splitlines()[-1] == "http://127.0.0.1:8501/?network=letter-net"
    assert "TensorFlow" not in said.err
    card = catalogue.listing(catalogue.card_file("letter-net")).whole()
    assert (card.title, card.parameters, card.kept_by) == ("Letter net", 50, "")
    assert card.imported.ending == "softmax"
    assert catalogue.open_network("letter-net").names == ("conv", "pool", "dense")


def test_the_same_file_again_is_the_same_network_and_asks_nothing_of_keras(
    file, capsys, monkeypatch
):
    main(["add", str(file), "--id", "mine"])
    monkeypatch.setattr(adding, "builder", None)
    capsys.readouterr()

    assert main(["add", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["network"]["id"] == "mine"
    assert told["link"].endswith("/?network=mine")


def test_another_network_under_a_taken_id_is_refused(file, capsys):
    main(["add", str(file), "--id", "default"])

    assert "already exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (archive(changed(GOOD, 1, filters=-1)), "Layer conv: the setting filters = -1"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(file, content, words, capsys):
    file.write_bytes(content)

    assert main(["add", str(file), "--json"]) == 1
    told = capsys.readouterr()
    assert words in json.loads(told.out)["error"]
    assert "Traceback" not in told.err
    assert catalogue.networks()[0].id == "default"
    assert len(catalogue.networks()) == 1


def test_a_folder_of_a_saved_model_is_refused_with_how_to_convert_it(tmp_path, capsys):
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")

    assert main(["add", str(tmp_path)]) == 1
    assert "model.save('model.keras')" in capsys.readouterr().err


def test_a_file_that_is_replaced_while_it_is_read_is_taken_as_it_was(file, capsys, monkeypatch):
    """What was inspected is what is built: the file is read once."""
    inspect = adding.inspect

    def then_replace(data):
        file.write_bytes(b"other")
        return inspect(data)

    monkeypatch.setattr(adding, "inspect", then_replace)

    assert main(["add", str(file)]) == 0
    assert catalogue.open_network("letter-net").names == ("conv", "pool", "dense")


def test_a_process_that_rebuilt_a_network_rebuilds_no_other(file):
    engine = adding.builder()
    adding.add(file.read_bytes(), "First", engine)

    assert not engine._is_alive()
