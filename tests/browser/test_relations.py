"""What hangs together with the cell that is pointed at: lines between maps, and fields in them."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def drawn(desk, written):
    desk.draw(*written(3))
    desk.settled()
    return desk


def count(desk, name):
    """How many lines or frames a path of the drawing over the maps has."""
    path = desk.page.locator(f".focus .{name}")
    return path.get_attribute("d").count("M")


def point(desk, layer, channel, row, column):
    """Point at a cell of a map."""
    button = desk.map_buttons(layer).nth(channel)
    box = button.bounding_box()
    side = {"conv2": 14, "pool2": 7}[layer]
    at = [
        start + (place + 0.5) * box["width"] / side
        for start, place in ((box["x"], column), (box["y"], row))
    ]
    desk.page.mouse.move(*at)
    expect(desk.page.locator(".focus")).to_have_attribute("data-layer", layer)


def test_pointing_at_a_map_draws_lines_from_the_maps_that_feed_it_and_to_those_that_read_it(drawn):
    point(drawn, "conv2", 5, 6, 6)
    assert count(drawn, "feeding") == 32  # all maps of pool1
    assert count(drawn, "reading") == 32  # all maps of conv3
    point(drawn, "pool2", 3, 2, 2)
    assert count(drawn, "feeding") == 1  # the same map of conv3
    assert count(drawn, "reading") == 32


def test_the_receptive_field_is_framed_in_every_layer_before(drawn):
    point(drawn, "pool2", 3, 2, 2)
    assert count(drawn, "fields") == 1 + 3 * 32  # of conv3 one map, of conv2, pool1, conv1 all
    frames = drawn.page.locator(".focus .fields").get_attribute("d")
    zoom = drawn.map_buttons("conv3").first.bounding_box()["width"] / 14
    widths = {float(each) for each in re.findall(r"h(\d[\d.]*)v", frames)}
    # 2 cells are pooled; each convolution of 3 × 3 adds 2 more; a cell of pool1 pools 2 of conv1.
    assert widths == {2 * zoom, 4 * zoom, 6 * zoom, 12 * zoom / 2}


def test_nothing_is_drawn_while_nothing_is_pointed_at(drawn):
    point(drawn, "conv2", 5, 6, 6)
    drawn.canvas.hover()
    expect(drawn.page.locator(".focus")).not_to_have_attribute("data-layer", "conv2")
    paths = drawn.page.locator(".focus path").evaluate_all(
        "all => all.map((path) => path.getAttribute('d'))"
    )
    assert set(paths) == {""}
