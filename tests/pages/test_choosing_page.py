"""Which network reads: chosen once for all pages, kept in the link, and never in anybody's way."""

import pytest
from published import copy_default
from training_runs import keep, paused_run, weights
from visiting import Visitor

from model.inference.catalogue import open_network
from model.runs import store
from pages import services

SEVEN = [{"width": 16, "points": [80, 60, 140, 58, 200, 60, 160, 140, 130, 220]}]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A home with a network called "Second" in it."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    copy_default(tmp_path, "second", "Second")
    return tmp_path


def choose(visitor, network_id):
    visitor.app.selectbox(key="network_switch").select(network_id)
    visitor.look()


def chosen(visitor):
    """Tell which network the canvas asks."""
    visitor.turn_to("recognize.py")
    return visitor.canvas()["network"]["id"]


def texts(visitor):
    return [each.value for each in visitor.app.text]


def captions(visitor):
    return [each.value for each in visitor.app.caption]


def test_with_one_network_there_is_nothing_to_choose(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path))
    assert list(Visitor().app.selectbox) == []


def test_the_chosen_network_is_that_of_every_page_and_of_the_link(shelf):
    visitor = Visitor()
    choose(visitor, "second")
    assert visitor.app.query_params["network"] == "second"
    assert chosen(visitor) == "second"
    visitor.send("digit_canvas", drawing={"revision": 3, "strokes": SEVEN, "picture": None})
    assert visitor.app.query_params["network"] == "second"
    visitor.turn_to("network.py")
    assert "Second" in texts(visitor)
    assert chosen(visitor) == "second"


def test_a_link_opens_with_its_network(shelf):
    visitor = Visitor(link={"network": "second"})
    assert visitor.app.selectbox[0].value == "second"
    assert chosen(visitor) == "second"


def test_choosing_the_default_network_again_leaves_the_other(shelf):
    visitor = Visitor(link={"network": "second"})
    choose(visitor, "default")
    assert chosen(visitor) == "default"


@pytest.mark.parametrize("asked", ["nowhere", "../default", "", "Second", "x" * 10_000])
def test_a_link_to_a_network_that_is_not_there_is_told_and_answered_by_the_default(shelf, asked):
    visitor = Visitor(link={"network": asked})
    (sentence,) = visitor.refusals()
    assert "does not exist" in sentence
    visitor.look()
    assert visitor.refusals() == []
    assert chosen(visitor) == "default"


def test_a_network_that_is_saved_meanwhile_can_be_chosen_at_once(shelf):
    visitor = Visitor()
    copy_default(shelf, "third", "Third")
    visitor.look()
    choose(visitor, "third")
    assert chosen(visitor) == "third"


def test_networks_of_the_same_title_can_be_told_apart(shelf):
    copy_default(shelf, "third", "Second")
    assert {"Second (second)", "Second (third)"} < set(Visitor().app.selectbox[0].options)


def test_a_network_that_is_deleted_is_left_for_the_default_with_a_sentence(shelf):
    visitor = Visitor(link={"network": "second"})
    copy_default(shelf, "third", "Third")
    (shelf / "networks" / "second.json").unlink()
    visitor.look()
    assert len(visitor.refusals()) == 1
    assert chosen(visitor) == "default"
    assert visitor.refusals() == []


def test_a_kept_network_is_among_those_of_its_visitor_and_nobody_elses(shelf):
    visitor, other = Visitor(), Visitor()
    copy_default(shelf, "kept", "Kept", owner=visitor.owner)
    for each in (visitor, other):
        each.look()
    options = [each.app.selectbox(key="network_switch").options for each in (visitor, other)]
    assert ["Kept" in each for each in options] == [True, False]
    assert ["Second" in each for each in options] == [True, True]


def test_a_link_opens_a_kept_network_for_anybody_but_offers_them_nothing_to_change(shelf):
    copy_default(shelf, "kept", "Kept", owner="a teacher")
    visitor = Visitor(link={"network": "kept"})
    assert visitor.refusals() == []
    assert visitor.app.selectbox(key="network_switch").value == "kept"
    assert chosen(visitor) == "kept"
    visitor.turn_to("network.py")
    assert "Kept" in texts(visitor)
    assert "Delete for good" not in visitor.labels()
    choose(visitor, "second")
    assert "Kept" not in visitor.app.selectbox(key="network_switch").options


def test_who_kept_a_network_can_share_it_and_delete_it_on_its_page(shelf):
    visitor = Visitor()
    card = copy_default(shelf, "kept", "Kept", owner=visitor.owner)
    visitor.look()
    choose(visitor, "kept")
    visitor.turn_to("network.py")
    assert [each.value for each in visitor.app.code] == [
        "http://convscope.test/network?network=kept"
    ]
    visitor.press("Delete for good")
    assert visitor.refusals() == []
    assert not card.exists()
    assert "Kept" not in visitor.app.selectbox(key="network_switch").options
    assert chosen(visitor) == "default"


