"""Looking inside in a browser: point, open, play, add up, compare, take along, share."""

import io
import re
import zipfile
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from model.inference.catalogue import open_network
from model.inference.reading import read
from model.pixels.strokes import strokes_from
from pages.visitor.links import encode_strokes

WAY = [80.0, 70.0, 140.0, 66.0, 200.0, 70.0, 165.0, 140.0, 130.0, 220.0]
SEVEN = [{"width": 16, "points": WAY}]
UNIT = 7  # of the dense layer
NUMBER = re.compile(r"\d")
PATIENCE = 60_000  # milliseconds; what is made on demand takes longer on a busy machine


class Explorer:
    """A digit on the stage, with what is open of the network, as a visitor sees it."""

    def __init__(self, desk, **link):
        self.desk, self.page = desk, desk.page
        link = {"digit": encode_strokes(SEVEN), **{key: str(link[key]) for key in link}}
        self.open(f"{desk.url}/?{urlencode(link)}")

    def open(self, address):
        self.page.goto(address)
        self.root = self.page.get_by_test_id("opened-map")
        self.map = self.page.get_by_test_id("map-panel")
        self.cell = self.page.get_by_test_id("cell-panel")
        expect(self.desk.prediction).to_have_attribute("data-verdict", "digit")
        self.desk.settled()
        if "layer=" in address:
            expect(self.root).to_have_attribute("data-revision", NUMBER)

    def point_at(self, layer, channel=0):
        """Move the pointer to the middle of a map; the place on the screen."""
        box = self.desk.map_buttons(layer).nth(channel).bounding_box()
        place = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(*place)
        return place


@pytest.fixture
def explorer(visit):
    return lambda options=None, **link: Explorer(visit(**(options or {})), **link)


@pytest.fixture(scope="module")
def network():
    return open_network()


@pytest.fixture(scope="module")
def traced(network):
    return read(network, strokes_from(SEVEN)).trace


def test_pointing_at_a_map_tells_what_it_sees_and_asks_the_server_nothing(explorer):
    shown = explorer()
    sent = []
    shown.page.on("request", lambda request: sent.append(request.url))
    shown.page.on("websocket", lambda socket: sent.append(socket.url))
    shown.point_at("conv3")
    expect(shown.page.get_by_text("receptive field 14 × 14")).to_be_visible()
    assert sent == []


def test_a_click_opens_the_map_and_another_its_cell_in_the_same_place(explorer):
    shown = explorer()
    shown.page.mouse.click(*shown.point_at("conv2"))
    expect(shown.map).to_have_attribute("data-layer", "conv2")
    place = shown.root.bounding_box()
    assert place["y"] <= 760
    expect(shown.desk.canvas).to_be_in_viewport(ratio=1)
    expect(shown.desk.prediction).to_be_in_viewport(ratio=1)
    canvas = shown.page.get_by_test_id("map-canvas")
    canvas.click(position={"x": 10, "y": 30})
    expect(shown.cell).to_have_attribute("data-kind", "sum")
    expect(shown.map).to_be_hidden()
    assert shown.root.bounding_box()["y"] == place["y"]
    expect(shown.cell.get_by_test_id("steps")).to_be_in_viewport(ratio=1)
    expect(shown.desk.canvas).to_be_in_viewport(ratio=1)
    shown.page.wait_for_url("**cell=*")


def test_what_is_open_follows_the_pen(explorer):
    shown = explorer(layer="conv2", channel=1, cell="7,6")
    desk = shown.desk
    before = shown.cell.get_attribute("data-value")
    desk.draw([(60, 180), (220, 180)], [(60, 120), (220, 120)])
    desk.settled()
    expect(shown.root).to_have_attribute("data-revision", str(desk.revision()))
    reading = desk.reading().trace.activations["conv2"]
    value = shown.cell.get_attribute("data-value")
    assert float(value) == pytest.approx(float(reading[7, 6, 1]), abs=1e-5)
    assert value != before
    desk.button("Clear").click()
    expect(shown.cell).to_be_hidden()
    desk.button("Undo").click()
    expect(shown.cell).to_have_attribute("data-value", value)


