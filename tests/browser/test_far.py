"""The network runs in the browser: what is drawn is read without the server, and as it reads it."""

import re
from urllib.parse import urlsplit

import pytest
from handwritten import ink, png
from playwright.sync_api import expect

from tests.benchmarks.proxy import distant
from tests.benchmarks.server import Server

ONE = [(140, 40), (140, 240)]
TWO = [(40, 140), (240, 140)]
WEIGHTS = "**/live/networks/**"
SLOW = 100_000  # bytes a second
NOT_LOADED = "The network could not be loaded"


def test_while_a_digit_is_drawn_nothing_is_asked_and_the_lifted_pen_is_told_once(desk, written):
    desk.draw(*written(3))
    desk.settled()
    desk.strokes()
    desk.forget()
    desk.draw(TWO)
    desk.settled()
    desk.strokes()
    assert desk.requests == []
    assert [len(drawing["strokes"]) for drawing in desk.kept] == [len(written(3)) + 1]
    assert desk.told == []


def test_once_a_page_is_there_a_digit_is_read_without_the_server(desk, written):
    desk.draw(ONE)
    desk.settled()
    desk.context.set_offline(True)
    try:
        desk.button("Clear").click()
        newest = desk.draw(*written(3))
        assert desk.settled() == newest
        assert desk.prediction.get_attribute("data-label") == "3"
    finally:
        desk.context.set_offline(False)
        desk.troubles.clear()  # the browser itself tells of the connection that was lost


def test_a_hand_that_leaves_the_canvas_too_soon_takes_its_drawing_along(visit, written):
    """The mailbox is slower than the visitor, or out of reach: the next page reads it."""
    for answer in (lambda route: None, lambda route: route.abort()):
        desk = visit().open()
        desk.page.route("**/live/drawings/**", answer)
        desk.draw(*written(5))
        desk.links.filter(has_text="The network").hover()
        desk.until(lambda desk=desk: desk.told)
        desk.turn_to("The network")
        expect(desk.page.get_by_text("Your digit is classified as 5")).to_be_visible()
        desk.troubles.clear()  # the browser itself tells of the request that failed


def test_the_browser_reads_what_the_session_reads(desk, written):
    desk.draw(*written(5))
    desk.settled()
    ours = desk.reading()
    assert desk.prediction.get_attribute("data-verdict") == ours.verdict
    assert desk.prediction.get_attribute("data-label") == str(ours.label)
    probability = float(desk.prediction.get_attribute("data-probability"))
    assert probability == pytest.approx(ours.probability, abs=2e-6)


def test_weights_that_cannot_be_had_are_told_and_asked_for_again(visit):
    desk = visit(locale="en-GB")  # somebody who has kept nothing yet
    desk.page.route(WEIGHTS, lambda route: route.abort())
    desk.arrive()
    sentence = desk.page.get_by_text(NOT_LOADED)
    expect(sentence).to_be_visible()
    desk.page.unroute(WEIGHTS)
    desk.button("Try again").click()
    expect(sentence).to_be_hidden()
    revision = desk.draw(ONE)
    assert desk.settled() == revision
    desk.troubles.clear()  # the browser itself tells of the requests that failed


def test_a_page_of_html_in_place_of_weights_is_survived(visit):
    """A proxy between may answer in its own way."""
    desk = visit(locale="en-CA")
    page = {"status": 502, "body": "<html>Bad gateway</html>", "content_type": "text/html"}
    desk.page.route(WEIGHTS, lambda route: route.fulfill(**page))
    desk.arrive()
    expect(desk.page.get_by_text(NOT_LOADED)).to_be_visible()
    desk.page.unroute(WEIGHTS)
    desk.button("Try again").click()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    desk.troubles.clear()


def test_while_weights_come_the_canvas_draws_and_says_so(visit):
    desk = visit(locale="en-AU")
    held = []
    desk.page.route(WEIGHTS, lambda route: held.append(route))
    desk.page.goto(desk.url)
    revision = desk.draw(ONE)
    assert desk.ink().sum() > 0
    desk.until(lambda: held)
    for route in held:
        route.continue_()
    assert desk.settled() == revision


def test_weights_that_come_slowly_are_told_by_the_share_that_has_come(visit, server):
    desk = visit(locale="en-HK")
    near = Server("127.0.0.1", urlsplit(server.url).port)
    with distant(near, round_trip=0.02, rate=SLOW) as far:
        desk.page.goto(far.url, wait_until="commit")
        told = desk.page.get_by_text(re.compile(r"The network is loading: \d\d?%"))
        expect(told).to_be_visible()
        expect(desk.prediction).to_have_attribute("data-verdict", re.compile("."))
        expect(told).to_be_hidden()
        desk.page.goto("about:blank")  # the rest of the page was still coming
    desk.troubles.clear()  # the browser itself tells of what it gave up


def test_a_second_visit_asks_for_no_weights_and_no_modules(visit):
    desk = visit().open()
    desk.page.reload()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    loaded = desk.page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter(({name}) => name.includes("/live/"))
          .map(({name, transferSize}) => [name, transferSize])"""
    )
    assert [name for name, _ in loaded if "/networks/" in name]
    assert [name for name, size in loaded if size] == []


def test_a_network_that_is_chosen_while_a_digit_is_drawn_reads_it(visit, second):
    desk = visit().open()
    desk.draw(ONE)
    desk.choose_network("Second")
    newest = desk.draw(TWO)
    expect(desk.prediction).to_have_attribute("data-network", second)
    assert desk.settled() == newest


def test_a_picture_is_read_as_its_pixels_and_undone_to_the_drawing(desk, written):
    desk.draw(ONE)
    desk.settled()
    desk.paste(png(255 - 200 * ink(written(3))))
    expect(desk.prediction).to_have_attribute("data-label", "3")
    desk.button("Undo").click()
    expect(desk.prediction).to_have_attribute("data-label", "1")
    desk.button("Redo").click()
    expect(desk.prediction).to_have_attribute("data-label", "3")
