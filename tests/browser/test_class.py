"""In front of a class: guess first, the forward pass step by step, numbers, a QR code, the keys."""

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

SCREENS = {
    "laptop": {},
    "telephone": {"width": 390, "height": 844, "has_touch": True, "is_mobile": True},
}


def tool(desk, name):
    return desk.page.locator(f"[data-tool={name}]")


def in_view(desk, place):
    box, window = place.bounding_box(), desk.page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= window["width"] + 1
        and box["y"] + box["height"] <= window["height"] + 1
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_guess_first_hides_the_prediction_from_eye_and_ear_until_somebody_asks(
    visit, written, screen
):
    desk = visit(**SCREENS[screen]).open()
    tool(desk, "guess").click()
    expect(tool(desk, "guess")).to_have_attribute("aria-pressed", "true")
    desk.canvas.scroll_into_view_if_needed()
    desk.draw(*written(3))
    desk.settled()
    show = desk.prediction.get_by_role("button", name="Show the prediction")
    expect(show).to_be_visible()
    expect(desk.prediction.locator(".digit")).to_have_text("?")
    expect(desk.prediction).to_have_attribute("data-label", "")
    for secret in ("3", "%"):
        assert secret not in desk.prediction.locator(".said").inner_text()
    expect(desk.prediction.locator(".spoken")).to_have_text("Guess first")
    expect(desk.prediction.locator(".best")).to_have_count(0)
    expect(desk.film).not_to_contain_text("predicted")
    expect(desk.film).not_to_contain_text("Classified")
    show.click()
    expect(desk.prediction.locator(".digit")).to_have_text("3")
    expect(desk.prediction.locator(".spoken")).to_contain_text("Prediction 3")
    expect(desk.film).to_contain_text("predicted 3")
    desk.button("Clear").click()
    desk.draw(*written(1))
    desk.settled()
    expect(show).to_be_visible()


def test_guess_first_hides_logits_and_softmax_where_every_layer_is_shown(desk, written):
    desk.page.get_by_role("radio", name="every layer").check()
    desk.draw(*written(3))
    desk.settled()
    units = desk.layer("logits").locator("[data-channel='3']")
    expect(units).to_be_visible()
    tool(desk, "guess").click()
    expect(units).to_be_hidden()
    expect(desk.layer("softmax").locator("[data-channel='3']")).to_be_hidden()
    desk.prediction.get_by_role("button", name="Show the prediction").click()
    expect(units).to_be_visible()
    tool(desk, "guess").click()


def test_guess_first_is_still_on_after_a_reload(visit, written):
    desk = visit().open()
    tool(desk, "guess").click()
    desk.until(lambda: "guess=1" in desk.page.url)
    desk.page.reload()
    expect(tool(desk, "guess")).to_have_attribute("aria-pressed", "true")
    desk.draw(*written(3))
    expect(desk.prediction.locator(".digit")).to_have_text("?")
    desk.page.locator("body").press("g")
    expect(desk.prediction.locator(".digit")).to_have_text("3")
    tool(desk, "guess").click()
    desk.until(lambda: "guess=1" not in desk.page.url)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_forward_pass_is_walked_through_step_by_step(visit, written, screen):
    desk = visit(**SCREENS[screen], reduced_motion="reduce").open()
    desk.draw(*written(3))
    desk.settled()
    tool(desk, "pass").click()
    player = desk.page.get_by_test_id("pass-player")
    expect(player).to_be_visible()
    expect(player.get_by_role("button", name="Play")).to_be_hidden()
    expect(player).to_contain_text("Network input")
    names = desk.layers.evaluate_all("all => all.map((each) => each.dataset.layer)")
    step = player.get_by_role("button", name="One step on")
    for number, name in enumerate(names):
        step.click()
        expect(desk.layer(name)).to_have_attribute("data-passage", "now")
        expect(player).to_contain_text(name)
        desk.until(lambda: in_view(desk, player))
        later = [desk.layer(each) for each in names[number + 1 :]]
        for layer in later:
            expect(layer).to_have_attribute("data-passage", "after")
    while step.is_enabled():
        step.click()
    expect(desk.prediction).to_have_attribute("data-passage", "now")
    expect(player).to_contain_text("The largest is that of 3")
    player.press("ArrowLeft")
    expect(player).to_contain_text("logits")
    desk.page.keyboard.press("Escape")
    expect(player).to_be_hidden()
    expect(desk.layer(names[0])).to_have_attribute("data-passage", "")


def test_a_forward_pass_plays_by_itself_and_pauses(desk, written):
    desk.draw(*written(3))
    desk.settled()
    tool(desk, "pass").click()
    player = desk.page.get_by_test_id("pass-player")
    pause = player.get_by_role("button", name="Pause")
    expect(pause).to_be_focused()
    expect(desk.layers.first).to_have_attribute("data-passage", "now")
    pause.click()
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    player.get_by_role("button", name="End").click()
    expect(player).to_be_hidden()
    expect(tool(desk, "pass")).to_be_focused()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_last_picture_opens_as_the_numbers_that_the_network_reads(visit, written, screen):
    desk = visit(**SCREENS[screen]).open()
    desk.draw(*written(3))
    desk.settled()
    desk.film.get_by_role("button", name="Show the network input").click()
    panel = desk.page.get_by_test_id("numbers")
    expect(panel).to_be_visible()
    desk.until(lambda: in_view(desk, panel))
    pixels = desk.reading().preprocessed.pixels

    def numbers():
        shown = panel.locator("tbody td").all_inner_texts()
        return np.array([float(text) for text in shown]).reshape(28, 28)

    desk.until(lambda: np.allclose(numbers(), pixels, atol=0.006))
    if screen == "laptop":  # the canvas is free beside it
        desk.button("Clear").click()
        desk.draw(*written(1))
        desk.settled()
        pixels = desk.reading().preprocessed.pixels
        desk.until(lambda: np.allclose(numbers(), pixels, atol=0.006))
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def test_a_camera_reads_the_link_from_the_screen_and_it_opens_the_same_digit(visit, written):
    desk = visit(permissions=["clipboard-read", "clipboard-write"]).open()
    desk.draw(*written(3))
    desk.settled()
    tool(desk, "link").click()
    code = desk.page.get_by_role("img", name="QR code of the link")
    expect(code).to_be_visible()
    picture = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    read, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(picture)
    panel = desk.page.get_by_test_id("link")
    assert read == panel.get_by_role("textbox").input_value()
    panel.get_by_role("button", name="Copy").click()
    expect(panel).to_contain_text("Copied")
    assert desk.page.evaluate("() => navigator.clipboard.readText()") == read
    other = visit()
    other.page.goto(read)
    expect(other.prediction).to_have_attribute("data-label", "3")
    expect(other.prediction).to_have_attribute(
        "data-probability", desk.prediction.get_attribute("data-probability")
    )


def test_a_question_mark_opens_the_list_of_keys_and_escape_closes_it(desk):
    desk.page.locator("body").press("?")
    panel = desk.page.get_by_test_id("keys")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("Ctrl+Z")
    expect(panel.get_by_role("button", name="Close")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
