"""Canvas and prediction come with the HTML page: one draws before Streamlit is there."""

import contextlib

import pytest
from playwright.sync_api import expect

ONE = [(140, 40), (140, 240)]
TWO = [(40, 140), (240, 140)]
SCRIPTS = "**/static/js/index.*.js"


@contextlib.contextmanager
def before_streamlit(desk, path="/"):
    """Open a page whose Streamlit comes only when the block ends."""
    held = []
    desk.page.route(SCRIPTS, lambda route: held.append(route))
    desk.page.goto(desk.url + path, wait_until="commit")
    yield
    desk.until(lambda: held)
    for route in held:
        route.continue_()


def taken_over(desk):
    expect(desk.page.locator("#early")).to_have_count(0)
    expect(desk.layers.first).to_be_visible()


def test_what_is_drawn_before_streamlit_is_read_and_the_page_and_its_session_get_it(visit, written):
    desk = visit(locale="en-IE")
    with before_streamlit(desk):
        drawn = desk.draw(*written(3))
        expect(desk.prediction).to_have_attribute("data-revision", str(drawn))
        expect(desk.prediction).to_have_attribute("data-label", "3")
        assert desk.kept == []
    taken_over(desk)
    assert desk.settled() == drawn
    assert len(desk.strokes()) == len(written(3))
    desk.button("Undo").click()
    desk.button("Redo").click()
    desk.turn_to("The network")
    expect(desk.page.get_by_text("Your digit is classified as 3")).to_be_visible()


def test_a_stroke_goes_on_while_the_page_takes_over(visit):
    desk = visit(locale="en-ZA")
    with before_streamlit(desk):
        desk.draw(ONE)
        desk.page.mouse.move(*desk.place(*TWO[0]))
        desk.page.mouse.down()
        desk.page.mouse.move(*desk.place(140, 140))
    taken_over(desk)
    desk.page.mouse.move(*desk.place(*TWO[1]))
    desk.page.mouse.up()
    _one, second = desk.strokes()
    assert second["points"][-2:] == pytest.approx(TWO[1], abs=2)
    assert second["points"][:2] == pytest.approx(TWO[0], abs=2)


SIZES = [(1400, 900), (1000, 800), (390, 844)]


@pytest.mark.parametrize("size", SIZES, ids=["wide", "medium", "telephone"])
def test_nothing_moves_when_the_page_takes_over(visit, size):
    desk = visit(viewport={"width": size[0], "height": size[1]})

    def places():
        boxes = [desk.canvas.bounding_box(), desk.prediction.bounding_box()]
        return [round(box[side]) for box in boxes for side in ("x", "y", "width")]

    with before_streamlit(desk):
        desk.draw(ONE)
        expect(desk.prediction).to_have_attribute("data-verdict", "digit")
        before = places()
    taken_over(desk)
    desk.until(lambda: places() == pytest.approx(before, abs=1))


def test_the_words_are_those_of_the_browsers_language_or_of_the_link(visit):
    desk = visit(locale="zh-CN")
    with before_streamlit(desk):
        expect(desk.button("清除")).to_be_visible()
    with before_streamlit(desk, "/?lang=en"):
        expect(desk.button("Clear")).to_be_visible()


def test_a_sample_that_is_chosen_too_early_comes_as_soon_as_it_can(visit):
    desk = visit(locale="en-NZ")
    with before_streamlit(desk):
        desk.page.get_by_role("button", name="A flat-topped 3", exact=False).click()
    expect(desk.prediction).to_have_attribute("data-label", "3")


def test_a_link_that_opens_something_else_has_no_empty_canvas_before_it(desk):
    for path in ("/network", "/?digit=s", "/train"):
        response = desk.page.request.get(desk.url + path, headers={"accept": "text/html"})
        assert 'id="early"' not in response.text()
    desk.page.goto(desk.url + "/network")
    expect(desk.page.get_by_role("heading", level=1)).to_be_visible()
    assert desk.page.locator("#early").count() == 0
