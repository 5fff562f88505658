"""Watching a training, and its time machine: one slider moves all that is shown."""

import contextlib
import dataclasses
import json
import re
import shutil
import time
from itertools import pairwise
from urllib.parse import parse_qs, urlencode, urlparse

import numpy as np
import pytest
from playwright.sync_api import expect

from model.data.datasets import SMALL
from model.experiments.designs import Design
from model.experiments.recipes import Recipe
from model.inference.reading import read
from model.pixels.decoding import decode
from model.runs import snapshots, store
from pages.services import SAMPLES
from pages.visitor.cookie import COOKIE

LEARNS_WITHIN = 180  # seconds, with two others on the machine
RECIPE = Recipe(
    epochs=2, batch_size=16, digits=600, validation=200, synthetic=0, outliers=0, averaging=0
)
ONLY_NUMBERS = re.compile(r"^\d+$")
SEVEN = decode((SAMPLES / "7-crossed.png").read_bytes()).gray


@pytest.fixture(scope="module")
def home(server):
    """The server's own home, so that a test sees the trainings that the server sees."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(server.home))
        yield server.home


@pytest.fixture(scope="module")
def trained(home):
    """A training that is over."""
    run = store.create(
        store.RunRequest(Design("tiny"), RECIPE, source=SMALL), title="Tiny", state="queued"
    )
    deadline = time.monotonic() + LEARNS_WITHIN
    while store.find(run.id).status.state not in (store.DONE, store.FAILED):  # the server starts it
        assert time.monotonic() < deadline, (run.folder / "log.txt").read_text()
        time.sleep(0.2)
    assert store.find(run.id).status.state == store.DONE, str(store.find(run.id).status.reason)
    return run


def copied(run, name, *, preset=""):
    """The same training once more, with which it does not race."""
    copy_id = f"{name}-{run.id}"
    found = store.find(run.id)
    request = dataclasses.replace(found.request, group=copy_id, preset=preset)
    copy = dataclasses.replace(found, id=copy_id, request=request)
    shutil.copytree(run.folder, copy.folder)
    return copy.write_status()


@pytest.fixture(scope="module")
def twin(trained):
    """Another training with the same outcome."""
    run = copied(trained, "twin")
    store.rename(run.id, "Twin")
    return run


@pytest.fixture(scope="module")
def silent(trained):
    """A training whose weights are zero at every moment."""
    run = copied(trained, "silent")
    for number in snapshots.numbers(run.id):
        moment = snapshots.load(run.id, number)
        zeros = {name: np.zeros_like(values) for name, values in moment.weights.items()}
        snapshots.write(run.folder, number, dataclasses.replace(moment, weights=zeros))
    store.rename(run.id, "Silent")
    return run


@pytest.fixture(scope="module")
def diverged(trained):
    """A training whose network held no numbers at its first moment."""
    run = copied(trained, "diverged")
    first, *_others = snapshots.numbers(run.id)
    moment = snapshots.load(run.id, first)
    weights = {name: np.full_like(values, np.nan) for name, values in moment.weights.items()}
    snapshots.write(run.folder, first, dataclasses.replace(moment, weights=weights))
    return run


def read_at(run_id, number):
    """What the network of a moment makes of the crossed 7, as the server computes it."""
    return read(snapshots.open_snapshot(run_id, number), SEVEN, ())


class Watch:
    """The page of a training as a visitor sees it."""

    def __init__(self, desk, *watched):
        self.desk, self.page = desk, desk.page
        first, *others = [run.id for run in watched]
        beside = {"beside": ",".join(others)} if others else {}
        self.address = f"{desk.url}/train?{urlencode({'run': first, **beside})}"
        self.root = self.page.get_by_test_id("training-watch")
        self.slider = self.root.get_by_role("slider")
        self.digit = self.page.get_by_test_id("moment-digit")
        self.confusion = self.page.get_by_test_id("moment-confusion")
        self.kernels = self.page.get_by_test_id("moment-kernels")
        self.maps = self.page.get_by_test_id("moment-maps")

    def open(self):
        self.page.goto(self.address)
        expect(self.root).to_have_attribute("data-digits", ONLY_NUMBERS)
        return self

    def bring(self, sample="A crossed 7"):
        """Choose a digit for every moment to read."""
        self.page.get_by_role("button", name=sample).click()
        expect(self.digit).to_have_attribute("data-label", ONLY_NUMBERS)
        return self

    def go_to(self, place):
        """Move the slider to the moment at a place among all; the digits that it stands for."""
        self.slider.fill(str(place))
        return self.settled(place)

    def settled(self, place):
        number = self.numbers()[place]
        expect(self.root).to_have_attribute("data-digits", str(number))
        return number

    def numbers(self):
        """After how many digits there are moments."""
        return snapshots.numbers(self.root.get_attribute("data-run"))

    def shown(self):
        """What the slider moves, as it is painted."""
        canvases = [each.locator("canvas:not(.ramp)") for each in (self.kernels, self.maps)]
        painted = [each.evaluate("canvas => canvas.toDataURL()") for each in canvases]
        texts = [each.inner_text() for each in (self.digit, self.confusion)]
        return [*painted, *texts]


@pytest.fixture
def watch(visit, trained):
    """A training that is over, watched with a digit."""
    return Watch(visit(), trained).open().bring()


def test_the_watch_stays_where_it_is_when_a_digit_is_chosen(visit, trained):
    watch = Watch(visit(), trained).open()
    mounted = watch.root.element_handle()
    watch.bring()
    assert mounted.evaluate("root => root.isConnected")


def test_one_slider_moves_kernels_maps_probabilities_and_confusion(watch):
    before = watch.shown()
    watch.go_to(0)
    after = watch.shown()
    assert all(old != new for old, new in zip(before, after, strict=True))
    watch.go_to(len(watch.numbers()) - 1)
    assert watch.shown() == before


def test_the_digit_of_every_moment_is_read_by_the_network_of_that_moment_and_sent_nowhere(
    watch, trained
):
    sent = []
    watch.page.on("request", lambda request: sent.append(request.method))
    for place in (0, *range(len(watch.numbers()))):
        number = watch.go_to(place)
        reading = read_at(trained.id, number)
        expect(watch.digit).to_have_attribute("data-label", str(reading.label))
        probability = float(watch.digit.get_attribute("data-probability"))
        assert probability == pytest.approx(reading.probability, abs=1e-5)
    assert set(sent) == {"GET"}


def test_what_is_drawn_is_read_from_the_pixels_that_the_canvas_shows(watch, written):
    desk = watch.desk
    watch.page.get_by_role("button", name="Change digit").click()
    watch.page.get_by_role("link", name="Draw one").click()
    desk.canvas.scroll_into_view_if_needed()
    desk.button("Clear").click()
    desk.draw(*written(3))
    desk.settled()
    desk.strokes()  # have been sent
    drawn = desk.painted(desk.picture)
    watch.page.go_back()
    watch.settled(-1)
    expect(watch.digit).to_have_attribute("data-label", ONLY_NUMBERS)
    assert np.array_equal(desk.painted(watch.digit.get_by_role("img")), drawn)


def live_requests(watch):
    """The addresses of what is asked of the server beside the pages, from now on."""
    asked = []
    watch.page.on("request", lambda request: "/live/" in request.url and asked.append(request.url))
    return asked


def test_a_step_to_a_moment_that_was_seen_asks_the_server_for_nothing(watch):
    count = len(watch.numbers())
    for place in range(count):
        watch.go_to(place)
    shown = {}
    asked = live_requests(watch)
    for place in (0, count - 1, 2, 1, 0, 2):
        watch.go_to(place)
        assert watch.shown() == shown.setdefault(place, watch.shown())
    watch.root.get_by_label("conv2", exact=True).check()
    watch.go_to(1)
    assert asked == []
    watch.page.get_by_role("button", name="Change digit").click()
    watch.bring("A looped 2")
    watch.page.wait_for_timeout(500)
    assert [url for url in asked if "since=" not in url] == []  # the page asks how it gets on


def test_what_was_seen_once_the_browser_keeps_for_the_next_visit(watch):
    count = len(watch.numbers())
    for place in range(count):
        watch.go_to(place)
    watch.page.reload()
    expect(watch.root).to_have_attribute("data-state", "done")
    for place in range(count):
        watch.go_to(place)
    loaded = watch.page.evaluate(
        """() => performance.getEntriesByType("resource")
             .filter(({name}) => /\\/live\\/(networks\\/|.*\\/snapshots\\/)/.test(name))
             .map(({name, transferSize}) => [name, transferSize])"""
    )
    assert len(loaded) == 2 * count
    assert [name for name, size in loaded if size] == []


def test_a_network_that_has_diverged_says_so_and_the_next_moment_is_read_as_ever(visit, diverged):
    watch = Watch(visit(), diverged).open().bring()
    watch.go_to(0)
    expect(watch.digit).to_have_attribute("data-verdict", "diverged")
    for panel in (watch.digit, watch.maps):
        expect(panel).to_contain_text("This network has diverged")
    expect(watch.maps.locator("canvas:not(.ramp)")).to_be_hidden()
    number = watch.go_to(1)
    expect(watch.digit).to_have_attribute("data-label", str(read_at(diverged.id, number).label))
    expect(watch.maps.locator("canvas:not(.ramp)")).to_be_visible()


def test_a_moment_that_was_thinned_out_gives_way_to_its_neighbor(visit, trained):
    run = copied(trained, "thinned")
    watch = Watch(visit(), run).open()
    numbers = watch.numbers()
    snapshots.remove(run.folder, numbers[2])
    watch.slider.fill("2")
    kept = (str(numbers[1]), str(numbers[3]))
    watch.desk.until(lambda: watch.root.get_attribute("data-digits") in kept)
    expect(watch.slider).to_have_attribute("max", str(len(numbers) - 2))


def test_a_moment_that_the_server_owes_comes_when_it_is_back(visit, trained):
    watch = Watch(visit(), copied(trained, "owed")).open().bring()
    watch.page.route("**/live/**", lambda route: route.abort())
    watch.slider.fill("1")
    away = watch.page.get_by_text("The server is not responding")
    expect(away).to_be_visible()
    assert watch.root.get_attribute("data-digits") == str(watch.numbers()[-1])
    watch.page.unroute_all()
    watch.settled(1)
    expect(away).to_be_hidden()
    watch.desk.troubles[:] = [each for each in watch.desk.troubles if "ERR_FAILED" not in each]


def test_the_confusion_of_a_moment_is_that_of_its_snapshot(watch):
    number = watch.go_to(2)
    counted = snapshots.load(watch.root.get_attribute("data-run"), number).confusion
    cells = watch.confusion.locator("tbody td").all_inner_texts()
    assert [int(each or 0) for each in cells] == counted.ravel().tolist()
    wrong = counted.sum() - counted.trace()
    expect(watch.confusion).to_contain_text(f"{wrong} of {counted.sum()}")


def test_a_kernel_is_red_above_zero_and_blue_below(watch):
    number = watch.go_to(4)
    weights = snapshots.load(watch.root.get_attribute("data-run"), number).weights
    kernel = weights["conv1/kernel"][..., 0, :]  # (3, 3, 4)
    image = watch.desk.painted(watch.kernels.locator("canvas:not(.ramp)")).astype(int)
    strong = np.abs(kernel) > np.abs(kernel).max() / 4
    columns = 4 if image.shape[1] > 2 * image.shape[0] else 2  # as there is room for
    tile = (image.shape[1] + 7) // columns  # the kernels stand 7 pixels apart
    cell = (tile - 7) / 3
    assert strong.sum() > 10
    for row, column, channel in np.argwhere(strong):
        top, left = (number * tile for number in divmod(channel, columns))
        place = top + (row + 0.5) * cell, left + (column + 0.5) * cell
        blue, _green, red, _opacity = image[int(place[0]), int(place[1])]
        assert (red > blue) == (kernel[row, column, channel] > 0)


def test_kernels_that_are_zero_have_a_scale_that_says_zero_and_nothing_else(visit, silent):
    watch = Watch(visit(), silent).open()
    expect(watch.kernels.locator(".legend")).to_have_text("0")
    painted = watch.desk.painted(watch.kernels.locator("canvas:not(.ramp)"))
    kernels = painted[painted[..., 3] > 0]
    assert len(np.unique(kernels, axis=0)) == 1
    assert kernels.min() > 200  # as pale as zero is among other weights


def test_another_layer_shows_its_kernels_and_maps_at_the_same_moment(watch):
    number = watch.go_to(3)
    before = watch.shown()
    watch.root.get_by_label("conv2", exact=True).check()
    expect(watch.kernels).to_have_attribute("data-layer", "conv2")
    expect(watch.kernels).to_contain_text("6 filters of 3 × 3 × 4: 216 weights")
    assert watch.shown()[:2] != before[:2]
    assert watch.root.get_attribute("data-digits") == str(number)
    watch.root.get_by_label("pool1", exact=True).check()
    expect(watch.kernels).to_contain_text("no parameters")
    expect(watch.maps.locator("canvas:not(.ramp)")).to_be_visible()


def test_the_units_of_a_dense_layer_say_what_they_answer_to_the_digit_at_each_moment(watch):
    run_id = watch.root.get_attribute("data-run")
    watch.root.get_by_label("logits", exact=True).check()
    units = watch.maps.get_by_role("listitem")
    expect(watch.maps.locator("canvas:not(.ramp)")).to_be_hidden()
    for place in (0, 3):
        number = watch.go_to(place)
        logits = read_at(run_id, number).trace.logits
        expect(units).to_have_count(10)
        shown = [float(each.replace("−", "-")) for each in units.locator("b").all_inner_texts()]
        assert shown == pytest.approx(logits.tolist(), rel=0.02, abs=0.005)
        assert units.locator("span").all_inner_texts() == [str(unit) for unit in range(10)]
    watch.root.get_by_label("conv1", exact=True).check()
    expect(units).to_have_count(0)
    expect(watch.maps.locator("canvas:not(.ramp)")).to_be_visible()


def test_the_slider_has_a_name_is_moved_by_keys_and_says_the_moment(watch):
    slider = watch.page.get_by_role("slider", name="Training timeline")
    slider.focus()
    last = len(watch.numbers()) - 1
    watch.page.keyboard.press("Home")
    watch.settled(0)
    assert "Before training" in slider.get_attribute("aria-valuetext")
    watch.page.keyboard.press("ArrowRight")
    number = watch.settled(1)
    assert f"After {number} images" in slider.get_attribute("aria-valuetext")
    assert "Your digit is classified as" in slider.get_attribute("aria-valuetext")
    watch.page.keyboard.press("End")
    watch.settled(last)


def test_each_move_tells_how_long_it_took_until_it_was_painted(watch):
    watch.go_to(1)
    expect(watch.root).to_have_attribute("data-painted-ms", ONLY_NUMBERS)


def test_a_press_on_the_curves_goes_to_the_moment_there(watch):
    box = watch.root.locator(".curves > svg").bounding_box()
    watch.page.mouse.click(box["x"] + 60, box["y"] + 80)
    expect(watch.root).not_to_have_attribute("data-digits", str(watch.numbers()[-1]))
    early = int(watch.root.get_attribute("data-digits"))
    watch.page.mouse.move(box["x"] + 60, box["y"] + 80)
    watch.page.mouse.down()
    watch.page.mouse.move(box["x"] + 300, box["y"] + 80, steps=8)
    watch.page.mouse.up()
    watch.desk.until(lambda: int(watch.root.get_attribute("data-digits")) > early)


def test_pointing_at_the_curves_tells_what_was_measured_there(watch):
    box = watch.root.locator(".curves > svg").bounding_box()
    watch.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 80)
    chip = watch.root.locator(".curves .tooltip")
    expect(chip).to_contain_text("images, epoch")
    expect(chip).to_contain_text("Learning rate")


def test_it_plays_from_the_first_moment_to_the_last(watch):
    watch.root.evaluate(
        """root => {
             const passed = (window.passed = []);
             new MutationObserver(() => passed.push(Number(root.dataset.digits)))
               .observe(root, {attributeFilter: ["data-digits"]});
           }"""
    )
    numbers = watch.numbers()
    watch.root.get_by_role("button", name="Play the training").click()
    watch.desk.until(lambda: watch.page.evaluate("window.passed.at(-1)") == numbers[-1])
    assert list(dict.fromkeys(watch.page.evaluate("window.passed"))) == numbers
    expect(watch.root.get_by_role("button", name="Play the training")).to_be_visible()


def test_a_moment_opens_on_the_stage(watch):
    run_id = watch.root.get_attribute("data-run")
    number = watch.go_to(3)
    watch.root.get_by_role("button", name="Look inside this snapshot").click()
    expect(watch.desk.layers.first).to_be_visible()
    watch.desk.until(
        lambda: parse_qs(urlparse(watch.page.url).query).get("network") == [f"{run_id}@{number}"]
    )


def test_a_reload_finds_the_training_again(watch):
    watch.page.reload()
    expect(watch.root).to_have_attribute("data-state", "done")
    expect(watch.root).to_have_attribute("data-digits", str(watch.numbers()[-1]))


def held_back(watch):
    """Let the browser hear of a training only as far as `told["digits"]`, as if it still ran."""
    told = {"digits": 0, "state": "running"}

    def answer(route):
        since = int(parse_qs(urlparse(route.request.url).query)["since"][0])
        whole = route.fetch(url=re.sub(r"since=\d+", "since=0", route.request.url)).json()
        pulses = [each for each in whole["pulses"] if each["digits"] <= told["digits"]]
        heard = {
            **whole,
            "state": told["state"],
            "digits": told["digits"],
            "pulses": pulses[since:],
            "count": len(pulses),
            "snapshots": [each for each in whole["snapshots"] if each["digits"] <= told["digits"]],
        }
        route.fulfill(content_type="application/json", body=json.dumps(heard))

    watch.page.route("**/live/runs/*?since=*", answer)
    return told


def test_the_watch_follows_a_training_until_one_looks_back_and_then_stays(visit, trained):
    watch = Watch(visit(), trained)
    told = held_back(watch)
    watch.open()
    expect(watch.root).to_have_attribute("data-state", "running")
    expect(watch.root).to_contain_text("Training, epoch 1 of 2")
    numbers = snapshots.numbers(trained.id)
    for place in (2, 4):
        told["digits"] = numbers[place]
        watch.settled(place)
    now = watch.root.get_by_role("button", name="Now")
    expect(now).to_have_attribute("aria-pressed", "true")
    watch.go_to(1)
    told["digits"] = numbers[5]
    expect(watch.slider).to_have_attribute("max", "5")
    expect(watch.root).to_have_attribute("data-digits", str(numbers[1]))
    now.click()
    watch.settled(5)
    told.update(digits=numbers[-1], state="done")
    watch.settled(-1)
    expect(watch.root).to_have_attribute("data-state", "done")


def test_what_is_over_is_not_asked_after_any_more(watch):
    asked = []
    watch.page.on("request", lambda request: asked.append(request.url))
    watch.page.wait_for_timeout(2500)
    assert [url for url in asked if "since=" in url] == []


def test_a_server_that_is_away_is_said_to_be_and_all_stays_until_it_is_back(visit, trained):
    watch = Watch(visit(), trained)
    told = held_back(watch)
    watch.open()
    away = watch.page.get_by_text("The server is not responding")
    nobody = "**/live/runs/*"
    watch.page.route(nobody, lambda route: route.abort())  # before the one that still answers
    expect(away).to_be_visible()
    expect(watch.root.locator(".curves path").first).to_be_attached()
    told.update(digits=store.find(trained.id).status.digits_total, state="done")
    watch.page.unroute(nobody)
    expect(away).to_be_hidden()
    expect(watch.root).to_have_attribute("data-state", "done")
    watch.desk.troubles[:] = [each for each in watch.desk.troubles if "ERR_FAILED" not in each]


def test_of_those_that_race_one_can_be_chosen_for_the_time_machine(visit, trained, twin):
    watch = Watch(visit(), trained, twin).open()
    expect(watch.root).to_have_attribute("data-run", trained.id)
    with watch.page.expect_response(lambda response: f"/{twin.id}/snapshots/" in response.url):
        watch.root.get_by_role("radio", name="Twin").check()
    expect(watch.root).to_have_attribute("data-run", twin.id)
    ends = watch.root.locator("text.end.validation").all_text_contents()
    assert sum("Tiny" in each for each in ends) == sum("Twin" in each for each in ends) == 2


def test_each_of_those_that_race_says_what_it_makes_of_the_digit_at_the_same_moment(
    visit, trained, silent, twin
):
    raced = (trained, silent, twin)
    watch = Watch(visit(), *raced).open()
    lines = watch.page.get_by_test_id("moment-readings").get_by_role("listitem")
    expect(lines).to_have_count(0)  # without a digit
    watch.bring()
    for place, focus in ((2, trained), (4, twin)):
        watch.root.get_by_role("radio", name=store.find(focus.id).title).check()
        number = watch.go_to(place)
        expect(lines).to_have_count(3)
        for line, run in zip(lines.all(), raced, strict=True):
            reading = read_at(run.id, number)
            expect(line).to_have_attribute("data-label", str(reading.label))
            probability = float(line.get_attribute("data-probability"))
            assert probability == pytest.approx(reading.probability, abs=1e-5)
            expect(line).to_contain_text(store.find(run.id).title)
            expect(line).to_have_attribute("aria-current", str(run is focus).lower())
    assert len({line.bounding_box()["y"] for line in lines.all()}) == 1  # beside each other


def test_one_training_alone_is_compared_with_nothing(watch):
    expect(watch.page.get_by_test_id("moment-readings")).to_be_hidden()


def test_the_axes_can_be_even_or_stretched(watch):
    line = watch.root.locator("path.validation").first
    stretched = line.get_attribute("d")
    watch.root.get_by_label("linear", exact=True).check()
    assert line.get_attribute("d") != stretched
    watch.root.get_by_label("stretched", exact=True).check()
    assert line.get_attribute("d") == stretched


def test_screen_readers_hear_of_states_and_not_of_each_second(visit, trained):
    watch = Watch(visit(), trained)
    told = held_back(watch)
    watch.open()
    heard = watch.root.get_by_role("status")
    expect(heard).to_contain_text("Training, epoch 1 of 2")
    said = heard.inner_text()
    told["digits"] = snapshots.numbers(trained.id)[-2]
    watch.settled(-2)
    assert heard.inner_text() == said
    told.update(digits=store.find(trained.id).status.digits_total, state="done")
    expect(heard).to_contain_text("Done")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_nothing_is_wider_than_the_screen_and_the_slider_stays_in_view(
    visit, trained, scheme
):
    options = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    watch = Watch(visit(color_scheme=scheme, **options), trained).open().bring()
    assert watch.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert watch.root.evaluate("root => root.scrollWidth <= root.clientWidth")
    watch.maps.scroll_into_view_if_needed()
    box = watch.page.get_by_test_id("time-machine").bounding_box()
    assert 0 <= box["y"] < 200
    watch.page.touchscreen.tap(box["x"] + 60, box["y"] + 30)
    expect(watch.root).not_to_have_attribute("data-digits", str(watch.numbers()[-1]))


def test_the_hardest_digits_are_one_stop_of_tab_walked_by_arrow_keys_and_opened_by_enter(
    visit, trained
):
    page = Watch(visit(), trained).open().page
    tiles = page.get_by_test_id("confusion-digits").locator("[data-index]")
    expect(tiles).to_have_count(48)
    tiles.first.focus()
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    below = page.get_by_test_id("confusion-digits").locator("[data-index]:focus")
    first, second = tiles.nth(1).bounding_box(), below.bounding_box()
    assert second["x"] == first["x"]
    assert second["y"] > first["y"]
    page.keyboard.press("End")
    expect(tiles.last).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Next", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(tiles.last).to_be_focused()
    page.keyboard.press("Home")
    expect(tiles.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("layer").first).to_be_visible()


def test_without_a_digit_the_rest_of_the_moment_is_shown(visit, trained):
    watch = Watch(visit(), trained).open()
    expect(watch.digit).to_contain_text("There is no digit on the canvas")
    expect(watch.confusion.locator("tbody td").first).to_be_visible()
    expect(watch.kernels.locator("canvas:not(.ramp)")).to_be_visible()


@contextlib.contextmanager
def at_work(desk, *runs):
    """Let trainings be the visitor's own and be trained by this process, as far as one can see."""
    (cookie,) = (each for each in desk.context.cookies() if each["name"] == COOKIE)
    visitor = cookie["value"].partition(".")[0]  # its signature follows
    with contextlib.ExitStack() as held:
        for run in runs:
            about = {"owner": visitor, "title": store.find(run.id).title}
            store.write_json(run.folder / "about.json", about)
            held.enter_context(store.hold(run))
            store.find(run.id).write_status(state=store.RUNNING)
        yield
        for run in runs:
            store.find(run.id).write_status(state=store.DONE)


