"""The stage on a wall: full screen, read from the last row."""

import itertools

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

# The boxes of the blocks that are seen: {name: [x, y, right, bottom]}.
BLOCKS = """(selectors) => {
  const roots = [document];
  const blocks = {};
  for (const root of roots) {
    for (const each of root.querySelectorAll("*")) if (each.shadowRoot) roots.push(each.shadowRoot);
    for (const [name, selector] of Object.entries(selectors)) {
      [...root.querySelectorAll(selector)].forEach((each, index) => {
        const {left, top, right, bottom} = each.getBoundingClientRect();
        if (right - left > 1) blocks[`${name} ${index}`] = [left, top, right, bottom];
      });
    }
  }
  return blocks;
}"""
SELECTORS = {
    "canvas": "[data-testid=digit-canvas]",
    "tools": ".tools",
    "ways": ".ways",
    "samples": ".samples",
    "columns": ".layer",
    "overview": ".overview",
    "switches": ".bar > *",
    "prediction": "[data-testid=prediction]",
    "class tools": ".st-key-stage_class",
}
SIZES = [(1280, 720), (1400, 900), (1920, 1080), (2560, 1440)]


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


def crossings(blocks, width, height):
    """What lies over something else, or beyond the screen."""
    beyond = [
        name
        for name, (x, y, right, bottom) in blocks.items()
        if x < 0 or y < 0 or right > width or bottom > height
    ]
    return beyond + [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(blocks.items(), 2)
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]


@pytest.mark.parametrize(("locale", "layers"), [("en-US", 0), ("zh-CN", 0), ("en-US", 1)])
def test_nothing_on_a_wall_lies_over_anything_else_whatever_its_size(
    visit, written, locale, layers
):
    desk = visit(width=1400, height=900, locale=locale).open()
    desk.draw(*written(3))
    desk.page.locator("input[name=every_layer]").nth(layers).check()
    desk.settled()
    desk.page.keyboard.press("f")
    expect(on_wall(desk)).to_be_attached()
    columns = ".sheet" if layers else ".layer"  # every layer is pushed along where it is too wide
    selectors = SELECTORS | {"columns": columns}
    for width, height in SIZES:
        desk.page.set_viewport_size({"width": width, "height": height})
        holds(desk, selectors, width, height)
        shown = {name.rsplit(" ", 1)[0] for name in desk.page.evaluate(BLOCKS, selectors)}
        assert shown - {"overview"} == {*SELECTORS} - {"ways", "overview"}
        assert desk.page.evaluate(SMALLEST_WORD) >= 18
    desk.page.set_viewport_size({"width": 1400, "height": 900})
    desk.page.keyboard.press("Escape")


def holds(desk, selectors, width, height):
    """Wait until each block has a place of its own on the screen."""
    found = []

    def is_tidy():
        found[:] = crossings(desk.page.evaluate(BLOCKS, selectors), width, height)
        return not found

    try:
        desk.until(is_tidy)
    except AssertionError:
        raise AssertionError(f"At {width} x {height} something is in the way: {found}") from None


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