@pytest.mark.parametrize("network_id", ["default", "second"])
def test_what_nobody_kept_cannot_be_deleted_by_a_visitor(shelf, network_id):
    visitor = Visitor(link={"network": network_id})
    visitor.turn_to("network.py")
    assert "Delete for good" not in visitor.labels()


def test_what_is_wrong_with_a_kept_network_is_told_to_its_visitor_alone(shelf):
    visitor, other = Visitor(), Visitor()
    card = copy_default(shelf, "kept", "Kept", owner=visitor.owner)
    card.with_suffix(".onnx").write_bytes(b"no network")
    for each in (visitor, other):
        each.turn_to("network.py")
    told = [[text for text in captions(each) if "damaged" in text] for each in (visitor, other)]
    assert [len(each) for each in told] == [1, 0]


def test_a_replaced_network_is_opened_anew(shelf):
    opened = services.network("second")
    assert services.network("second") is opened
    card = copy_default(shelf, "second", "Renamed")
    assert services.network("second") is not opened
    assert services.card("second").title == "Renamed"
    card.unlink()
    with pytest.raises(ValueError, match="does not exist"):
        services.network("second")


def test_a_damaged_network_is_told_on_its_page_and_harms_no_other(shelf):
    card = copy_default(shelf, "third", "Third")
    visitor = Visitor(link={"network": "third"})
    card.with_suffix(".onnx").write_bytes(b"no network")
    visitor.look()
    assert ["damaged" in sentence for sentence in visitor.refusals()] == [True]
    assert "Third" not in visitor.app.selectbox[0].options
    visitor.turn_to("network.py")
    assert [each for each in captions(visitor) if "third is damaged" in each]
    choose(visitor, "second")
    assert chosen(visitor) == "second"


def test_a_moment_of_a_training_is_looked_through_on_every_page(shelf, cnn):
    run = paused_run(cnn, title="Learning")
    visitor = Visitor(link={"network": f"{run.id}@50"})
    switch = visitor.app.selectbox(key="network_switch")
    assert switch.options[-1] == "Learning, after 50 images"
    assert switch.value == f"{run.id}@50"
    assert visitor.canvas()["network"]["id"] == f"{run.id}@50"
    visitor.choose_sample("4-open")
    assert visitor.app.query_params["network"] == f"{run.id}@50"
    visitor.turn_to("network.py")
    assert "Learning, after 50 images" in texts(visitor)
    assert list(visitor.app.get("download_button")) == []
    choose(visitor, "second")
    assert "Learning, after 50 images" not in visitor.app.selectbox[0].options
    assert chosen(visitor) == "second"


def test_the_newest_moment_is_the_newest_at_each_look(shelf, cnn):
    run = paused_run(cnn)
    visitor = Visitor(link={"network": f"{run.id}@now"})
    visitor.choose_sample("4-open")
    before = visitor.canvas()["network"]
    keep(run, 250, weights(cnn, times=5))
    visitor.look()
    after = visitor.canvas()["network"]
    assert after["id"] == before["id"]
    assert after["version"] != before["version"]


@pytest.mark.parametrize("moment", ["@51", "@", "@x", "@50@50"])
def test_a_moment_that_there_is_not_is_told_and_answered_by_the_default(shelf, cnn, moment):
    run = paused_run(cnn)
    visitor = Visitor(link={"network": run.id + moment})
    assert len(visitor.refusals()) == 1
    assert chosen(visitor) == "default"


def test_a_run_that_is_deleted_leaves_its_visitors_with_the_default(shelf, cnn):
    run = paused_run(cnn)
    visitor = Visitor(link={"network": f"{run.id}@50"})
    store.delete(run.id)
    visitor.look()
    assert len(visitor.refusals()) == 1
    assert chosen(visitor) == "default"


def test_a_title_is_shown_as_it_is_written(shelf):
    title = "<img src=x onerror=alert(1)> **bold** :material/bolt:"
    copy_default(shelf, "third", title)
    visitor = Visitor(link={"network": "third"})
    visitor.turn_to("network.py")
    assert title in texts(visitor)


def test_two_visitors_have_their_own_networks(shelf):
    visitor, other = Visitor(), Visitor()
    choose(visitor, "second")
    other.look()
    assert (chosen(visitor), chosen(other)) == ("second", "default")


def test_the_reading_is_the_chosen_networks(shelf, tiny_folder, monkeypatch):
    """The tiny network has learned nothing, so it is not sure of anything."""
    for file in tiny_folder.iterdir():
        (shelf / "networks" / file.name).write_bytes(file.read_bytes())
    visitor = Visitor()
    visitor.choose_sample("4-open")
    before = visitor.app.session_state["reading"][1].probability
    choose(visitor, "tiny")
    after = visitor.app.session_state["reading"][1].probability
    assert visitor.canvas()["network"]["id"] == "tiny"
    assert before > 0.9
    assert after < 0.9
    layers = [each["name"] for each in visitor.given("stage")["layers"]]
    own = [layer.name for layer in open_network("tiny").layers]
    assert layers[: len(own)] == own  # a softmax may follow, which is no layer of the file