def extent(locator):
    """From where to where on the screen something lies, in pixels from above, once it is there."""
    expect(locator).to_be_visible()
    box = locator.bounding_box()
    return box["y"], box["y"] + box["height"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_while_a_network_trains_all_that_one_follows_is_on_one_screen(
    visit, trained, count, locale
):
    desk = visit(locale=locale)
    preset = "vanishing" if count > 1 else ""
    runs = [
        copied(trained, f"{locale.lower()}-{count}-{each}", preset=preset) for each in range(count)
    ]
    Watch(desk, *runs).open()  # whoever has been here has a cookie
    with at_work(desk, *runs):
        watch = Watch(desk, *runs).open()
        watch.page.get_by_role("button", name="7").first.click()
        expect(watch.digit).to_have_attribute("data-label", ONLY_NUMBERS)
        pause = watch.page.get_by_role("button", name=re.compile("^(Pause|暂停)$")).first
        followed = [
            pause,
            watch.root.locator(".curves > svg"),
            watch.digit,
            watch.page.get_by_test_id("moment-health"),
            watch.page.get_by_test_id("time-machine"),
        ]
        if count > 1:
            followed.append(watch.page.get_by_test_id("moment-readings"))
        desk.until(lambda: all(extent(each)[1] <= 900 for each in followed))
        assert min(extent(each)[0] for each in followed) > 44  # none below the header


@pytest.mark.parametrize("count", [1, 3])
def test_on_a_telephone_the_first_curve_is_on_the_first_screen_while_a_network_trains(
    visit, trained, count
):
    desk = visit(width=390, height=844, has_touch=True, is_mobile=True)
    runs = [copied(trained, f"small-{count}-{each}") for each in range(count)]
    Watch(desk, *runs).open()
    with at_work(desk, *runs):
        watch = Watch(desk, *runs).open().bring()
        curve = watch.root.locator(".curves path.validation").first  # that of the loss
        desk.until(lambda: extent(curve)[1] <= 844)
        assert extent(curve)[0] > 44


def test_results_begin_where_the_training_ends(watch):
    heading = watch.page.get_by_role("heading", name="Confusion matrix: which digits")
    watch.desk.until(lambda: 0 <= extent(heading)[0] - extent(watch.root)[1] <= 64)
    accuracy = watch.page.get_by_test_id("stMetric").first
    assert extent(accuracy)[1] < extent(watch.root)[0] < 240


def test_back_from_the_layers_of_a_test_digit_leads_to_that_training(watch, trained):
    title = watch.page.get_by_role("heading", level=1)
    expect(title).to_have_text("Tiny")
    watch.page.get_by_test_id("confusion-digits").locator("[data-index]").first.click()
    expect(watch.page.get_by_test_id("layer").first).to_be_visible()
    watch.page.go_back()
    expect(title).to_have_text("Tiny")
    expect(watch.root).to_have_attribute("data-run", trained.id)
    watch.settled(-1)


def test_a_race_is_read_in_chinese_at_390_pixels_in_the_dark(visit, trained):
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    names = ("梯度消失：西格玛激活", "梯度消失：线性整流激活", "梯度消失：残差连接")
    runs = [copied(trained, f"race-{number}") for number in range(len(names))]
    for run, name in zip(runs, names, strict=True):
        store.rename(run.id, name)
    watch = Watch(visit(locale="zh-CN", color_scheme="dark", **phone), *runs).open()
    legend = watch.root.locator(".legend-of-lines")
    for name in (*names, "验证"):
        expect(legend).to_contain_text(name)
    ends = watch.root.locator("text.end")
    expect(ends).to_have_count(6)  # three of the loss, three of the accuracy
    texts = ends.all_text_contents()
    assert len({re.sub(r"[\d.%]+$", "", text) for text in texts}) == 3
    boxes = [each.bounding_box() for each in ends.all()]
    assert max(box["x"] + box["width"] for box in boxes) <= 390
    tops = sorted((extent(each) for each in ends.all()), key=lambda each: each[0])
    for (_, end), (begin, _) in pairwise(tops):
        assert end <= begin + 3  # lines of text may touch, they do not run over each other
