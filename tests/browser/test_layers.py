"""The layer explorer in a browser: point, open, play, add up, compare, take along, share."""

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
PATIENCE = 60_000  # milliseconds, on a machine that is busy with other things


class Explorer:
    """The page of the explorer as a visitor sees it."""

    def __init__(self, desk, **link):
        self.desk, self.page = desk, desk.page
        link = {"digit": encode_strokes(SEVEN), **{key: str(link[key]) for key in link}}
        self.open(f"{desk.url}/layers?{urlencode(link)}")

    def open(self, address):
        self.page.goto(address)
        self.root = self.page.get_by_test_id("layer-explorer")
        self.map = self.page.get_by_test_id("map-panel")
        self.cell = self.page.get_by_test_id("cell-panel")
        self.cursor = self.page.get_by_test_id("stage-cursor")
        expect(self.root).to_have_attribute("data-revision", NUMBER, timeout=PATIENCE)
        # Streamlit looks for its own routes below the page first and finds nothing there.
        self.desk.troubles[:] = [each for each in self.desk.troubles if "404" not in each]

    def point_at(self, layer, row=0):
        """Move the pointer into the first map of a layer, `row` CSS pixels down."""
        column = self.page.locator(f"[data-testid=layer-column][data-layer={layer}]")
        box = column.bounding_box()
        sheet = self.page.get_by_test_id("stage").locator(".sheet").bounding_box()
        for step in range(3, int(sheet["height"]), 5):  # down the column until a map is met
            x, y = box["x"] + box["width"] / 2 - 6, box["y"] + step
            self.page.mouse.move(x, y)
            self.page.wait_for_timeout(40)
            if self.tooltip().is_visible() and layer in self.tooltip().text_content():
                self.page.mouse.move(x, y + row)
                return x, y + row
        raise AssertionError(f"no map of {layer} under the pointer")

    def tooltip(self):
        return self.root.locator(".tooltip")


@pytest.fixture
def explorer(visit):
    return lambda options=None, **link: Explorer(visit(**(options or {})), **link)


@pytest.fixture(scope="module")
def network():
    return open_network()


@pytest.fixture(scope="module")
def traced(network):
    return read(network, strokes_from(SEVEN)).trace


def test_every_layer_of_the_network_is_a_column_that_counts_its_parameters(explorer, network):
    columns = explorer().page.get_by_test_id("layer-column")
    names = columns.evaluate_all("all => all.map((each) => each.dataset.layer)")
    assert names == [*(layer.name for layer in network.layers), "softmax"]
    for layer, text in zip(network.layers, columns.all_text_contents(), strict=False):
        if layer.parameters:
            assert f"= {layer.parameters:,}" in text
            assert " + ".join("·".join(map(str, shape)) for shape in layer.weights.values()) in text
        assert "×".join(map(str, layer.output_shape)) in text


def test_pointing_at_a_map_tells_the_value_and_asks_the_server_nothing(explorer, traced):
    shown = explorer()
    sent = []
    shown.page.on("request", lambda request: sent.append(request.url))
    shown.page.on("websocket", lambda socket: sent.append(socket.url))
    shown.point_at("conv3", 9)
    tooltip = shown.tooltip()
    place = [int(tooltip.get_attribute(f"data-{axis}")) for axis in ("row", "column", "channel")]
    value = float(traced.activations["conv3"][tuple(place)])
    assert float(tooltip.get_attribute("data-value")) == pytest.approx(value, abs=1e-6)
    assert "receptive field 14 × 14" in tooltip.text_content()
    assert sent == []


