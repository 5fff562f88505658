import io
import json
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from handwritten import ink, on_canvas
from PIL import Image

from model.inference.catalogue import open_network
from model.inference.finding import read_digit, read_digits
from model.inference.predictions import predict
from model.inference.reading import read
from model.pixels.decoding import decode
from tests.benchmarks import paper, sheets, uploads

PICTURES = Path(__file__).parents[2] / "pictures"
TRUE = json.loads((PICTURES / "labels.json").read_text("utf-8"))
FORMATS = ["PNG", "JPEG", "WebP", "GIF", "BMP"]
STRANGE = {name for name in TRUE if name.startswith("h")}  # forms that the network does not know


@pytest.fixture(scope="module")
def network():
    return open_network()


@pytest.fixture(scope="module", autouse=True)
def own_hand():
    """Write made pictures in the project's own hand, whatever file of strokes is at hand."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("CONVSCOPE_PEN_STROKES", raising=False)
        paper.digits.cache_clear()
        yield
    paper.digits.cache_clear()


def saved(gray, kind="PNG"):
    file = io.BytesIO()
    levels = np.clip(np.rint(gray), 0, 255).astype(np.uint8)
    Image.fromarray(levels).save(file, kind, **({"quality": 85} if kind == "JPEG" else {}))
    return file.getvalue()


def labels(network, data):
    return "".join(str(each.reading.label) for each in read_digits(network, decode(data).gray))


@cache
def drawn(digit, pen=16):
    """Ink `(h, w)` in [0, 1], cut to its box."""
    whole = ink(on_canvas(digit), pen)
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    return whole[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def sized(digit, high):
    """The same as high as asked."""
    whole = drawn(digit)
    scale = high / max(whole.shape)
    return cv2.resize(whole, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def on_paper(inked, margin, background=240, black=30):
    return background + (black - background) * np.pad(inked, margin)


def misread(network, make):
    """Which digits, each made into a file, are not read as that one digit."""
    return [digit for digit in range(10) if labels(network, make(digit)) != str(digit)]


@pytest.mark.parametrize("name", sorted(TRUE))
def test_a_picture_that_somebody_brought_is_read_as_what_it_shows(network, name, request):
    if name in STRANGE:
        request.applymarker(pytest.mark.xfail(reason="the network does not know this form"))
    data = (PICTURES / name).read_bytes()
    true = TRUE[name].replace(" ", "")
    assert labels(network, data) == true
    assert str(read_digit(network, decode(data).gray).reading.label) in true


ALIKE = ["a1", "a2", "a3", "b1", "b5", "c1", "c2", "i1", "i4"]


@pytest.mark.parametrize("name", [name for name in sorted(TRUE) if name[:2] in ALIKE])
def test_the_page_and_both_commands_read_one_digit_alike(network, name):
    path = PICTURES / name
    brought = read_digit(network, decode(path.read_bytes()).gray)
    shown = read(network, brought.cut)  # the page keeps the digit cut out, and reads that
    assert str(shown.label) == TRUE[name]
    for single in (True, False):
        [(_, reading)] = predict(network, str(path), single=single).digits
        pixels = reading.preprocessed.pixels
        np.testing.assert_array_equal(pixels, brought.reading.preprocessed.pixels)
        np.testing.assert_array_equal(pixels, shown.preprocessed.pixels)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("margin", [0, 1, 2, 4, 8])
def test_a_small_picture_cut_close_is_read_in_every_format(network, margin, kind):
    assert misread(network, lambda digit: saved(on_paper(sized(digit, 30), margin), kind)) == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("share", [0.001, 0.003, 0.03, 0.2])
def test_however_little_of_a_grainy_page_is_ink_it_is_found(network, share, kind):
    rng = np.random.default_rng(3)

    def page(digit):
        inked = sized(digit, 60)
        side = max(int(np.sqrt(inked.sum() / share)), max(inked.shape) + 8)
        sheet = np.zeros((side, side))
        top, left = rng.integers(4, np.array(sheet.shape) - inked.shape - 3)
        sheet[top : top + inked.shape[0], left : left + inked.shape[1]] = inked
        light = np.linspace(1, 0.75, side)
        return saved(215 * light * (1 - 0.5 * sheet) + rng.normal(0, 2, sheet.shape), kind)

    assert misread(network, page) == []


@pytest.mark.parametrize("side", ["left", "top", "right", "bottom"])
@pytest.mark.parametrize("cut", [0.0, 0.03, 0.06])
def test_a_digit_that_the_frame_cuts_is_read_whole(network, cut, side):
    def framed(digit):
        picture = on_paper(drawn(digit), 40)
        gone = 40 + round(cut * 200)
        height, width = picture.shape
        window = {
            "left": np.s_[:, gone:],
            "top": np.s_[gone:, :],
            "right": np.s_[:, : width - gone],
            "bottom": np.s_[: height - gone, :],
        }[side]
        return saved(picture[window])

    assert len(misread(network, framed)) <= (0 if cut < 0.05 else 1)


@pytest.mark.parametrize("angle", [0.0, 1.6, 3.7])
def test_a_line_that_grows_faint_to_a_third_stays_whole(network, angle):
    def fading(digit):
        picture = np.pad(drawn(digit), 40)
        y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
        along = np.cos(angle) * x + np.sin(angle) * y
        pressed = 1 - 0.66 * (along - along.min()) / np.ptp(along)
        soft = cv2.GaussianBlur(picture * pressed, (0, 0), 4)
        return saved(180 * (1 - 0.6 * soft))

    assert misread(network, fading) == []


@pytest.mark.parametrize("pen", [12, 20, 28])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_pen_of_any_width_may_fill_the_frame(network, pen, kind):
    made = misread(network, lambda digit: saved(on_paper(drawn(digit, pen), 0, 255, 0), kind))
    assert len(made) <= (2 if pen == 28 else 0)  # an 8 or a 9 of which only a blot is left


@pytest.mark.parametrize("margin", [0, 2, 30])
@pytest.mark.parametrize("high", [28, 200])
def test_bright_on_dark_is_read_like_dark_on_bright(network, high, margin):
    def board(digit):
        return saved(on_paper(sized(digit, high), margin, background=20, black=230))

    assert misread(network, board) == []


@pytest.mark.parametrize("digit", [0, 8, 9])
def test_a_closed_digit_cut_to_its_ink_is_dark_on_bright_whatever_covers_more(network, digit):
    for pen in (28, 44, 56):
        inked = drawn(digit, pen)
        if pen > 28:
            assert inked.mean() > 0.4
        for paper_gray, black in ((255, 0), (20, 230)):
            assert labels(network, saved(on_paper(inked, 0, paper_gray, black))) == str(digit)


def test_a_strip_of_the_desk_is_no_part_of_the_digit(network):
    def with_desk(digit):
        picture = on_paper(drawn(digit), 60)
        picture[:14] = 40
        picture[:, -9:] = 60
        return saved(picture)

    assert misread(network, with_desk) == []


def test_a_line_that_was_interrupted_is_one_digit(network):
    """Of digits whose line skips, four in five are read; in two they would be none or another."""
    made = [paper.single("pieces", number) for number in range(20)]
    right = [labels(network, each.data) == each.labels for each in made]
    assert np.mean(right) >= 0.8


@pytest.mark.parametrize("kind", ["plain", "gradient", "ruled", "board", "note", "turned"])
def test_a_page_of_digits_is_found_and_read_in_order(network, kind):
    made = [sheets.page(kind, number) for number in range(3)]
    for each in made:
        found = read_digits(network, decode(each.data).gray)
        assert len(found) == len(each.labels)
    read = "".join(labels(network, each.data) for each in made)
    true = "".join(each.labels for each in made)
    assert np.mean([one == other for one, other in zip(read, true, strict=True)]) >= 0.95


@pytest.mark.parametrize("kind", ["letters", "print"])
def test_letters_and_signs_are_no_sure_digits(network, kind):
    found = [
        each.reading.verdict
        for number in range(4)
        for each in read_digits(network, decode(sheets.WITHOUT[kind](number).data).gray)
    ]
    assert len(found) > 80
    assert found.count("digit") <= len(found) / 50


@pytest.mark.parametrize("kind", ["photo", "texture"])
def test_a_picture_without_writing_has_no_sure_digit_to_speak_of(network, kind):
    made = [sheets.WITHOUT[kind](number) for number in range(4)]
    found = [each for one in made for each in read_digits(network, decode(one.data).gray)]
    assert [each.reading.verdict for each in found].count("digit") <= 1


@pytest.mark.parametrize("text", ["25", "86", "603", "9352"])
def test_digits_whose_ink_meets_are_read_each_by_itself(network, text):
    line = np.zeros((100, 0))
    for digit in text:
        inked = sized(int(digit), 80)
        inked = np.pad(inked, ((10, 90 - len(inked)), (0, 0)))
        gap = (
            min(
                np.flatnonzero(inked[row] > 0.5)[0] + np.flatnonzero(line[row, ::-1] > 0.5)[0]
                for row in range(100)
                if (inked[row] > 0.5).any() and (line[row] > 0.5).any()
            )
            if line.size
            else 0
        )
        both = np.zeros((100, line.shape[1] + inked.shape[1] - gap))
        both[:, : line.shape[1]] = line
        both[:, both.shape[1] - inked.shape[1] :] += inked
        line = np.minimum(both, 1)
    assert cv2.connectedComponents((line > 0.5).astype(np.uint8))[0] == 2  # paper and one piece
    assert labels(network, saved(on_paper(line, 40))) == text


@pytest.mark.parametrize("name", ["rings", "long dashes", "specks"])
def test_a_picture_full_of_something_else_takes_bounded_memory(name):
    assert uploads.cost(uploads.PICTURES[name]())["megabytes"] < uploads.MOST_MEGABYTES


# Whatever lies between bytes and pixels


def test_a_thin_picture_does_not_keep_the_others_from_being_read(network, tmp_path):
    (tmp_path / "thin.png").write_bytes(saved(np.full((8, 1000), 255)))
    (tmp_path / "five.png").write_bytes(saved(on_paper(drawn(5), 40)))
    thin, five = (predict(network, str(tmp_path / f"{name}.png")) for name in ("thin", "five"))
    assert (thin.error, five.error) == (None, None)
    assert [reading.label for _, reading in five.digits] == [5]
