"""The page of numbers, by what goes to the browser and what comes from it."""

import base64
import struct

import numpy as np
import pytest
from handwritten import as_sent as as_drawn
from handwritten import ink, on_canvas, png, strokes
from visiting import Visitor, data_url

from model.handwriting import sheet as written_sheet
from model.pixels.decoding import decode
from pages import services

LINES = "".join(written_sheet.LINES).replace(" ", "")


def page(*digits):
    """A picture of digits beside each other."""
    return png(235 - 200 * np.hstack([ink(on_canvas(digit)) for digit in digits]))


@pytest.fixture
def visitor():
    visitor = Visitor()
    visitor.turn_to("numbers.py")
    return visitor


def bring(visitor, content, state="raw", **more):
    sent = {"file": data_url(content), "state": state, **more}
    visitor.trigger("number_sheet", "brought", sent)


def shown(visitor):
    return visitor.framed("number_sheet")["sheet"]


def body(visitor):
    frame = visitor.component("number_sheet").bytes
    (length,) = struct.unpack_from("<I", frame)
    return frame[4 + length :]


def labels(visitor):
    return [mark["reading"]["label"] for mark in shown(visitor)["marks"]]


def as_sent(visitor, marks=None, *, revision=1, known=None, **more):
    """What the browser says once its boxes were changed."""
    sheet = shown(visitor)
    marks = sheet["marks"] if marks is None else marks
    sent = [{key: mark[key] for key in ("id", "box", "correction")} for mark in marks]
    known = [mark["id"] for mark in sheet["marks"]] if known is None else known
    return {"sheet": sheet["id"], "revision": revision, "marks": sent, "known": known, **more}


def refusal(visitor):
    said = visitor.framed("number_sheet")["refusal"]
    return said and said["sentence"]


def test_before_there_is_a_picture_the_page_offers_one_to_try(visitor):
    head = visitor.framed("number_sheet")
    assert head["sheet"] is None
    assert head["sample"].startswith("data:image/jpeg;base64,")
    visitor.trigger("number_sheet", "brought", {"state": "sample"})
    assert "".join(map(str, labels(visitor))) == LINES


def test_a_picture_is_shown_with_a_box_and_a_digit_for_each_and_every_step(visitor):
    bring(visitor, page(4, 2, 7))
    sheet = shown(visitor)
    assert labels(visitor) == [4, 2, 7]
    assert sheet["size"] == [840, 280]
    for number, mark in enumerate(sheet["marks"]):
        x, y, wide, high = mark["box"]
        assert 280 * number < x < x + wide < 280 * (number + 1)
        assert 0 < y < y + high < 280
        assert mark["reading"]["verdict"] == "digit"
        assert sum(mark["reading"]["probabilities"]) == pytest.approx(1, abs=1e-4)
        begin = mark["reading"]["pixels"]
        pixels = np.frombuffer(body(visitor)[begin : begin + 28 * 28], np.uint8)
        assert 0 < pixels.mean() < 100
    assert set(sheet["pictures"]) == {"photo", "paper", "ink", "pieces"}


def test_a_new_box_is_read_and_what_the_browser_has_is_not_sent_again(visitor):
    bring(visitor, page(4, 2, 7))
    marks = [*shown(visitor)["marks"], {"id": 9, "box": [0, 0, 280, 280], "correction": None}]
    visitor.trigger("number_sheet", "edited", as_sent(visitor, marks))
    sheet = shown(visitor)
    assert sheet["pictures"] is None
    assert sheet["revision"] == 1
    assert [mark["reading"] is None for mark in sheet["marks"]] == [True, True, True, False]
    assert sheet["marks"][3]["reading"]["label"] == 4


