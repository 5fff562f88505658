import base64
import io
import math
import re

import numpy as np
import pytest
from PIL import Image
from visiting import PAGES, Visitor, data_url

from model.handwriting import hand
from model.inference.catalogue import DEFAULT
from model.pixels.decoding import MAX_BYTES
from pages import services

SEVEN = [{"width": 16, "points": [80, 60, 140, 58, 200, 60, 160, 140, 130, 220]}]
ONE = [{"width": 16, "points": [140, 50, 139, 140, 140, 230]}]
NAMES = sorted(
    path.name
    for path in PAGES.glob("*.py")
    if path.name not in ("__init__.py", "navigation.py", "services.py")
)


def drawing(revision, strokes, picture=None):
    return {"revision": revision, "strokes": strokes, "picture": picture}


def png(ink=0, ground=255):
    """A picture of a 1, a bar with a flag."""
    picture = np.full((120, 90), ground, np.uint8)
    picture[20:100, 42:52] = ink
    picture[28:38, 30:44] = ink
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def jpeg():
    """A photo with a 1 in it, from which the page cuts the digit."""
    picture = np.full((600, 800), 230, np.uint8)
    picture[200:400, 500:520] = 30
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG")
    return file.getvalue()


def size(picture):
    """Width and height of what the canvas shows."""
    content = base64.b64decode(picture["source"].partition(",")[2])
    return Image.open(io.BytesIO(content)).size


@pytest.fixture
def visitor():
    return Visitor()


# Every page


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("page", NAMES)
def test_a_page_is_whole_without_a_digit_with_a_drawing_and_with_a_picture(page, locale):
    visitor = Visitor(locale=locale)
    visitor.turn_to(page)
    visitor.turn_to("recognize.py")
    visitor.send("digit_canvas", drawing=drawing(3, SEVEN))
    visitor.turn_to(page)
    visitor.turn_to("recognize.py")
    visitor.bring(png())
    assert visitor.refusals() == []
    visitor.turn_to(page)


def test_the_canvas_refuses_what_the_server_would_refuse(visitor):
    visitor.turn_to("recognize.py")
    assert visitor.canvas()["most_bytes"] == MAX_BYTES


def test_every_page_has_a_title_of_its_own(visitor):
    titles = []
    for page in NAMES:
        visitor.turn_to(page)
        titles += visitor.titles()
    assert len(set(titles)) == len(NAMES)


# The digit belongs to the visitor


def test_nothing_is_on_the_canvas_at_first(visitor):
    assert visitor.canvas()["digit"] is None


