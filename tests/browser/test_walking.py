"""Walking through the app: pages, languages, themes, small screens."""

import re
import urllib.request
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

BAR = [(140, 40), (140, 240)]
LEVEL = [(40, 140), (240, 140)]
CHINESE = re.compile("[\u4e00-\u9fff]")
MAIN = "[data-testid=stMain]"


def pages(desk):
    """The names of all pages, from the header."""
    desk.links.first.wait_for()
    return desk.links.get_by_role("paragraph").all_inner_texts()


def language_in_link(desk):
    return parse_qs(urlparse(desk.page.url).query).get("lang")


def heading(desk):
    return desk.page.get_by_role("heading", level=1)


# Pages


def test_every_page_opens_by_its_link_and_by_its_address(desk):
    names = pages(desk)
    assert len(names) >= 2
    addresses = []
    for name in names:
        desk.turn_to(name)
        link = desk.links.filter(has_text=name)
        expect(link).to_have_attribute("aria-current", "page")
        expect(heading(desk)).to_be_visible()
        addresses.append(desk.page.url)
    assert len(set(addresses)) == len(names)
    for address in addresses:
        desk.page.goto(address)
        expect(heading(desk)).to_be_visible()
        assert desk.page.get_by_test_id("stException").count() == 0


def away_and_back(desk):
    desk.turn_to("The network")
    expect(desk.canvas).to_have_count(0)
    desk.turn_to("Recognize")
    expect(desk.canvas).to_be_visible()


def test_the_drawing_is_still_there_after_another_page_and_back(desk):
    desk.draw(BAR, LEVEL)
    revision = desk.settled()
    image = desk.image()
    label = desk.prediction.get_attribute("data-label")
    away_and_back(desk)
    assert desk.settled() >= revision
    assert desk.image() == image
    expect(desk.prediction).to_have_attribute("data-label", label)
    desk.draw([(20, 20), (40, 40)])
    assert desk.settled() > revision
    assert len(desk.strokes()) == 3


def test_the_last_stroke_is_kept_however_fast_one_turns_the_page(desk):
    desk.draw(BAR, LEVEL, [(40, 240), (240, 40)])
    drawn = desk.revision()
    away_and_back(desk)
    assert desk.settled() >= drawn
    assert len(desk.strokes()) == 3


TURN_AND_DRAW = """(canvas) => {
  const {left, top} = canvas.getBoundingClientRect();
  const place = (y) => ({clientX: left + 100, clientY: top + y, pointerId: 1, isPrimary: true});
  const touch = (kind, y) => canvas.dispatchEvent(new PointerEvent(kind, place(y)));
  canvas.setPointerCapture = () => {};
  document.querySelector("[data-testid=stTopNavLink][href$=network]").click();
  const drawing = setInterval(() => {
    if (!canvas.isConnected) return clearInterval(drawing);
    touch("pointerdown", 40);
    touch("pointermove", 200);
    touch("pointerup", 200);
  }, 10);
}"""


def test_whoever_goes_on_drawing_while_the_next_page_comes_gets_it_all_the_same(desk):
    desk.canvas.evaluate(TURN_AND_DRAW)
    expect(desk.canvas).to_have_count(0)
    expect(heading(desk)).to_be_visible()
    desk.turn_to("Recognize")
    expect(desk.canvas).to_be_visible()


def test_an_empty_canvas_is_still_empty_after_another_page_and_back(desk):
    desk.draw(BAR)
    desk.settled()
    desk.button("Clear").click()
    desk.settled()
    away_and_back(desk)
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    assert desk.ink().sum() == 0


def test_another_page_knows_the_digit(desk, written):
    desk.draw(*written(3))
    desk.settled()
    desk.turn_to("The network")
    expect(desk.page.get_by_text("Your digit is classified as 3")).to_be_visible()


def test_nothing_drawn_is_said_to_be_nothing(desk):
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    expect(desk.prediction).to_have_attribute("data-label", "")
    expect(desk.prediction).to_contain_text("Only a demonstration")
    assert desk.revision() == 0
    assert desk.ink().sum() == 0
    desk.draw(BAR)
    desk.button("Clear").click()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    expect(desk.prediction).to_contain_text("Nothing drawn yet")
    assert desk.layers.count() >= 4
    for layer in desk.layers.all():
        expect(layer.locator(".mosaic")).to_be_hidden()


# Screens


def test_canvas_and_prediction_are_seen_together_without_scrolling(desk, written):
    desk.draw(*written(3))
    desk.settled()
    for part in (desk.canvas, desk.prediction):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
    canvas, prediction = desk.canvas.bounding_box(), desk.prediction.bounding_box()
    assert prediction["x"] >= canvas["x"] + canvas["width"]


def scrolls_sideways(desk):
    return desk.page.evaluate(
        """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
          .some((each) => each.scrollWidth > each.clientWidth)"""
    )


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_telephone_needs_no_sideways_scrolling_on_any_page(visit, written, locale):
    phone = visit(width=390, height=844, has_touch=True, is_mobile=True, locale=locale).open()
    assert not scrolls_sideways(phone)
    for line in written(3):
        phone.touch([phone.place(x, y) for x, y in line])
    phone.settled()
    assert not scrolls_sideways(phone)
    phone.map_buttons("conv2").first.click()
    expect(phone.page.get_by_test_id("opened-map")).to_be_visible()
    assert not scrolls_sideways(phone)
    for address in ("/network",):
        phone.page.goto(phone.url + address)
        expect(heading(phone)).to_be_visible()
        expect(phone.page.locator("[data-test-script-state=notRunning]")).to_be_attached()
        assert not scrolls_sideways(phone)


