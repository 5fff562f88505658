"""The page of the layer explorer: what it is given, what it keeps, what it asks."""

import json
import struct

import numpy as np
import pytest
from visiting import Visitor

from model.base.errors import N_, UserError
from pages.explorer import view_state
from pages.visitor.links import encode_pixels, encode_strokes

SEVEN = [{"width": 16, "points": [80, 60, 140, 58, 200, 60, 160, 140, 130, 220]}]
ONE = [{"width": 16, "points": [140, 50, 139, 140, 140, 230]}]


class Explorer(Visitor):
    """A visitor on the page of the explorer."""

    def explored(self) -> tuple[dict, bytes]:
        """Read the head and the body of the explorer's frame."""
        frame = self.component("layer_explorer").bytes
        (length,) = struct.unpack_from("<I", frame)
        return json.loads(frame[4 : 4 + length]), frame[4 + length :]

    def sides(self) -> list[dict]:
        return self.explored()[0]["sides"]

    def link(self) -> dict[str, str]:
        """Give the address's parameters as another browser would open them."""
        return {name: "".join(value) for name, value in self.app.query_params.items()}


@pytest.fixture
def visitor():
    visitor = Explorer()
    visitor.send("digit_canvas", drawing={"revision": 7, "strokes": SEVEN, "picture": None})
    visitor.turn_to("layers.py")
    return visitor


def opened(link):
    """A visitor whose browser opens a link to the page."""
    visitor = Explorer()
    for name, value in link.items():
        visitor.app.query_params[name] = value
    visitor.turn_to("layers.py")
    return visitor


def test_without_a_digit_the_page_offers_a_canvas_and_samples():
    visitor = Explorer()
    visitor.turn_to("layers.py")
    mounted = [each.proto.component_name for each in visitor.app.get("bidi_component")]
    assert mounted == ["way_back", "sample_gallery"]
    visitor.choose_sample("4-open")
    assert visitor.sides()[0]["pixels"] is not None


def test_a_drawing_goes_to_the_explorer_as_strokes_and_a_picture_as_its_pixels(visitor):
    (side,) = visitor.sides()
    assert (side["strokes"], side["revision"], side["pixels"]) == (SEVEN, 7, None)
    visitor.turn_to("recognize.py")
    visitor.choose_sample("4-open")
    visitor.turn_to("layers.py")
    (side,) = visitor.sides()
    assert side["strokes"] is None
    assert side["pixels"] + 4 * 28 * 28 == len(visitor.explored()[1])


def test_what_is_open_is_in_the_address_and_comes_back_in_another_browser(visitor):
    visitor.send("layer_explorer", view={"layer": "conv2", "channel": 7, "cell": [5, 8]})
    link = visitor.link()
    assert (link["layer"], link["channel"], link["cell"]) == ("conv2", "7", "5,8")
    other = opened(link)
    assert other.sides()[0]["strokes"] == SEVEN
    assert other.explored()[0]["view"] == {"layer": "conv2", "channel": 7, "cell": [5, 8]}
    assert other.link() == link


def test_a_picture_comes_back_in_another_browser_as_the_network_read_it(visitor):
    visitor.turn_to("recognize.py")
    visitor.choose_sample("3-flat-top")
    visitor.turn_to("layers.py")
    other = opened(visitor.link())

    def pixels(visitor):
        head, body = visitor.explored()
        return np.frombuffer(body, "<f4", 28 * 28, head["sides"][0]["pixels"])

    assert np.abs(pixels(other) - pixels(visitor)).max() <= 0.5 / 255 + 1e-6
    assert other.link()["digit"] == visitor.link()["digit"]


def test_a_new_drawing_replaces_the_links(visitor):
    other = opened(visitor.link())
    other.turn_to("recognize.py")
    other.send("digit_canvas", drawing={"revision": 99_999, "strokes": ONE, "picture": None})
    other.turn_to("layers.py")
    assert other.sides()[0]["strokes"] == ONE


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
    assert len(visitor.sides()) == 1


def test_a_digit_is_compared_with_a_sample_and_with_the_one_before(visitor):
    visitor.send("layer_explorer", other="sample:4-open")
    assert len(visitor.sides()) == 2
    visitor.turn_to("recognize.py")
    visitor.send("digit_canvas", drawing={"revision": 8, "strokes": ONE, "picture": None})
    visitor.turn_to("layers.py")
    assert ["before", "the digit before this one"] in visitor.explored()[0]["choices"]
    visitor.send("layer_explorer", other="before")
    assert [side["strokes"] for side in visitor.sides()] == [ONE, SEVEN]


@pytest.mark.parametrize("other", ["sample:../icon", "network:nowhere", "before", "x", "", 7])
def test_a_comparison_that_there_is_not_compares_nothing(visitor, other):
    visitor.send("layer_explorer", other=other)
    assert len(visitor.sides()) == 1


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


QUESTION = {"kind": "check", "side": 0, "revision": 7, "layer": "conv2", "index": [5, 8, 7]}


def test_keras_is_asked_for_the_cell_and_its_answer_goes_to_the_explorer(visitor, monkeypatch):
    engine = Engine(0.25)
    monkeypatch.setattr(view_state, "engine", lambda: engine)
    visitor.trigger("layer_explorer", "question", QUESTION)
    assert visitor.explored()[0]["answer"] == {**QUESTION, "value": 0.25}
    ((name, network, pixels, layer, index),) = engine.asked
    assert (name, network, layer, index) == ("cell_value", "default", "conv2", [5, 8, 7])
    assert pixels.shape == (28, 28)


def test_what_keras_cannot_answer_is_told_in_a_sentence(visitor, monkeypatch):
    refusal = UserError(N_("Keras stopped before it finished; try again."))
    monkeypatch.setattr(view_state, "engine", lambda: Engine(refusal))
    visitor.trigger("layer_explorer", "question", {**QUESTION, "kind": "effective"})
    assert visitor.explored()[0]["answer"]["error"].endswith(".")


@pytest.mark.parametrize(
    "question",
    [None, {}, 7, {**QUESTION, "kind": "x"}, {**QUESTION, "side": 5}, {**QUESTION, "index": ["x"]}],
)
def test_what_is_no_question_is_not_asked(visitor, monkeypatch, question):
    engine = Engine(0.25)
    monkeypatch.setattr(view_state, "engine", lambda: engine)
    visitor.trigger("layer_explorer", "question", question)
    assert engine.asked == []
    assert visitor.explored()[0]["answer"] is None
