"""How pixels are scaled: the arithmetic of what is folded, and which scaling is guessed."""

from dataclasses import replace

import numpy as np
import pytest

from model.imports.graph import read_graph
from model.imports.inspection import PlannedLayer, plan_of
from model.imports.scaling import SCALINGS, Tried, guess, try_scalings, with_scaling
from tests.model.imports.keras_files import CONV, layer, with_layer

PIXELS = np.array([0.0, 0.25, 1.0])


def planned(*between):
    return plan_of(read_graph(with_layer(*between)))


def scaled(layers):
    """Do to pixels what the Rescalings at the beginning of a plan do."""
    values, name = PIXELS, "digit"
    for each in layers:
        if each.inbound == (name,) and each.kind == "Rescaling":
            values, name = values * each.settings["scale"] + each.settings["offset"], each.name
    return values


@pytest.mark.parametrize("scaling", SCALINGS.values(), ids=lambda each: each.id)
@pytest.mark.parametrize("own", [None, (1 / 255, 0.0), (1 / 127.5, -1.0), (0.5, 0.25)])
def test_the_first_layer_sees_what_the_network_was_trained_on(scaling, own):
    before = [] if own is None else [layer("Rescaling", "own", scale=own[0], offset=own[1])]
    plan = with_scaling(planned(*before, CONV), scaling)

    expected = PIXELS * scaling.scale + scaling.offset
    if own:
        expected = expected * own[0] + own[1]
    np.testing.assert_allclose(scaled(plan.layers), expected, atol=1e-9)
    assert [each.kind for each in plan.layers].count("Rescaling") <= 1
    known = {"digit", *(each.name for each in plan.layers)}
    assert {name for each in plan.layers for name in each.inbound} <= known


def test_a_rescaling_that_would_do_nothing_is_left_out():
    plan = planned(layer("Rescaling", "own", scale=1 / 255), CONV)

    assert with_scaling(plan, SCALINGS["bytes"]).layers[0].name == "conv"


def test_a_network_that_reads_its_input_twice_is_scaled_once():
    plan = planned(CONV)
    twice = PlannedLayer("sum", "Add", {}, ("digit", "digit"), (28, 28, 1))
    plan = replace(plan, layers=(twice, *plan.layers))
    layers = with_scaling(plan, SCALINGS["bytes"]).layers

    assert layers[0].inbound == ("digit",)
    assert layers[1].inbound == (layers[0].name,) * 2


def tried(**accuracies):
    return [Tried(name, accuracies.get(name, 0.1), (), ()) for name in SCALINGS]


def test_the_scaling_that_reads_digits_best_is_guessed():
    assert guess(tried(bytes_inverted=0.9, unit=0.4), planned(CONV)) == "bytes_inverted"


def test_of_two_that_read_as_well_the_usual_one_is_guessed():
    assert guess(tried(unit=0.95, bytes=0.97), planned(CONV)) == "unit"
    assert guess(tried(bytes=0.95, signed=0.95), planned(CONV)) == "bytes"


def test_of_a_network_that_reads_no_digits_what_it_begins_with_tells():
    assert guess([], planned(layer("Rescaling", "own", scale=1 / 255), CONV)) == "bytes"
    assert guess([], planned(layer("Rescaling", "own", scale=2.0, offset=-1.0), CONV)) == "unit"
    assert guess([], planned(CONV)) == "unit"


def test_a_network_that_tells_bright_from_dark_is_tried_under_each_scaling():
    pixels = np.zeros((2, 28, 28), np.float32)
    pixels[1] = 1.0

    def logits(digits):
        """Find a 1 where the mean is about 255, a 0 where it is about 0."""
        mean = digits.mean(axis=(1, 2))
        return np.stack([-np.abs(mean), -np.abs(mean - 255)], axis=1)

    found = {each.scaling: each for each in try_scalings(logits, pixels, np.array([0, 1]))}

    assert found["bytes"].accuracy == 1.0
    assert found["bytes"].labels == (0, 1)
    assert found["bytes_inverted"].accuracy == 0.0
    assert found["unit"].accuracy == 0.5
