"""A page of numbers in a browser: brought, read, put right by hand, and opened in the network."""

import base64
import csv
import io
import re

import cv2
import numpy as np
import pytest
from handwritten import ink, on_canvas, png
from playwright.sync_api import expect

from model.handwriting.sheet import LINES

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(4000)


def page(*lines):
    """Lines of digits, `(h, w)` gray levels; a space is an empty field."""
    blank = np.zeros((140, 140))
    fields = [
        [
            blank if sign == " " else cv2.resize(ink(on_canvas(int(sign))), (140, 140))
            for sign in line
        ]
        for line in lines
    ]
    return 235 - 200 * np.vstack([np.hstack(row) for row in fields])


@pytest.fixture(scope="module")
def photo():
    return png(page("42 7", "1980"))


class Sheet:
    """The page of numbers as a visitor has it open."""

    def __init__(self, desk):
        self.desk = desk
        self.page = desk.page
        self.root = self.page.get_by_test_id("number-sheet")
        self.text = self.page.get_by_test_id("numbers-text")
        self.boxes = self.root.locator(".box")
        self.digit = self.page.get_by_test_id("selected-digit")

    def open(self):
        self.desk.arrive("/numbers")
        expect(self.root).to_be_visible()
        return self

    def reads(self, signs):
        """Wait until these are the signs, in the order in which they were found."""
        expect(self.root).to_have_attribute("data-signs", signs)

    def says(self, *lines):
        """Wait until the text says these lines."""
        expect(self.text.locator("p")).to_have_text(list(lines))

    def button(self, name):
        return self.root.get_by_role("button", name=name, exact=True)

    def select(self, number):
        """Select a digit by its sign in the text."""
        self.text.locator("[data-id]").nth(number).click()

    def box(self, name):
        return self.root.get_by_role("button", name=name)


@pytest.fixture
def sheet(visit):
    return Sheet(visit()).open()


@pytest.fixture
def brought(sheet, photo):
    sheet.desk.upload("page.png", photo)
    sheet.reads("4271980")
    return sheet


def test_a_page_is_uploaded_and_each_digit_has_a_box_a_reading_and_a_place_in_the_text(brought):
    brought.says("42 7", "1980")
    expect(brought.boxes).to_have_count(7)
    seven = brought.box("Line 1, digit 3: read as 7")
    place, photo = seven.bounding_box(), brought.root.locator(".picture").bounding_box()
    assert photo["x"] + photo["width"] * 0.7 < place["x"]
    assert place["y"] + place["height"] < photo["y"] + photo["height"] / 2


def test_the_page_to_try_is_read_without_a_mistake(sheet):
    sheet.button("Try this page").click()
    sheet.says(*LINES)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_page_is_pasted_whatever_its_format(sheet, suffix):
    encoded = cv2.imencode(suffix, page("42 7", "1980").astype(np.uint8))[1].tobytes()
    sheet.desk.paste(encoded, {".png": "image/png", ".jpg": "image/jpeg"}[suffix])
    sheet.reads("4271980")


def test_a_page_is_dropped_anywhere(sheet, photo):
    sheet.root.evaluate(
        """(root, content) => {
          const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "page.png", {type: "image/png"}));
          const event = {dataTransfer, bubbles: true, composed: true, cancelable: true};
          root.dispatchEvent(new DragEvent("drop", event));
        }""",
        base64.b64encode(photo).decode(),
    )
    sheet.reads("4271980")


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_a_page_is_taken_by_the_camera_as_it_is_in_view(visit, width, height):
    sheet = Sheet(visit(width=width, height=height, permissions=["camera"])).open()
    sheet.button("Camera").click()
    take = sheet.button("Take picture")
    expect(take).to_be_enabled()
    for part in (sheet.root.locator("video"), take, sheet.button("Close")):
        expect(part).to_be_in_viewport(ratio=1)
    take.click()
    picture = sheet.root.locator(".picture > img")
    expect(picture).to_be_visible()
    wide, high = picture.evaluate(
        "({naturalWidth, naturalHeight}) => [naturalWidth, naturalHeight]"
    )
    assert wide / high == pytest.approx(4 / 3, abs=0.01)


