"""The stage on a wall: full screen, read from the last row."""

import pytest
from playwright.sync_api import expect

SMALLEST_WORD = """() => {
  const roots = [document];
  let smallest = Infinity;
  for (const root of roots) {
    for (const each of root.querySelectorAll("*")) {
      if (each.shadowRoot) roots.push(each.shadowRoot);
      const says = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      const {width, height} = each.getBoundingClientRect();
      const isSeen = width > 1 && height > 1 && each.checkVisibility({visibilityProperty: true});
      if (says && isSeen && !["STYLE", "SCRIPT"].includes(each.tagName))
        smallest = Math.min(smallest, parseFloat(getComputedStyle(each).fontSize));
    }
  }
  return smallest;
}"""


@pytest.fixture
def drawn(visit, written):
    desk = visit(width=1920, height=1080).open()
    desk.draw(*written(3))
    desk.settled()
    yield desk
    desk.page.keyboard.press("Escape")


def on_wall(desk):
    return desk.page.locator("html.wall")


def box(locator):
    place = locator.bounding_box()
    return place | {"right": place["x"] + place["width"], "bottom": place["y"] + place["height"]}


def test_the_key_f_fills_the_screen_with_canvas_maps_and_bars_and_escape_leaves(drawn):
    before = box(drawn.canvas)["width"], box(drawn.layer("conv2"))["height"]
    drawn.page.keyboard.press("f")
    expect(on_wall(drawn)).to_be_attached()
    expect(drawn.film).to_be_hidden()
    expect(drawn.links.first).to_be_hidden()
    drawn.until(lambda: box(drawn.layer("conv2"))["height"] > 1.4 * before[1])
    assert box(drawn.canvas)["width"] > 1.5 * before[0]
    for part in [drawn.canvas, drawn.prediction, drawn.button("Clear"), *drawn.layers.all()]:
        assert box(part)["right"] <= 1920
        assert box(part)["bottom"] <= 1080
    drawn.page.keyboard.press("Escape")
    expect(on_wall(drawn)).not_to_be_attached()
    expect(drawn.film).to_be_visible()
    drawn.until(lambda: box(drawn.canvas)["width"] == before[0])


def test_no_word_on_a_wall_is_smaller_than_18_pixels(drawn):
    drawn.button("Full screen").click()
    expect(on_wall(drawn)).to_be_attached()
    drawn.until(lambda: drawn.page.evaluate(SMALLEST_WORD) >= 18)
    drawn.button("Leave full screen").click()
    expect(on_wall(drawn)).not_to_be_attached()


def test_maps_on_a_wall_still_follow_the_pen(drawn):
    drawn.page.keyboard.press("f")
    expect(on_wall(drawn)).to_be_attached()
    drawn.draw([(40, 40), (240, 240)])
    drawn.settled()
    expect(drawn.layer("conv1").locator(".mosaic")).to_be_visible()


def test_whoever_types_an_f_stays_where_they_are(drawn):
    drawn.page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('input'), {id: 'typing'}))"
    )
    typing = drawn.page.locator("#typing")
    typing.focus()
    drawn.page.keyboard.press("f")
    expect(typing).to_have_value("f")
    expect(on_wall(drawn)).not_to_be_attached()
    typing.evaluate("input => input.remove()")