def test_a_drawing_is_still_there_after_another_page(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    visitor.turn_to("network.py")
    visitor.turn_to("recognize.py")
    assert visitor.canvas()["digit"] == {"revision": 7, "strokes": SEVEN, "picture": None}


def test_an_older_drawing_does_not_replace_a_newer_one(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    visitor.send("digit_canvas", drawing=drawing(6, ONE))
    assert visitor.canvas()["digit"]["strokes"] == SEVEN


def test_two_visitors_have_their_own_digits(visitor):
    other = Visitor()
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    other.send("digit_canvas", drawing=drawing(7, ONE))
    visitor.look()
    assert visitor.canvas()["digit"]["strokes"] == SEVEN


NO_DRAWINGS = [
    "drawing",
    7,
    [],
    {},
    {"revision": 9},
    {"revision": None, "strokes": []},
    {"revision": "soon", "strokes": []},
    {"revision": math.inf, "strokes": []},
    {"revision": 9, "strokes": None},
    {"revision": 9, "strokes": [{}]},
    {"revision": 9, "strokes": [{"width": 16, "points": [1]}]},
    {"revision": 9, "strokes": [{"width": 1e9, "points": [1, 2]}]},
    {"revision": 9, "strokes": [{"width": 16, "points": [1, 2]}] * 1000},
]


def test_what_is_no_drawing_is_told_in_a_sentence_and_leaves_the_digit(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    for sent in NO_DRAWINGS:
        visitor.send("digit_canvas", drawing=sent)
        (sentence,) = visitor.refusals()
        assert sentence.endswith(".")
        assert visitor.canvas()["digit"]["strokes"] == SEVEN, sent


def test_a_drawing_that_clears_the_canvas_leaves_it_empty(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    visitor.send("digit_canvas", drawing=drawing(8, []))
    assert visitor.canvas()["digit"]["strokes"] == []
    visitor.turn_to("network.py")


# Pictures


def test_an_uploaded_picture_is_on_the_canvas_and_preprocessed_by_the_session(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    visitor.bring(png())
    digit = visitor.canvas()["digit"]
    assert digit["revision"] > 7
    assert digit["strokes"] == []
    assert 0 < min(size(digit["picture"])) < max(size(digit["picture"])) <= 280  # cut out of it
    assert digit["picture"]["source"].startswith("data:image/png;base64,")
    assert digit["picture"]["steps"][0]["name"] == "source"
    assert visitor.canvas_pixels().max() > 0.9


def test_a_text_that_calls_itself_a_picture_is_refused_and_leaves_the_digit(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    visitor.bring(b"This is what a seven looks like.")
    assert len(visitor.refusals()) == 1
    assert "text" in visitor.refusals()[0]
    assert visitor.canvas()["digit"] == {"revision": 7, "strokes": SEVEN, "picture": None}


def test_a_refusal_is_gone_when_the_next_picture_is_good(visitor):
    visitor.bring(b"text")
    assert len(visitor.refusals()) == 1
    visitor.bring(png())
    assert visitor.refusals() == []


def test_the_same_refusal_twice_is_two_so_that_it_is_said_again(visitor):
    numbers = []
    for _ in range(2):
        visitor.bring(b"This is what a seven looks like.")
        numbers.append(visitor.canvas()["refusal"]["number"])
    assert numbers[1] > numbers[0]


def test_a_refusal_is_gone_when_something_is_drawn(visitor):
    visitor.bring(b"This is what a seven looks like.")
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    assert visitor.refusals() == []


def test_a_pasted_picture_is_on_the_canvas(visitor):
    visitor.bring(png())
    assert 0 < min(size(visitor.canvas()["digit"]["picture"])) <= 280


def test_a_paste_that_is_no_picture_is_told_in_a_sentence(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    begin = "data:image/png;base64,"
    files = ("", "picture", begin, begin + "%%%", 7, {"a": 1}, None)
    for pasted in ("picture", 7, [], {"a": 1}, *({"file": file} for file in files)):
        visitor.trigger("digit_canvas", "brought", pasted)
        assert len(visitor.refusals()) == 1, pasted
        assert visitor.canvas()["digit"]["strokes"] == SEVEN


def test_after_a_picture_a_drawing_may_name_it_again_but_no_other(visitor):
    visitor.bring(png())
    digit = visitor.canvas()["digit"]
    visitor.send("digit_canvas", drawing=drawing(digit["revision"] + 1, SEVEN))
    assert visitor.canvas()["digit"]["picture"] is None
    named = drawing(digit["revision"] + 2, [], digit["picture"]["id"])  # an undo
    visitor.send("digit_canvas", drawing=named)
    assert visitor.canvas()["digit"]["picture"]["id"] == digit["picture"]["id"]
    assert visitor.canvas()["digit"]["revision"] == digit["revision"] + 2
    visitor.send("digit_canvas", drawing=drawing(digit["revision"] + 3, [], "somebody else's"))
    assert visitor.canvas()["digit"]["picture"] is None


def test_a_picture_replaces_a_drawing_that_is_still_on_its_way(visitor):
    """The browser counts each move of the pen: it may be far beyond what the session knows."""
    for trigger, content in (
        ("brought", {"file": data_url(png()), "state": "raw", "revision": 5000}),
        ("chosen", {"name": "4-open", "revision": 9000}),
    ):
        visitor.trigger("digit_canvas", trigger, content)
        visitor.send("digit_canvas", drawing=drawing(content["revision"], SEVEN))  # it is late
        assert visitor.canvas()["digit"]["picture"] is not None
        assert visitor.canvas()["digit"]["revision"] > content["revision"]


@pytest.mark.parametrize("revision", [None, "7", [], 10**400, -(10**400), True])
def test_a_revision_that_is_none_breaks_nothing(visitor, revision):
    sent = {"file": data_url(png()), "state": "raw", "revision": revision}
    visitor.trigger("digit_canvas", "brought", sent)
    assert visitor.canvas()["digit"]["picture"] is not None
    assert 0 < visitor.canvas()["digit"]["revision"] < 2**53  # JavaScript can count on


def test_a_picture_that_was_on_the_canvas_is_read_alike_when_it_comes_back(visitor):
    visitor.bring(jpeg())
    before = visitor.canvas_pixels()
    source = visitor.canvas()["digit"]["picture"]["source"]
    other = Visitor()
    other.trigger("digit_canvas", "brought", {"file": source, "state": "cut"})
    assert np.array_equal(other.canvas_pixels(), before)


def test_pixels_of_a_link_come_back_as_they_are(visitor):
    pixels = np.random.default_rng(1).integers(0, 256, (28, 28), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    sent = {"file": data_url(file.getvalue()), "state": "ready"}
    visitor.trigger("digit_canvas", "brought", sent)
    assert visitor.canvas()["digit"]["picture"]["ready"]
    assert visitor.canvas_pixels() == pytest.approx(pixels / 255)


def test_each_sample_comes_to_the_canvas(visitor):
    samples = visitor.canvas()["samples"]["samples"]
    assert len(samples) >= 10
    for sample in samples:
        before = visitor.canvas()["digit"]
        visitor.choose_sample(sample["name"])
        digit = visitor.canvas()["digit"]
        assert digit["picture"] is not None
        assert before is None or digit["revision"] > before["revision"]
        assert visitor.refusals() == []


def test_the_first_ten_samples_are_one_of_each_digit(visitor):
    names = [sample["name"] for sample in visitor.canvas()["samples"]["samples"]]
    assert [name[0] for name in names[:10]] == list("0123456789")


def test_each_sample_is_named_in_the_visitors_language():
    english, chinese = (
        [each["title"] for each in Visitor(locale=locale).canvas()["samples"]["samples"]]
        for locale in ("en-US", "zh-CN")
    )
    assert all(one != other for one, other in zip(english, chinese, strict=True))


def test_a_sample_that_is_none_changes_nothing(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    for name in ("", "nowhere", "../icon", "../../model/weights/default", 7, None):
        visitor.choose_sample(name)
        assert visitor.canvas()["digit"]["strokes"] == SEVEN, name


# Switches


def test_a_step_that_is_switched_off_is_left_out_until_it_is_switched_on(visitor):
    visitor.bring(png())
    for skip in (["center"], []):
        visitor.send("film_strip", skip=skip)
        assert visitor.given("film_strip")["skip"] == skip
        assert visitor.canvas()["skip"] == skip
        film = visitor.canvas()["digit"]["picture"]["steps"]
        assert [step["name"] for step in film if not step["applied"]] == skip


def test_only_steps_that_there_are_can_be_switched_off(visitor):
    for skip in (None, "center", ["../x", "center"], {"center": 1}, 7, [["center"]]):
        visitor.send("film_strip", skip=skip)
        visitor.bring(png())
        assert set(visitor.given("film_strip")["skip"]) <= {"center"}


def test_the_scale_of_colours_is_kept_over_page_changes(visitor):
    for sent, kept in (
        ("layer", "layer"),
        ("network", "network"),
        ("galaxy", "map"),
        (None, "map"),
    ):
        visitor.send("stage", color_scope=sent)
        visitor.turn_to("network.py")
        visitor.turn_to("recognize.py")
        assert visitor.given("stage")["color_scope"] == kept


# Two languages


def test_what_a_card_tells_of_the_training_is_said_in_the_visitors_language():
    said = {}
    for locale in ("en-US", "zh-CN"):
        visitor = Visitor(locale=locale)
        visitor.turn_to("network.py")
        (said[locale],) = [each.value for each in visitor.app.text if "MNIST" in each.value]
    assert "55,000 digits of MNIST + 120,000 synthetic handwritten digits" in said["en-US"]
    assert re.findall("[A-Za-z]+", said["zh-CN"]) == ["MNIST", "CPU"]
    assert re.findall(r"[\d,]+\d", said["zh-CN"]) == re.findall(r"[\d,]+\d", said["en-US"])


def test_the_card_shows_every_layer_with_its_facts(visitor):
    visitor.turn_to("network.py")
    shown = visitor.given("architecture")
    layers = services.card(DEFAULT).layers
    assert [each["name"] for each in shown["layers"]] == [layer.name for layer in layers]
    assert (
        dict(shown["layers"][1]["facts"]).items()
        >= {
            "Parameters": "5·5·1·32 + 32 = 832 parameters",
            "kernel_size": "5 × 5",
            "Input": "digit",
        }.items()
    )
    assert shown["network"] == services.network_address(DEFAULT)


def test_the_card_shows_how_strangers_digits_and_scribbles_are_read(visitor):
    visitor.turn_to("network.py")
    shown = {metric.label: metric.value for metric in visitor.app.metric}
    strangers = services.card(DEFAULT).strangers
    assert shown["Accuracy on strangers' pens"] == f"{strangers.accuracy:.1%}"
    assert shown["Scribbles it calls unsure"] == f"{strangers.scribbles_unsure:.1%}"


@pytest.fixture
def mnist(tmp_path, monkeypatch):
    """Forty digits in place of MNIST's 10,000 test images."""
    pixels, labels = hand.digits(40, seed=5)
    path = tmp_path / "mnist.npz"
    np.savez(path, x_test=pixels, y_test=labels)
    monkeypatch.setenv("CONVSCOPE_MNIST", str(path))
    return labels


def test_a_cell_of_the_cards_matrix_opens_its_digits_and_one_goes_to_the_canvas(visitor, mnist):
    digit = int(mnist[0])
    visitor.turn_to("network.py")
    assert visitor.framed("confusion_digits")["digits"] == []
    visitor.send("confusion_digits", opened={"cell": [digit, digit], "start": 0})

    shown = visitor.framed("confusion_digits")["digits"]
    assert {(each["label"], each["prediction"]) for each in shown} == {(digit, digit)}
    assert {each["index"] for each in shown} <= set(np.flatnonzero(mnist == digit))
    visitor.trigger("confusion_digits", "chosen", shown[0]["index"])
    assert visitor.canvas()["digit"]["picture"] is not None


def test_where_mnist_is_missing_the_card_says_so(visitor, monkeypatch):
    monkeypatch.setenv("CONVSCOPE_MNIST", "nowhere.npz")
    visitor.turn_to("network.py")
    assert any("MNIST is not on this computer" in each.value for each in visitor.app.caption)


def test_the_card_shows_what_was_counted_with_axes_in_the_visitors_language(monkeypatch):
    monkeypatch.setenv("CONVSCOPE_MNIST", "nowhere.npz")
    axes = {}
    for locale in ("en-US", "zh-CN"):
        visitor = Visitor(locale=locale)
        visitor.turn_to("network.py")
        shown = visitor.given("confusion_matrix")
        assert shown["counts"] == [list(row) for row in services.card(DEFAULT).test_confusion]
        axes[locale] = shown["words"]["written"], shown["words"]["read"]
    assert axes["en-US"] == ("true digit", "predicted")
    assert all(map(is_chinese, axes["zh-CN"]))


def is_chinese(text):
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def speaks(visitor):
    return "zh" if is_chinese(visitor.titles()[0]) else "en"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", "en"), ("zh-CN", "zh"), ("zh", "zh"), ("zh-Hans-CN", "zh"), ("fr-FR", "en")],
)
def test_the_browsers_language_is_spoken(locale, language):
    visitor = Visitor(locale=locale)
    assert speaks(visitor) == language
    assert is_chinese(visitor.canvas()["words"]["clear"]) == (language == "zh")


@pytest.mark.parametrize(("lang", "locale"), [("en", "zh-CN"), ("zh", "en-US")])
def test_the_links_language_wins_over_the_browsers(lang, locale):
    assert speaks(Visitor(link={"lang": lang}, locale=locale)) == lang


@pytest.mark.parametrize("lang", ["", "fr", "../../etc/passwd", "<script>", "ZH"])
def test_a_link_with_a_language_that_we_do_not_speak_is_read_as_without(lang):
    assert speaks(Visitor(link={"lang": lang}, locale="zh-CN")) == "zh"


def choose(visitor, language):
    visitor.app.button_group(key="language_switch").set_value(language)
    visitor.look()


def test_the_switch_changes_the_language_and_the_link_keeps_it(visitor):
    choose(visitor, "zh")
    assert speaks(visitor) == "zh"
    assert visitor.app.query_params["lang"] == "zh"
    for page in NAMES:
        visitor.turn_to(page)
        assert speaks(visitor) == "zh"
    choose(visitor, "en")
    assert speaks(visitor) == "en"


def test_pressing_the_chosen_language_again_changes_nothing(visitor):
    choose(visitor, "zh")
    visitor.app.button_group(key="language_switch").set_value(None)
    visitor.look()
    assert speaks(visitor) == "zh"


def test_a_digit_is_still_there_after_a_change_of_language(visitor):
    visitor.send("digit_canvas", drawing=drawing(7, SEVEN))
    choose(visitor, "zh")
    assert visitor.canvas()["digit"]["strokes"] == SEVEN


def test_a_refusal_is_said_in_the_visitors_language():
    visitor = Visitor(locale="zh-CN")
    visitor.bring(b"This is what a seven looks like.")
    assert is_chinese(visitor.refusals()[0])
