"""Everybody's way through the app: what axe-core finds, the keys, and colors that are forced."""

from pathlib import Path

import programs
import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
PAGES = ["/", "/numbers", "/train", "/network"]
SEVEN = [(70, 70), (140, 66), (205, 70), (170, 140), (140, 220)]

SERIOUS = """async () => {
  const {violations} = await axe.run(document, {resultTypes: ["violations"]});
  return violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .flatMap(({id, nodes}) => nodes.map(({html, any}) => `${id}: ${html} ${any[0]?.message}`));
}"""

# What has the focus, inside of components too: its tag, its name, whether its focus can be seen.
FOCUSED = """() => {
  let place = document.activeElement;
  while (place?.shadowRoot?.activeElement) place = place.shadowRoot.activeElement;
  if (!place || place === document.body) return null;
  const marked = (element) => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(element);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  const name = place.ariaLabel || place.innerText || place.title || place.dataset.testid || "";
  return [place.tagName, name.trim().slice(0, 40), marked(place) || marked(place.parentElement)];
}"""


@pytest.fixture(scope="session")
def axe():
    """axe-core, as `npm ci` installs it."""
    path = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    programs.require_file(path, "axe-core (npm ci)")
    return path.read_text("utf-8")


def ready(desk):
    """Wait until a page has all that it shows."""
    expect(desk.page.get_by_role("heading", level=1)).to_be_attached()
    expect(desk.page.get_by_test_id("stSkeleton")).to_have_count(0)
    expect(desk.page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")


def findings(desk, axe):
    """What axe-core has against a page, all of it in view: it judges no color that it can't see."""
    page, before = desk.page, desk.page.viewport_size
    height = page.evaluate("document.querySelector('.stMain').scrollHeight")
    page.set_viewport_size({**before, "height": max(height, before["height"])})
    page.evaluate(axe)
    found = page.evaluate(SERIOUS)
    page.set_viewport_size(before)
    return found


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)], ids=["desk", "phone"])
def test_axe_finds_nothing_serious_on_any_page(visit, axe, size, color_scheme, locale):
    width, height = size
    desk = visit(width=width, height=height, color_scheme=color_scheme, locale=locale)
    for path in PAGES:
        desk.page.goto(desk.url + path)
        ready(desk)
        assert findings(desk, axe) == [], path


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)], ids=["desk", "phone"])
def test_axe_finds_nothing_serious_where_a_page_of_numbers_is_edited(
    visit, axe, size, color_scheme
):
    desk = visit(width=size[0], height=size[1], color_scheme=color_scheme)
    desk.arrive("/numbers")
    desk.button("Try this page").click()
    desk.page.get_by_test_id("numbers-text").locator("[data-id]").first.click()
    desk.button("Edit").click()
    expect(desk.page.get_by_test_id("selected-digit")).to_contain_text("Line 1, digit 1")
    assert findings(desk, axe) == []


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_where_a_digit_is_drawn_and_a_map_is_open(
    visit, axe, color_scheme
):
    desk = visit(color_scheme=color_scheme).open()
    desk.draw(SEVEN)
    desk.settled()
    desk.strokes()
    desk.map_buttons("conv1").first.click()
    expect(desk.opened).to_be_visible()
    assert findings(desk, axe) == []


HEADINGS = """async () => {
  const {violations} = await axe.run(document, {runOnly: ["heading-order"]});
  return violations.flatMap(({nodes}) => nodes.map(({html}) => html));
}"""


def test_headings_go_down_one_level_at_a_time(desk, axe):
    desk.draw(SEVEN)
    desk.settled()
    desk.map_buttons("conv1").first.click()
    expect(desk.opened).to_be_visible()
    desk.page.evaluate(axe)
    assert desk.page.evaluate(HEADINGS) == []


def test_whoever_goes_by_keys_sees_where_they_are_and_meets_all_in_the_order_of_reading(desk):
    stops = []
    for _ in range(80):
        desk.page.keyboard.press("Tab")
        stop = desk.page.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    names = [name for _, name, _ in stops]
    assert [(tag, name) for tag, name, marked in stops if not marked] == []
    assert len(set(map(tuple, stops))) > 15

    def place(part):
        return next(n for n, name in enumerate(names) if part in name)

    order = ["The network", "Drawing canvas", "Pen", "Upload", "conv1, map", "conv5, map"]
    assert [place(part) for part in order] == sorted(place(part) for part in order)


def test_the_keys_are_seen_to_be_on_the_canvas(desk):
    box = desk.canvas.bounding_box()
    edge = {"x": box["x"], "y": box["y"] + box["height"] / 2, "width": 4, "height": 4}
    before = desk.page.screenshot(clip=edge)
    desk.page.keyboard.press("Tab")
    desk.canvas.focus()
    desk.until(lambda: desk.page.screenshot(clip=edge) != before)
    desk.page.keyboard.press("Tab")
    desk.until(lambda: desk.page.screenshot(clip=edge) == before)


def test_on_a_telephone_no_menu_stays_over_the_page_that_it_opened(phone):
    for link in phone.page.locator(".st-key-links a").all():
        link.click()
        ready(phone)
        covering = phone.page.evaluate(
            "document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('.stMain') === null"
        )
        assert not covering, link


def test_forced_colors_leave_the_bars_and_the_chosen_tool_to_be_seen(visit):
    desk = visit(forced_colors="active").open()
    desk.draw(SEVEN)
    desk.settled()

    def ground(locator):
        return locator.evaluate("element => getComputedStyle(element).backgroundColor")

    paper = ground(desk.page.locator(".stApp"))
    best = desk.prediction.locator(".best .fill")
    other = desk.prediction.locator("li:not(.best) .fill").first
    assert paper not in (ground(best), ground(other))
    pressed = desk.page.locator("button[aria-pressed=true]").first
    assert ground(pressed) != ground(desk.button("Eraser"))
    chosen = desk.switches.get_by_role("radio", checked=True)
    assert ground(chosen) != ground(desk.switches.get_by_role("radio", checked=False))
