"""Two digits beside each other: on the stage, in an opened map, in a link, and for a class."""

import re

import pytest
from playwright.sync_api import expect

from model.inference.catalogue import open_network

KEPT = "kept"
SEVEN = "sample:7-crossed"


@pytest.fixture
def compare(visit, written):
    """Draw a 3, and compare it."""

    def comparing(other=SEVEN, **options):
        desk = visit(**options).open()
        desk.draw(*written(3))
        desk.settled()
        desk.strokes()
        choice(desk).select_option(other)
        expect(sentence(desk)).to_contain_text(re.compile(r"conv|pool|activations"))
        return desk

    return comparing


def choice(desk):
    return desk.page.locator(".comparison select")


def sentence(desk):
    return desk.page.get_by_test_id("parting")


def side(desk, name):
    return desk.page.locator(f"[data-choice=shown] input[value={name}]")


def beside(desk):
    return desk.page.get_by_test_id("beside")


def test_both_digits_stand_beside_each_other_in_every_layer_and_on_no_word(compare):
    desk = compare(color_scheme="dark", locale="zh-CN")
    expect(beside(desk)).to_have_count(desk.layers.count())
    for layer in desk.layers.all():
        legend, title = (layer.locator(part).bounding_box() for part in (".legend", "figcaption"))
        assert legend["y"] + legend["height"] <= title["y"] + 1


def test_how_the_other_is_read_is_said_only_once_the_prediction_was_guessed(compare):
    desk = compare(KEPT)
    said = "The other is classified as 3"
    expect(sentence(desk)).to_contain_text(said)
    tool = desk.page.locator("[data-tool=guess]")
    tool.click()
    expect(sentence(desk)).not_to_contain_text("3")
    desk.prediction.get_by_role("button", name="Show the prediction").click()
    expect(sentence(desk)).to_contain_text(said)
    tool.click()


def test_guess_first_hides_the_units_of_the_other_too(compare):
    desk = compare()
    desk.page.locator("input[name=every_layer]").nth(1).check()
    units = desk.layer("logits").get_by_test_id("beside")
    expect(units).to_be_visible()
    tool = desk.page.locator("[data-tool=guess]")
    tool.click()
    expect(units).to_be_hidden()
    tool.click()
    desk.page.locator("input[name=every_layer]").nth(0).check()


def test_the_chosen_side_is_there_again_after_a_reload_and_in_the_link(compare, visit):
    desk = compare()
    side(desk, "difference").check()
    desk.page.wait_for_url("**shown=difference**")
    desk.page.reload()
    expect(side(desk, "difference")).to_be_checked()
    other = visit()
    other.page.goto(desk.page.url)
    expect(side(other, "difference")).to_be_checked()
    expect(beside(other)).to_have_count(0)


def test_a_map_before_its_activation_is_there_again_after_a_reload(desk, written):
    desk.draw(*written(3))
    desk.settled()
    desk.map_buttons("conv2").nth(5).click()
    before = desk.opened.get_by_label("before the activation")
    before.check()
    desk.page.wait_for_url("**activation=before**")
    desk.page.reload()
    expect(before).to_be_checked()
    desk.opened.get_by_label("after", exact=True).check()
    desk.page.wait_for_url(lambda address: "activation" not in address)


def test_an_opened_map_shows_both_and_the_difference_and_changes_in_place(compare):
    desk = compare()
    desk.map_buttons("conv2").nth(5).click()
    figures = desk.opened.locator(".pair figure")
    expect(figures).to_have_count(3)
    figures.evaluate_all("all => all.forEach((each) => (each.stood = true))")
    before = figures.locator("span").all_text_contents()
    desk.draw([(60, 180), (220, 180)])
    desk.settled()
    desk.until(lambda: figures.locator("span").all_text_contents() != before)
    assert all(figures.evaluate_all("all => all.map((each) => each.stood)"))


def test_on_a_telephone_the_layer_of_a_map_that_was_opened_stays_in_view(compare):
    phone = compare(width=390, height=844, has_touch=True, is_mobile=True)
    button = phone.map_buttons("conv2").nth(5)
    button.click()
    expect(phone.opened).to_be_in_viewport(ratio=1)
    expect(button).to_be_in_viewport(ratio=1)


def test_the_rows_of_a_softmax_stand_still_while_the_pen_moves(desk, written):
    desk.draw(*written(3))
    desk.settled()
    desk.page.locator("input[name=every_layer]").nth(1).check()
    desk.map_buttons("softmax").first.click()
    cells = desk.page.get_by_test_id("softmax").locator("th, td")
    classes = open_network().layers[-1].output_shape[0]
    expect(cells).to_have_count(4 * (classes + 2))
    cells.evaluate_all("all => all.forEach((each) => (each.stood = true))")
    before = cells.all_text_contents()
    desk.draw([(60, 180), (220, 180)])
    desk.settled()
    desk.until(lambda: cells.all_text_contents() != before)
    assert all(cells.evaluate_all("all => all.map((each) => each.stood)"))
