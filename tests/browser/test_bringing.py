"""Other ways to bring in a digit: upload, paste, drop, samples."""

import base64

import numpy as np
import pytest
from handwritten import ink, png
from playwright.sync_api import expect

BAR = [(140, 40), (140, 240)]
TEXT = b"This is what a seven looks like.\n" * 20


@pytest.fixture(scope="module")
def photo(written):
    """A 3 in ink on paper, as a PNG file."""
    return png(255 - 200 * ink(written(3)))


@pytest.fixture(scope="module")
def chalk(written):
    """A 6 in chalk on a board."""
    return png(40 + 200 * ink(written(6)))


def is_read_as(desk, label):
    expect(desk.prediction).to_have_attribute("data-label", str(label))
    desk.settled()


def test_an_uploaded_picture_is_read_and_shown_on_the_canvas(desk, photo):
    before = desk.revision()
    desk.upload("three.png", photo)
    is_read_as(desk, 3)
    assert desk.revision() > before
    assert desk.ink().mean() > 0.5  # paper and all
    expect(desk.step("polarity")).to_be_visible()
    assert desk.page.get_by_role("alert").count() == 0


def test_a_picture_carries_the_frame_of_what_a_cell_sees(desk, photo):
    desk.upload("three.png", photo)
    is_read_as(desk, 3)
    desk.map_buttons("conv1").first.click()
    desk.page.get_by_test_id("map-canvas").focus()
    desk.page.keyboard.press("Home")
    for _ in range(14):
        desk.page.keyboard.press("ArrowDown")
        desk.page.keyboard.press("ArrowRight")
    frame = desk.page.get_by_test_id("field-frame")
    expect(desk.page.get_by_test_id("map-panel")).to_have_attribute("data-at", str(14 * 28 + 14))
    expect(frame).to_be_visible()
    # The cell of pixel (14, 14) sees what lies around the middle of the ink.
    dark = 255.0 - desk.painted(desk.canvas)[..., 0]
    rows, columns = np.indices(dark.shape)
    dark[dark < 100] = 0
    middle = np.array([(dark * columns).sum(), (dark * rows).sum()]) / dark.sum() / len(dark)
    canvas = desk.canvas.bounding_box()

    def is_there():
        box = frame.bounding_box()
        place = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
        found = (place - [canvas["x"], canvas["y"]]) / canvas["width"]
        return np.abs(found - middle).max() < 0.03

    desk.until(is_there)


def test_what_is_drawn_after_a_picture_takes_its_place(desk, photo):
    desk.upload("three.png", photo)
    is_read_as(desk, 3)
    desk.page.keyboard.press("Escape")
    desk.draw(BAR)
    desk.settled()
    assert len(desk.strokes()) == 1
    assert desk.ink().mean() < 0.2


def test_undo_brings_back_what_a_picture_replaced_and_redo_the_picture(desk, photo):
    desk.draw(BAR)
    desk.settled()
    drawn = desk.image()
    desk.paste(photo)
    is_read_as(desk, 3)
    desk.button("Undo").click()
    desk.settled()
    assert desk.image() == drawn
    desk.button("Redo").click()
    is_read_as(desk, 3)


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(4000)


@pytest.mark.parametrize(
    ("locale", "told"), [("en-US", "Take a screenshot of it"), ("zh-CN", "请截屏")]
)
def test_a_photo_of_an_iphone_is_refused_on_the_canvas_and_told_what_to_do(visit, locale, told):
    desk = visit(locale=locale).open()
    names = {"en-US": "Upload", "zh-CN": "上传"}
    with desk.page.expect_file_chooser() as chooser:
        desk.button(names[locale]).click()
    photo = {"name": "photo.heic", "mimeType": "image/heic", "buffer": HEIC}
    chooser.value.set_files(photo)
    alert = desk.page.get_by_role("alert")
    expect(alert).to_contain_text("HEIC")
    expect(alert).to_contain_text(told)
    said, paper = alert.bounding_box(), desk.canvas.bounding_box()
    assert paper["y"] < said["y"] < said["y"] + said["height"] <= paper["y"] + paper["height"]


def test_a_refusal_goes_when_it_is_closed_or_something_is_drawn_and_comes_again(desk):
    alert = desk.page.get_by_role("alert")
    for close in (desk.button("Close this message").click, lambda: desk.draw(BAR)):
        desk.upload("photo.heic", HEIC)
        expect(alert).to_contain_text("HEIC")
        close()
        expect(alert).to_have_count(0)


