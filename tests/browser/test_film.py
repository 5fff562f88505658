"""The film strip: every step from drawing to pixels, each with a switch."""

import re

import pytest
from handwritten import ink, png
from playwright.sync_api import expect

from model.pixels.drawings import DRAWING_STEPS
from model.pixels.preprocessing import PICTURE_STEPS


def pixels(desk):
    """What the network reads, as it is painted."""
    return desk.picture.first.evaluate("canvas => canvas.toDataURL()")


def steps(desk):
    shown = desk.film.locator("[data-step]")
    return shown.evaluate_all("all => all.map((each) => each.dataset.step)")


@pytest.fixture
def drawn(desk, written):
    desk.page.get_by_role("slider", name="Width").fill("32")
    desk.draw(*written(3))
    desk.settled()
    return desk


def test_a_drawing_goes_through_its_steps(drawn):
    assert steps(drawn) == ["source", *DRAWING_STEPS]
    expect(drawn.film).to_have_attribute("data-revision", str(drawn.revision()))


def test_a_picture_goes_through_more_steps(desk, written):
    desk.paste(png(255 - 200 * ink(written(3))))
    expect(desk.prediction).to_have_attribute("data-label", "3")
    desk.until(lambda: steps(desk) == ["source", *PICTURE_STEPS])


def test_each_step_says_what_would_have_been_read_after_it(drawn):
    for name, step in zip(steps(drawn), drawn.reading().preprocessed.steps, strict=True):
        assert name == step.name
        expect(drawn.step(name)).to_contain_text("predicted")


@pytest.mark.parametrize("source", ["drawing", "picture"])
def test_a_step_can_be_switched_off_and_on_and_the_answer_follows(drawn, written, source):
    if source == "picture":
        drawn.paste(png(255 - 200 * ink(written(3), 32)))
        expect(drawn.step("polarity")).to_be_visible()
    drawn.settled()
    with_step = pixels(drawn)
    box = drawn.step("thickness").get_by_role("checkbox")
    expect(box).to_be_checked()
    box.uncheck()
    expect(drawn.step("thickness")).to_contain_text("switched off")
    drawn.settled()
    assert pixels(drawn) != with_step
    if source == "drawing":
        probability = float(drawn.prediction.get_attribute("data-probability"))
        expected = drawn.reading(skip=["thickness"]).probability
        assert probability == pytest.approx(expected, abs=1e-5)
    box.check()
    expect(drawn.step("thickness")).not_to_contain_text("switched off")
    drawn.settled()
    assert pixels(drawn) == with_step


def test_a_step_stays_off_for_the_next_drawing_and_after_another_page(drawn):
    drawn.step("center").get_by_role("checkbox").uncheck()
    expect(drawn.step("center")).to_contain_text("switched off")
    drawn.button("Clear").click()
    drawn.draw([(40, 40), (60, 200)])
    drawn.settled()
    expect(drawn.step("center")).to_contain_text("switched off")
    drawn.turn_to("The network")
    expect(drawn.canvas).to_have_count(0)
    drawn.turn_to("Recognize")
    expect(drawn.step("center")).to_contain_text("switched off")


def test_switches_flipped_in_a_row_all_count(drawn):
    for name in DRAWING_STEPS:
        drawn.step(name).get_by_role("checkbox").uncheck()
    for name in DRAWING_STEPS:
        expect(drawn.step(name)).to_contain_text("switched off")
    probability = float(drawn.prediction.get_attribute("data-probability"))
    assert probability == pytest.approx(drawn.reading(skip=DRAWING_STEPS).probability, abs=1e-5)


def test_the_step_that_decides_is_named(drawn):
    """Beside the strip stands a sentence: all steps agree, or one made the difference."""
    labels = drawn.film.locator("[data-step]").evaluate_all(
        r"all => all.map((each) => each.innerText.match(/predicted (\d)/)[1])"
    )
    sentence = drawn.film.get_by_text(re.compile(r"Classified as|decisive step")).first.inner_text()
    if len(set(labels)) == 1:
        assert "every step" in sentence
    else:
        assert "decisive" in sentence


def test_nothing_drawn_has_no_steps_to_show(desk):
    desk.draw([(140, 40), (140, 240)])
    desk.button("Clear").click()
    desk.until(lambda: steps(desk) == ["source"])
    expect(desk.film).not_to_contain_text("predicted")