def test_the_products_of_an_open_cell_change_in_place_while_the_pen_moves(explorer, network):
    shown = explorer(layer="conv2", channel=1, cell="7,6")
    terms = shown.cell.locator(".term")
    terms.evaluate_all("all => all.forEach((each) => (each.stood = true))")
    shown.desk.draw([(60, 180), (220, 180)], [(60, 120), (220, 120)])
    shown.desk.settled()
    expect(shown.root).to_have_attribute("data-revision", str(shown.desk.revision()))
    assert all(terms.evaluate_all("all => all.map((each) => each.stood)"))
    window = shown.desk.reading().trace.activations["pool1"][6:9, 5:8]
    products = window * network.weights("conv2")["kernel"][..., 1]
    by_channel = np.moveaxis(products, 2, 0).ravel()
    assert numbers_of(terms.locator("b")) == pytest.approx(by_channel, abs=5.1e-5)


def test_a_map_of_products_that_was_written_out_stays_so_while_the_pen_moves(explorer):
    shown = explorer(layer="dense", channel=UNIT, cell="0,0")
    shown.cell.get_by_test_id("group").first.get_by_role("button").click()
    terms = shown.cell.locator(".term")
    before = terms.all_text_contents()
    shown.desk.draw([(60, 180), (220, 180)], [(60, 120), (220, 120)])
    shown.desk.settled()
    expect(shown.root).to_have_attribute("data-revision", str(shown.desk.revision()))
    after = terms.all_text_contents()
    assert len(after) == len(before)
    assert after != before


@pytest.mark.parametrize("layer", ["conv1", "conv3", "pool2", "logits", "softmax"])
def test_a_cells_sum_is_what_the_network_answered(explorer, traced, layer):
    shown = explorer(layer=layer, channel=3, cell="2,4")
    index = [int(part) for part in shown.cell.get_attribute("data-index").split(",")]
    value = float(shown.cell.get_attribute("data-value"))
    if layer == "softmax":
        assert value == pytest.approx(float(traced.probabilities[3]), abs=1e-6)
    else:
        answer = float(traced.activations[layer][tuple(index)])
        assert abs(value - answer) <= 1e-5 * max(1, abs(answer))


def test_all_products_of_a_cell_are_shown_by_channel_in_place_or_largest_first(explorer, network):
    shown = explorer(layer="conv2", channel=1, cell="0,0")
    kernel = network.weights("conv2")["kernel"]
    terms, padded = shown.cell.locator(".term"), shown.cell.locator(".term.padded")
    expect(terms).to_have_count(kernel[..., 0].size)
    assert padded.count() == 5 * kernel.shape[2]  # the corner of a 3 × 3 window with padding
    subtotals = "all => all.map((each) => Number(each.textContent.replace('−', '-')))"
    shown.cell.get_by_label("8", exact=True).check()
    in_place = shown.cell.locator("h4 b").evaluate_all(subtotals)
    total = sum(in_place) + float(network.weights("conv2")["bias"][1])
    assert max(total, 0) == pytest.approx(float(shown.cell.get_attribute("data-value")), abs=1e-6)
    shown.cell.get_by_label("largest first").check()
    sizes = np.abs(shown.cell.locator("h4 b").evaluate_all(subtotals))
    assert (np.diff(sizes) <= 0).all()
    assert sorted(sizes) == pytest.approx(sorted(np.abs(in_place)))


