"""What is on the canvas outlives the page: a reload, a link, and a new server."""

import numpy as np
import pytest
from app_server import running_server
from desk import Desk
from handwritten import ink, png
from playwright.sync_api import expect


@pytest.fixture
def photo(written):
    """A 3 in ink on paper, as a PNG file."""
    return png(255 - 200 * ink(written(3)))


def code(desk):
    """What the address says of the digit."""
    return desk.page.evaluate("new URL(location.href).searchParams.get('digit') ?? ''")


def kept(desk, before=""):
    """Wait until the address says something else of the digit than before."""
    desk.until(lambda: code(desk) != before)
    return code(desk)


def steps(desk):
    return desk.film.locator("[data-step]").evaluate_all("all => all.map((each) => each.innerText)")


def test_a_drawing_is_there_again_after_a_reload_to_the_last_point(desk, written):
    desk.draw(*written(3))
    desk.settled()
    drawn, strokes = desk.image(), desk.strokes()
    kept(desk)
    desk.page.reload()
    desk.until(lambda: desk.canvas.count() and desk.revision() > 0)
    desk.settled()
    expect(desk.prediction).to_have_attribute("data-label", "3")
    assert desk.image() == drawn
    assert desk.strokes() == strokes
    expect(desk.page.get_by_text("A demonstration.")).to_have_count(0)


def test_an_undone_or_cleared_drawing_does_not_come_back(desk, written):
    desk.draw(*written(3))
    first = kept(desk)
    desk.button("Clear").click()
    assert kept(desk, first) == ""
    desk.page.reload()
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    assert desk.revision() == 0


def test_a_link_shows_the_drawing_in_another_browser(visit, written):
    desk, other = visit().open(), visit()
    desk.draw(*written(5))
    desk.settled()
    kept(desk)
    other.page.goto(desk.page.url)
    expect(other.prediction).to_have_attribute("data-label", "5")
    other.settled()
    assert np.abs(other.ink() - desk.ink()).max() < 0.2  # to a tenth of a unit


def test_the_address_follows_each_stroke_without_a_script_on_the_server(desk, written):
    codes = []
    for line in ([(140, 40), (140, 240)], [(40, 140), (240, 140)]):
        desk.draw(line)
        codes.append(kept(desk, codes[-1] if codes else ""))
    assert len(set(codes)) == 2
    desk.button("Undo").click()
    assert kept(desk, codes[1]) == codes[0]


def test_a_picture_is_there_again_after_a_reload_with_every_step_of_it(desk, photo):
    desk.upload("three.png", photo)
    expect(desk.prediction).to_have_attribute("data-label", "3")
    desk.settled()
    shown, film = desk.image(), steps(desk)
    kept(desk)
    desk.page.reload()
    expect(desk.prediction).to_have_attribute("data-label", "3")
    desk.until(lambda: steps(desk) == film)
    desk.settled()
    assert desk.image() == shown


def test_whoever_gets_the_link_of_a_picture_sees_its_pixels(visit, photo):
    desk, other = visit().open(), visit()
    desk.upload("three.png", photo)
    expect(desk.prediction).to_have_attribute("data-label", "3")
    kept(desk)
    other.page.goto(desk.page.url)
    expect(other.prediction).to_have_attribute("data-label", "3")
    other.settled()
    ours, theirs = (each.painted(each.picture) for each in (desk, other))
    assert np.abs(ours.astype(int) - theirs).max() <= 2


def test_the_drawing_is_the_sessions_again_after_the_server_was_started_anew(
    chromium, written, tmp_path
):
    with running_server(tmp_path) as server:
        desk = Desk(chromium.new_context(viewport={"width": 1400, "height": 900}), server.url)
        desk.open()
        desk.draw(*written(3))
        desk.settled()
        drawn, strokes = desk.image(), desk.strokes()
    taken = []
    desk.page.on("response", lambda each: each.status == 204 and taken.append(each.url))
    with running_server(tmp_path, port=server.port):
        desk.until(lambda: taken)  # without a hand of the visitor's
        assert desk.strokes() == strokes
        desk.turn_to("The network")  # which the session reads by itself
        expect(desk.page.get_by_text("classified as 3")).to_be_visible()
        desk.turn_to("Recognize")
        desk.settled()
        assert desk.image() == drawn
    desk.context.close()


def test_a_picture_is_the_sessions_again_after_the_server_was_started_anew(
    chromium, photo, tmp_path
):
    with running_server(tmp_path) as server:
        desk = Desk(chromium.new_context(viewport={"width": 1400, "height": 900}), server.url)
        desk.open()
        desk.upload("three.png", photo)
        expect(desk.prediction).to_have_attribute("data-label", "3")
        before, shown, film = desk.settled(), desk.image(), steps(desk)
    with running_server(tmp_path, port=server.port):
        desk.until(lambda: desk.revision() > before)  # the new session has read it
        desk.until(lambda: steps(desk) == film)
        desk.settled()
        assert desk.image() == shown
        desk.turn_to("The network")
        expect(desk.page.get_by_text("classified as 3")).to_be_visible()
    desk.context.close()
