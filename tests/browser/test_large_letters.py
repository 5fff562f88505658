"""The page with letters that a visitor has made large, on paper, and with numbers in its cells."""

import itertools
import json

import programs
import pytest
from desk import Desk
from playwright.sync_api import expect
from published import copy_default

from tests.benchmarks.browser import FLAGS

LETTERS = 24  # pixels, at least
LAPTOP = {"width": 1400, "height": 900}


@pytest.fixture
def large(chromium, server, tmp_path):
    """Come with a browser that shows no letters smaller than 24 pixels."""
    folder = tmp_path / "profile"
    (folder / "Default").mkdir(parents=True)
    chosen = {"webkit": {"webprefs": {"minimum_font_size": LETTERS}}}
    (folder / "Default" / "Preferences").write_text(json.dumps(chosen))
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=programs.require("chromium"),
        args=FLAGS,
        viewport=LAPTOP,
        locale="en-US",
    )
    yield Desk(context, server.url)
    context.close()


def lie_over_each_other(parts):
    boxes = {part.inner_text(): part.bounding_box() for part in parts}
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes.items(), 2)
        if a["x"] + 1 < b["x"] + b["width"]
        and b["x"] + 1 < a["x"] + a["width"]
        and a["y"] + 1 < b["y"] + b["height"]
        and b["y"] + 1 < a["y"] + a["height"]
    ]


def test_with_large_letters_no_word_lies_over_another(large, written):
    large.open()
    large.draw(*written(3))
    large.settled()
    names = large.layers.get_by_role("heading")
    widths = names.evaluate_all("all => all.map((each) => [each.scrollWidth, each.clientWidth])")
    assert all(wide <= room for wide, room in widths)  # names of layers are read whole
    words = [
        large.page.locator(".tools button > span, .size > span, .ways button > span"),
        large.page.locator("[data-testid=layer] header > :visible"),
    ]
    for found in words:
        parts = [each for each in found.all() if each.is_visible()]
        assert len(parts) > 5
        assert lie_over_each_other(parts) == []


def test_a_telephone_has_a_line_for_the_network_s_name_and_the_page_begins_below(
    visit, server, written
):
    title = "Residual network with a very long name"
    card = copy_default(server.home, "long", title)
    try:
        phone = visit(width=390, height=844, has_touch=True, is_mobile=True).open()
        phone.draw(*written(3))
        phone.settled()
        line = phone.switches.get_by_role("combobox", name="Network")
        box, canvas = line.bounding_box(), phone.canvas.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["width"] > 300  # where names are read whole
        assert box["y"] >= 44  # below the links
        assert box["y"] + box["height"] <= canvas["y"]
        layers = phone.layers.all()[:2]
        assert all(each.bounding_box()["y"] < 844 for each in layers)
        scrolled = "() => document.querySelector('[data-testid=stMain]').scrollHeight"
        assert phone.page.evaluate(scrolled) < 1600
    finally:
        card.unlink()


def test_cells_that_are_large_enough_have_their_numbers_written_in_them(desk, written):
    desk.draw(*written(3))
    desk.settled()

    def colors_of(layer):
        desk.map_buttons(layer).first.click()
        expect(desk.page.get_by_test_id("map-panel")).to_have_attribute("data-layer", layer)
        canvas = desk.opened.locator("figure.picture canvas").nth(2)
        return len({tuple(color) for color in desk.painted(canvas).reshape(-1, 4)})

    assert colors_of("conv4") <= 7 * 7  # whose cells are too small: one color each
    assert colors_of("conv5") > 5 * 5  # letters have shades between theirs and the cell's


def test_on_paper_an_opened_map_is_whole_and_no_tool_is_printed(desk, written):
    desk.draw(*written(3))
    desk.settled()
    desk.map_buttons("conv2").nth(5).click()
    expect(desk.opened).to_be_visible()
    desk.page.emulate_media(media="print")
    desk.page.set_viewport_size({"width": 780, "height": 1100})
    inside = "each => [each.scrollHeight, each.clientHeight]"
    desk.until(lambda: len(set(desk.opened.evaluate(inside))) == 1)
    for name in ("Clear", "Upload", "Play", "Guess first", "Previous"):
        expect(desk.button(name)).to_be_hidden()
    for layer in desk.layers.all():
        box = layer.bounding_box()
        assert box["x"] + box["width"] <= 780
    desk.page.emulate_media(media="screen")
    desk.page.set_viewport_size({"width": 1400, "height": 900})
