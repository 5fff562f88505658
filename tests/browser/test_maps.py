"""The feature maps: their values, their colors, and one of them opened."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from model.inference.catalogue import open_network

LAYER = "conv1"


@pytest.fixture(scope="module")
def three(desks, written):
    """What was sent when somebody came and drew a 3; the page stays open for all tests here."""
    desk = desks().open()
    desk.draw(*written(3))
    desk.settled()
    desk.strokes()
    return desk.kept[-1]


@pytest.fixture
def drawn(visit, three):
    desk = visit()
    desk.kept.append({**three, "revision": desk.revision()})  # a test may have undone another
    yield desk
    if desk.opened.is_visible():
        desk.opened.get_by_role("button", name="Close").click()
    desk.page.get_by_role("radio", name="each map").check()


def activation(desk, layer):
    return desk.reading().trace.activations[layer]


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def image(desk, layer):
    return desk.layer(layer).locator(".mosaic canvas").evaluate("canvas => canvas.toDataURL()")


def tolerance(activation, channel, value):
    """Half a quantisation step, and what is lost by writing three figures."""
    values = activation[..., channel]
    return float(np.ptp(values)) / 510 + max(0.005, abs(value) * 0.005) + 1e-6


def test_every_conv_and_pool_layer_is_there_in_order_with_all_its_maps(drawn):
    layers = [layer for layer in open_network().layers if len(layer.output_shape) == 3][1:]
    shown = drawn.layers.evaluate_all("all => all.map((each) => each.dataset.layer)")
    assert shown == [layer.name for layer in layers]
    for layer in layers:
        assert drawn.map_buttons(layer.name).count() == layer.output_shape[2]
        header = drawn.layer(layer.name).locator("header").first.inner_text()
        height, width, count = layer.output_shape
        assert f"{height} × {width} × {count}" in header
        if layer.parameters:
            assert f"{layer.parameters:,}" in header


def test_a_layer_tells_its_lowest_and_highest_activation(drawn):
    for name in (LAYER, "pool2"):
        low, high = activation(drawn, name).min(), activation(drawn, name).max()
        text = drawn.layer(name).locator("header").first.inner_text()
        told = re.search(r"activation (\S+) to (\S+)", text).groups()
        assert [number(each) for each in told] == pytest.approx([low, high], rel=0.01, abs=0.006)


def test_the_value_under_the_pointer_is_the_activation(drawn):
    values = activation(drawn, LAYER)
    for channel, row, column in ((0, 0, 0), (3, 14, 13), (11, 27, 27)):
        button = drawn.map_buttons(LAYER).nth(channel)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        cell = box["width"] / 28, box["height"] / 28
        drawn.page.mouse.move(box["x"] + (column + 0.5) * cell[0], box["y"] + (row + 0.5) * cell[1])
        chip = drawn.page.get_by_text(f"row {row}, column {column}")
        expect(chip).to_contain_text(f"{LAYER}, map {channel}")
        value = number(chip.inner_text().rsplit(":", 1)[1].strip())
        expected = values[row, column, channel]
        assert value == pytest.approx(expected, abs=tolerance(values, channel, value))


def test_no_value_is_told_beside_the_maps(drawn):
    drawn.map_buttons(LAYER).first.hover()
    chip = drawn.page.get_by_text(re.compile(r"row \d+, column \d+"))
    expect(chip).to_be_visible()
    drawn.film.hover()
    expect(chip).to_be_hidden()


def test_maps_are_never_smoothed(drawn):
    """Each cell of a map is a block of one color, a whole number of device pixels wide."""
    canvas = drawn.layer("pool2").locator(".mosaic canvas")
    ratio = canvas.evaluate("canvas => canvas.width / canvas.getBoundingClientRect().width")
    assert ratio == pytest.approx(1, abs=1e-3)
    for channel in (0, 5, 31):
        tile = map_of(drawn, "pool2", channel)
        side = activation(drawn, "pool2").shape[0]
        zoom = len(tile) // side
        cells = tile.reshape(side, zoom, side, zoom, 4)
        assert (cells == cells[:, :1, :, :1]).all()


def test_a_map_is_bright_where_its_activation_is_high(drawn):
    values = activation(drawn, LAYER)
    channel = int(values.max(axis=(0, 1)).argmax())
    tile = map_of(drawn, LAYER, channel)
    zoom = len(tile) // 28
    brightness = tile[zoom // 2 :: zoom, zoom // 2 :: zoom, :3].sum(axis=2, dtype=float)
    assert np.corrcoef(brightness.ravel(), values[..., channel].ravel())[0, 1] > 0.95


def map_of(desk, layer, channel):
    """One map as it is painted, `(side, side, 4)`."""
    places = "each => [each.offsetLeft, each.offsetTop, each.offsetWidth, each.offsetHeight]"
    left, top, width, height = desk.map_buttons(layer).nth(channel).evaluate(places)
    sheet = desk.painted(desk.layer(layer).locator(".mosaic canvas"))
    return sheet[top : top + height, left : left + width]


# One scale for what?


def test_the_scale_of_colours_can_be_shared_by_a_layer_or_the_network(drawn):
    images, legends = {}, {}
    for name in ("each map", "each layer", "the network"):
        drawn.page.get_by_role("radio", name=name).check()
        images[name] = image(drawn, LAYER)
        legends[name] = [
            drawn.layers.nth(i).locator(".legend").inner_text() for i in range(drawn.layers.count())
        ]
    assert len(set(images.values())) == 3
    assert len(set(legends["each layer"])) > 1
    assert len(set(legends["the network"])) == 1
    drawn.page.get_by_role("radio", name="each map").check()
    assert image(drawn, LAYER) == images["each map"]


def test_the_chosen_scale_is_still_chosen_after_another_page(drawn):
    drawn.page.get_by_role("radio", name="the network").check()
    drawn.turn_to("The network")
    expect(drawn.canvas).to_have_count(0)
    drawn.turn_to("Recognize")
    expect(drawn.page.get_by_role("radio", name="the network")).to_be_checked()


# One map opened


def open_map(desk, layer, channel):
    desk.map_buttons(layer).nth(channel).click()
    expect(desk.opened).to_be_visible()


def test_a_pooled_map_says_what_it_pools(drawn):
    open_map(drawn, "pool1", 2)
    expect(drawn.opened).to_contain_text("maximum of 2 × 2 cells")


def test_neighbors_are_opened_one_after_the_other_and_round(drawn):
    open_map(drawn, LAYER, 0)
    heading = drawn.opened.get_by_role("heading").first
    drawn.opened.get_by_role("button", name="Next").click()
    expect(heading).to_have_text(f"{LAYER}, map 1")
    for _ in range(2):
        drawn.opened.get_by_role("button", name="Previous").click()
    last = open_network().weights(LAYER)["kernel"].shape[3] - 1
    expect(heading).to_have_text(f"{LAYER}, map {last}")


def test_an_opened_map_is_closed_and_the_focus_returns_to_where_it_was(drawn):
    ways = (
        lambda: drawn.opened.get_by_role("button", name="Close").click(),
        lambda: drawn.map_buttons(LAYER).nth(3).click(),
        lambda: drawn.page.keyboard.press("Escape"),
    )
    for way in ways:
        open_map(drawn, LAYER, 3)
        way()
        expect(drawn.opened).to_be_hidden()
        drawn.until(lambda: drawn.map_buttons(LAYER).nth(3).evaluate("e => e.matches(':focus')"))


def test_maps_are_reached_and_opened_with_keys_and_tell_where_they_are_strongest(drawn):
    first = drawn.map_buttons(LAYER).first
    first.focus()
    drawn.page.keyboard.press("ArrowRight")
    second = drawn.map_buttons(LAYER).nth(1)
    assert second.evaluate("each => each.matches(':focus')")
    values = activation(drawn, LAYER)[..., 1]
    name = second.get_attribute("aria-label")
    row, column = np.unravel_index(values.argmax(), values.shape)
    assert f"{LAYER}, map 1" in name
    if values.max() > 0:
        high = ("top", "", "bottom")[3 * row // 28]
        side = ("left", "", "right")[3 * column // 28]
        assert (f"{high} {side}".strip() or "center") in name
    drawn.page.keyboard.press("Enter")
    expect(drawn.opened).to_be_visible()


def test_clearing_the_canvas_hides_the_maps_again(drawn):
    mosaic = drawn.layer(LAYER).locator(".mosaic")
    drawn.button("Clear").click()
    expect(mosaic).to_be_hidden()
    drawn.button("Undo").click()
    expect(mosaic).to_be_visible()
