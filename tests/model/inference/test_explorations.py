import numpy as np
import pytest
from answers import unframe
from asking import Browser, drawing, sentence_of
from handwritten import on_canvas, strokes

from model.inference.explorations import explore
from model.inference.logits import softmax
from model.inference.network import trace
from model.inference.reading import read
from pages.server.routes.drawings import MOST_BYTES

SEVEN = strokes(on_canvas(7))


def activation(layer, body):
    """Read a layer's activation back: `(h, w, c)` or `(n,)`."""
    *sides, channels = layer["shape"]
    count = int(np.prod(layer["shape"]))
    values = np.frombuffer(body, "<f4", count, layer["begin"]).reshape(channels, *sides)
    return np.moveaxis(values, 0, -1)


def test_every_layer_travels_exactly_and_the_pixels_as_the_first(tiny_network):
    reading = read(tiny_network, SEVEN)
    head, body = unframe(explore(tiny_network, reading, 12))

    assert [layer["name"] for layer in head["layers"]] == [
        layer.name for layer in tiny_network.layers
    ]
    first, *others = (activation(layer, body) for layer in head["layers"])
    np.testing.assert_array_equal(first[..., 0], reading.preprocessed.pixels)
    traced = trace(tiny_network, reading.preprocessed.pixels)
    for ours, theirs in zip(others, traced.activations.values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert len(body) == 4 * sum(np.prod(layer["shape"]) for layer in head["layers"])


def test_the_prediction_comes_with_all_its_digits(tiny_network):
    reading = read(tiny_network, SEVEN)
    head, body = unframe(explore(tiny_network, reading, 12))

    assert head["revision"] == 12
    assert head["verdict"] == reading.verdict
    assert head["label"] == np.argmax(head["logits"])
    assert head["probability"] == max(head["probabilities"])
    np.testing.assert_array_equal(head["logits"], activation(head["layers"][-1], body))
    np.testing.assert_allclose(head["probabilities"], softmax(np.array(head["logits"])), rtol=1e-5)


def test_where_nothing_is_drawn_there_is_nothing_to_explore(tiny_network):
    head, body = unframe(explore(tiny_network, read(tiny_network, []), 3))

    assert head["verdict"] == "empty"
    assert head["label"] is None
    assert head["layers"] == []
    assert body == b""


# The route


def test_a_drawing_is_explored_with_the_steps_left_out_that_are_asked():
    both = [
        Browser().post("/live/explore", json=drawing(skip=skip)).content
        for skip in ([], ["thickness"])
    ]
    heads, bodies = zip(*map(unframe, both), strict=True)

    assert all(head["revision"] == 5 for head in heads)
    pixels = [activation(heads[i]["layers"][0], bodies[i]) for i in (0, 1)]
    assert (pixels[0] != pixels[1]).any()


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{}", "application/json", 400),
        (b'{"revision": 1, "strokes": [], "network": "absent"}', "application/json", 400),
        (b" " * (MOST_BYTES + 1), "application/json", 413),
    ],
    ids=["not JSON", "not a drawing", "no such network", "too large"],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(body, content_type, status):
    headers = {"content-type": content_type}
    response = Browser().post("/live/explore", content=body, headers=headers)

    assert response.status_code == status
    assert sentence_of(response)
