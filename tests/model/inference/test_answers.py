import json

import numpy as np
import pytest
from answers import feature_maps, picture, unframe
from handwritten import ink, on_canvas, strokes

from model.inference.answers import KINDS, encode
from model.inference.catalogue import open_network
from model.inference.frames import frame
from model.inference.layer_kinds import WITH_MAPS
from model.inference.network import Trace, trace
from model.inference.reading import Reading, read
from model.pixels.preprocessing import PICTURE_STEPS, Preprocessed, as_pixels


@pytest.fixture(scope="module")
def network():
    return open_network()


@pytest.fixture
def reading(network):
    return read(network, strokes(on_canvas(5)))


def gray(digit):
    return np.uint8(255 - 255 * ink(on_canvas(digit)))


# Reading


@pytest.mark.parametrize("digit", range(10))
def test_a_plain_digit_is_read_as_what_it_is_drawn_or_photographed(network, digit):
    assert read(network, strokes(on_canvas(digit))).label == digit
    assert read(network, gray(digit)).label == digit


def test_the_label_is_the_most_probable_digit(network, reading):
    probabilities = trace(network, reading.preprocessed.pixels).probabilities
    assert reading.label == probabilities.argmax()
    assert reading.probability == pytest.approx(probabilities.max())
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("source", [[], np.full((80, 80), 255, np.uint8)], ids=["drawing", "page"])
def test_nothing_drawn_is_never_a_digit(network, source):
    reading = read(network, source)
    assert reading.verdict == "empty"
    assert reading.label is None
    assert reading.probability == 0
    assert reading.trace is None


def test_steps_are_left_out_as_asked(network):
    for source in (strokes(on_canvas(5)), gray(5)):
        steps = read(network, source, skip=("center",)).preprocessed.steps
        assert [step.name for step in steps if not step.applied] == ["center"]


# The frame


@pytest.mark.parametrize("head", [{}, {"a": 1}, {"word": "数字"}, {"long": "x" * 1001}])
def test_a_frames_body_begins_at_a_multiple_of_four(head):
    framed = frame(head, b"body")
    opened, body = unframe(framed)
    assert opened == head
    assert body == b"body"
    assert (len(framed) - len(body)) % 4 == 0


def test_the_answer_says_what_the_reading_says(network, reading):
    head, _ = unframe(encode(network, reading, 17))
    assert head["revision"] == 17
    assert head["label"] == reading.label == 5
    assert head["verdict"] == reading.verdict
    assert head["probability"] == pytest.approx(reading.probability, abs=1e-6)
    assert head["probabilities"] == pytest.approx(reading.trace.probabilities.tolist(), abs=1e-6)


def test_no_probability_is_told_as_certain(network, reading):
    certain = Trace(
        reading.trace.logits, np.eye(10, dtype=np.float32)[5], reading.trace.activations
    )
    sure = Reading(reading.preprocessed, certain, reading.verdict)
    head, _ = unframe(encode(network, sure, 1))
    assert all(0 < each < 1 for each in [head["probability"], *head["probabilities"]])


def test_every_conv_and_pool_layer_travels_in_order_with_all_its_maps(network, reading):
    head, _ = unframe(encode(network, reading, 1))
    expected = [
        (layer.name, list(layer.output_shape))
        for layer in network.layers
        if layer.kind in WITH_MAPS
    ]
    assert [(layer["name"], layer["shape"]) for layer in head["layers"]] == expected
    assert len(expected) >= 4


def test_maps_read_back_are_the_activation_to_half_a_quantisation_step(network, reading):
    head, body = unframe(encode(network, reading, 1))
    for layer in head["layers"]:
        activation = reading.trace.activations[layer["name"]]
        maps, half = feature_maps(layer, body)
        assert (np.abs(maps - activation) <= half + 1e-5).all()


def test_the_ends_of_a_maps_domain_are_its_lowest_and_highest_activation(network, reading):
    head, body = unframe(encode(network, reading, 1))
    for layer in head["layers"]:
        activation = reading.trace.activations[layer["name"]]
        maps, _ = feature_maps(layer, body)
        assert maps.min(axis=(0, 1)) == pytest.approx(activation.min(axis=(0, 1)), abs=1e-5)
        assert maps.max(axis=(0, 1)) == pytest.approx(activation.max(axis=(0, 1)), abs=1e-5)


def with_activation(network, reading, name, activation):
    """The same reading, but one layer answered something else."""
    activations = {**reading.trace.activations, name: activation}
    changed = Trace(reading.trace.logits, reading.trace.probabilities, activations)
    return Reading(reading.preprocessed, changed, reading.verdict)


def test_the_units_of_dense_layers_travel_exactly_where_they_are_asked_for(network, reading):
    head, body = unframe(encode(network, reading, 1, kinds=KINDS["all"]))
    dense = {layer.name for layer in network.layers if layer.kind == "Dense"}
    found = [layer for layer in head["layers"] if layer["name"] in dense]
    assert len(found) == len(dense) >= 2
    for layer in found:
        units, half = feature_maps(layer, body)
        assert (half == 0).all()
        assert np.array_equal(units.ravel(), reading.trace.activations[layer["name"]])