@pytest.mark.parametrize(
    ("locale", "told"), [("en-US", "Take a screenshot of it"), ("zh-CN", "请截屏")]
)
def test_a_heic_photo_in_the_picker_gets_our_sentence_and_no_more(visit, locale, told):
    sheet = Sheet(visit(locale=locale)).open()
    with sheet.page.expect_file_chooser() as chooser:
        sheet.button({"en-US": "Upload", "zh-CN": "上传"}[locale]).click()
    chooser.value.set_files({"name": "photo.heic", "mimeType": "image/heic", "buffer": HEIC})
    alert = sheet.page.get_by_role("alert")
    expect(alert).to_contain_text("HEIC")
    expect(alert).to_contain_text(told)


def test_every_step_from_the_photo_to_the_digits_can_be_looked_at(brought):
    seen = set()
    picture = brought.root.locator(".picture > img")
    for step in ("Photo", "Paper", "Ink", "Pieces", "28 × 28"):
        brought.root.get_by_text(step, exact=True).click()
        expect(brought.root.get_by_role("radio", name=step)).to_be_checked()
        seen.add(picture.get_attribute("src"))
    assert len(seen) == 4  # the last one shows the photo, and the digits above it
    expect(brought.boxes.first.locator("canvas")).to_be_visible()


def test_a_box_is_split_and_undone_and_done_again(brought):
    brought.select(0)
    brought.button("Split").click()
    expect(brought.boxes).to_have_count(8)
    expect(brought.root.locator("[data-verdict=waiting]")).to_have_count(0)
    brought.page.keyboard.press("Control+z")
    brought.reads("4271980")
    brought.page.keyboard.press("Control+y")
    expect(brought.boxes).to_have_count(8)
    brought.button("Undo").click()
    brought.reads("4271980")


def test_two_boxes_are_joined_and_split_again_where_there_is_no_ink(brought):
    brought.select(0)
    brought.button("Join").click()
    expect(brought.boxes).to_have_count(6)
    brought.button("Split").click()
    brought.says("42 7", "1980")


def test_a_reading_is_corrected_and_the_correction_taken_back(brought):
    brought.select(1)
    brought.button("Correct to 5").click()
    brought.says("45 7", "1980")
    expect(brought.digit).to_contain_text("corrected to 5")
    expect(brought.digit).to_contain_text("The network reads 2.")
    brought.button("Correct to 5").click()
    brought.says("42 7", "1980")


def test_a_digit_opens_in_the_stage_and_the_way_back_leads_to_the_page_as_it_was(brought):
    brought.select(1)
    brought.button("Correct to 5").click()
    brought.says("45 7", "1980")
    brought.box("Line 2, digit 3: read as 8").click()
    desk = brought.desk
    expect(desk.prediction).to_have_attribute("data-label", "8")
    desk.settled()
    expect(desk.layers.first).to_be_visible()
    desk.page.go_back()
    brought.says("45 7", "1980")
    expect(brought.box("Line 2, digit 3: read as 8")).to_be_focused()
    brought.page.keyboard.press("Control+z")
    brought.says("42 7", "1980")


def test_a_reload_brings_the_page_back_with_what_was_put_right(brought):
    brought.select(1)
    brought.button("Correct to 5").click()
    brought.says("45 7", "1980")
    brought.page.reload()
    brought.says("45 7", "1980")


