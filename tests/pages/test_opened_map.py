"""What is open of the network: what the browser is given, what is kept, what is asked."""

import json
import struct

import numpy as np
import pytest
from visiting import Visitor

from model.base.errors import N_, UserError
from model.inference.catalogue import open_network
from model.inference.reading import read
from model.pixels.strokes import strokes_from
from pages.explorer import view_state
from pages.visitor.links import encode_pixels, encode_strokes
from pages.visitor.mailbox import drawing_from

SEVEN = [{"width": 16, "points": [80, 60, 140, 58, 200, 60, 160, 140, 130, 220]}]
ONE = [{"width": 16, "points": [140, 50, 139, 140, 140, 230]}]


class Explorer(Visitor):
    """A visitor who looks inside the network."""

    def opened(self) -> tuple[dict, bytes]:
        """Read the head and the body of the opened map's frame."""
        frame = self.component("opened_map").bytes
        (length,) = struct.unpack_from("<I", frame)
        return json.loads(frame[4 : 4 + length]), frame[4 + length :]

    def against(self) -> dict | None:
        return self.opened()[0]["against"]

    def strokes(self) -> list[dict]:
        return self.canvas()["digit"]["strokes"]

    def link(self) -> dict[str, str]:
        """Give the address's parameters as another browser would open them."""
        return {name: "".join(value) for name, value in self.app.query_params.items()}


@pytest.fixture
def visitor():
    visitor = Explorer()
    visitor.send("digit_canvas", drawing={"revision": 7, "strokes": SEVEN, "picture": None})
    return visitor


def opened(link):
    """A visitor whose browser opens a link."""
    return Explorer(link=link)


def test_without_a_digit_nothing_is_in_the_address():
    assert "digit" not in Explorer().link()


def test_a_lifted_pen_brings_the_drawing_into_the_address(visitor):
    first = visitor.link()["digit"]
    visitor.send("digit_canvas", drawing={"revision": 8, "strokes": ONE, "picture": None})
    assert visitor.link()["digit"] not in ("", first)


def test_what_is_open_is_in_the_address_and_comes_back_in_another_browser(visitor):
    visitor.send("opened_map", view={"layer": "conv2", "channel": 7, "cell": [5, 8]})
    link = visitor.link()
    assert (link["layer"], link["channel"], link["cell"]) == ("conv2", "7", "5,8")
    other = opened(link)
    assert other.strokes() == SEVEN
    assert other.opened()[0]["view"] == {"layer": "conv2", "channel": 7, "cell": [5, 8]}
    assert other.link() == link


def test_a_map_that_is_open_is_in_the_address_though_nothing_is_drawn():
    visitor = Explorer()
    visitor.send("opened_map", view={"layer": "conv2", "channel": 7, "cell": None})
    other = opened(visitor.link())
    assert other.opened()[0]["view"] == {"layer": "conv2", "channel": 7, "cell": None}


def test_the_color_scale_comes_back_in_another_browser(visitor):
    visitor.send("stage", color_scope="layer")
    other = opened(visitor.link())
    assert other.given("stage")["color_scope"] == "layer"


def test_the_order_of_the_maps_comes_back_in_another_browser(visitor):
    assert "order" not in visitor.link()
    visitor.send("stage", sorted_by_strength=True)
    assert visitor.link()["order"] == "strength"
    other = opened(visitor.link())
    assert other.given("stage")["sorted_by_strength"] is True
    other.send("stage", sorted_by_strength=False)
    assert "order" not in other.link()


def test_how_maps_are_looked_at_comes_back_in_another_browser(visitor):
    assert not {"activation", "shown"} & visitor.link().keys()
    visitor.send("opened_map", before=True, other="sample:7-crossed", shown="difference")
    link = visitor.link()
    other = opened(link)
    head = other.opened()[0]
    assert (head["before"], head["shown"]) == (True, "difference")
    assert other.link() == link
    other.send("opened_map", before=False, shown="both")
    assert not {"activation", "shown"} & other.link().keys()


def test_a_link_to_a_side_that_does_not_exist_shows_both():
    head, _ = opened({"shown": "c", "activation": "during"}).opened()
    assert (head["before"], head["shown"]) == (False, "both")


def test_a_picture_comes_back_in_another_browser_as_the_network_read_it(visitor):
    visitor.choose_sample("3-flat-top")
    other = opened(visitor.link())
    gap = np.abs(other.canvas_pixels() - visitor.canvas_pixels())
    assert gap.max() <= 0.5 / 255 + 1e-6
    assert other.link()["digit"] == visitor.link()["digit"]


def test_a_new_drawing_replaces_the_links(visitor):
    link = visitor.link()
    other = opened(link)
    other.send("digit_canvas", drawing={"revision": 99_999, "strokes": ONE, "picture": None})
    for name, value in link.items():  # as a browser has it that is behind
        other.app.query_params[name] = value
    other.look()
    assert other.strokes() == ONE