def test_a_box_cut_in_two_is_read_as_two_and_one_put_back_as_it_was(visitor):
    bring(visitor, page(4, 2, 7))
    before = shown(visitor)["marks"]
    x, y, wide, high = before[0]["box"]
    halves = [
        {"id": 0, "box": [x, y, wide // 2, high], "correction": None},
        {"id": 7, "box": [x + wide // 2, y, wide - wide // 2, high], "correction": None},
    ]
    visitor.trigger("number_sheet", "edited", as_sent(visitor, halves, known=[]))
    assert all(mark["reading"] is not None for mark in shown(visitor)["marks"])
    sent = as_sent(visitor, before, revision=2, known=[])
    visitor.trigger("number_sheet", "edited", sent)
    assert labels(visitor) == [4, 2, 7]


def test_everything_is_as_it_was_left_on_coming_back_from_another_page(visitor):
    bring(visitor, page(4, 2, 7))
    marks = shown(visitor)["marks"][1:]
    marks[0]["correction"] = 3
    visitor.trigger("number_sheet", "edited", as_sent(visitor, marks))
    visitor.turn_to("network.py")
    visitor.turn_to("numbers.py")
    sheet = shown(visitor)
    assert sheet["pictures"] is not None
    assert [(mark["id"], mark["correction"]) for mark in sheet["marks"]] == [(1, 3), (2, None)]
    assert labels(visitor) == [2, 7]


def test_a_digit_opens_on_the_canvas_and_the_page_is_told_on_the_way_back(visitor):
    bring(visitor, page(4, 2, 7))
    visitor.trigger("number_sheet", "opened", as_sent(visitor, id=2))
    assert "digit_canvas" in visitor.mounted()
    assert visitor.canvas()["digit"]["picture"] is not None
    assert visitor.canvas_pixels() is not None
    visitor.turn_to("numbers.py")
    assert shown(visitor)["opened"] == 2
    assert labels(visitor) == [4, 2, 7]


def test_the_digit_on_the_canvas_is_read_as_it_was_on_its_page(visitor):
    bring(visitor, page(5, 9))
    begin = shown(visitor)["marks"][1]["reading"]["pixels"]
    there = np.frombuffer(body(visitor)[begin : begin + 28 * 28], np.uint8).reshape(28, 28)
    visitor.trigger("number_sheet", "opened", as_sent(visitor, id=1))
    np.testing.assert_allclose(visitor.canvas_pixels() * 255, there, atol=0.51)


def test_what_a_browser_kept_over_a_reload_is_taken_by_a_new_session(visitor):
    bring(visitor, page(4, 2, 7))
    sheet = shown(visitor)
    kept = base64.b64decode(sheet["pictures"]["photo"].partition(",")[2])
    marks = [{**sheet["marks"][2], "correction": 1}]
    other = Visitor()
    other.turn_to("numbers.py")
    bring(other, kept, "kept", marks=marks, revision=12)
    again = shown(other)
    assert [mark["correction"] for mark in again["marks"]] == [1]
    assert labels(other) == [7]
    assert again["pictures"]["photo"] == sheet["pictures"]["photo"]
    assert again["revision"] == 12


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ("no list", "not a list of boxes"),
        ([{"id": 0, "box": [0, 0, 0, 5]}], "not a list of boxes"),
        ([{"id": 0, "box": [800, 0, 100, 5]}], "not a list of boxes"),
        ([{"id": 0, "box": [1.5, 0, 9, 5]}], "not a list of boxes"),
        ([{"id": 0, "box": [0, 0, 9, 5], "correction": 11}], "not a list of boxes"),
        ([{"id": 0, "box": [0, 0, 9, 5]}] * 2, "not a list of boxes"),
        ([{"id": n, "box": [0, 0, 9, 5]} for n in range(999)], "not a list of boxes"),
    ],
)
def test_boxes_that_are_none_are_refused_and_leave_those_that_are_there(visitor, marks, reason):
    bring(visitor, page(4, 2, 7))
    sent = {"sheet": shown(visitor)["id"], "revision": 1, "marks": marks, "known": []}
    visitor.trigger("number_sheet", "edited", sent)
    assert reason in refusal(visitor)
    assert labels(visitor) == [4, 2, 7]


@pytest.mark.parametrize("sent", [None, 5, {}, {"sheet": "another"}, {"id": 3}])
def test_what_belongs_to_another_page_changes_nothing(visitor, sent):
    bring(visitor, page(4, 2))
    for trigger in ("edited", "opened"):
        visitor.trigger("number_sheet", trigger, sent)
        assert labels(visitor) == [4, 2]


def test_a_file_that_is_no_picture_gets_a_sentence_and_the_page_stays(visitor):
    bring(visitor, page(4, 2))
    bring(visitor, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(400))
    assert "HEIC" in refusal(visitor)
    assert labels(visitor) == [4, 2]
    bring(visitor, page(7))
    assert refusal(visitor) is None
    assert labels(visitor) == [7]


def test_a_picture_without_digits_is_shown_without_boxes(visitor):
    bring(visitor, png(np.full((200, 300), 230)))
    assert shown(visitor)["marks"] == []


def test_the_sample_page_is_what_this_project_draws():
    kept = decode(services.sample_page()).gray.astype(float)
    drawn = written_sheet.draw().astype(float)
    assert kept.shape == drawn.shape
    assert np.abs(kept - drawn).mean() < 3  # it is kept as a JPEG
    assert len(services.sample_page()) < 150_000


# On the page of one digit


def test_a_picture_of_many_digits_is_a_page_of_numbers_to_go_to(visitor):
    visitor.turn_to("recognize.py")
    visitor.bring(page(4, 2, 7))
    canvas = visitor.canvas()
    assert canvas["page"]["picture"] == canvas["digit"]["picture"]["id"]
    assert "3 digits; this is number" in canvas["page"]["sentence"]
    visitor.trigger("digit_canvas", "page", {})
    assert "number_sheet" in visitor.mounted()
    assert labels(visitor) == [4, 2, 7]


def test_a_picture_of_one_digit_says_nothing_of_others_and_leaves_the_page_alone(visitor):
    bring(visitor, page(4, 2, 7))
    visitor.turn_to("recognize.py")
    visitor.bring(page(5))
    assert visitor.canvas()["page"] is None
    visitor.turn_to("numbers.py")
    assert labels(visitor) == [4, 2, 7]


def test_a_digit_that_is_opened_says_which_of_its_page_it_is(visitor):
    bring(visitor, page(4, 2, 7))
    visitor.trigger("number_sheet", "opened", as_sent(visitor, id=2))
    assert visitor.canvas()["page"]["sentence"].endswith("this is number 3.")


def test_a_digit_whose_box_was_deleted_is_of_no_page_any_more(visitor):
    bring(visitor, page(4, 2, 7))
    visitor.trigger("number_sheet", "opened", as_sent(visitor, id=2))
    visitor.turn_to("numbers.py")
    left = as_sent(visitor, shown(visitor)["marks"][:2], revision=2)
    visitor.trigger("number_sheet", "edited", left)
    visitor.turn_to("recognize.py")
    assert visitor.canvas()["page"] is None


def test_of_several_digits_that_were_drawn_the_one_that_is_looked_at_is_read_everywhere(visitor):
    visitor.turn_to("recognize.py")
    four, one = on_canvas(4, high=110, corner=(20, 80)), on_canvas(1, high=110, corner=(180, 80))
    drawn = as_drawn(strokes([*four, *one]))
    both = [(5, range(len(four)), 4), (6, range(len(four), len(drawn)), 1)]
    for revision, chosen, label in both:
        visitor.turn_to("recognize.py")
        sent = {"revision": revision, "strokes": drawn, "picture": None, "chosen": list(chosen)}
        visitor.send("digit_canvas", drawing=sent)
        assert visitor.canvas()["digit"]["strokes"] == drawn
        visitor.turn_to("network.py")
        assert f"classified as {label}" in " ".join(each.value for each in visitor.app.text)


@pytest.mark.parametrize("chosen", [[9], ["one"], 5, [[]], {"a": 1}])
def test_strokes_that_are_not_there_can_t_be_looked_at(visitor, chosen):
    visitor.turn_to("recognize.py")
    drawn = as_drawn(strokes(on_canvas(1)))
    sent = {"revision": 5, "strokes": drawn, "picture": None, "chosen": chosen}
    visitor.send("digit_canvas", drawing=sent)
    assert "not a drawing" in visitor.refusals()[0]
