"""The app in Firefox and WebKit: it loads, one draws, maps follow, a map opens, plays, pauses."""

import json
import time

import pytest
from drivers import firefox, webkit

PATIENCE = 60  # seconds; only a machine that is busy otherwise takes long
SEVEN = [(70, 70), (140, 66), (205, 70), (170, 140), (140, 220)]  # canvas units, of 280

# Find elements wherever they are, in components too.
FIND = """(() => {
  const all = (selector, root = document) => [
    ...root.querySelectorAll(selector),
    ...[...root.querySelectorAll("*")].flatMap((each) =>
      each.shadowRoot ? all(selector, each.shadowRoot) : [],
    ),
  ];
  const [found] = all(%s).filter((each) => each.getClientRects().length);
  if (!found) return null;
  found.scrollIntoView({block: "nearest"});
  const {left, top, width, height} = found.getBoundingClientRect();
  const answers = all("[data-testid=layer]").map((layer) => layer.dataset.revision);
  return {left, top, width, height, data: {...found.dataset}, answers};
})()"""


class Window:
    """The app in a window, as a person with a mouse uses it."""

    def __init__(self, browser, url):
        self.browser = browser
        browser.go(url)
        self.seen("[data-testid=stMain]")
        self.until(lambda: self.find("#early") is None)  # the page has taken over what came first

    def find(self, selector):
        """The place and the data of the first element that is seen; None where there is none."""
        return self.browser.evaluate(FIND % json.dumps(selector))

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert time.monotonic() < deadline, "It did not come to that."
            time.sleep(0.05)
        return found

    def seen(self, selector, **data):
        """Wait for an element, and until it says what is expected of it."""

        def there():
            found = self.find(selector)
            return found and data.items() <= found["data"].items() and found

        return self.until(there)

    def still(self, selector):
        """Wait until an element has found its place: two looks see it at the same one."""
        before = None

        def has_come_to_rest():
            nonlocal before
            found = self.find(selector)
            place = found and [found[side] for side in ("left", "top", "width", "height")]
            last, before = before, place
            return place and place == last and found

        return self.until(has_come_to_rest)

    def draw(self, line):
        box = self.still("[data-testid=digit-canvas]")
        scale = box["width"] / 280
        places = [(box["left"] + x * scale, box["top"] + y * scale) for x, y in line]
        moves = [move(place) for place in places]
        self.browser.perform([moves[0], DOWN, *moves[1:], UP])

    def click(self, selector):
        box = self.still(selector)
        middle = box["left"] + box["width"] / 2, box["top"] + box["height"] / 2
        # Slowly, so that the page has time to write something meanwhile.
        self.browser.perform([move(middle), DOWN, {"type": "pause", "duration": 600}, UP])

    def settled(self):
        """Wait until every map answers the drawing."""
        canvas = self.find("[data-testid=digit-canvas]")
        revision = canvas["data"]["revision"]
        return canvas["answers"] and set(canvas["answers"]) == {revision} and int(revision)


def move(place):
    return {"type": "pointerMove", "x": round(place[0]), "y": round(place[1]), "duration": 10}


DOWN, UP = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}


@pytest.mark.parametrize("opened", [firefox, webkit], ids=lambda each: each.__name__)
def test_a_digit_is_drawn_and_looked_into(opened, server, tmp_path):
    with opened(tmp_path) as browser:
        window = Window(browser, server.url)
        window.seen("[data-testid=prediction]", verdict="empty")

        before = int(window.seen("[data-testid=digit-canvas]")["data"]["revision"])
        window.draw(SEVEN)
        window.seen("[data-testid=prediction]", verdict="digit", label="7")
        assert window.until(window.settled) > before

        window.click("[data-layer=conv1] [data-channel]")
        window.seen("[data-testid=map-panel]")
        for _ in range(3):  # a click that is lost is lost now and then
            window.click("[data-testid=map-panel] .film button")
            window.seen("[data-testid=map-panel]", playing="true")
            window.click("[data-testid=map-panel] .film button")
            window.seen("[data-testid=map-panel]", playing="false")
