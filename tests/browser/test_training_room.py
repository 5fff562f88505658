"""The training room from the question to a network of one's own, in a real browser."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

LEARNS_WITHIN = 240_000  # milliseconds, with others on the machine
ONLY_NUMBERS = re.compile(r"^\d+$")
TITLE = "Small but mine"


class Room:
    """The page of the training room as a visitor sees it."""

    def __init__(self, desk):
        self.desk, self.page = desk, desk.page
        self.watch = self.page.get_by_test_id("training-watch")
        self.confusion = self.page.get_by_test_id("confusion-digits")
        self.builder = self.page.get_by_test_id("layer-builder")
        self.heading = self.page.get_by_role("heading", level=1)

    def open(self, path="/train"):
        self.page.goto(self.desk.url + path)
        expect(self.heading).to_be_visible()
        return self

    def turn_to(self, room):
        self.page.get_by_test_id("stMain").get_by_role("radio", name=room).click()

    def button(self, name):
        return self.page.get_by_role("button", name=name)

    def idle(self):
        expect(self.page.locator("[data-test-script-state=notRunning]")).to_be_attached()

    def choose_network(self, name):
        self.desk.choose(self.page.locator(".st-key-form_network").get_by_role("combobox"), name)

    def slide(self, name, key, times):
        """Move a slider by its keys."""
        slider = self.page.get_by_role("slider", name=name)
        for _ in range(times):
            slider.press(key)
            self.idle()

    def moment(self):
        """After how many digits the moment is that the watch shows."""
        expect(self.watch).to_have_attribute("data-digits", ONLY_NUMBERS, timeout=LEARNS_WITHIN)
        return int(self.watch.get_attribute("data-digits"))

    def start(self, title, *, endless=False):
        """Put together a small training, or one that no test waits for; start it; its address."""
        self.turn_to("Build your own")
        self.choose_network("Tiny")
        expect(self.builder.locator("li[data-layer=conv2]")).to_be_visible()
        if endless:
            self.slide("Training images", "End", 1)  # all of them
            self.slide("Epochs", "End", 1)  # 100
        else:
            self.slide("Training images", "ArrowLeft", 3)  # from 10,000 to 1,000
        self.page.get_by_role("textbox", name="Name").fill(title)
        self.page.keyboard.press("Enter")
        self.idle()
        self.button("Start training").click()
        expect(self.heading).to_have_text(title)
        return self.page.url.removeprefix(self.desk.url)


@pytest.fixture
def room(visit):
    return Room(visit()).open()


def test_a_network_is_trained_watched_found_again_questioned_and_kept(room, visit):
    address = room.start(TITLE)
    assert "run=" in address
    room.page.get_by_role("button", name="A crossed 7").click()
    digit = room.page.get_by_test_id("moment-digit")
    expect(digit).to_have_attribute("data-label", ONLY_NUMBERS, timeout=LEARNS_WITHIN)

    room.page.reload()
    expect(room.heading).to_have_text(TITLE)
    room.moment()

    room.desk.turn_to("The network")
    room.desk.turn_to("Training room")
    room.turn_to("My runs")
    expect(room.page.get_by_test_id("stDataFrame")).to_be_visible()

    friend = Room(visit(locale="en-GB")).open(address)
    expect(friend.heading).to_have_text(TITLE)
    expect(friend.page.get_by_text("You are watching someone else's run.")).to_be_visible()

    room.open(address)
    expect(room.confusion).to_be_visible(timeout=LEARNS_WITHIN)
    expect(room.page.get_by_test_id("stMetric").first).to_contain_text("Accuracy on")

    cell = room.confusion.locator("td button:not(.right):enabled").first
    count = int(cell.inner_text())
    label, prediction = cell.get_attribute("data-cell").split(",")
    cell.click()
    opened = room.confusion.locator(f"[data-cell='{label},{prediction}']")
    expect(opened).to_have_attribute("aria-pressed", "true")
    tiles = room.confusion.locator("[data-index]")
    expect(tiles).to_have_count(min(count, 48))
    expect(tiles.first).to_have_text(f"{label} → {prediction}")

    opened.press("ArrowDown")
    expect(room.confusion.locator("td button:focus")).to_have_count(1)
    expect(opened).not_to_be_focused()

    tiles.first.click()
    room.desk.settled()
    expect(room.desk.prediction).to_have_attribute("data-verdict", "digit")

    room.open(address)
    room.button("Save as network").click()
    room.page.get_by_role("button", name="Save", exact=True).click()
    expect(room.page.get_by_text("Saved.")).to_be_visible()
    room.page.get_by_role("link", name="Try it on your digit").click()
    expect(room.desk.canvas).to_be_visible()
    assert room.desk.settled() >= 0
    chosen = room.desk.switches.get_by_role("combobox")
    expect(chosen).to_have_value(TITLE)


def test_a_training_is_paused_resumed_steered_and_discarded(room):
    room.start("Not for long", endless=True)
    room.button("Training room").click()
    expect(room.heading).to_have_text("Train a network and watch it learn")
    expect(room.page).not_to_have_url(re.compile("run="))
    room.button("Watch").click()
    expect(room.heading).to_have_text("Not for long")
    expect(room.page).to_have_url(re.compile("run="))
    room.button("Pause").click()
    expect(room.watch).to_contain_text("Paused", timeout=LEARNS_WITHIN)
    room.button("Resume").click()
    expect(room.button("Pause")).to_be_visible(timeout=LEARNS_WITHIN)
    room.button("Discard").click()
    room.button("Cancel and discard").click()
    expect(room.heading).to_have_text("Train a network and watch it learn", timeout=LEARNS_WITHIN)
    # The watch may have asked once more for what had just been taken away.
    room.desk.troubles[:] = [each for each in room.desk.troubles if "404" not in each]


def test_a_guess_comes_before_the_explanation(room):
    room.page.get_by_role("radio", name="Overfitting").click()
    expect(room.page.get_by_text("Two identical networks train")).to_be_visible()
    expect(room.button("Train and see")).to_have_count(0)
    room.button("The first on its training images, the second on new ones").click()
    expect(room.page.get_by_text("Correct.")).to_be_visible()
    expect(room.button("Train and see")).to_be_visible()


def test_a_network_is_put_together_layer_by_layer(room):
    room.turn_to("Build your own")
    room.choose_network("Custom network")
    rows = room.builder.locator("li")
    expect(rows).to_have_count(7)  # five layers, the flattening and the logits
    room.builder.get_by_role("button", name="+ convolution", exact=True).click()
    expect(rows).to_have_count(8)
    room.builder.get_by_role("combobox", name="Filters (output channels)").last.select_option(
        "64 filters"
    )
    expect(room.builder).to_contain_text("7 × 7 × 64")
    room.builder.get_by_role("button", name="Move up: convolution").last.click()
    expect(room.builder.locator("li[data-layer=conv3]")).to_contain_text("14 × 14 × 64")
    for _ in range(3):
        room.builder.get_by_role("button", name="+ max pooling", exact=True).click()
        room.idle()
    expect(room.page.get_by_role("alert")).to_contain_text("does not fit")
    expect(room.button("Start training")).to_be_disabled()
    room.builder.get_by_role("button", name="Remove: max pooling").last.click()
    expect(room.button("Start training")).to_be_enabled()


def scrolls_sideways(page):
    return page.evaluate(
        """() => [document.documentElement, document.querySelector("[data-testid=stMain]")]
          .some((each) => each.scrollWidth > each.clientWidth)"""
    )


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_a_telephone_needs_no_sideways_scrolling_in_the_training_room(visit, locale):
    room = Room(visit(width=390, height=844, has_touch=True, is_mobile=True, locale=locale)).open()
    for number in range(3):
        room.page.get_by_test_id("stMain").get_by_role("radio").nth(number).click()
        room.idle()
        room.page.wait_for_timeout(300)
        assert not scrolls_sideways(room.page)


def test_start_parameters_and_what_is_refused_stay_in_view(room):
    room.turn_to("Build your own")
    room.choose_network("Custom network")
    start, screen = room.button("Start training"), room.page.viewport_size["height"]

    def is_seen(locator):
        box = locator.bounding_box()
        return box and box["y"] > 44 and box["y"] + box["height"] <= screen

    assert is_seen(room.page.get_by_text("105,866 parameters in all"))
    assert is_seen(start)
    assert is_seen(room.page.get_by_role("slider", name="Learning rate"))
    for _ in range(4):
        room.builder.get_by_role("button", name="+ max pooling", exact=True).click()
        room.idle()
    alert = room.page.get_by_role("alert")
    expect(alert).to_contain_text("does not fit")
    room.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    assert is_seen(alert)
    assert is_seen(start)


def test_the_board_in_a_second_browser_shows_a_run_that_somebody_of_the_class_starts(visit):
    teacher = Room(visit()).open()
    teacher.button("For the class").click()
    teacher.button("Open a board").click()
    expect(teacher.heading).to_have_text("The class on one board")
    expect(teacher.page.get_by_text("Nobody has started a run yet")).to_be_visible()
    (code,) = parse_qs(urlparse(teacher.page.url).query)["board"]

    pupil = Room(visit(locale="en-GB")).open(f"/train?class={code}")
    expect(pupil.page.get_by_text("Your runs stand on the board of class")).to_be_visible()
    pupil.start("From the third row")

    cells = teacher.page.get_by_test_id("stDataFrame").locator("td")
    expect(cells.filter(has_text="From the third row")).to_have_count(1, timeout=LEARNS_WITHIN)
    expect(teacher.page.get_by_text("1 run, 1 finished")).to_be_visible(timeout=LEARNS_WITHIN)
