from dataclasses import dataclass
from itertools import pairwise
from math import prod

import keras
import numpy as np
import pytest
from explained import BODIES, activations, ask, build, description, random_cells

from model.export.onnx_graph import WRITERS
from model.export.publishing import Origin, publish
from model.inference import catalogue
from model.inference.network import Network, trace
from pages import services

TOLERANCE = 1e-5  # what the layer explorer promises, absolute up to 1 and relative beyond


@dataclass(frozen=True)
class Case:
    """One network, in Keras and as it is described to the browser."""

    cnn: keras.Model
    network: Network
    card: catalogue.Card
    description: bytes


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """The default network, and small ones with all kinds of layers."""
    folder = tmp_path_factory.mktemp("networks")
    noise = np.random.default_rng(1).random((2, 28, 28), np.float32)
    built = {name: build(name) for name in BODIES}
    for name, cnn in built.items():
        publish(cnn, name, Origin(name, name), folder, digits=noise)
    built["default"] = keras.models.load_model(catalogue.keras_file(), compile=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "folders", lambda: [folder, catalogue.SHIPPED])
        return {
            name: Case(cnn, catalogue.open_network(name), services.card(name), description(name))
            for name, cnn in built.items()
        }


@pytest.fixture(params=[*BODIES, "default"])
def case(request, cases):
    return cases[request.param]


def test_the_networks_have_every_kind_of_layer_that_there_may_be(cases):
    kinds = {type(layer) for case in cases.values() for layer in case.cnn.layers}

    assert kinds >= set(WRITERS)


def test_a_thousand_cells_are_explained_to_the_value_that_keras_gives(case, seven, tmp_path):
    expected = activations(case.cnn, seven)
    cells = random_cells(case.card, 1000, seed=2)
    answers = ask(tmp_path, case.description, seven, values=cells)["values"]

    assert "unknown" not in {answer["kind"] for answer in answers}
    values = np.array([answer["value"] for answer in answers])
    theirs = np.array([expected[layer][tuple(cell)] for layer, cell in cells])
    assert (np.abs(values - theirs) <= TOLERANCE * np.maximum(1, np.abs(theirs))).all()


def test_the_terms_of_a_sum_are_all_there_and_add_up(case, seven, tmp_path):
    cells = random_cells(case.card, 200, seed=3)
    answers = ask(tmp_path, case.description, seven, cells=cells)["cells"]

    layers = {layer.name: layer for layer in case.card.layers}
    sums = [
        (layers[name], cell, answer)
        for (name, cell), answer in zip(cells, answers, strict=True)
        if answer["kind"] == "sum" and layers[name].weights
    ]
    assert sums
    for layer, cell, answer in sums:
        terms = [term for group in answer["groups"] for term in group["terms"]]
        assert len(terms) == term_count(layer, cell)
        for term in terms:
            assert term["product"] == term["input"] * term["weight"]
            assert term["input"] == 0 or not term["padded"]
        total = sum(subtotal(group) for group in answer["groups"]) + (answer["bias"] or 0)
        assert total == pytest.approx(answer["preactivation"], abs=1e-12)


def term_count(layer, cell):
    """Count what one cell multiplies: all of the kernel that leads to it."""
    if layer.kind == "Conv2DTranspose":
        reaching = [taps_reaching(layer.config, axis, cell[axis]) for axis in (0, 1)]
        return prod(reaching) * layer.weights["kernel"][3]
    if layer.kind == "SeparableConv2D":
        return prod(layer.weights["depthwise_kernel"])
    *inputs, _ = layer.weights["kernel"]
    return prod(inputs[:2] if layer.kind == "DepthwiseConv2D" else inputs)


def taps_reaching(config, axis, place):
    """Count the taps of cells at multiples of the stride that come to lie on a place."""
    taps, stride = config["kernel_size"][axis], config["strides"][axis]
    cut = max(taps - stride, 0) // 2 if config["padding"] == "same" else 0
    return sum((place + cut - tap) % stride == 0 for tap in range(taps))


def subtotal(group):
    return sum(term["product"] for term in group["terms"]) * group.get("pointwise", 1)