def test_everything_can_be_done_with_the_keys(brought):
    brought.box("Line 1, digit 1").focus()
    press = brought.page.keyboard.press
    press("ArrowRight")
    expect(brought.box("Line 1, digit 2")).to_be_focused()
    press("9")
    brought.says("49 7", "1980")
    press("Backspace")
    brought.says("42 7", "1980")
    press("j")
    expect(brought.boxes).to_have_count(6)
    press("Control+z")
    press("ArrowDown")
    expect(brought.box("Line 2, digit 2")).to_be_focused()
    press("End")
    press("Delete")
    brought.says("42 7", "198")
    expect(brought.box("Line 2, digit 3")).to_be_focused()
    press("Control+z")
    press("Shift+ArrowRight")
    press("Alt+ArrowUp")
    expect(brought.root).to_have_attribute("data-count", "7")
    press("n")
    expect(brought.boxes).to_have_count(8)
    press("Delete")
    brought.box("Line 1, digit 1").focus()
    press("Enter")
    expect(brought.desk.prediction).to_have_attribute("data-label", "4")


def drag(sheet, begin, end):
    mouse = sheet.page.mouse
    mouse.move(*begin)
    mouse.down()
    mouse.move((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
    mouse.move(*end)
    mouse.up()


def middle(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_box_is_moved_resized_and_drawn_with_the_mouse_and_read_anew(brought):
    brought.button("Edit").click()
    seven = brought.box("Line 1, digit 3: read as 7")
    place = seven.bounding_box()
    begin = middle(place)
    drag(brought, begin, (begin[0] - place["width"] * 1.4, begin[1]))
    expect(brought.root.locator("[data-verdict=empty]")).to_have_count(1)
    brought.page.keyboard.press("Delete")
    expect(brought.boxes).to_have_count(6)
    drag(
        brought,
        (place["x"] - 6, place["y"] - 6),
        (place["x"] + place["width"] + 6, place["y"] + place["height"] + 6),
    )
    brought.says("42 7", "1980")
    drawn = seven.bounding_box()
    corner = drawn["x"] + drawn["width"], drawn["y"] + drawn["height"]
    drag(brought, corner, (corner[0] + 8, corner[1] + 8))
    brought.says("42 7", "1980")
    assert seven.bounding_box()["width"] > drawn["width"] + 4


def test_on_a_telephone_boxes_are_edited_with_a_finger_and_picture_and_text_are_in_view(
    visit, photo
):
    desk = visit(width=390, height=844, has_touch=True, is_mobile=True)
    sheet = Sheet(desk).open()
    desk.upload("page.png", photo)
    sheet.reads("4271980")
    text = sheet.text.bounding_box()
    assert text["y"] + text["height"] < 844
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    sheet.button("Edit").tap()
    four = sheet.box("Line 1, digit 1")
    four.tap()
    expect(sheet.digit).to_contain_text("Line 1, digit 1")
    place = four.bounding_box()
    begin = middle(place)
    desk.touch([begin, (begin[0] + 3, begin[1] + 20), (begin[0] + 3, begin[1] + 40)])
    sheet.desk.until(lambda: four.bounding_box()["y"] > place["y"] + 30)
    sheet.button("Undo").tap()
    sheet.says("42 7", "1980")
    sheet.button("Edit").tap()
    four.tap()
    expect(desk.prediction).to_have_attribute("data-label", "4")


def test_the_numbers_are_copied_line_by_line_and_taken_along_as_a_table(visit, photo):
    desk = visit(permissions=["clipboard-read", "clipboard-write"])
    sheet = Sheet(desk).open()
    desk.upload("page.png", photo)
    sheet.reads("4271980")
    sheet.button("Copy").click()
    expect(sheet.root).to_contain_text("Copied.")
    assert desk.page.evaluate("navigator.clipboard.readText()") == "42 7\n1980"
    with desk.page.expect_download() as download:
        sheet.button("Table (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8"))))
    assert "".join(row["digit"] for row in rows) == "4271980"
    assert [row["line"] for row in rows] == ["1"] * 3 + ["2"] * 4
    assert all(0.5 < float(row["confidence"]) <= 1 for row in rows)


