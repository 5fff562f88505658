"""Terms of the field explain themselves: by mouse, touch and keys, in both languages."""

import re

import pytest
from playwright.sync_api import expect

TERMS = {"en-US": ("Softmax", "Turns logits into"), "zh-CN": ("softmax", "概率")}


def term(place, key):
    """The button of a term, and what it opens."""
    explained = place.locator(f"[data-term={key}]")
    return explained.locator(".explains"), explained.get_by_role("dialog")


def is_in_view(desk, note):
    box, window = note.bounding_box(), desk.page.viewport_size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= window["width"]
        and box["y"] + box["height"] <= window["height"]
    )


@pytest.mark.parametrize("locale", TERMS)
def test_a_term_opens_with_the_mouse_and_explains_itself_with_this_digits_numbers(
    visit, written, locale
):
    desk = visit(locale=locale).open()
    desk.draw(*written(3))
    desk.settled()
    button, note = term(desk.prediction, "softmax")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    name, words = TERMS[locale]
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(note).to_contain_text(re.compile(name, re.I))
    expect(note).to_contain_text(words)
    formulas = note.locator(".example-formula")
    expect(formulas).to_have_count(3)
    expect(formulas.first).to_contain_text(f"≈ {desk.reading().probability:.4f}")
    desk.until(lambda: is_in_view(desk, note))
    desk.page.mouse.click(700, 800)
    expect(note).to_be_hidden()


def test_a_term_opens_by_keys_and_escape_closes_it_and_nothing_else(desk, written):
    desk.draw(*written(3))
    revision = desk.settled()
    button, note = term(desk.prediction, "confidence")
    button.focus()
    desk.page.keyboard.press("Enter")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Confidence")
    desk.page.keyboard.press("Tab")
    expect(note.get_by_role("button", name="Close")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()
    assert desk.revision() == revision


def test_a_finger_opens_a_term_on_a_telephone_and_it_stays_in_view(phone, written):
    phone.draw(*written(3))
    phone.settled()
    for place, key in [(phone.prediction, "confidence"), (phone.film, "preprocessing")]:
        button, note = term(place, key)
        button.scroll_into_view_if_needed()
        button.tap()
        expect(note).to_be_visible()
        phone.until(lambda note=note: is_in_view(phone, note))
        note.get_by_role("button", name="Close").tap()
        expect(note).to_be_hidden()


def test_an_open_term_follows_the_drawing(desk, written):
    desk.draw(*written(1))
    desk.settled()
    button, note = term(desk.prediction, "logits")
    button.click()
    expect(note.locator(".best")).to_have_text("1")
    desk.page.keyboard.press("Escape")
    desk.button("Clear").click()
    button.click()
    expect(note).to_be_visible()
    expect(note.locator(".example")).to_be_empty()
    desk.page.keyboard.press("Escape")
    desk.draw(*written(3))
    desk.settled()
    button.click()
    expect(note.locator(".best")).to_have_text("3")


def test_screen_readers_hear_the_prediction_when_the_pen_is_lifted(desk, written):
    spoken = desk.prediction.get_by_role("status")
    expect(spoken).to_have_count(1)
    heard = desk.page.evaluate_handle(
        """(node) => {
          const heard = [];
          new MutationObserver(() => heard.push(node.textContent)).observe(node, {
            childList: true, characterData: true, subtree: true,
          });
          return heard;
        }""",
        spoken.element_handle(),
    )
    heard.evaluate("(heard) => { heard.length = 0; }")
    lines = written(3)
    desk.draw(*lines)
    desk.settled()
    expect(spoken).to_contain_text("Prediction 3")
    assert len(heard.json_value()) == len(lines)


@pytest.mark.parametrize("screen", [{}, {"width": 390, "height": 844, "has_touch": True}])
def test_the_heading_of_a_layer_explains_itself_with_that_layers_numbers(visit, written, screen):
    desk = visit(**screen).open()
    desk.draw(*written(3))
    desk.settled()
    for layer, key, words in [
        ("conv2", "convolution", "conv2, map"),
        ("conv2", "parameters", "3 · 3 · 32 · 32 + 32 = 9,248"),
        ("pool1", "pooling", "max("),
        ("conv1", "channel", "28 rows × 28 columns × 32 channels"),
    ]:
        button, note = term(desk.layer(layer), key)
        button.scroll_into_view_if_needed()
        button.click()
        expect(note).to_contain_text(words)
        desk.until(lambda note=note: is_in_view(desk, note))
        desk.page.keyboard.press("Escape")
        expect(note).to_be_hidden()
    expect(desk.page.get_by_test_id("map-panel")).to_be_hidden()


def test_the_networks_card_explains_its_layers_with_the_numbers_of_this_digit(desk, written):
    desk.draw(*written(3))
    desk.settled()
    reading = desk.reading()
    desk.turn_to("The network")
    facts = desk.page.get_by_test_id("layer-facts")
    desk.page.locator("[data-testid=architecture] [data-layer=conv2]").click()
    assert facts.locator("[data-term]").evaluate_all(
        "all => all.map((each) => each.dataset.term)"
    ) == [
        *("convolution", "kernel", "stride", "padding", "bias", "relu"),
        *("receptive_field", "parameters"),
    ]
    button, note = term(facts, "relu")
    button.click()
    largest = reading.trace.activations["conv2"].max()
    expect(note).to_contain_text(re.compile(rf"{largest:.2f}"))
