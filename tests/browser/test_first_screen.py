"""The first screen: drawing, maps and prediction together, and a demonstration before."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from model.inference.catalogue import open_network

SCREENS = {
    "laptop": {"width": 1400, "height": 900},
    "large": {"width": 1920, "height": 1080},
    "telephone": {
        "width": 390,
        "height": 844,
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
}
SCROLL_HEIGHT = "() => document.querySelector('[data-testid=stMain]').scrollHeight"


def bottom(locator):
    box = locator.bounding_box()
    return box["y"] + box["height"]


def top(locator):
    return locator.bounding_box()["y"]


def left(locator):
    return locator.bounding_box()["x"]


def right(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"]


@pytest.fixture
def drawn(visit, written):
    """Come with some screen, and draw a 3."""

    def visitor(screen, **options):
        desk = visit(**SCREENS[screen], **options).open()
        desk.draw(*written(3))
        desk.settled()
        return desk

    return visitor


def test_on_a_laptop_the_tools_all_ways_to_bring_a_digit_and_ten_samples_are_at_hand(drawn):
    desk = drawn("laptop")
    names = ["Pen", "Eraser", "Undo", "Redo", "Clear", "Upload", "Camera", "Paste", "Save"]
    samples = desk.page.get_by_role("group", name="Examples").get_by_role("button").all()[:10]
    for part in [*map(desk.button, names), *samples]:
        assert bottom(part) <= 480
        assert part.bounding_box()["height"] >= 24
    assert right(samples[-1]) <= right(desk.canvas) + 1


def test_on_a_telephone_every_way_to_bring_a_digit_is_one_row(drawn):
    phone = drawn("telephone")
    samples = phone.page.get_by_role("group", name="Examples").get_by_role("button")
    parts = [*map(phone.button, ["Upload", "Camera", "Paste", "Save"]), samples.first]
    heights = [part.bounding_box()["y"] for part in parts]
    assert max(heights) - min(heights) < 12
    assert all(right(part) <= 390 for part in parts)


@pytest.mark.parametrize("look", [("light", "en-US"), ("dark", "zh-CN")])
def test_on_a_laptop_canvas_all_maps_and_prediction_lie_side_by_side(drawn, look):
    scheme, locale = look
    desk = drawn("laptop", color_scheme=scheme, locale=locale)
    shown = [layer for layer in open_network().layers if len(layer.output_shape) == 3][1:]
    assert desk.layers.count() == len(shown) == 7
    parts = [desk.canvas, *desk.layers.all(), desk.prediction]
    assert max(bottom(part) for part in parts) <= 480
    for before, after in pairwise(parts):
        assert right(before) <= left(after)
    assert bottom(desk.film) <= 760


def test_on_a_large_screen_the_maps_are_twice_the_size(drawn):
    sides = []
    for screen in ("laptop", "large"):
        desk = drawn(screen)
        first = desk.map_buttons("conv1").first.bounding_box()
        assert first["width"] == first["height"]
        sides.append(first["width"])
        height = SCREENS[screen]["height"]
        assert all(bottom(layer) <= height for layer in desk.layers.all())
    assert sides[1] == 2 * sides[0]


@pytest.mark.parametrize("size", [(700, 900), (800, 900), (1024, 768), (1120, 800)])
def test_between_telephone_and_laptop_all_of_it_is_on_one_screen(visit, written, size):
    width, height = size
    desk = visit(width=width, height=height).open()
    desk.draw(*written(3))
    desk.settled()
    for part in [desk.canvas, desk.prediction, *desk.layers.all()]:
        assert left(part) >= 0
        assert right(part) <= width
        assert bottom(part) <= height
    for before, after in pairwise(desk.layers.all()):
        assert right(before) <= left(after) or bottom(before) <= top(after)


def test_on_a_telephone_the_first_screen_has_canvas_prediction_and_two_layers(drawn):
    phone = drawn("telephone")
    assert left(phone.canvas) >= 0
    parts = [phone.canvas, phone.button("Clear"), phone.prediction, *phone.layers.all()[:2]]
    ends = [bottom(part) for part in parts]
    assert ends == sorted(ends)
    assert ends[-1] <= 844
    assert phone.page.evaluate(SCROLL_HEIGHT) < 1600


def test_no_menu_stays_over_a_telephones_page(visit):
    phone = visit(**SCREENS["telephone"]).open()
    phone.page.locator(".st-key-links").get_by_role("link", name="The network").click()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("The network")
    expect(phone.page.get_by_test_id("stSidebar")).to_be_hidden()


@pytest.mark.parametrize("screen", SCREENS)
def test_an_opened_map_is_in_view_and_so_is_the_layer_that_it_is_from(drawn, screen):
    desk = drawn(screen)
    desk.map_buttons("conv2").nth(5).click()
    expect(desk.opened).to_be_in_viewport(ratio=1)
    expect(desk.map_buttons("conv2").nth(5)).to_be_in_viewport(ratio=1)
    if screen == "laptop":
        assert desk.opened.bounding_box()["y"] <= 760
    if screen != "telephone":
        expect(desk.canvas).to_be_in_viewport(ratio=1)
        expect(desk.prediction).to_be_in_viewport(ratio=1)
        assert top(desk.layer("conv1").locator("header")) >= 44  # below the page's own
        inputs = desk.opened.get_by_test_id("inputs").get_by_role("button")
        assert bottom(inputs.last) <= bottom(desk.opened)


# Before anything is drawn


def test_a_demonstration_writes_itself_says_so_and_is_wiped_by_the_first_touch(visit, written):
    desk = visit().open()
    expect(desk.page.get_by_text("A demonstration.")).to_be_visible()
    expect(desk.prediction.locator(".digit")).to_have_text("2")
    expect(desk.layer("conv5").locator(".mosaic")).to_be_visible()
    assert desk.prediction.get_attribute("data-verdict") == "empty"
    assert desk.prediction.get_attribute("data-label") == ""
    desk.draw(*written(3))
    desk.settled()
    expect(desk.page.get_by_text("A demonstration.")).to_be_hidden()
    expect(desk.prediction).to_have_attribute("data-label", "3")
    desk.button("Clear").click()
    expect(desk.prediction.locator(".digit")).to_have_text("")


def test_the_session_learns_nothing_of_the_demonstration(visit):
    desk = visit().open()
    expect(desk.prediction.locator(".digit")).to_have_text("2")
    desk.map_buttons("conv2").nth(5).click()
    expect(desk.opened.get_by_text("How it is made")).to_be_visible()
    desk.page.wait_for_url("**layer=conv2**")
    assert "digit=" not in desk.page.url
    desk.turn_to("Training room")
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    assert desk.kept == []


def test_whoever_wants_no_motion_sees_the_demonstration_stand_finished(visit):
    desk = visit(reduced_motion="reduce").open()
    expect(desk.prediction.locator(".digit")).to_have_text("2")
    first = desk.prediction.inner_text()
    desk.page.wait_for_timeout(300)
    assert desk.prediction.inner_text() == first


# Not sure


def test_not_sure_shows_no_digit_and_no_bar_that_wins(visit):
    desk = visit().open()
    desk.draw([(20, 20), (260, 260)], [(260, 20), (20, 260)], [(20, 140), (260, 140)])
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-verdict", "unsure")
    expect(desk.prediction.locator(".digit")).to_have_text("?")
    assert desk.prediction.locator(".best").count() == 0