@pytest.mark.parametrize(
    "link",
    [
        {"digit": "nonsense"},
        {"digit": encode_strokes(SEVEN), "network": "nowhere"},
        {"digit": encode_strokes([{"width": 1000, "points": [1.0, 1.0]}])},
    ],
)
def test_a_damaged_link_is_told_in_a_sentence(link):
    visitor = opened(link)
    assert len(visitor.refusals()) == 1


def test_a_link_to_a_layer_that_is_not_there_still_opens_the_digit():
    link = {"digit": encode_pixels(np.eye(28)), "layer": "conv99", "channel": "x", "cell": "1"}
    visitor = opened(link)
    assert visitor.refusals() == []
    assert visitor.canvas()["digit"]["picture"] is not None


def test_a_digit_is_compared_with_a_sample(visitor):
    visitor.send("opened_map", other="sample:4-open")
    head, body = visitor.opened()
    assert head["against"]["strokes"] is None
    begin = head["against"]["pixels"]
    pixels = np.frombuffer(body, "<f4", 28 * 28, begin)
    assert 0 < pixels.mean() < pixels.max() <= 1
    assert opened(visitor.link()).opened()[0]["other"] == "sample:4-open"


def test_a_digit_is_compared_with_itself_as_it_was_when_it_was_kept(visitor):
    visitor.send("opened_map", other="kept")
    visitor.send("digit_canvas", drawing={"revision": 8, "strokes": ONE, "picture": None})
    visitor.look()
    assert (visitor.strokes(), visitor.against()["strokes"]) == (ONE, SEVEN)
    other = opened(visitor.link())
    assert (other.strokes(), other.against()["strokes"]) == (ONE, SEVEN)


def test_the_digit_that_is_kept_and_asked_about_is_the_one_that_was_left_last(visitor, monkeypatch):
    mailbox = visitor.app.session_state["mailbox"]
    engine = Engine(0.25)
    monkeypatch.setattr(view_state, "engine", lambda: engine)
    mailbox.newest = drawing_from({"revision": 8, "strokes": ONE, "picture": None})
    visitor.send("opened_map", other="kept")
    assert visitor.against()["strokes"] == ONE
    mailbox.newest = drawing_from({"revision": 9, "strokes": SEVEN, "picture": None})
    visitor.trigger("opened_map", "question", {**QUESTION, "revision": 9})
    (*_, (_, _, pixels, _, _)) = engine.asked
    assert pixels.tolist() == read(open_network(), strokes_from(SEVEN)).preprocessed.pixels.tolist()


@pytest.mark.parametrize("other", ["sample:../icon", "network:nowhere", "before", "x", "", 7])
def test_a_comparison_that_there_is_not_compares_nothing(visitor, other):
    visitor.send("opened_map", other=other)
    assert visitor.against() is None


class Engine:
    """Stands in for Keras, which takes long to start."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def ask(self, question, *arguments):
        self.asked.append((question.__name__, *arguments))
        if isinstance(self.answer, UserError):
            raise self.answer
        return self.answer

    def expect(self, *question):
        """Nothing is to be warmed up."""


QUESTION = {"kind": "check", "side": 0, "revision": 7, "layer": "conv2", "index": [5, 8, 7]}


def test_keras_is_asked_for_the_cell_and_its_answer_goes_to_the_browser(visitor, monkeypatch):
    engine = Engine(0.25)
    monkeypatch.setattr(view_state, "engine", lambda: engine)
    visitor.trigger("opened_map", "question", QUESTION)
    assert visitor.opened()[0]["answer"] == {**QUESTION, "value": 0.25}
    ((name, network, pixels, layer, index),) = engine.asked
    assert (name, network, layer, index) == ("cell_value", "default", "conv2", [5, 8, 7])
    assert pixels.shape == (28, 28)


def test_what_keras_cannot_answer_is_told_in_a_sentence(visitor, monkeypatch):
    refusal = UserError(N_("Keras stopped before it finished; try again."))
    monkeypatch.setattr(view_state, "engine", lambda: Engine(refusal))
    visitor.trigger("opened_map", "question", {**QUESTION, "kind": "effective"})
    assert visitor.opened()[0]["answer"]["error"].endswith(".")


@pytest.mark.parametrize(
    "question",
    [None, {}, 7, {**QUESTION, "kind": "x"}, {**QUESTION, "side": 5}, {**QUESTION, "index": ["x"]}],
)
def test_what_is_no_question_is_not_asked(visitor, monkeypatch, question):
    engine = Engine(0.25)
    monkeypatch.setattr(view_state, "engine", lambda: engine)
    visitor.trigger("opened_map", "question", question)
    assert engine.asked == []
    assert visitor.opened()[0]["answer"] is None