def test_a_click_opens_the_map_and_another_its_cell(explorer):
    shown = explorer()
    shown.page.mouse.click(*shown.point_at("conv2", 9))
    expect(shown.map).to_have_attribute("data-layer", "conv2")
    canvas = shown.page.get_by_test_id("map-canvas")
    canvas.click(position={"x": 10, "y": 30})
    expect(shown.cell).to_have_attribute("data-kind", "sum")
    shown.page.wait_for_url("**cell=*")


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
      const control = element?.matches("a, button, canvas");
      return control ? `${element.dataset.testid ?? ""} ${element.textContent}` : "";
    }"""

    def walk_to(name):
        for _ in range(80):
            press("Tab")
            if name in desk.page.evaluate(focused):
                return
        raise AssertionError(f"the tab key does not come by {name}")

    walk_to("digit-canvas")
    for key in [" ", *["ArrowDown"] * 5, " "]:
        press(key)
    desk.settled()
    desk.page.evaluate("document.activeElement.blur()")
    walk_to("Layers")
    press("Enter")
    expect(desk.page.get_by_test_id("layer-explorer")).to_have_attribute(
        "data-painted", NUMBER, timeout=PATIENCE
    )
    walk_to("stage-cursor")
    cursor = desk.page.get_by_test_id("stage-cursor")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"):
        press(key)
    expect(cursor).to_have_attribute("data-layer", "conv2")
    assert cursor.get_attribute("aria-label").startswith("conv2, map 1:")
    press("Enter")
    expect(desk.page.get_by_test_id("map-panel")).to_have_attribute("data-layer", "conv2")
    assert "map-canvas" in desk.page.evaluate(focused)
    for key in ("Home", "ArrowDown", "ArrowRight", "Enter"):
        press(key)
    cell = desk.page.get_by_test_id("cell-panel")
    expect(cell).to_have_attribute("data-index", "1,1,1")
    press("Escape")
    expect(cell).to_be_hidden()
    assert "map-canvas" in desk.page.evaluate(focused)
    press("Escape")
    assert "stage-cursor" in desk.page.evaluate(focused)


@pytest.mark.parametrize(("locale", "key"), [("en-US", "Arrow keys"), ("zh-CN", "方向键")])
def test_whoever_comes_to_the_stage_by_keys_hears_its_map_and_the_keys_that_go_on(
    explorer, locale, key
):
    shown = explorer({"locale": locale})
    shown.cursor.focus()
    expect(shown.cursor).to_have_accessible_name(
        re.compile(shown.cursor.get_attribute("data-layer"))
    )
    expect(shown.cursor).to_have_accessible_description(re.compile(key))


def test_a_link_opens_the_same_cell_in_another_browser(explorer, visit):
    shown = explorer(layer="conv2", channel=5, cell="3,4")
    expect(shown.cell).to_have_attribute("data-index", "3,4,5")
    shown.map.get_by_role("button", name="Next", exact=True).click()
    shown.page.wait_for_url("**channel=6*")
    other = Explorer(visit())
    other.open(shown.page.url)
    expect(other.cell).to_have_attribute("data-index", "3,4,6")
    assert other.cell.get_attribute("data-value") == shown.cell.get_attribute("data-value")


def test_two_digits_are_compared_map_by_map_and_their_parting_is_named(explorer):
    shown = explorer(layer="conv2", channel=5)
    shown.page.get_by_label("Compare with").select_option("sample:4-open")
    parting = shown.page.get_by_test_id("parting")
    expect(parting).to_contain_text("differ in layer digit")
    expect(shown.map.locator("figure")).to_have_count(3)
    for side in ("b", "difference", "a"):
        shown.page.locator(f"input[value={side}]").check()
        expect(shown.root).to_have_attribute("data-shown", side)


@pytest.mark.parametrize("panel", ["stage", "map", "cell"])
def test_each_panel_goes_along_as_picture_table_and_tensors(explorer, traced, panel):
    shown = explorer(layer="conv2", channel=5, cell="3,4")
    along = shown.page.get_by_test_id("take-along").nth(["stage", "map", "cell"].index(panel))
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
    shown = Explorer(desk)
    expect(shown.root.get_by_test_id("layer-column").first).to_be_visible()


def test_a_telephone_shows_it_all_without_moving_sideways(explorer):
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    shown = explorer(phone, layer="conv2", channel=1, cell="7,6")
    expect(shown.cell).to_be_visible()
    wide = "e => [e.scrollWidth, e.clientWidth]"
    scrolled, seen = shown.page.get_by_test_id("stMain").evaluate(wide)
    assert scrolled <= seen
    canvas = shown.page.get_by_test_id("map-canvas").bounding_box()
    assert canvas["width"] <= 390


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
    expect(shown.page.get_by_test_id("parting")).to_contain_text("differ in layer conv1")
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


def test_a_network_of_a_kind_it_never_saw_is_drawn_whole_and_its_cells_add_up(
    explorer, server, branching
):
    shown = explorer(network="branching", layer="fourth", channel=2, cell="5,6")
    columns = shown.page.get_by_test_id("layer-column")
    names = columns.evaluate_all("all => all.map((each) => each.dataset.layer)")
    assert names == [*(layer.name for layer in branching.layers), "softmax"]
    boxes = columns.evaluate_all("all => all.map((each) => each.getBoundingClientRect().toJSON())")
    assert len({(box["x"], box["y"]) for box in boxes}) == len(names)
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