def test_a_dense_unit_is_the_sum_of_maps_of_contributions_the_strongest_first(
    explorer, network, traced
):
    shown = explorer(layer="dense", channel=UNIT, cell="0,0")
    shown.cell.get_by_label("8", exact=True).check()
    subtotals = "all => all.map((each) => Number(each.textContent.replace('−', '-')))"
    found = shown.cell.locator("h4 b").evaluate_all(subtotals)
    height, width, channels = traced.activations["conv5"].shape
    assert len(found) == channels
    assert (np.diff(np.abs(found)) <= 0).all()
    total = sum(found) + float(network.weights("dense")["bias"][UNIT])
    assert max(total, 0) == pytest.approx(float(traced.activations["dense"][UNIT]), abs=1e-4)
    shown.cell.get_by_test_id("group").first.get_by_role("button").click()
    assert shown.cell.locator(".term").count() == height * width


@pytest.mark.parametrize("layer", ["logits", "softmax"])
def test_guess_first_hides_an_open_cell_that_tells_the_prediction(explorer, layer):
    shown = explorer(layer=layer, channel=3, cell="0,0")
    expect(shown.cell).to_be_visible()
    tool = shown.page.locator("[data-tool=guess]")
    tool.click()
    expect(shown.cell).to_be_hidden()
    expect(shown.root).to_contain_text("Guess first")
    shown.desk.prediction.get_by_role("button", name="Show the prediction").click()
    expect(shown.cell).to_be_visible()
    tool.click()


def test_a_higher_temperature_evens_the_probabilities_out(explorer, traced):
    shown = explorer(layer="softmax", channel=7, cell="0,0")
    share = shown.cell.locator("tr.chosen td").last
    before = float(share.text_content())
    shown.cell.get_by_label("Temperature").fill("1")
    after = float(share.text_content())
    hot = np.exp((traced.logits - traced.logits.max()) / 10)
    assert before == pytest.approx(float(traced.probabilities[7]), abs=1e-4)
    assert after == pytest.approx(hot[7] / hot.sum(), abs=1e-4)


def test_the_film_plays_pauses_steps_and_skips_by_buttons_and_by_keys(explorer):
    shown = explorer(layer="conv3", channel=0)
    at = lambda: int(shown.map.get_attribute("data-at"))  # noqa: E731
    shown.map.get_by_role("button", name="Play").click()
    expect(shown.map).to_have_attribute("data-playing", "true")
    shown.map.get_by_role("button", name="Pause").click()
    expect(shown.map).to_have_attribute("data-playing", "false")
    here = at()
    shown.map.get_by_role("button", name="Step", exact=True).click()
    expect(shown.map).to_have_attribute("data-at", str(here + 1))
    shown.page.get_by_test_id("map-canvas").focus()
    for key, then in (("ArrowLeft", here), ("ArrowDown", here + 14), ("End", 195), ("Home", 0)):
        shown.page.keyboard.press(key)
        expect(shown.map).to_have_attribute("data-at", str(then))
    shown.page.keyboard.press("+")
    expect(shown.map.locator(".speed")).to_have_text("× 2")
    shown.page.keyboard.press(" ")
    expect(shown.map).to_have_attribute("data-playing", "true")
    shown.page.keyboard.press(" ")
    expect(shown.map).to_have_attribute("data-playing", "false")


def numbers_of(locator):
    texts = locator.all_text_contents()
    return np.array([float(text.lstrip("= ").replace("−", "-")) for text in texts])