def test_on_a_telephone_everything_stands_in_one_column(phone):
    canvas, prediction = phone.canvas.bounding_box(), phone.prediction.bounding_box()
    assert canvas["width"] > 300
    assert prediction["y"] >= canvas["y"] + canvas["height"]
    assert prediction["width"] > 300


# Themes

LUMINANCE = """each => {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = getComputedStyle(each)[PROPERTY];
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}"""


def luminance(locator, attribute):
    return locator.evaluate(LUMINANCE.replace("PROPERTY", repr(attribute)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_ink_can_be_read_in_both_themes(visit, scheme):
    desk = visit(color_scheme=scheme).open()
    ground = luminance(desk.page.get_by_test_id("stApp"), "backgroundColor")
    assert (ground > 0.5) == (scheme == "light")
    paper = luminance(desk.canvas, "backgroundColor")
    for place, behind in (
        (heading(desk), ground),
        (desk.prediction, ground),
        (desk.film, ground),
        (desk.canvas, paper),
        (desk.button("Pen"), ground),
    ):
        bright, dark = sorted((luminance(place, "color"), behind), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_ink_changes_its_colour_when_the_system_turns_dark(desk):
    desk.draw(BAR)
    desk.settled()
    assert brightness_in_the_middle(desk) < 100
    desk.page.emulate_media(color_scheme="dark")
    desk.until(lambda: brightness_in_the_middle(desk) > 170)


def brightness_in_the_middle(desk):
    painted = desk.painted(desk.canvas)
    return painted[len(painted) // 2, len(painted) // 2, :3].mean()


# Languages


def test_a_chinese_browser_is_spoken_to_in_chinese(visit):
    desk = visit(locale="zh-CN").open()
    expect(heading(desk)).to_have_text(CHINESE)
    for place in (desk.prediction, desk.film, desk.layers.first):
        assert CHINESE.search(place.inner_text())
    assert all(CHINESE.search(name) for name in pages(desk))


def choose(desk, language):
    desk.switches.get_by_role("radio", name=language).click()


def test_the_switch_keeps_the_language_in_the_link_and_over_page_changes(desk):
    choose(desk, "简体中文")
    expect(heading(desk)).to_have_text(CHINESE)
    expect(desk.page).to_have_url(re.compile(r"[?&]lang=zh\b"))
    for name in pages(desk):
        desk.turn_to(name)
        expect(heading(desk)).to_have_text(CHINESE)
        expect(desk.page).to_have_url(re.compile(r"[?&]lang=zh\b"))
    link = desk.page.url
    desk.page.goto(link)
    expect(heading(desk)).to_have_text(CHINESE)
    choose(desk, "English")
    expect(heading(desk)).not_to_have_text(CHINESE)
    assert language_in_link(desk) == ["en"]


def test_every_page_says_which_language_it_is_written_in(desk):
    page = desk.page.locator("html")
    expect(page).to_have_attribute("lang", "en")
    choose(desk, "简体中文")
    expect(page).to_have_attribute("lang", "zh-CN")
    for name in pages(desk):
        desk.turn_to(name)
        expect(heading(desk)).to_have_text(CHINESE)
        expect(page).to_have_attribute("lang", "zh-CN")
    choose(desk, "English")
    expect(page).to_have_attribute("lang", "en")


def test_the_pages_language_is_said_on_a_telephone_whose_menu_is_closed(visit):
    phone = visit(locale="zh-CN", width=390, height=844, has_touch=True, is_mobile=True).open()
    expect(phone.page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_the_language_of_the_link_wins_over_a_chinese_browsers(visit):
    desk = visit(locale="zh-CN").open("/?lang=en")
    expect(heading(desk)).not_to_have_text(CHINESE)
    assert not CHINESE.search(desk.prediction.inner_text())


def test_a_drawing_survives_a_change_of_language(desk):
    desk.draw(BAR)
    desk.settled()
    image = desk.image()
    choose(desk, "简体中文")
    expect(desk.button("清空").or_(desk.button("清除"))).to_be_visible()
    desk.settled()
    assert desk.image() == image
    assert CHINESE.search(desk.film.inner_text())


def test_a_language_that_is_pressed_again_stays(desk):
    choose(desk, "简体中文")
    expect(heading(desk)).to_have_text(CHINESE)
    choose(desk, "简体中文")
    desk.draw(BAR)
    desk.settled()
    expect(heading(desk)).to_have_text(CHINESE)


# The process behind it


def test_the_server_that_showed_all_this_has_never_imported_keras(desk, server):
    for name in pages(desk):
        desk.turn_to(name)
        expect(heading(desk)).to_be_visible()
    desk.turn_to("Recognize")
    expect(desk.canvas).to_be_visible()
    desk.draw(BAR)
    desk.settled()
    lines = server.log.read_text().splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time")}
    assert "onnxruntime" in imported
    assert "keras" not in imported
    assert "tensorflow" not in imported


@pytest.mark.parametrize(
    "path", ["/app.py", "/live/components/../../app.py", "/live/components/%2e%2e/%2e%2e/app.py"]
)
def test_the_server_gives_away_no_code(server, path):
    try:
        with urllib.request.urlopen(server.url + path) as response:
            body = response.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    assert b"live.ROUTES" not in body
