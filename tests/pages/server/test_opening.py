"""`streamlit run app.py -- --network FILE`."""

import os

import pytest

from pages import services
from pages.server import opening
from tests.model.imports.keras_files import archive
from tests.pages.visiting import Visitor


@pytest.fixture
def nothing_chosen(monkeypatch):
    monkeypatch.setenv(services.FIRST_NETWORK, "")  # so that it comes back


@pytest.mark.usefixtures("nothing_chosen")
def test_every_visit_begins_with_the_network_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    file = tmp_path / "opened.keras"
    file.write_bytes(archive())
    opening.settle(["app.py", "--network", str(file)])

    assert os.environ[services.FIRST_NETWORK] == "opened"
    assert Visitor().app.session_state["network"] == "opened"
    assert Visitor(link={"network": "default"}).app.session_state["network"] == "default"


@pytest.mark.usefixtures("nothing_chosen")
@pytest.mark.parametrize("call", [["app.py"], ["pytest", "--network", "x"]])
def test_without_a_file_and_in_other_programs_nothing_changes(call):
    opening.settle(call)

    assert services.first_network() == "default"


def test_a_file_that_cannot_be_taken_ends_the_server_with_a_sentence(tmp_path):
    file = tmp_path / "bad.keras"
    file.write_bytes(b"PK")
    with pytest.raises(SystemExit, match=r"This is not a \.keras file"):
        opening.settle(["app.py", "--network", str(file)])


def test_a_network_that_is_gone_leaves_the_default_one(monkeypatch):
    monkeypatch.setenv(services.FIRST_NETWORK, "gone")

    assert services.first_network() == "default"