def test_the_numbers_under_the_window_are_the_layers_and_add_up_to_the_cell(
    explorer, network, traced
):
    shown = explorer(layer="conv2", channel=1)
    shown.page.get_by_test_id("map-canvas").focus()
    for key in ("Home", *["ArrowDown"] * 6, *["ArrowRight"] * 7):
        shown.page.keyboard.press(key)
    expect(shown.map).to_have_attribute("data-at", str(6 * 14 + 7))
    weights = network.weights("conv2")
    window = traced.activations["pool1"][5:8, 6:9]
    products = window * weights["kernel"][..., 1]
    tiles = shown.map.get_by_test_id("inputs").get_by_role("button")
    channels = [int(text) for text in tiles.locator("i").all_text_contents()]
    assert sorted(channels) == list(range(32))
    subtotals = products.sum((0, 1))[channels]
    assert numbers_of(tiles.locator("b")) == pytest.approx(subtotals, abs=0.0051)
    assert numbers_of(tiles.locator("span")) == pytest.approx(np.cumsum(subtotals), abs=0.0051)
    tiles.nth(4).click()
    grid = {
        "inputs": window[..., channels[4]],
        "weights": weights["kernel"][..., channels[4], 1],
        "products": products[..., channels[4]],
    }
    for name, expected in grid.items():
        cells = shown.map.locator(f"[data-grid={name}] .numbers span")
        assert numbers_of(cells) == pytest.approx(expected.ravel(), abs=0.0051)
    total = products.sum()
    biased = total + weights["bias"][1]
    steps = numbers_of(shown.map.get_by_test_id("map-steps").locator("b"))
    expected = [subtotals[4], total, biased, max(biased, 0)]
    assert steps == pytest.approx(expected, abs=0.00051)


def test_a_laptop_shows_the_window_the_sum_and_all_input_maps_without_scrolling(explorer):
    shown = explorer({"width": 1400, "height": 900})
    shown.page.mouse.click(*shown.point_at("conv2"))
    for part in ("window-sum", "map-steps", "map-canvas", "inputs"):
        expect(shown.map.get_by_test_id(part)).to_be_in_viewport(ratio=1)


def test_one_switch_shows_a_map_before_its_activation(explorer):
    shown = explorer(layer="conv1", channel=3)
    canvas = shown.map.locator("figure.picture canvas").nth(2)
    after = shown.desk.painted(canvas)
    shown.map.get_by_label("before the activation").check()
    before = shown.desk.painted(canvas)
    assert (before != after).any()
    blue = before[..., 0].astype(int) - before[..., 2] > 60
    rust = before[..., 2].astype(int) - before[..., 0] > 60
    assert blue.any()
    assert rust.any()
    shown.map.get_by_label("after", exact=True).check()
    assert (shown.desk.painted(canvas) == after).all()


def test_the_strokes_carry_the_frame_of_what_a_cell_sees(explorer):
    shown = explorer(layer="conv1", channel=3)
    frame = shown.page.get_by_test_id("field-frame")
    shown.page.get_by_test_id("map-canvas").focus()
    shown.page.keyboard.press("Home")
    for _ in range(14):
        shown.page.keyboard.press("ArrowDown")
        shown.page.keyboard.press("ArrowRight")
    expect(shown.map).to_have_attribute("data-at", str(14 * 28 + 14))
    canvas = shown.desk.canvas.bounding_box()

    def middle():
        box = frame.bounding_box()
        return (box["x"] + box["width"] / 2 - canvas["x"]) / canvas["width"]

    first = middle()
    assert 0.3 < first < 0.7  # the window of the digit's middle lies in the middle of the strokes
    shown.page.keyboard.press("ArrowRight")
    shown.desk.until(lambda: middle() > first)
    shown.root.get_by_role("button", name="Close").click()
    expect(frame).to_be_hidden()


def test_who_wants_less_motion_gets_still_frames(explorer):
    shown = explorer({"reduced_motion": "reduce"}, layer="conv3", channel=0)
    still = shown.map.get_by_role("button", name="Next row")
    for then in (14, 28, 42):
        still.click()
        expect(shown.map).to_have_attribute("data-at", str(then))
        expect(shown.map).to_have_attribute("data-playing", "false")
    shown.page.wait_for_timeout(300)
    expect(shown.map).to_have_attribute("data-at", "42")