def test_a_link_that_is_dropped_is_told_to_be_no_file(desk):
    desk.canvas.evaluate(
        """(canvas) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.setData("text/uri-list", "https://example.org/seven.png");
          const event = {dataTransfer, bubbles: true, composed: true, cancelable: true};
          canvas.dispatchEvent(new DragEvent("drop", event));
        }"""
    )
    expect(desk.page.get_by_role("alert")).to_contain_text("not a file")


def test_a_text_that_calls_itself_a_picture_gets_one_sentence_and_the_digit_stays(desk):
    desk.draw(BAR)
    desk.settled()
    drawn, revision = desk.image(), desk.revision()
    desk.upload("seven.png", TEXT)
    alert = desk.page.get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("This is a text file, not an image.")
    assert desk.image() == drawn
    assert desk.settled() == revision


def test_a_picture_without_a_digit_says_so_and_not_that_nothing_was_drawn(desk):
    desk.paste(png(np.full((120, 120), 255)))
    expect(desk.prediction).to_contain_text("No digit was found in this picture")
    expect(desk.prediction).not_to_contain_text("Nothing drawn yet")
    expect(desk.prediction).to_have_attribute("data-verdict", "empty")
    expect(desk.film).to_contain_text("No digit was found")
    expect(desk.step("polarity")).to_be_visible()
    desk.settled()


def test_a_picture_can_be_pasted(desk, chalk):
    desk.paste(chalk)
    is_read_as(desk, 6)


def test_two_pictures_pasted_one_after_the_other_are_both_read(desk, photo, chalk):
    desk.paste(photo)
    is_read_as(desk, 3)
    desk.paste(chalk)
    is_read_as(desk, 6)
    desk.paste(photo)
    is_read_as(desk, 3)


COPY = """async (content) => {
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
  const png = new Blob([bytes], {type: "image/png"});
  await navigator.clipboard.write([new ClipboardItem({"image/png": png})]);
}"""


def test_a_copied_picture_is_pasted_by_a_button_for_whoever_has_no_keys(visit, chalk):
    desk = visit(permissions=["clipboard-read", "clipboard-write"]).open()
    desk.page.evaluate(COPY, base64.b64encode(chalk).decode())
    desk.button("Paste").click()
    is_read_as(desk, 6)
    desk.page.evaluate("() => navigator.clipboard.writeText('seven')")
    desk.button("Paste").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("no image on the clipboard")


def test_a_browser_that_does_not_show_its_clipboard_is_told_which_way_is_left(desk):
    desk.page.evaluate("""() => {
      navigator.clipboard.read = () => Promise.reject(new DOMException("", "NotAllowedError"));
    }""")
    desk.button("Paste").click()
    expect(desk.page.get_by_role("alert")).to_contain_text("clipboard")


def test_a_pasted_text_leaves_the_digit(desk):
    desk.draw(BAR)
    revision = desk.settled()
    desk.page.evaluate("""() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", "7");
      document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
    }""")
    desk.paste(TEXT, "text/plain")
    expect(desk.page.get_by_role("alert")).to_have_count(1)
    assert desk.settled() == revision


def test_a_picture_can_be_dropped_on_the_canvas(desk, chalk):
    desk.canvas.evaluate(
        """(canvas, content) => {
          const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "six.png", {type: "image/png"}));
          const event = {dataTransfer, bubbles: true, composed: true, cancelable: true};
          canvas.dispatchEvent(new DragEvent("dragover", event));
          canvas.dispatchEvent(new DragEvent("drop", event));
        }""",
        base64.b64encode(chalk).decode(),
    )
    is_read_as(desk, 6)


@pytest.mark.parametrize(("megabytes", "told"), [(9.9, "bytes"), (10.5, "larger than 10 MB")])
def test_a_huge_paste_gets_a_sentence_and_the_page_lives_on(desk, megabytes, told):
    """Just below the most the server refuses it; above, it is not even sent."""
    desk.paste(np.random.default_rng(1).bytes(int(megabytes * 1_000_000)))
    expect(desk.page.get_by_role("alert")).to_contain_text(told)
    desk.draw(BAR)
    desk.settled()
    expect(desk.prediction).not_to_have_attribute("data-verdict", "empty")


def test_a_sample_comes_to_the_canvas_and_is_read(desk):
    samples = desk.page.get_by_role("group", name="Examples").get_by_role("button")
    desk.canvas.wait_for()
    assert samples.count() >= 10
    for sample in (samples.first, samples.nth(9)):
        revision = desk.revision()
        sample.click()
        desk.until(lambda before=revision: desk.revision() > before)
        desk.settled()
        expect(desk.prediction).not_to_have_attribute("data-verdict", "empty")
        assert desk.ink().mean() > 0.5