def test_an_answer_without_layers_says_the_same_of_the_digit_in_a_twentieth_of_the_bytes(
    network, reading
):
    whole, brief = (
        encode(network, reading, 1, film=False, kinds=kinds) for kinds in (WITH_MAPS, KINDS["none"])
    )
    assert len(brief) < len(whole) / 20
    heads = [unframe(each)[0] for each in (whole, brief)]
    assert [each.pop("layers") for each in heads][1] == []
    assert heads[0] == heads[1]


@pytest.mark.parametrize("level", [0, 3.25, -2])
def test_a_flat_map_reads_back_flat(network, reading, level):
    name = next(layer.name for layer in network.layers if layer.kind in WITH_MAPS)
    flat = np.full_like(reading.trace.activations[name], level)
    head, body = unframe(encode(network, with_activation(network, reading, name, flat), 1))
    maps, half = feature_maps(head["layers"][0], body)
    assert (maps == level).all()
    assert (half == 0).all()


def test_negative_activations_keep_their_sign(network, reading):
    name = next(layer.name for layer in network.layers if layer.kind in WITH_MAPS)
    activation = reading.trace.activations[name] - 0.7
    head, body = unframe(encode(network, with_activation(network, reading, name, activation), 1))
    maps, half = feature_maps(head["layers"][0], body)
    assert (np.abs(maps - activation) <= half + 1e-5).all()
    assert maps.min() < 0


def test_the_pixels_that_were_read_come_along(network, reading):
    head, body = unframe(encode(network, reading, 1))
    pixels = picture([28, 28], head["pixels"], body)
    assert pixels == pytest.approx(reading.preprocessed.pixels, abs=0.5 / 255 + 1e-6)


def test_every_number_begins_at_a_multiple_of_four_so_that_a_browser_can_view_it(network):
    head, _ = unframe(encode(network, read(network, gray(3)), 1))
    places = [head["pixels"], *(step["picture"] for step in head["film"])]
    places += [layer[key] for layer in head["layers"] for key in ("domains", "bytes")]
    assert [place % 4 for place in places] == [0] * len(places)


# The film strip


def test_each_step_shows_its_picture_its_numbers_and_what_would_have_been_read(network):
    reading = read(network, gray(7), skip=("light",))
    head, body = unframe(encode(network, reading, 1))
    assert [step["name"] for step in head["film"]] == ["source", *PICTURE_STEPS]
    for shown, step in zip(head["film"], reading.preprocessed.steps, strict=True):
        probabilities = trace(network, as_pixels(step.picture)).probabilities
        assert shown["applied"] == step.applied == (step.name != "light")
        assert shown["label"] == probabilities.argmax()
        assert shown["probability"] == pytest.approx(probabilities.max(), abs=1e-3)
        assert shown["numbers"] == pytest.approx(step.numbers, abs=1e-4)
        small = picture(shown["shape"], shown["picture"], body)
        assert max(small.shape) <= 112
        assert small.mean() == pytest.approx(step.picture.mean(), abs=0.01)


def test_the_last_steps_guess_is_the_prediction(network, reading):
    head, _ = unframe(encode(network, reading, 1))
    assert head["film"][-1]["label"] == head["label"]
    assert head["film"][-1]["probability"] == pytest.approx(head["probability"], abs=1e-4)


@pytest.mark.parametrize(("shape", "shown"), [((560, 280), [112, 56]), ((30, 560), [6, 112])])
def test_a_long_picture_is_shown_small_in_its_own_proportions(network, shape, shown):
    gray = np.full(shape, 255, np.uint8)
    gray[10:20, 10:200] = 0
    head, _ = unframe(encode(network, read(network, gray), 1))
    assert head["film"][0]["shape"] == shown


def test_an_answer_without_film_says_so_and_is_smaller(network, reading):
    with_film, without = (encode(network, reading, 1, film=each) for each in (True, False))
    head, body = unframe(without)
    assert head["film"] is None
    assert len(without) < len(with_film)
    maps, half = feature_maps(head["layers"][-1], body)
    activation = reading.trace.activations[head["layers"][-1]["name"]]
    assert (np.abs(maps - activation) <= half + 1e-5).all()


@pytest.mark.parametrize("source", [[], np.full((80, 80), 255, np.uint8)], ids=["drawing", "page"])
def test_an_empty_answer_has_a_verdict_and_nothing_to_paint(network, source):
    head, _ = unframe(encode(network, read(network, source), 3))
    assert head["verdict"] == "empty"
    assert head["label"] is None
    assert head["revision"] == 3
    assert "layers" not in head
    assert "probabilities" not in head


def test_an_answer_is_plain_json_and_small(network, reading):
    answer = encode(network, reading, 1)
    head, _ = unframe(answer)
    assert json.dumps(head)
    assert len(answer) < 100_000


def test_no_preprocessed_pixels_means_no_trace(network):
    reading = Reading(Preprocessed(None, ()), None, "empty")
    assert reading.label is None
    assert reading.probability == 0