def test_from_a_drawing_to_a_cells_sum_by_keys_alone(desk):
    press = desk.page.keyboard.press
    focused = """() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const {testid, channel} = element?.dataset ?? {};
      return testid ?? channel ?? "";
    }"""

    def walk_to(name):
        for _ in range(80):
            press("Tab")
            if desk.page.evaluate(focused) == name:
                return
        raise AssertionError(f"the tab key does not come by {name}")

    walk_to("digit-canvas")
    for key in [" ", *["ArrowDown"] * 5, " "]:
        press(key)
    desk.settled()
    desk.map_buttons("conv2").first.focus()
    press("ArrowRight")
    assert desk.map_buttons("conv2").nth(1).get_attribute("aria-label").startswith("conv2, map 1:")
    press("Enter")
    expect(desk.page.get_by_test_id("map-panel")).to_have_attribute("data-layer", "conv2")
    desk.until(lambda: desk.page.evaluate(focused) == "map-canvas")
    for key in ("Home", "ArrowDown", "ArrowRight", "Enter"):
        press(key)
    cell = desk.page.get_by_test_id("cell-panel")
    expect(cell).to_have_attribute("data-index", "1,1,1")
    expect(cell.get_by_test_id("steps")).to_be_in_viewport(ratio=1)
    press("Escape")
    expect(cell).to_be_hidden()
    desk.until(lambda: desk.page.evaluate(focused) == "map-canvas")
    press("Escape")
    expect(desk.page.get_by_test_id("map-panel")).to_be_hidden()
    desk.until(lambda: desk.page.evaluate(focused) == "1")


def test_a_link_opens_the_same_cell_in_another_browser(explorer, visit):
    shown = explorer(layer="conv2", channel=5, cell="3,4")
    expect(shown.cell).to_have_attribute("data-index", "3,4,5")
    shown.root.get_by_role("button", name="Next", exact=True).click()
    shown.page.wait_for_url("**channel=6*")
    other = Explorer(visit())
    other.open(shown.page.url)
    expect(other.cell.get_by_test_id("steps")).to_be_in_viewport(ratio=1)
    expect(other.cell).to_have_attribute("data-index", "3,4,6")
    assert other.cell.get_attribute("data-value") == shown.cell.get_attribute("data-value")


def test_two_digits_are_compared_map_by_map_and_their_parting_is_named(explorer):
    shown = explorer(layer="conv2", channel=5)
    shown.page.get_by_label("Compare with").select_option("sample:4-open")
    parting = shown.page.get_by_test_id("parting")
    expect(parting).to_contain_text("The other is classified as 4")
    expect(parting).to_contain_text("nearest in")
    expect(shown.map.locator(".pair figure")).to_have_count(3)
    for side in ("b", "a"):
        shown.page.locator(f"input[value={side}]").check()
        expect(shown.root).to_have_attribute("data-shown", side)


def test_the_stage_shows_two_digits_beside_each_other_either_and_the_difference(explorer):
    shown = explorer(compare="sample:4-open")
    layer = shown.desk.layer("conv1")
    canvas, beside = layer.locator(".mosaic canvas"), layer.get_by_test_id("beside")
    expect(beside).to_be_visible()
    mine, other = shown.desk.painted(canvas), shown.desk.painted(beside)
    assert mine.shape == other.shape
    assert (mine != other).any()
    shown.page.locator("input[value=b]").check()
    expect(beside).to_have_count(0)
    assert (shown.desk.painted(canvas) == other).all()
    shown.page.locator("input[value=a]").check()
    assert (shown.desk.painted(canvas) == mine).all()
    shown.page.locator("input[value=difference]").check()
    painted = shown.desk.painted(canvas).astype(int)
    assert (painted[..., 0] - painted[..., 2] > 60).any()  # below zero: blue
    assert (painted[..., 2] - painted[..., 0] > 60).any()  # above: rust