def test_what_is_shown_is_what_the_network_that_serves_answered(case, seven, tmp_path):
    served = trace(case.network, seven).activations
    cells = random_cells(case.card, 100, seed=4)
    answers = ask(tmp_path, case.description, seven, values=cells)["values"]

    shown = np.array([answer["shown"] for answer in answers])
    theirs = np.array([served[layer][tuple(cell)] for layer, cell in cells])
    assert (np.abs(shown - theirs) <= TOLERANCE * np.maximum(1, np.abs(theirs))).all()


# Receptive fields


def noise(rng):
    """Draw 20 pictures from -3 to 3, so that much happens."""
    return rng.uniform(-3, 3, (20, 28, 28)).astype(np.float32)


def inside(box):
    where = np.zeros((28, 28), bool)
    if box:
        where[box["top"] : box["bottom"] + 1, box["left"] : box["right"] + 1] = True
    return where


def answers_at(case, layer, cell, batch):
    (answers,) = case.network.run([layer], batch)
    return np.moveaxis(answers, 1, -1)[:, *cell]


def test_a_cell_hangs_on_the_pixels_in_its_receptive_field_and_on_no_others(case, tmp_path):
    rng = np.random.default_rng(5)
    pixels = rng.random((28, 28), np.float32)
    cells = random_cells(case.card, 80, seed=6)
    fields = ask(tmp_path, case.description, pixels, fields=cells)["fields"]

    living = 0
    for (layer, cell), field in zip(cells, fields, strict=True):
        where, everywhere = inside(field["digit"]["clipped"]), noise(rng)
        batches = (
            np.broadcast_to(pixels, everywhere.shape),  # as many: ONNX Runtime may sum others apart
            np.where(where, pixels, everywhere),
            np.where(where, everywhere, pixels),
            everywhere,
        )
        as_was, outside, within, anywhere = (answers_at(case, layer, cell, b) for b in batches)
        assert (outside == as_was).all()
        assert (within == anywhere).all()
        living += (within != as_was).any()
    # The others are padding, or channels that answer 0 to everything.
    assert living > len(cells) / 2


def test_each_edge_of_a_receptive_field_counts(cases, tmp_path):
    case = cases["convolutions"]  # which has no layer that picks one of many
    rng = np.random.default_rng(9)
    pixels = rng.random((28, 28), np.float32)
    spatial = [layer for layer in case.card.layers[1:] if len(layer.output_shape) == 3]
    cells = [(layer.name, [*middle, 0]) for layer in spatial for middle in middles(layer)]
    fields = ask(tmp_path, case.description, pixels, fields=cells)["fields"]

    for (layer, cell), field in zip(cells, fields, strict=True):
        box = field["digit"]
        before = answers_at(case, layer, cell, pixels[np.newaxis])
        for edge in edges_inside(box):
            noisy = np.where(inside(edge), noise(rng), pixels)
            assert (answers_at(case, layer, cell, noisy) != before).any()


def middles(layer):
    height, width, _ = layer.output_shape
    return [[row, column] for row in (1, height // 2) for column in (width // 2, width - 2)]


def edges_inside(box):
    """List the four edges of a box, without those that lie in the padding."""
    if not box["clipped"]:
        return []
    within = box["clipped"]
    return [
        {**within, this: within[other]}
        for this, other in (
            ("top", "bottom"),
            ("bottom", "top"),
            ("left", "right"),
            ("right", "left"),
        )
        if within[other] == box[other]
    ]


def test_the_sizes_of_fields_are_those_of_the_formula(cases, seven, tmp_path):
    case = cases["default"]
    windows = {  # taps, stride and padding before, as designs.py has them
        "conv1": (5, 1, 2),
        "pool1": (2, 2, 0),
        "conv2": (3, 1, 1),
        "conv3": (3, 1, 1),
        "pool2": (2, 2, 0),
        "conv4": (3, 1, 1),
        "conv5": (3, 1, 0),
    }
    sizes = ask(tmp_path, case.description, seven, sizes=list(windows))["sizes"]

    size, stride, start = 1, 1, 0
    for (taps, step, padding), answer in zip(windows.values(), sizes, strict=True):
        size, start, stride = size + (taps - 1) * stride, start - padding * stride, stride * step
        assert answer == {"size": [size] * 2, "stride": [stride] * 2, "start": [start] * 2}
    assert all(one["size"] < other["size"] for one, other in pairwise(sizes))