def test_a_scribble_is_a_question_mark_and_said_to_be_unsure(sheet):
    gray = page("4 7")
    rng = np.random.default_rng(2)
    for _ in range(9):
        ends = rng.integers([160, 20], [260, 120], (2, 2))
        cv2.line(gray, ends[0].tolist(), ends[1].tolist(), 35.0, 5, cv2.LINE_AA)
    sheet.desk.paste(png(gray))
    expect(sheet.text).to_contain_text("?")
    expect(sheet.root.locator(".box.open")).to_have_count(1)
    expect(sheet.root).to_contain_text("not sure (?): 1")


def test_the_page_speaks_chinese(visit, photo):
    sheet = Sheet(visit(locale="zh-CN")).open()
    sheet.desk.paste(photo)
    sheet.says("42 7", "1980")
    expect(sheet.root).to_contain_text("7 个数字")
    expect(sheet.box("第 1 行第 3 个：识别为 7")).to_be_visible()


# Several digits on the page of one


def test_a_picture_of_many_digits_says_how_many_there_are_and_one_click_leads_to_all(desk, photo):
    desk.upload("page.png", photo)
    others = desk.page.locator(".others")
    expect(others).to_contain_text("7 digits; this is number")
    expect(desk.prediction).to_have_attribute("data-verdict", "digit")
    label = desk.prediction.get_attribute("data-label")
    number = int(re.search(r"number (\d)", others.inner_text())[1])
    assert "4271980"[number - 1] == label
    desk.button("See all 7").click()
    sheet = Sheet(desk)
    sheet.says("42 7", "1980")
    expect(sheet.boxes.nth(number - 1)).to_be_focused()


def test_a_digit_of_a_page_leads_back_to_its_page(brought):
    brought.box("Line 1, digit 2").click()
    desk = brought.desk
    expect(desk.prediction).to_have_attribute("data-label", "2")
    expect(desk.page.locator(".others")).to_contain_text("this is number 2")
    desk.draw([(60, 60), (200, 60)])
    expect(desk.page.locator(".others")).to_be_hidden()
    desk.button("Undo").click()
    desk.button("See all 7").click()
    brought.says("42 7", "1980")


def beside(*digits):
    """Digits beside each other on the canvas: their lines in canvas units."""
    lines = []
    for place, digit in enumerate(digits):
        written = on_canvas(digit, high=110, corner=(20 + 250 / len(digits) * place, 80))
        lines += [line.tolist() for line in written]
    return lines


def test_two_digits_drawn_are_two_and_either_can_be_looked_into(desk):
    desk.draw(*beside(4, 2))
    desk.settled()
    others = desk.page.locator(".others")
    expect(others).to_contain_text("2 digits:")
    expect(desk.prediction).to_have_attribute("data-label", "2")
    expect(desk.prediction).to_have_attribute("data-verdict", "digit")
    four = others.get_by_role("button", name="Digit 1: 4")
    expect(four).to_have_attribute("aria-pressed", "false")
    four.click()
    expect(desk.prediction).to_have_attribute("data-label", "4")
    expect(four).to_have_attribute("aria-pressed", "true")
    desk.settled()
    desk.until(lambda: desk.kept and desk.kept[-1]["revision"] == desk.revision())
    assert 0 < len(desk.kept[-1]["chosen"]) < len(desk.kept[-1]["strokes"])
    desk.turn_to("The network")
    expect(desk.page.get_by_test_id("stMain")).to_contain_text("classified as 4")


def test_one_digit_in_two_strokes_stays_one(desk):
    for digit, form in [(4, "open"), (7, "crossed"), (5, "two strokes")]:
        desk.draw(*[line.tolist() for line in on_canvas(digit, form)])
        desk.settled()
        expect(desk.page.locator(".others")).to_be_hidden()
        expect(desk.prediction).to_have_attribute("data-label", str(digit))
        desk.button("Clear").click()
