"""The live path under bad conditions: answers late, lost or in the wrong order."""

import pytest
from handwritten import ink, png
from playwright.sync_api import expect

ONE = [(140, 40), (140, 240)]
TWO = [(40, 140), (240, 140)]
LIVE = "**/live/answer"


@pytest.fixture
def held(desk):
    """Hold back every answer of the live route until somebody lets it go."""
    waiting = []
    desk.page.route(LIVE, lambda route: waiting.append(route))
    yield waiting
    desk.page.unroute(LIVE)


def revision_of(route):
    return route.request.post_data_json["revision"]


def test_one_request_is_in_flight_and_the_newest_drawing_is_the_next(desk, held):
    desk.draw(ONE)
    desk.until(lambda: held)
    desk.draw(TWO)
    newest = desk.draw([(20, 20), (30, 30)])
    assert len(held) == 1
    first = held.pop()
    assert revision_of(first) < newest
    first.continue_()
    desk.until(lambda: held)
    assert revision_of(held[0]) == newest
    held.pop().continue_()
    assert desk.settled() == newest


def test_an_older_answer_is_not_painted_over_a_newer_one(desk, held, written):
    """The drawing's answer comes by the live route, the picture's by the session."""
    desk.draw(ONE)
    desk.until(lambda: held)
    drawn = revision_of(held[0])
    desk.paste(png(255 - 200 * ink(written(3))))
    expect(desk.prediction).to_have_attribute("data-label", "3")
    newer = desk.settled()
    assert newer > drawn
    seen = desk.page.evaluate_handle(
        """() => {
          const seen = [];
          const find = (root) => root.querySelector("[data-testid=prediction]")
            ?? [...root.querySelectorAll("*")].map((each) => each.shadowRoot)
              .filter(Boolean).map(find).find(Boolean);
          const prediction = find(document);
          new MutationObserver(() => seen.push(Number(prediction.dataset.revision)))
            .observe(prediction, {attributes: true});
          return seen;
        }"""
    )
    with desk.page.expect_response(LIVE):
        held.pop(0).continue_()
    desk.page.unroute(LIVE)
    while held:
        held.pop(0).continue_()
    newest = desk.draw(TWO)
    desk.settled()
    revisions = seen.json_value()
    assert revisions == sorted(revisions)
    assert min(revisions) >= newer
    assert newest == max(revisions)


def test_a_lost_answer_is_told_asked_for_again_and_the_drawing_kept(desk):
    desk.page.route(LIVE, lambda route: route.abort())
    revision = desk.draw(ONE)
    status = desk.page.get_by_text("The server is not responding")
    expect(status).to_be_visible()
    assert desk.ink().sum() > 0
    desk.page.unroute(LIVE)
    assert desk.settled() == revision
    expect(status).to_be_hidden()
    desk.troubles.clear()  # the browser itself tells of the requests that failed


def test_a_refused_drawing_is_told_in_the_servers_words(desk):
    refusal = {"status": 400, "json": {"error": "A drawing may have at most 10000 points."}}
    desk.page.route(LIVE, lambda route: route.fulfill(**refusal))
    desk.draw(ONE)
    expect(desk.page.get_by_text("A drawing may have at most 10000 points.")).to_be_visible()
    desk.page.unroute(LIVE)
    desk.draw(TWO)
    desk.settled()
    desk.troubles.clear()


def test_an_answer_that_is_no_answer_is_survived(desk):
    """A proxy between may answer in its own way, with a page of HTML for instance."""
    page = {"status": 502, "body": "<html>Bad gateway</html>", "content_type": "text/html"}
    desk.page.route(LIVE, lambda route: route.fulfill(**page))
    revision = desk.draw(ONE)
    expect(desk.page.get_by_text("The server is not responding")).to_be_visible()
    desk.page.unroute(LIVE)
    assert desk.settled() == revision
    desk.troubles.clear()