@pytest.mark.parametrize("panel", ["stage", "map", "cell"])
def test_each_panel_goes_along_as_picture_table_and_tensors(explorer, traced, panel):
    cell = {"cell": "3,4"} if panel == "cell" else {}
    shown = explorer(layer="conv2", channel=5, **cell)
    place = {"stage": shown.page.locator(".maps"), "map": shown.map, "cell": shown.cell}
    along = place[panel].get_by_test_id("take-along")
    files = {}
    for kind in ("PNG", "SVG", "CSV", "NPZ"):
        with shown.page.expect_download(timeout=PATIENCE) as download:
            along.get_by_role("button", name=kind).click()
        files[kind] = download.value.path().read_bytes()
    picture = np.asarray(Image.open(io.BytesIO(files["PNG"])).convert("RGB"))
    assert picture.shape[1] > 600
    assert picture.std() > 5
    assert files["SVG"].startswith(b"<svg")
    assert b"<text" in files["SVG"]
    assert zipfile.ZipFile(io.BytesIO(files["NPZ"])).testzip() is None
    tensors = np.load(io.BytesIO(files["NPZ"]))
    rows = files["CSV"].decode().splitlines()
    conv2 = traced.activations["conv2"]
    if panel == "stage":
        assert tensors["conv2"] == pytest.approx(conv2, abs=1e-6)
        assert len(rows) == 1 + sum(tensors[name].size for name in tensors.files)
    elif panel == "map":
        assert tensors["activation"] == pytest.approx(conv2, abs=1e-6)
        assert tensors["kernel"].shape == (3, 3, 32, 32)
        assert len(rows) == 1 + 14 * 14
    else:
        products = [float(row.split(",")[6]) for row in rows[1:]]
        assert tensors["product"] == pytest.approx(products, abs=1e-6)
        assert len(products) == 3 * 3 * 32


def test_keras_agrees_with_the_sum(explorer):
    shown = explorer(layer="conv2", channel=1, cell="7,6")
    shown.cell.get_by_role("button", name="Check against Keras").click()
    answer = shown.page.get_by_test_id("keras")
    expect(answer).to_have_attribute("data-value", NUMBER, timeout=200_000)
    ours = float(shown.cell.get_attribute("data-value"))
    theirs = float(answer.get_attribute("data-value"))
    assert abs(ours - theirs) <= 1e-5 * max(1, abs(theirs))
    shown.cell.get_by_role(
        "button", name="Effective receptive field: which pixels matter most"
    ).click()
    expect(shown.page.get_by_test_id("field").locator("canvas").first).to_be_visible(
        timeout=PATIENCE
    )


LATE_LAYOUT = """
  const Observer = ResizeObserver;
  window.ResizeObserver = class extends Observer {
    constructor(heard) {
      super((...seen) => setTimeout(() => heard(...seen), 3000));
    }
  };
"""


def test_the_layers_are_shown_although_the_page_is_laid_out_after_they_have_come(visit):
    desk = visit(width=1390)
    desk.page.add_init_script(LATE_LAYOUT)
    desk.open()
    expect(desk.layer("conv1").locator(".mosaic canvas")).to_be_visible()
    desk.until(lambda: desk.painted(desk.layer("conv1").locator(".mosaic canvas")).std() > 5)


def test_the_address_of_the_page_that_showed_the_layers_still_opens_them(explorer):
    shown = explorer(layer="conv2", channel=5, cell="3,4")
    value = shown.cell.get_attribute("data-value")
    shown.open(shown.page.url.replace("/?", "/layers?"))
    expect(shown.cell).to_have_attribute("data-index", "3,4,5")
    assert shown.cell.get_attribute("data-value") == value


def test_a_telephone_shows_it_all_without_moving_sideways(explorer):
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    shown = explorer(phone, layer="conv2", channel=1, cell="7,6")
    expect(shown.cell).to_be_visible()
    wide = "e => [e.scrollWidth, e.clientWidth]"
    scrolled, seen = shown.page.get_by_test_id("stMain").evaluate(wide)
    assert scrolled <= seen
    assert shown.root.bounding_box()["width"] <= 390


