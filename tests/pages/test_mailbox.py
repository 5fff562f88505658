"""A lifted pen leaves its drawing for the session, and no script runs."""

import gc
import json

import pytest
from asking import Browser, sentence_of
from test_pages import NO_DRAWINGS, ONE, SEVEN, drawing
from visiting import Visitor

from model.pixels.strokes import MOST_POINTS, MOST_STROKES
from pages.server.rate_limit import RateLimit
from pages.server.routes import drawings, responses
from pages.visitor import mailbox
from pages.visitor.mailbox import Mailbox


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    monkeypatch.setattr(responses, "_addresses", RateLimit(per_second=1000, burst=1000, most=100))


@pytest.fixture
def visitor():
    return Visitor()


def leave(address, content, **options):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Browser().post(f"/live/drawings/{address}", content=body, **options)


def address_of(visitor):
    return visitor.canvas()["mailbox"]


# What the session makes of it


def test_the_next_script_finds_the_drawing_that_was_left(visitor):
    assert leave(address_of(visitor), drawing(7, SEVEN)).status_code == 204
    visitor.look()
    assert visitor.canvas()["digit"] == {"revision": 7, "strokes": SEVEN, "picture": None}


def test_another_page_reads_the_drawing_itself(visitor):
    leave(address_of(visitor), drawing(7, SEVEN))
    visitor.turn_to("network.py")
    reading = visitor.app.session_state["reading"][1]
    assert reading.label == 7


def test_of_two_drawings_the_newer_counts_whichever_way_and_whenever_it_comes(visitor):
    address = address_of(visitor)
    leave(address, drawing(7, SEVEN))
    leave(address, drawing(6, ONE))
    visitor.look()
    assert visitor.canvas()["digit"]["revision"] == 7
    visitor.send("digit_canvas", drawing=drawing(8, ONE))
    visitor.look()
    assert visitor.canvas()["digit"]["revision"] == 8
    leave(address, drawing(9, SEVEN))
    visitor.look()
    assert visitor.canvas()["digit"]["revision"] == 9


def test_large_drawings_are_refused_sooner_than_small_ones(visitor, monkeypatch):
    large = drawing(7, [{"width": 16, "points": [140.5] * 2 * MOST_POINTS}])
    small = drawing(7, [{"width": 16, "points": [140.5, 140.5]}])

    def taken(content):
        limit = RateLimit(per_second=0, burst=500, most=100)
        monkeypatch.setattr(responses, "_addresses", limit)
        address = address_of(visitor)
        statuses = [leave(address, content).status_code for _ in range(40)]
        assert set(statuses) <= {204, 429}
        return statuses.count(204)

    assert taken(small) == 40
    assert 0 < taken(large) < 10


def test_a_page_keeps_its_mailbox_and_another_session_has_another(visitor):
    before = address_of(visitor)
    visitor.turn_to("network.py")
    visitor.turn_to("recognize.py")
    other = Visitor()
    assert address_of(visitor) == before != address_of(other)
    leave(before, drawing(7, SEVEN))
    other.look()
    assert other.canvas()["digit"] is None


def test_a_mailbox_goes_with_its_session():
    box = Mailbox()
    address = box.address
    assert mailbox.find(address) is box
    del box
    gc.collect()
    assert mailbox.find(address) is None


def test_an_address_cannot_be_guessed():
    boxes = [Mailbox() for _ in range(1000)]
    addresses = {box.address for box in boxes}
    assert len(addresses) == 1000
    assert min(map(len, addresses)) >= 22  # 128 bits


# What is refused


def test_whoever_does_not_know_an_address_leaves_nothing():
    response = leave("0" * 22, drawing(7, SEVEN))
    assert response.status_code == 404
    sentence_of(response)


@pytest.mark.parametrize(
    "content", [*NO_DRAWINGS, b"", b"\xff\x00", b"{", b"[" * 100_000, drawing(9, "strokes")]
)
def test_what_is_no_drawing_is_refused_and_leaves_the_one_before(content):
    box = Mailbox()
    assert leave(box.address, drawing(7, SEVEN)).status_code == 204
    response = leave(box.address, content)
    assert response.status_code == 400
    sentence_of(response)
    assert box.newest.revision == 7


def test_the_largest_drawing_is_taken_and_more_bytes_are_not_even_read():
    box = Mailbox()
    points = [279.9] * (2 * MOST_POINTS // MOST_STROKES)
    largest = [{"width": 16.5, "points": points}] * MOST_STROKES
    assert leave(box.address, drawing(7, largest)).status_code == 204
    response = leave(box.address, b" " * (drawings.MOST_BYTES + 1))
    assert response.status_code == 400
    assert "bytes" in sentence_of(response)


def test_who_sends_too_often_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(responses, "_addresses", RateLimit(per_second=0, burst=2, most=10))
    box = Mailbox()
    statuses = [leave(box.address, drawing(n, SEVEN)).status_code for n in range(1, 4)]
    assert statuses == [204, 204, 429]
    assert box.newest.revision == 2


def test_of_a_stroke_only_its_width_and_its_points_are_kept():
    box = Mailbox()
    laden = [{**SEVEN[0], "ballast": "x" * 900_000}]
    assert leave(box.address, drawing(7, laden)).status_code == 204
    assert box.newest.sent == SEVEN[:1]


@pytest.mark.parametrize(
    "content",
    [
        drawing(7, SEVEN, "x" * 65),
        drawing(7, SEVEN, {"id": 1}),
        drawing(10**400, SEVEN),
        drawing(-1, SEVEN),
    ],
)
def test_numbers_and_names_without_end_are_no_drawing(content):
    box = Mailbox()
    assert leave(box.address, content).status_code == 400
    assert box.newest is None
