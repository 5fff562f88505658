"""Every layer on the stage, and the order of its maps."""

import numpy as np
import pytest
from playwright.sync_api import expect

from model.inference.catalogue import open_network


@pytest.fixture
def drawn(desk, written):
    desk.draw(*written(3))
    desk.settled()
    return desk


def names(desk):
    return desk.layers.evaluate_all("all => all.map((each) => each.dataset.layer)")


def number(text):
    return float(text.replace("−", "-").replace("%", "").lstrip("<> "))


def test_one_switch_shows_every_layer_and_it_stays_so_on_other_pages_and_in_a_link(drawn, visit):
    every = [layer.name for layer in open_network().layers] + ["softmax"]
    drawn.page.get_by_role("radio", name="every layer").check()
    expect(drawn.layers).to_have_count(len(every))
    assert names(drawn) == every
    drawn.settled()
    drawn.turn_to("The network")
    expect(drawn.canvas).to_have_count(0)
    drawn.turn_to("Recognize")
    expect(drawn.layers).to_have_count(len(every))
    drawn.page.wait_for_url("**layers=all**")
    other = visit(locale="en-GB")
    other.page.goto(drawn.page.url)
    expect(other.layers).to_have_count(len(every))
    drawn.page.get_by_role("radio", name="convolution and pooling").check()
    expect(drawn.layers).to_have_count(7)


def test_units_stand_beside_their_values_and_the_last_ones_are_the_probabilities(drawn):
    drawn.page.get_by_role("radio", name="every layer").check()
    drawn.settled()
    read = drawn.reading()
    logits = drawn.map_buttons("logits")
    expect(logits).to_have_count(10)
    shown = [number(each.inner_text().split("\n")[-1]) for each in logits.all()]
    assert shown == pytest.approx(read.trace.activations["logits"], rel=0.01, abs=0.006)
    best = drawn.map_buttons("softmax").nth(3)
    assert number(best.inner_text().split("\n")[-1]) == pytest.approx(100, abs=0.2)


def test_a_unit_of_a_long_vector_is_told_by_its_number(drawn):
    drawn.page.get_by_role("radio", name="every layer").check()
    drawn.settled()
    values = drawn.reading().trace.activations["flatten"]
    only = drawn.map_buttons("flatten")
    only.scroll_into_view_if_needed()
    box = only.bounding_box()
    cell = box["width"] / 20  # 800 units, 40 rows of 20
    drawn.page.mouse.move(box["x"] + 7.5 * cell, box["y"] + 12.5 * cell)
    told = drawn.page.get_by_text("flatten, unit 247:")
    expect(told).to_be_visible()
    value = number(told.inner_text().rsplit(":", 1)[1].strip())
    assert value == pytest.approx(values[247], rel=0.01, abs=0.006)


def test_maps_are_sorted_by_their_strength_and_silent_ones_come_last(drawn):
    values = drawn.reading().trace.activations["conv1"]
    strengths = np.abs(values).sum(axis=(0, 1))
    drawn.page.get_by_role("radio", name="strength").check()
    places = drawn.map_buttons("conv1").evaluate_all(
        "all => all.map((each) => [each.offsetTop, each.offsetLeft])"
    )
    order = sorted(range(len(places)), key=lambda channel: places[channel])
    assert [strengths[channel] for channel in order] == sorted(strengths, reverse=True)
    first = drawn.map_buttons("conv1").nth(order[0])
    first.focus()
    drawn.page.keyboard.press("ArrowRight")
    second = drawn.map_buttons("conv1").nth(order[1])
    assert second.evaluate("each => each.matches(':focus')")
    drawn.page.get_by_role("radio", name="number").check()
    assert (
        drawn.map_buttons("conv1").first.evaluate("each => each.offsetTop + each.offsetLeft") == 0
    )


def test_the_order_of_the_maps_stays_so_on_other_pages_and_in_a_link(drawn, visit):
    def places(desk):
        return desk.map_buttons("conv1").evaluate_all(
            "all => all.map((each) => [each.offsetTop, each.offsetLeft])"
        )

    by_number = places(drawn)
    drawn.page.get_by_role("radio", name="strength").check()
    by_strength = places(drawn)
    assert by_strength != by_number
    drawn.page.get_by_role("radio", name="every layer").check()
    drawn.page.get_by_role("radio", name="convolution and pooling").check()
    drawn.until(lambda: places(drawn) == by_strength)
    drawn.turn_to("The network")
    expect(drawn.canvas).to_have_count(0)
    drawn.turn_to("Recognize")
    drawn.page.wait_for_url("**order=strength**")
    drawn.until(lambda: places(drawn) == by_strength)
    other = visit(locale="en-GB")
    other.page.goto(drawn.page.url)
    expect(other.page.get_by_role("radio", name="strength")).to_be_checked()
    other.until(lambda: places(other) == by_strength)


def test_a_silent_map_is_hatched_and_one_that_is_not_is_not(drawn):
    values = drawn.reading().trace.activations["conv1"]
    silent = [channel for channel in range(32) if not values[..., channel].any()]
    assert silent, "a 3 leaves some map of conv1 silent"
    sheet = drawn.painted(drawn.layer("conv1").locator(".mosaic canvas"))
    for channel in range(32):
        box = (
            drawn.map_buttons("conv1")
            .nth(channel)
            .evaluate(
                "each => [each.offsetLeft, each.offsetTop, each.offsetWidth, each.offsetHeight]"
            )
        )
        left, top, width, height = box
        colors = np.unique(sheet[top : top + height, left : left + width].reshape(-1, 4), axis=0)
        assert len(colors) > 1
        name = drawn.map_buttons("conv1").nth(channel)
        if channel in silent:
            name.focus()
            expect(name).to_have_attribute(
                "aria-label", "conv1, map " + str(channel) + ": no activation above zero"
            )


def test_layers_that_are_wider_than_the_screen_have_an_overview_to_jump_by(drawn):
    overview = drawn.page.get_by_role("navigation", name="Overview of all layers")
    expect(overview).to_be_hidden()
    drawn.page.get_by_role("radio", name="every layer").check()
    expect(overview.get_by_role("button")).to_have_count(len(open_network().layers) + 1)
    expect(drawn.layer("softmax")).not_to_be_in_viewport()
    overview.get_by_role("button", name="softmax").click()
    expect(drawn.layer("softmax")).to_be_in_viewport(ratio=1)
    overview.get_by_role("button", name="digit").focus()
    drawn.page.keyboard.press("ArrowRight")
    expect(drawn.layer("conv1")).to_be_in_viewport(ratio=0.9)


def test_on_paper_no_map_is_cut_off_and_there_is_no_menu(drawn):
    drawn.page.set_viewport_size({"width": 760, "height": 1100})
    drawn.page.emulate_media(media="print")
    expect(drawn.switches).to_be_hidden()
    for layer in drawn.layers.all():
        box = layer.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 760
    drawn.page.emulate_media(media="screen")
    drawn.page.set_viewport_size({"width": 1400, "height": 900})