def test_a_link_is_copied_and_opens_the_same_cell(explorer, visit):
    shown = explorer(
        {"permissions": ["clipboard-read", "clipboard-write"]}, layer="conv2", channel=5, cell="3,4"
    )
    shown.page.get_by_role("button", name="Copy link").first.click()
    shown.page.wait_for_function("navigator.clipboard.readText().then((text) => text.length > 0)")
    other = Explorer(visit())
    other.open(shown.page.evaluate("navigator.clipboard.readText()"))
    expect(other.cell).to_have_attribute("data-index", "3,4,5")
    assert other.cell.get_attribute("data-value") == shown.cell.get_attribute("data-value")


def test_one_digit_is_compared_in_two_networks_of_like_shape(explorer, traced, twin):
    shown = explorer(layer="conv2", channel=5, cell="3,4")
    shown.page.get_by_label("Compare with").select_option("network:twin")
    expect(shown.page.get_by_test_id("parting")).to_contain_text("nearest in")
    theirs = read(twin, strokes_from(SEVEN)).trace.activations["conv2"]
    for side, expected in (
        ("b", theirs),
        ("a", traced.activations["conv2"]),
    ):
        shown.page.locator(f"input[value={side}]").check()
        expect(shown.root).to_have_attribute("data-shown", side)
        value = float(shown.cell.get_attribute("data-value"))
        assert value == pytest.approx(float(expected[3, 4, 5]), abs=1e-5)


def test_a_normalised_cell_ends_in_what_its_own_layer_answers(explorer, branching):
    shown = explorer(network="branching", layer="normal", channel=2, cell="5,6")
    answer = float(read(branching, strokes_from(SEVEN)).trace.activations["normal"][5, 6, 2])
    emphasised = shown.cell.locator(".steps .cell b")
    expect(emphasised).to_have_text(f"= {answer:.4f}".replace("-", "−"))


def test_the_cells_of_a_network_of_a_kind_it_never_saw_add_up(explorer, branching):
    shown = explorer(network="branching", layer="fourth", channel=2, cell="5,6")
    trace = read(branching, strokes_from(SEVEN)).trace
    answer = float(trace.activations["fourth"][5, 6, 2])
    assert abs(float(shown.cell.get_attribute("data-value")) - answer) <= 1e-5 * max(1, abs(answer))


@pytest.fixture(scope="module")
def branching(server):
    """Five convolutions, two branches, one residual addition, in the server's own home."""
    import keras
    from keras import layers

    from model.export.publishing import Origin, publish

    keras.utils.set_random_seed(3)
    digit = keras.Input((28, 28, 1), name="digit")
    first = layers.Conv2D(6, 3, padding="same", activation="relu", name="first")(digit)
    left = layers.Conv2D(4, 3, strides=2, padding="same", name="second")(first)
    right = layers.Conv2D(4, 5, strides=2, padding="same", activation="tanh", name="third")(first)
    joined = layers.Concatenate(name="joined")([left, right])
    fourth = layers.Conv2D(8, 3, padding="same", dilation_rate=2, name="fourth")(joined)
    normal = layers.BatchNormalization(name="normal")(fourth)
    active = layers.ReLU(name="active")(normal)
    fifth = layers.Conv2D(8, 3, padding="same", groups=2, name="fifth")(active)
    added = layers.Add(name="added")([fifth, joined])
    pooled = layers.GlobalAveragePooling2D(name="pooled")(added)
    logits = layers.Dense(10, name="logits")(pooled)
    cnn = keras.Model(digit, logits)
    folder = server.log.parent / "home" / "networks"
    folder.mkdir(parents=True, exist_ok=True)
    publish(cnn, "branching", Origin("Branching", "branching", seed=3), folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(server.log.parent / "home"))
        yield open_network("branching")


@pytest.fixture(scope="module")
def twin(server):
    """The default network's architecture with other weights, in the server's own home."""
    from model.export.publishing import Origin, publish
    from model.training.build import build

    folder = server.log.parent / "home" / "networks"
    publish(build("convscope", seed=7), "twin", Origin("Twin", "convscope", seed=7), folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONVSCOPE_HOME", str(server.log.parent / "home"))
        yield open_network("twin")
